/* test_set.c - which folder is a set, which is the newest, how far proven. */
#include "ub/set.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "sys/path.h"
#include "sys/tmp.h"

#include "tap.h"

static char *dir;

/* Make a set of nothing in a folder of that name. */
static void
make(const char *folder, const char *id, int64_t at)
{
	struct manifest m = { .id = mem_dup(id), .created_at = at };
	struct err e = { 0 };
	char *d = path_join(dir, folder), *f = path_join(d, MANIFEST_NAME);
	char *text = manifest_text(&m);

	if (path_mkdirs(d, &e) || tmp_write_file(f, text, strlen(text), &e))
		abort();
	free(text);
	free(f);
	free(d);
	manifest_release(&m);
}

static void
test_open(void)
{
	struct set s = { 0 };
	struct err e = { 0 };
	char *path;

	tap_ok(set_open(dir, "20261121T031105Z", &s, &e) == 0, "by its id");
	tap_is(s.m.id, "20261121T031105Z", "this one");
	set_release(&s);
	tap_ok(set_open(dir, "latest", &s, &e) == 0, "the newest");
	tap_is(s.m.id, "20250101T000000Z",
	    "by the manifest's time, not by name");
	set_release(&s);
	path = path_join(dir, "20261121T031105Z");
	tap_ok(set_open("/nowhere", path, &s, &e) == 0, "by its path");
	set_release(&s);
	free(path);
	tap_ok(set_open(dir, "20261121T031106Z", &s, &e) == -1, "none");
	tap_ok(e.code == ERR_USAGE, "is wrong usage");
	tap_is(e.hint, "did you mean '20261121T031105Z'?", "with the nearest");
	tap_ok(set_open(dir, "../x", &s, &e) == -1 && e.code == ERR_USAGE,
	    "a path that is no folder");
	tap_ok(set_open(dir, "renamed", &s, &e) == -1 &&
		e.code == ERR_USAGE,
	    "a word that is no id");
	path = path_join(dir, "20261122T000000Z");
	tap_ok(set_read(path, &s, &e) == -1 && e.code == ERR_NO,
	    "a set that was renamed is none");
	tap_ok(strstr(e.msg, "a set keeps its name") != NULL, "says why");
	free(path);
	tap_ok(set_open("/nowhere", "latest", &s, &e) == -1 &&
		e.code == ERR_REFUSED,
	    "no set at all");
	err_release(&e);
}

static void
test_list(void)
{
	struct set_list l = { 0 };
	struct err e = { 0 };

	tap_ok(set_list(dir, &l, &e) == 0 && l.n == 2, "two sets");
	tap_is(l.v[0].m.id, "20250101T000000Z", "the newest first");
	tap_ok(l.broken.n == 1 &&
		strncmp(l.broken.v[0], "20261122T000000Z: ", 18) == 0,
	    "and one folder that is none");
	set_list_release(&l);
	tap_ok(set_list("/nowhere", &l, &e) == 0 && l.n == 0,
	    "a folder that is not there holds none");
	err_release(&e);
}

static int
mark(struct set *s, enum set_level level, int ok)
{
	struct set_answer a = { .level = level, .ok = ok,
		.finding = ok ? NULL : "it is torn" };
	struct err e = { 0 };
	int r = set_mark_verified(s, &a, &e);

	err_release(&e);
	return r;
}

static void
test_verified(void)
{
	struct set s = { 0 };
	struct err e = { 0 };
	char *file;

	set_open(dir, "20261121T031105Z", &s, &e);
	tap_ok(s.verified == SET_LEVEL_NONE && !s.failed, "not yet proven");
	tap_ok(mark(&s, SET_LEVEL_READ, 1) == 0,
	    "proven");
	set_read_verified(&s);
	tap_ok(s.verified == SET_LEVEL_READ && s.verified_at > 0,
	    "at level read");
	mark(&s, SET_LEVEL_HASH, 0);
	set_read_verified(&s);
	tap_ok(s.failed && s.verified == SET_LEVEL_NONE, "then it failed");
	mark(&s, SET_LEVEL_RESTORE, 1);
	set_release(&s);
	make("20261121T031105Z", "20261121T031105Z", 1000);
	set_open(dir, "20261121T031105Z", &s, &e);
	tap_ok(s.verified == SET_LEVEL_NONE,
	    "another manifest: what was proven counts no more");
	file = set_path(&s, SET_VERIFIED);
	tmp_write_file(file, "{\"torn", 6, &e);
	set_read_verified(&s);
	tap_ok(s.verified == SET_LEVEL_NONE && !s.failed, "a torn one");
	free(file);
	set_release(&s);
	err_release(&e);
}

int
main(void)
{
	struct err e = { 0 };
	enum set_level level;

	dir = tmp_dir("ub-test", &e);
	make("20261121T031105Z", "20261121T031105Z", 2000);
	make("20250101T000000Z", "20250101T000000Z", 3000);
	make("20261122T000000Z", "20261123T000000Z", 4000);
	make("other", "20261124T000000Z", 5000);
	test_open();
	test_list();
	test_verified();
	tap_ok(set_level_parse("read", &level) == 0 &&
		level == SET_LEVEL_READ,
	    "a level by name");
	tap_ok(set_level_parse("none", &level) == -1, "none is no level");
	free(dir);
	err_release(&e);
	return tap_done();
}
