/* test_restore.c - records, and trees that change places. */
#include <sys/stat.h>

#include <unistd.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"
#include "ub/restore/mounts.h"
#include "ub/restore/mountswap.h"
#include "ub/restore/op.h"
#include "ub/restore/treeswap.h"

static char *dir;

static char *
at(const char *name)
{
	return path_join(dir, name);
}

/* A folder with a file "mark" that says which it is. */
static void
make_tree(const char *path, const char *mark)
{
	char *file = path_join(path, "mark");
	struct err e = { 0 };

	path_mkdir(path, 0755, &e);
	io_create(file, mark, strlen(mark), &e);
	if (e.msg)
		printf("# %s\n", e.msg);
	err_release(&e);
	free(file);
}

/* The mark of a tree, "-" if there is none. Caller owns. */
static char *
mark(const char *path)
{
	char *file = path_join(path, "mark");
	struct buf b = { 0 };
	struct err e = { 0 };

	if (io_slurp(file, 100, &b, &e))
		buf_puts(&b, "-");
	err_release(&e);
	free(file);
	return buf_detach(&b);
}

static struct op_tree
new_tree(const char *name, int mount)
{
	struct op_tree t = { .mount = mount };

	t.kind = mem_dup("files");
	t.name = mem_dup(name);
	t.live = at(name);
	t.fresh = treeswap_beside(t.live, mount, "new", "1");
	t.old = treeswap_beside(t.live, mount, "old", "1");
	t.undone = treeswap_beside(t.live, mount, "undone", "1");
	return t;
}

static void
drop(struct op_tree *t)
{
	struct op o = { .trees = mem_alloc(sizeof(*t)), .n_trees = 1 };
	struct err e = { 0 };

	path_remove(t->live, &e);
	path_remove(t->fresh, &e);
	path_remove(t->old, &e);
	path_remove(t->undone, &e);
	err_release(&e);
	o.trees[0] = *t;
	op_release(&o);
}

/* Marks of live, fresh, old, undone in one word: "new--old" and so on. */
static void
is(const struct op_tree *t, const char *want, const char *name)
{
	const char *const paths[] = { t->live, t->fresh, t->old, t->undone };
	struct buf b = { 0 };
	char *m;
	size_t i;

	for (i = 0; i < UB_LEN(paths); i++) {
		m = mark(paths[i]);
		buf_printf(&b, "%s%s", i ? " " : "", m);
		free(m);
	}
	tap_is(buf_text(&b), want, name);
	buf_release(&b);
}

static void
does(int r, struct err *e, const char *name)
{
	tap_ok(r == 0, "%s: %s", name, e->msg ? e->msg : "");
	err_release(e);
}

static void
begin(struct op_tree *t, const char *name, int had_live)
{
	*t = new_tree(name, 0);
	if (had_live)
		make_tree(t->live, "old");
	make_tree(t->fresh, "new");
	t->live_ino = treeswap_ino(t->live);
	t->fresh_ino = treeswap_ino(t->fresh);
}

static void
test_swap(void)
{
	struct op_tree t;
	struct err e = { 0 };

	begin(&t, "a", 1);
	does(treeswap_in(&t, &e), &e, "in");
	is(&t, "new - old -", "swapped");
	does(treeswap_in(&t, &e), &e, "in again");
	is(&t, "new - old -", "nothing more to do");
	does(treeswap_undo(&t, &e), &e, "undo");
	is(&t, "old - - new", "undone");
	does(treeswap_undo(&t, &e), &e, "undo again");
	is(&t, "old - - new", "nothing more to do");
	drop(&t);

	begin(&t, "b", 0);
	does(treeswap_in(&t, &e), &e, "in, nothing was live");
	is(&t, "new - - -", "it is live");
	does(treeswap_back(&t, &e), &e, "back");
	is(&t, "- new - -", "nothing is live again");
	does(treeswap_in(&t, &e), &e, "in");
	does(treeswap_undo(&t, &e), &e, "undo");
	is(&t, "- - - new", "undone");
	drop(&t);
}

/* Ended between the exchange and the rename, both ways on. */
static void
test_half(void)
{
	struct op_tree t;
	struct err e = { 0 };

	begin(&t, "c", 1);
	does(path_exchange(t.live, t.fresh, &e), &e, "exchanged");
	does(treeswap_in(&t, &e), &e, "forward");
	is(&t, "new - old -", "swapped");
	does(treeswap_back(&t, &e), &e, "back");
	is(&t, "old new - -", "as before");
	does(path_exchange(t.live, t.fresh, &e), &e, "exchanged");
	does(treeswap_back(&t, &e), &e, "back from the middle");
	is(&t, "old new - -", "as before");
	does(treeswap_back(&t, &e), &e, "back again");
	is(&t, "old new - -", "nothing more to do");
	/* where there is no exchange, two renames */
	does(path_rename(t.live, t.old, &e), &e, "first of two");
	does(treeswap_in(&t, &e), &e, "forward");
	is(&t, "new - old -", "swapped");
	does(treeswap_back(&t, &e), &e, "back");
	does(path_rename(t.live, t.old, &e), &e, "first of two");
	does(treeswap_back(&t, &e), &e, "back");
	is(&t, "old new - -", "as before");
	drop(&t);
}

static void
test_foreign(void)
{
	struct op_tree t;
	struct err e = { 0 };

	begin(&t, "d", 1);
	path_remove(t.fresh, &e);
	make_tree(t.fresh, "other");
	t.fresh_ino++;
	tap_ok(treeswap_in(&t, &e) == -1 && e.kind &&
	    strcmp(e.kind, "restore.moved") == 0, "not what was put there");
	is(&t, "old other - -", "nothing was done");
	err_release(&e);
	drop(&t);

	begin(&t, "e", 1);
	make_tree(t.old, "in the way");
	tap_ok(treeswap_in(&t, &e) == -1, "the old name is taken");
	is(&t, "new old in the way -", "nothing is lost");
	err_release(&e);
	drop(&t);
}

static void
test_beside(void)
{
	char *base = mem_alloc(256), *live, *path;

	path = treeswap_beside("/srv/media", 0, "old", "X");
	tap_is(path, "/srv/.media.ub-old-X", "a sibling");
	free(path);
	path = treeswap_beside("/srv/media", 1, "old", "X");
	tap_is(path, "/srv/media/.ub-old-X", "inside a mount point");
	free(path);
	memset(base, 'n', 255);
	live = path_join("/srv", base);
	path = treeswap_beside(live, 0, "undone", "20261121T031105Z-4f2c9ab");
	tap_ok(strlen(path_base(path)) < 255, "a long name is cut");
	free(path);
	free(live);
	free(base);
}

/* A mount point's way, on a plain folder. */
static void
test_mount(void)
{
	struct op_tree t = new_tree("m", 1);
	struct err e = { 0 };
	char *extra;

	make_tree(t.live, "old");
	extra = path_join(t.live, "only old");
	path_mkdir(extra, 0755, &e);
	make_tree(t.fresh, "new");
	does(mountswap_list(t.fresh, &t.list, &e), &e, "list");
	tap_ok(t.list.n == 1, "one entry is to come");
	does(treeswap_in(&t, &e), &e, "in");
	is(&t, "new - old -", "swapped");
	tap_ok(!path_exists(extra), "what the set does not have is away");
	does(treeswap_in(&t, &e), &e, "in again");
	does(treeswap_back(&t, &e), &e, "back");
	is(&t, "old new - -", "as before");
	tap_ok(path_exists(extra), "all of it");
	does(treeswap_in(&t, &e), &e, "in");
	does(mountswap_list(t.old, &t.list, &e), &e, "list");
	tap_ok(t.list.n == 2, "two entries are to come");
	does(treeswap_undo(&t, &e), &e, "undo");
	is(&t, "old - - new", "undone");
	does(treeswap_undo(&t, &e), &e, "undo again");
	is(&t, "old - - new", "nothing more to do");
	free(extra);
	drop(&t);
}

static void
test_mounts(void)
{
	char *below;

	tap_ok(mounts_at("/proc") == 1, "/proc is a mount point");
	tap_ok(mounts_at("/proc/self") == 0, "what is in it is not");
	tap_ok(mounts_below("/proc/self/fd") == NULL, "nothing below");
	below = mounts_below("");
	tap_ok(below && *below == '/', "something below /");
	free(below);
}

static void
test_record(void)
{
	struct op o = { .created_at = 1795230665000, .into = 1 }, back = { 0 };
	struct op_db *d = op_add_db(&o);
	struct op_tree *t = op_add_tree(&o);
	struct err e = { 0 };

	o.id = mem_dup("20261121T031105Z-2");
	o.set = mem_dup("20261121T031105Z");
	o.file = at("record.json");
	d->name = mem_dup("shop");
	d->live = mem_dup("50% \"\xc3\xbc\" \xff");
	d->fresh = mem_dup("n");
	d->old = mem_dup("o");
	d->undone = mem_dup("u");
	d->live_oid = 4294967295;
	*t = new_tree("x\n\xfe%41", 0);
	vec_add(&t->list, "%FF");
	does(op_write(&o, OP_SWAPPING, &e), &e, "write");
	does(op_read(o.file, &back, &e), &e, "read");
	tap_ok(back.state == OP_SWAPPING && back.into == 1 &&
	    back.created_at == o.created_at, "state and time");
	tap_is(back.dbs[0].live, d->live, "a name of any bytes");
	tap_is(back.dbs[0].host, NULL, "no host");
	tap_ok(back.dbs[0].live_oid == 4294967295, "an OID");
	tap_is(back.trees[0].live, t->live, "a path of any bytes");
	tap_is(back.trees[0].list.v[0], "%FF", "a list");
	op_release(&back);
	op_release(&o);
}

static void
bad_record(const char *text, const char *why)
{
	struct op o = { 0 };
	struct err e = { 0 };
	char *file = at("bad.json");
	char *want = mem_printf("cannot read the record '%s': %s", file, why);

	tmp_write_file(file, text, strlen(text), &e);
	tap_ok(op_read(file, &o, &e) == -1 && e.code == ERR_TROUBLE,
	    "bad: %s", text);
	tap_is(e.kind, "restore.record", "its kind");
	tap_is(e.msg, want, "its message");
	err_release(&e);
	op_release(&o);
	free(want);
	free(file);
}

static void
test_bad_records(void)
{
	bad_record("{}", "\"schema\" is missing");
	bad_record("{\"schema\":\"ub.restore/9\"}",
	    "\"schema\" is 'ub.restore/9'");
	bad_record("{\"schema\":\"ub.restore/1\",\"id\":\"a\",\"set\":\"b\","
	    "\"state\":\"asleep\"}", "\"state\" is unknown");
	bad_record("{\"schema\":\"ub.restore/1\",\"id\":\"a\",\"set\":\"b\","
	    "\"state\":\"staging\",\"created_at\":\"2026-11-21T03:11:05Z\","
	    "\"into\":false,\"databases\":[{}],\"trees\":[]}",
	    "\"name\" is missing");
	bad_record("{\"schema\":\"ub.restore/1\",\"id\":\"a\",\"set\":\"b\","
	    "\"state\":\"staging\",\"created_at\":\"2026-11-21T03:11:05Z\","
	    "\"into\":false,\"databases\":7}",
	    "\"databases\" is not a list");
}

static void
test_list(void)
{
	static const char *const ids[] = { "s", "s-2", "s-10", "s-9" };
	char *folder = at("records"), *name;
	struct op_list l = { 0 };
	struct err e = { 0 };
	struct op o;
	size_t i;

	does(op_list(folder, &l, &e), &e, "no folder, no records");
	path_mkdir(folder, 0700, &e);
	for (i = 0; i < UB_LEN(ids); i++) {
		o = (struct op){ .created_at = 1795230665000 };
		o.id = mem_dup(ids[i]);
		o.set = mem_dup("s");
		name = mem_printf("%s.json", ids[i]);
		o.file = path_join(folder, name);
		free(name);
		does(op_write(&o, OP_COMMITTED, &e), &e, ids[i]);
		op_release(&o);
	}
	name = path_join(folder, ".half.json.x");
	io_create(name, "{", 1, &e);
	free(name);
	does(op_list(folder, &l, &e), &e, "list");
	tap_ok(l.n == 4, "all, and no temporary");
	tap_is(l.v[0].id, "s-10", "the newest first");
	tap_is(l.v[3].id, "s", "the oldest last");
	op_list_release(&l);
	op_list_release(&l);
	free(folder);
}

int
main(void)
{
	struct err e = { 0 };

	dir = tmp_dir("ub-test-restore", &e);
	test_beside();
	test_swap();
	test_half();
	test_foreign();
	test_mount();
	test_mounts();
	test_record();
	test_bad_records();
	test_list();
	free(dir);
	return tap_done();
}
