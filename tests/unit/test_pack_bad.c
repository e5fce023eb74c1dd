/* test_pack_bad.c - archives that are damaged, cut, stuffed or hostile. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "ext/pack.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"

static char *top, *file, *in;

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
put(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "w");

	must(f && fwrite(data, 1, len, f) == len && fclose(f) == 0, path);
}

static int
list(struct err *e)
{
	struct pack_read r = { .file = file };
	struct pack_stats s = {0};
	int rc;

	err_release(e);
	rc = pack_list(&r, &s, e);
	pack_stats_release(&s);
	return rc;
}

static int
count(void *ctx, const void *data, size_t len, struct err *e)
{
	(void)data;
	(void)e;
	*(size_t *)ctx += len;
	return 0;
}

static int
raw(size_t *bytes, struct err *e)
{
	struct pack_read r = { .file = file, .ctx = bytes };

	err_release(e);
	*bytes = 0;
	return pack_raw(&r, count, e);
}

static int
extract(struct err *e)
{
	struct pack_stats s = {0};
	struct err ignored = {0};
	int rc;

	err_release(e);
	path_remove(in, &ignored);
	must(mkdir(in, 0700) == 0, in);
	rc = pack_extract(file, in, &s, e);
	pack_stats_release(&s);
	err_release(&ignored);
	return rc;
}

/* "cannot decode 'FILE': why" of kind verify.archive and code 1. */
static void
is_damage(int rc, struct err *e, const char *why)
{
	char *want = mem_printf("cannot decode '%s': %s", file, why);

	tap_ok(rc == -1 && e->code == ERR_NO &&
	    strcmp(e->kind, "verify.archive") == 0, "damage: %s", why);
	tap_is(e->msg, want, "its message");
	free(want);
}

static void
is_untrusted(int rc, struct err *e, const char *why)
{
	char *want = mem_printf("cannot trust '%s': %s", file, why);

	tap_ok(rc == -1 && e->code == ERR_NO &&
	    strcmp(e->kind, "verify.name") == 0, "untrusted: %s", why);
	tap_is(e->msg, want, "its message");
	free(want);
}

/* An entry as nobody but an attacker writes it. */
struct forged {
	const char *name;
	const char *symlink;
	const char *hardlink;
	__LA_MODE_T type; /* 0: a regular file with "x" in it */
};

static void
forge(const struct forged *list_of, size_t n)
{
	struct archive *a = archive_write_new();

	archive_write_set_format_pax_restricted(a);
	archive_write_add_filter_zstd(a);
	archive_write_set_bytes_in_last_block(a, 1);
	must(archive_write_open_filename(a, file) == ARCHIVE_OK, file);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *en = archive_entry_new();
		const struct forged *f = &list_of[i];

		archive_entry_copy_pathname(en, f->name);
		archive_entry_set_filetype(en, f->type ? f->type : AE_IFREG);
		archive_entry_set_perm(en, f->type == AE_IFDIR ? 0755 : 0644);
		archive_entry_set_mtime(en, 1, 0);
		if (f->symlink)
			archive_entry_copy_symlink(en, f->symlink);
		if (f->hardlink)
			archive_entry_copy_hardlink(en, f->hardlink);
		if (!f->type && !f->hardlink)
			archive_entry_set_size(en, 1);
		must(archive_write_header(a, en) >= ARCHIVE_WARN, f->name);
		if (!f->type && !f->hardlink)
			archive_write_data(a, "x", 1);
		archive_entry_free(en);
	}
	archive_write_free(a);
}

static char *outside;

static int
untouched(void)
{
	struct stat st;
	struct vec names = {0};
	struct err e = {0};
	int ok;

	path_list(top, &names, &e);
	ok = names.n == 3 && stat(outside, &st) == 0 && st.st_size == 4 &&
	    st.st_nlink == 1;
	vec_release(&names);
	err_release(&e);
	return ok;
}

/* Refused by the listing and by the extraction, which stays inside. */
static void
refused(const struct forged *list_of, size_t n, const char *why)
{
	struct err e = {0};
	int rc;

	forge(list_of, n);
	rc = list(&e);
	is_untrusted(rc, &e, why);
	rc = extract(&e);
	is_untrusted(rc, &e, why);
	tap_ok(untouched(), "nothing outside is touched");
	err_release(&e);
}

static void
test_names(void)
{
	char *evil = mem_printf("%s/evil", top);
	char *why = mem_printf("'%s/evil' leads out of the tree", top);

	refused(&(struct forged){ .name = "../evil" }, 1,
	    "'../evil' leads out of the tree");
	refused(&(struct forged){ .name = "a/../../evil" }, 1,
	    "'a/../../evil' leads out of the tree");
	refused(&(struct forged){ .name = "a/..", .type = AE_IFDIR }, 1,
	    "'a/../' leads out of the tree");
	refused(&(struct forged){ .name = evil }, 1, why);
	refused(&(struct forged){ .name = "h", .hardlink = "../outside" }, 1,
	    "'h' is a hard link that leads out of the tree");
	refused(&(struct forged){ .name = "h", .hardlink = outside }, 1,
	    "'h' is a hard link that leads out of the tree");
	refused(&(struct forged){ .name = "." }, 1, "'.' is no folder");
	free(evil);
	free(why);
}

/* Names that look well, and a link that turns them elsewhere. */
static void
test_symlinks(void)
{
	struct forged through[] = {
		{ .name = "l", .symlink = "..", .type = AE_IFLNK },
		{ .name = "l/evil" },
	};
	struct forged absolute[] = {
		{ .name = "d", .type = AE_IFDIR },
		{ .name = "d/l", .symlink = top, .type = AE_IFLNK },
		{ .name = "d/l/sub/evil", .type = AE_IFDIR },
	};
	struct forged hard[] = {
		{ .name = "l", .symlink = "..", .type = AE_IFLNK },
		{ .name = "h", .hardlink = "l/outside" },
	};
	struct forged over[] = {
		{ .name = "l", .symlink = "../outside", .type = AE_IFLNK },
		{ .name = "l" },
	};
	struct forged link_to_link[] = {
		{ .name = "l", .symlink = "../outside", .type = AE_IFLNK },
		{ .name = "h", .hardlink = "l" },
		{ .name = "h" },
	};
	struct err e = {0};
	int rc;

	forge(through, UB_LEN(through));
	rc = extract(&e);
	is_untrusted(rc, &e, "'l/evil' leads through a symbolic link");
	tap_ok(untouched(), "nothing outside is touched");
	forge(absolute, UB_LEN(absolute));
	rc = extract(&e);
	is_untrusted(rc, &e, "'d/l/sub/evil' leads through a symbolic link");
	tap_ok(untouched(), "nothing outside is touched");
	forge(hard, UB_LEN(hard));
	rc = extract(&e);
	is_untrusted(rc, &e, "'h' leads through a symbolic link");
	tap_ok(untouched(), "nothing outside is touched");
	forge(over, UB_LEN(over));
	rc = extract(&e);
	tap_ok(rc == 0 && untouched(), "a file in place of a link");
	forge(link_to_link, UB_LEN(link_to_link));
	extract(&e);
	tap_ok(untouched(), "a hard link to a link to the outside");
	err_release(&e);
}

static void
make_good(struct buf *data)
{
	struct forged good[] = {
		{ .name = ".", .type = AE_IFDIR },
		{ .name = "a" },
		{ .name = ".//b//./c", .type = AE_IFDIR },
		{ .name = "b/c/d" },
	};
	struct err e = {0};

	forge(good, UB_LEN(good));
	tap_ok(list(&e) == 0 && extract(&e) == 0, "a good one is taken");
	buf_reset(data);
	must(io_slurp(file, 1 << 20, data, &e) == 0, file);
	err_release(&e);
}

static void
test_cut(void)
{
	struct buf data = {0};
	struct err e = {0};
	size_t n, bytes, listed = 0, decoded = 0, extracted = 0;

	make_good(&data);
	for (n = 0; n < data.len; n++) {
		put(file, data.data, n);
		listed += list(&e) == -1 && e.code == ERR_NO;
		decoded += raw(&bytes, &e) == -1 && e.code == ERR_NO;
		extracted += extract(&e) == -1 && e.code == ERR_NO;
	}
	tap_ok(listed == n && decoded == n && extracted == n,
	    "cut at each of %zu places: %zu, %zu, %zu found", n, listed,
	    decoded, extracted);
	put(file, data.data, data.len - 1);
	is_damage(list(&e), &e, "Truncated zstd input");
	is_damage(raw(&bytes, &e), &e, "Truncated zstd input");
	put(file, "", 0);
	is_damage(list(&e), &e, "it is empty");
	is_damage(raw(&bytes, &e), &e, "it is empty");
	is_damage(extract(&e), &e, "it is empty");
	buf_release(&data);
	err_release(&e);
}

static void
test_tail(void)
{
	static const char *const tails[] = { "x", "some more words",
	    "(\xb5/\xfd", "\x1f\x8b\x08" };
	struct buf data = {0};
	struct err e = {0};
	size_t len, bytes;

	make_good(&data);
	len = data.len;
	for (size_t i = 0; i < UB_LEN(tails); i++) {
		data.len = len;
		buf_puts(&data, tails[i]);
		put(file, data.data, data.len);
		tap_ok(list(&e) == -1 && e.code == ERR_NO &&
		    raw(&bytes, &e) == -1 && e.code == ERR_NO &&
		    extract(&e) == -1 && e.code == ERR_NO,
		    "a tail, %zu", i);
	}
	data.len = len;
	buf_add(&data, (char[512]){0}, 512);
	put(file, data.data, data.len);
	tap_ok(list(&e) == -1 && raw(&bytes, &e) == -1, "NULs");
	data.len = len;
	buf_add(&data, data.data, len);
	put(file, data.data, data.len);
	is_damage(list(&e), &e, "there is another archive behind its end");
	buf_release(&data);
	err_release(&e);
}

/* No crash, no loop, nothing outside; most are found. */
static void
test_flipped(void)
{
	struct buf data = {0};
	struct err e = {0};
	size_t bits, found = 0, bytes;

	make_good(&data);
	bits = data.len * 8;
	for (size_t i = 0; i < bits; i++) {
		data.data[i / 8] ^= (char)(1 << i % 8);
		put(file, data.data, data.len);
		if (list(&e) == -1)
			found++;
		extract(&e);
		raw(&bytes, &e);
		data.data[i / 8] ^= (char)(1 << i % 8);
	}
	tap_ok(found > bits / 2 && untouched(), "%zu of %zu flips found",
	    found, bits);
	buf_release(&data);
	err_release(&e);
}

static void
write_with(int (*add_filter)(struct archive *), int size)
{
	struct archive *a = archive_write_new();
	struct archive_entry *en = archive_entry_new();
	char *text = mem_alloc((size_t)size);

	for (int i = 0; i < size; i++)
		text[i] = (char)("0123456789abcdef"[i % 1009 * 7919 / 5 % 16]);
	archive_write_set_format_raw(a);
	if (add_filter)
		add_filter(a);
	archive_write_set_bytes_in_last_block(a, 1);
	archive_write_open_filename(a, file);
	archive_entry_set_filetype(en, AE_IFREG);
	archive_write_header(a, en);
	archive_write_data(a, text, (size_t)size);
	archive_entry_free(en);
	archive_write_free(a);
	free(text);
}

static int
no_more(void *ctx, const void *data, size_t len, struct err *e)
{
	(void)ctx;
	(void)data;
	(void)len;
	return err_set(e, ERR_NO, "test", "enough");
}

static void
test_raw(void)
{
	struct pack_read r = {0};
	struct buf data = {0};
	struct err e = {0};
	size_t bytes;

	write_with(archive_write_add_filter_zstd, 3000000);
	tap_ok(raw(&bytes, &e) == 0 && bytes == 3000000, "zstd");
	r.file = file;
	tap_ok(pack_raw(&r, no_more, &e) == -1, "the taker's no");
	tap_is(e.msg, "enough", "in its own words");
	is_damage(list(&e), &e, "Unrecognized archive format");
	write_with(archive_write_add_filter_lz4, 3000000);
	tap_ok(raw(&bytes, &e) == 0 && bytes == 3000000, "lz4");
	must(io_slurp(file, 1 << 24, &data, &e) == 0, file);
	put(file, data.data, data.len - 5);
	is_damage(raw(&bytes, &e), &e, "truncated lz4 input");
	buf_putc(&data, 'x');
	put(file, data.data, data.len);
	is_damage(raw(&bytes, &e), &e,
	    "there is other data behind its end");
	write_with(NULL, 100);
	is_damage(raw(&bytes, &e), &e, "it is neither zstd nor lz4 data");
	buf_release(&data);
	err_release(&e);
}

static int
stop(void *ctx, const struct pack_entry *en, struct err *e)
{
	(void)ctx;
	return err_set(e, ERR_NO, "test", "no %s", en->name);
}

static void
test_files(void)
{
	struct pack_read r = { .file = file, .fn = stop };
	struct pack_stats s = {0};
	struct buf data = {0};
	struct err e = {0};
	char *want, *old = path_abs("."), *now;

	make_good(&data);
	tap_ok(pack_list(&r, &s, &e) == -1, "the taker's no");
	tap_is(e.msg, "no .", "in its own words");
	r.fn = NULL;
	tap_ok(pack_extract(file, in, &s, &e) == -1, "a folder in use");
	want = mem_printf("cannot extract into '%s': it is not empty", in);
	tap_is(e.msg, want, "its message");
	free(want);
	tap_ok(pack_extract("nosuch", in, &s, &e) == -1, "no archive");
	tap_ok(pack_extract(file, "/nosuch", &s, &e) == -1, "no folder");
	now = path_abs(".");
	tap_is(now, old, "the working folder is as it was");
	unlink(file);
	mkfifo(file, 0600);
	tap_ok(list(&e) == -1, "a FIFO, no hang");
	want = mem_printf("cannot read '%s': not a regular file", file);
	tap_is(e.msg, want, "its message");
	unlink(file);
	free(want);
	free(old);
	free(now);
	buf_release(&data);
	pack_stats_release(&s);
	err_release(&e);
}

int
main(void)
{
	struct err e = {0};

	top = tmp_dir("ub-test-pack", &e);
	must(top != NULL, "tmp_dir");
	log_init("test_pack", LOG_QUIET);
	file = path_join(top, "archive");
	in = path_join(top, "in");
	outside = path_join(top, "outside");
	put(outside, "mine", 4);
	test_names();
	test_symlinks();
	test_cut();
	test_tail();
	test_flipped();
	test_raw();
	test_files();
	free(top);
	free(file);
	free(in);
	free(outside);
	return tap_done();
}
