/* test_pack.c - trees into archives and back, and trees that move. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/mem.h"
#include "child.h"
#include "ext/hash.h"
#include "ext/pack.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/sig.h"
#include "sys/tmp.h"
#include "tap.h"

static char *top;          /* of all */
static struct vec warnings; /* kind, message, … */

static char *
at(const char *name)
{
	return path_join(top, name);
}

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
put(const char *name, const void *data, size_t len)
{
	char *path = at(name);
	FILE *f = fopen(path, "w");

	must(f && fwrite(data, 1, len, f) == len && fclose(f) == 0, path);
	free(path);
}

static void
make_dir(const char *name)
{
	char *path = at(name);

	must(mkdir(path, 0755) == 0, path);
	free(path);
}

/* Run a shell command with DIR as $1; its output. Caller owns. */
static char *
sh(const char *command, const char *dir)
{
	struct proc p = { .max = 1 << 20 };
	struct err e = {0};
	char *out;

	vec_add(&p.argv, "sh");
	vec_add(&p.argv, "-c");
	vec_add(&p.argv, command);
	vec_add(&p.argv, "sh");
	vec_add(&p.argv, dir);
	vec_add(&p.env, "LC_ALL=C");
	if (proc_demand(&p, "test.sh", &e) < 0) {
		printf("# %s\n", e.msg);
		out = mem_dup(e.msg);
	} else {
		out = mem_dupn(buf_text(&p.out), p.out.len);
	}
	proc_release(&p);
	err_release(&e);
	return out;
}

static void
sh_is(const char *command, const char *dir, const char *want,
    const char *name)
{
	char *path = at(dir), *got = sh(command, path);

	tap_is(got, want, name);
	free(got);
	free(path);
}

static int
create(const char *tree, const char *file, const struct vec *exclude,
    struct pack_stats *s, struct err *e)
{
	char *t = at(tree), *f = at(file);
	struct pack_create c = { .tree = t, .file = f, .exclude = exclude };
	int rc = pack_create(&c, s, e);

	free(t);
	free(f);
	return rc;
}

static int
extract(const char *file, const char *dir, struct pack_stats *s,
    struct err *e)
{
	char *f = at(file), *d = at(dir);
	int rc = pack_extract(f, d, s, e);

	free(f);
	free(d);
	return rc;
}

static int
list_names(void *ctx, const struct pack_entry *en, struct err *e)
{
	(void)e;
	vec_add(ctx, en->name);
	return 0;
}

static int
list(const char *file, struct vec *names, struct pack_stats *s,
    struct err *e)
{
	char *f = at(file);
	struct pack_read r = { .file = f, .fn = list_names, .ctx = names };
	int rc = pack_list(&r, s, e);

	free(f);
	return rc;
}

static void
on_warning(void *ctx, const char *kind, const char *msg)
{
	(void)ctx;
	vec_add(&warnings, kind);
	vec_add(&warnings, msg);
}

static void
forget_warnings(void)
{
	vec_release(&warnings);
}

/* What find(1) says of a tree: type, mode, owner, size, time, link, links. */
#define FIND \
	"cd \"$1\" && find . ! -type s" \
	" -printf '%P %y %m %U:%G %s %T@ %l %n\\n'" \
	" | sed 's/^\\([^ ]* d [^ ]* [^ ]*\\) [0-9]*/\\1/' | sort"

static void
make_socket(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char *path = at(name);

	must(strlen(path) < sizeof(a.sun_path), path);
	memcpy(a.sun_path, path, strlen(path));
	must(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0, path);
	close(fd);
	free(path);
}

static void
make_tree(void)
{
	char *path;

	make_dir("tree");
	make_dir("tree/sub");
	make_dir("tree/sub/empty");
	put("tree/zero", "", 0);
	put("tree/file", "hello\n", 6);
	put("tree/sub/new\nline", "n", 1);
	put("tree/sub/\xc3\xbcml\xc3\xa4ut", "u", 1);
	put("tree/sub/bad\xff\xe4name", "b", 1);
	put("tree/-dash", "d", 1);
	free(sh("cd \"$1\" && ln file sub/hard && ln file hard2 &&"
	    " ln -s ../nowhere dangling && ln -s /etc/passwd absolute &&"
	    " ln -s sub to-sub && mkfifo fifo && chmod 2750 sub &&"
	    " chmod 4711 -- -dash && chmod 0 zero && chmod 1777 sub/empty &&"
	    " truncate -s 9000000 sub/holes sub/nothing &&"
	    " printf x | dd of=sub/holes bs=1 seek=5000000 conv=notrunc"
	    " status=none && truncate -s 0 sub/nothing &&"
	    " truncate -s 3000000 sub/nothing &&"
	    " touch -d '2001-02-03 04:05:06.789012345' file sub/holes &&"
	    " touch -h -d '1969-12-30 01:02:03.5' dangling &&"
	    " touch -d '1970-01-01 00:00:07' sub .", (path = at("tree"))));
	free(path);
	make_socket("tree/sub/sock");
	if (geteuid() == 0)
		free(sh("cd \"$1\" && chown 54321:43210 sub/empty &&"
		    " chown -h 54321:43210 dangling &&"
		    " mknod null c 1 3 && touch -d @5 .",
		    (path = at("tree"))));
	else
		path = NULL;
	free(path);
}

static void
test_round_trip(void)
{
	struct pack_stats made = {0}, got = {0}, out = {0};
	int extra = geteuid() == 0; /* the device */
	char *tree = at("tree"), *back = at("back"), *a, *b;
	struct vec names = {0};
	struct err e = {0};

	tap_ok(create("tree", "tree.tar.zst", NULL, &made, &e) == 0,
	    "a tree is packed");
	tap_is(e.msg, NULL, "without an error");
	tap_ok(made.entries == 17 + extra, "entries: %d",
	    (int)made.entries);
	tap_ok(made.bytes == 6 + 4 + 9000000 + 3000000, "bytes: %lld",
	    (long long)made.bytes);
	tap_ok(made.skipped == 1 && made.changed.n == 0, "one is skipped");
	tap_ok(warnings.n == 2 && strcmp(warnings.v[0], "files.socket") == 0,
	    "with a warning");
	tap_is(warnings.v[1], "'sub/sock' is a socket, which cannot be kept",
	    "its words");
	forget_warnings();

	tap_ok(list("tree.tar.zst", &names, &got, &e) == 0, "it is listed");
	tap_ok(got.entries == made.entries && got.bytes == made.bytes,
	    "with the same figures");
	tap_is(names.v[0], ".", "the tree comes first");
	tap_ok(vec_has(&names, "sub/new\nline") &&
	    vec_has(&names, "sub/bad\xff\xe4name") &&
	    vec_has(&names, "sub/\xc3\xbcml\xc3\xa4ut"), "odd names");

	make_dir("back");
	tap_ok(extract("tree.tar.zst", "back", &out, &e) == 0,
	    "it is extracted");
	tap_is(e.msg, NULL, "without an error");
	tap_ok(out.entries == made.entries && out.bytes == made.bytes,
	    "with the same figures");
	tap_ok(warnings.n == 0, "and no warning");
	a = sh(FIND, tree);
	b = sh(FIND, back);
	tap_is(b, a, "all attributes are as they were");
	free(a);
	free(b);
	sh_is("cd \"$1\" && diff -r --no-dereference sub ../tree/sub |"
	    " grep -v sock; cmp file ../tree/file && [ file -ef sub/hard ] &&"
	    " [ file -ef hard2 ] && echo same", "back", "same\n",
	    "so is all content");
	sh_is("cd \"$1\" && du -k sub/holes sub/nothing | cut -f 1 |"
	    " awk '$1 > 200' ", "back", "", "holes stay holes");
	free(tree);
	free(back);
	vec_release(&names);
	pack_stats_release(&made);
	pack_stats_release(&got);
	pack_stats_release(&out);
}

/* What everybody has reads it as well. */
static void
test_other_tools(void)
{
	sh_is("zstd -tq \"$1\" && echo ok", "tree.tar.zst", "ok\n", "zstd");
	sh_is("tar -tf \"$1\" 2>/dev/null | grep -c . && tar -tf \"$1\""
	    " >/dev/null 2>&1 && echo ok", "tree.tar.zst",
	    geteuid() == 0 ? "18\nok\n" : "17\nok\n", "tar lists it");
	make_dir("gnu");
	sh_is("cd \"$1\" && tar -xf ../tree.tar.zst 2>/dev/null; echo $?;"
	    " cmp sub/holes ../tree/sub/holes && cat file; du -k sub/holes |"
	    " awk '$1 > 200'; [ file -ef hard2 ] && ls sub | grep -c name",
	    "gnu", "0\nhello\n1\n", "tar extracts it");
}

static void
test_attributes(void)
{
	struct pack_stats s = {0};
	struct err e = {0};
	char value[16] = "", *f = at("attr/f"), *g = at("attr2/f"), *dir;

	make_dir("attr");
	make_dir("attr2");
	put("attr/f", "x", 1);
	must(setxattr(f, "user.colour", "b\0ue", 4, 0) == 0, "setxattr");
	free(sh("cd \"$1\" && setfacl -m u:1234:rwx f &&"
	    " setfacl -d -m g:77:rx .", (dir = at("attr"))));
	free(dir);
	tap_ok(create("attr", "attr.tar.zst", NULL, &s, &e) == 0 &&
	    extract("attr.tar.zst", "attr2", &s, &e) == 0, "attributes");
	tap_ok(getxattr(g, "user.colour", value, sizeof(value)) == 4 &&
	    memcmp(value, "b\0ue", 4) == 0, "of the user");
	sh_is("cd \"$1\" && getfacl -cn f . | grep -E '1234|77'", "attr2",
	    "user:1234:rwx\ndefault:group:77:r-x\n", "ACLs, default ones too");
	free(f);
	free(g);
	pack_stats_release(&s);
	err_release(&e);
}

static void
test_exclude(void)
{
	struct pack_stats s = {0};
	struct vec ex = {0}, names = {0};
	struct err e = {0};

	make_dir("ex");
	make_dir("ex/cache");
	make_dir("ex/cache/deep");
	make_dir("ex/keep");
	put("ex/keep/a.log", "1", 1);
	put("ex/keep/b.txt", "22", 2);
	put("ex/keep/c.tmp", "3", 1);
	put("ex/c.tmp", "4", 1);
	put("ex/cache/deep/file", "5", 1);
	vec_add(&ex, "*.log");
	vec_add(&ex, "cache");
	vec_add(&ex, "keep/c.*");
	tap_ok(create("ex", "ex.tar.zst", &ex, &s, &e) == 0, "some excluded");
	list("ex.tar.zst", &names, &s, &e);
	vec_sort(&names);
	tap_ok(names.n == 4 && strcmp(names.v[0], ".") == 0 &&
	    strcmp(names.v[1], "c.tmp") == 0 &&
	    strcmp(names.v[2], "keep") == 0 &&
	    strcmp(names.v[3], "keep/b.txt") == 0, "the rest is there");
	vec_release(&ex);
	vec_release(&names);
	pack_stats_release(&s);
	err_release(&e);
}

static void
test_kinds_of_trees(void)
{
	struct pack_stats s = {0};
	struct vec names = {0};
	struct err e = {0};
	char *link = at("link"), *msg;

	tap_ok(create("tree/file", "one.tar.zst", NULL, &s, &e) == 0 &&
	    s.entries == 1 && s.bytes == 6, "a single file");
	list("one.tar.zst", &names, &s, &e);
	tap_ok(names.n == 1 && strcmp(names.v[0], "file") == 0,
	    "is packed as that name");
	must(symlink("ex", link) == 0, link);
	tap_ok(create("link", "link.tar.zst", NULL, &s, &e) == 0,
	    "a link to a tree is followed");
	vec_release(&names);
	list("link.tar.zst", &names, &s, &e);
	tap_ok(vec_has(&names, "cache/deep/file"), "into the tree");

	/* An archive inside of its own tree. */
	tap_ok(create("ex", "ex/self.tar.zst", NULL, &s, &e) == 0, "inside");
	vec_release(&names);
	list("ex/self.tar.zst", &names, &s, &e);
	tap_ok(names.n == 9 && !vec_has(&names, "self.tar.zst"),
	    "it does not hold itself");

	tap_ok(create("nosuch", "no.tar.zst", NULL, &s, &e) == -1, "no tree");
	msg = mem_printf("cannot open '%s/nosuch': "
	    "No such file or directory", top);
	tap_is(e.msg, msg, "its message");
	free(msg);
	tap_ok(create("tree/fifo", "no.tar.zst", NULL, &s, &e) == -1,
	    "a FIFO is no tree");
	msg = mem_printf("cannot pack '%s/tree/fifo': "
	    "neither a folder nor a regular file", top);
	tap_is(e.msg, msg, "its message");
	free(msg);
	msg = at("no.tar.zst");
	tap_ok(!path_exists(msg), "nothing is left");
	free(msg);
	tap_ok(create("ex", "one.tar.zst", NULL, &s, &e) == -1,
	    "an archive that is there already");
	msg = mem_printf("cannot create '%s/one.tar.zst': File exists", top);
	tap_is(e.msg, msg, "its message");
	free(msg);
	vec_release(&names);
	list("one.tar.zst", &names, &s, &e);
	tap_ok(names.n == 1, "is left alone");
	free(link);
	vec_release(&names);
	pack_stats_release(&s);
	err_release(&e);
}

#define MIB ((size_t)1 << 20)

static void
put_noise(const char *name, size_t size)
{
	char *data = mem_alloc(size);
	uint64_t x = 88172645463325252u;

	for (size_t i = 0; i < size; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		data[i] = (char)x;
	}
	put(name, data, size);
	free(data);
}

struct mover {
	const char *command;
	int done;
};

/* As the first block is written, while most is not read yet. */
static void
move(void *ctx, const void *data, size_t len)
{
	struct mover *m = ctx;

	(void)data;
	(void)len;
	if (!m->done) {
		m->done = 1;
		free(sh(m->command, top));
	}
}

static void
moves(const char *command, const char *tree, struct pack_stats *s)
{
	struct mover m = { .command = command };
	char *t = at(tree), *f = at("moved.tar.zst");
	struct pack_create c = { .tree = t, .file = f, .on_block = move,
	    .ctx = &m, .threads = 1 };
	struct vec names = {0};
	struct pack_stats listed = {0};
	struct err e = {0};

	unlink(f);
	tap_ok(pack_create(&c, s, &e) == 0, "packed all the same: %s",
	    command);
	tap_is(e.msg, NULL, "without an error");
	tap_ok(list("moved.tar.zst", &names, &listed, &e) == 0 &&
	    listed.bytes == s->bytes && listed.entries == s->entries,
	    "and whole");
	free(t);
	free(f);
	vec_release(&names);
	pack_stats_release(&listed);
	err_release(&e);
}

static void
test_moving(void)
{
	struct pack_stats s = {0};
	char name[40];

	make_dir("mv");
	put_noise("mv/big", 40 * MIB);
	moves("truncate -s 10 \"$1/mv/big\"", "mv", &s);
	tap_ok(s.bytes == (int64_t)(40 * MIB) && s.changed.n == 1,
	    "one that shrinks");
	tap_is(s.changed.v[0], "big", "is named");
	pack_stats_release(&s);

	put_noise("mv/big", 40 * MIB);
	moves("echo more >>\"$1/mv/big\"", "mv", &s);
	tap_ok(s.bytes == (int64_t)(40 * MIB) && s.changed.n == 1 &&
	    strcmp(s.changed.v[0], "big") == 0, "one that grows");
	pack_stats_release(&s);

	put_noise("mv/big", 40 * MIB);
	moves("printf x | dd of=\"$1/mv/big\" conv=notrunc status=none", "mv",
	    &s);
	tap_ok(s.changed.n == 1 && strcmp(s.changed.v[0], "big") == 0,
	    "one that is written to");
	pack_stats_release(&s);

	free(sh("rm \"$1/mv/big\"", top));
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "mv/f%d", i);
		put_noise(name, MIB);
	}
	moves("rm \"$1\"/mv/f*", "mv", &s);
	tap_ok(s.changed.n > 0 && s.changed.n < 40, "%zu that vanish",
	    s.changed.n);
	pack_stats_release(&s);
	forget_warnings();
}

static int
hash_tap(void *ctx, const struct pack_entry *en, struct err *e)
{
	(void)ctx;
	(void)en;
	(void)e;
	return 0;
}

static void
add_block(void *ctx, const void *data, size_t len)
{
	hash_add(ctx, data, len);
}

/* Blocks written, blocks read and the file: the same bytes. */
static void
test_taps(void)
{
	char *t = at("tree"), *f = at("tap.tar.zst");
	char made[HASH_HEX_LEN + 1], read[HASH_HEX_LEN + 1],
	    file[HASH_HEX_LEN + 1];
	struct hash *h = hash_new();
	struct pack_create c = { .tree = t, .file = f, .on_block = add_block,
	    .ctx = h, .threads = 3 };
	struct pack_read r = { .file = f, .fn = hash_tap, .tap = add_block };
	struct pack_stats s = {0};
	struct err e = {0};
	int64_t size;

	tap_ok(pack_create(&c, &s, &e) == 0, "with a tap");
	hash_end(h, made);
	hash_file(f, 0, file, &size, &e);
	tap_is(made, file, "every block that is written");
	r.ctx = h = hash_new();
	tap_ok(pack_list(&r, &s, &e) == 0, "listed with a tap");
	hash_end(h, read);
	tap_is(read, file, "every block that is read, once");
	free(t);
	free(f);
	pack_stats_release(&s);
	err_release(&e);
	forget_warnings();
}

static int
pack_as_nobody(void *ctx)
{
	struct pack_stats s = {0};
	struct err e = {0};
	int rc;

	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 9;
	rc = create("locked", "open/locked.tar.zst", NULL, &s, &e);
	printf("# %s\n", e.msg ? e.msg : "no error");
	fflush(stdout);
	if (rc == 0 || strcmp(e.msg, ctx) != 0 || e.code != ERR_TROUBLE)
		return 1;
	err_release(&e);
	pack_stats_release(&s);
	return 0;
}

static int
pack_on_full_disk(void *ctx)
{
	struct rlimit limit = { .rlim_cur = 3000000, .rlim_max = 3000000 };
	struct pack_stats s = {0};
	struct err e = {0};
	int rc;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	rc = create("mv2", "full.tar.zst", NULL, &s, &e);
	printf("# %s\n", e.msg ? e.msg : "no error");
	fflush(stdout);
	if (rc == 0 || strcmp(e.msg, ctx) != 0 || e.code != ERR_TROUBLE)
		return 1;
	err_release(&e);
	pack_stats_release(&s);
	return 0;
}

static void
raise_term(void *ctx, const void *data, size_t len)
{
	(void)ctx;
	(void)data;
	(void)len;
	if (!sig_got())
		raise(SIGTERM);
}

static int
pack_interrupted(void *ctx)
{
	char *tree = at("mv2");
	struct pack_create c = { .tree = tree, .file = ctx,
	    .on_block = raise_term };
	struct pack_stats s = {0};
	struct err e = {0};
	int ok;

	sig_init();
	ok = pack_create(&c, &s, &e) == -1 && e.msg &&
	    strcmp(e.msg, "interrupted by SIGTERM") == 0;
	free(tree);
	err_release(&e);
	pack_stats_release(&s);
	return ok ? 0 : 1;
}

static void
test_failures(void)
{
	char *msg = mem_printf("cannot read '%s/locked/secret': "
	    "Permission denied", top), *f = at("full.tar.zst");
	struct buf errs = {0};

	make_dir("locked");
	put("locked/secret", "x", 1);
	make_dir("open");
	free(sh("chmod 711 \"$1\" && chmod 777 \"$1/open\" &&"
	    " chmod 0 \"$1/locked/secret\"", top));
	fflush(stdout);
	tap_ok(child_run(pack_as_nobody, msg, &errs) == 0,
	    "a file that cannot be read");
	free(msg);

	make_dir("mv2");
	put_noise("mv2/big", 12 * MIB);
	msg = mem_printf("cannot write '%s': File too large", f);
	fflush(stdout);
	tap_ok(child_run(pack_on_full_disk, msg, &errs) == 0, "a full disk");
	tap_ok(!path_exists(f), "nothing is left");
	fflush(stdout);
	tap_ok(child_run(pack_interrupted, f, &errs) == 0, "a signal");
	tap_ok(!path_exists(f), "nothing is left");
	free(msg);
	free(f);
	buf_release(&errs);
}

int
main(void)
{
	struct pack_stats zero = {0};
	struct err e = {0};

	top = tmp_dir("ub-test-pack", &e);
	must(top != NULL, "tmp_dir");
	log_init("test_pack", LOG_QUIET);
	log_on_warning(on_warning, NULL);
	make_tree();
	test_round_trip();
	test_other_tools();
	test_attributes();
	test_exclude();
	test_kinds_of_trees();
	test_moving();
	test_taps();
	test_failures();
	pack_stats_release(&zero);
	forget_warnings();
	free(top);
	return tap_done();
}
