#include "ub/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "ub/sums.h"

#include "tap.h"

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
add_file(struct manifest *m, const char *path, int64_t size)
{
	struct manifest_file *f = manifest_add_file(m);

	f->path = mem_dup(path);
	f->size = size;
	memcpy(f->sha256, SUM, sizeof(SUM));
}

static void
fill(struct manifest *m)
{
	struct manifest_db *d;
	struct manifest_table *t;
	struct manifest_tree *tree;
	struct manifest_config *c;

	m->id = mem_dup("20261121T031105Z-4f2c9ab");
	m->app = mem_dup("shop \"\\ \303\244");
	m->created_at = 1795230665123;
	d = manifest_add_db(m);
	d->name = mem_dup("shop");
	d->folder = mem_dup("db/shop");
	d->dbname = mem_dup("my-shop");
	d->host = mem_dup("/run/postgresql");
	d->system_id = mem_dup("7710540412839174506");
	d->server_version = d->dump_version = 150020;
	d->props.encoding = mem_dup("UTF8");
	d->props.collate = mem_dup("C");
	d->props.ctype = mem_dup("C");
	d->props.provider = mem_dup("libc");
	d->props.owner = mem_dup("app");
	t = manifest_add_table(d);
	t->schema = mem_dup("public");
	t->name = mem_dup("we\nird \"select\"");
	t->rows = 9007199254740992;
	t->file = mem_dup("db/shop/3342.dat.gz");
	tree = manifest_add_tree(m);
	tree->name = mem_dup("uploads");
	tree->path = mem_dup("/srv/shop/uploads");
	tree->file = mem_dup("files/uploads.tar.zst");
	vec_add(&tree->changed, "a\377b");
	c = manifest_add_config(m);
	c->path = mem_dup("/srv/shop/.env");
	c->file = mem_dup("config/.env");
	c->mode = 0600;
	add_file(m, "files/uploads.tar.zst", 17);
	add_file(m, "db/shop/3342.dat.gz", 4096);
	add_file(m, "db/shop/toc.dat", 1);
	add_file(m, "config/.env", 0);
}

static char *dir;

static int
read_text(const char *text, struct manifest *out, struct err *e)
{
	char *path = path_join(dir, MANIFEST_NAME);
	int r = tmp_write_file(path, text, strlen(text), e);

	if (r == 0)
		r = manifest_read(path, out, e);
	free(path);
	return r;
}

static void
test_round(const char *text)
{
	struct manifest m = { 0 };
	struct err e = { 0 };
	char *again;

	tap_ok(read_text(text, &m, &e) == 0, "a manifest is read: %s",
	    e.msg ? e.msg : "");
	again = manifest_text(&m);
	tap_is(again, text, "and written the same");
	free(again);
	tap_ok(manifest_find(&m, "db/shop/toc.dat") != NULL, "a file of it");
	tap_ok(manifest_find(&m, "db/shop/nil") == NULL, "no file of it");
	tap_ok(m.n_dbs == 1 && m.dbs[0].tables[0].rows == 9007199254740992,
	    "a row count of 2^53");
	tap_ok(manifest_bytes(&m) == 17 + 4096 + 1, "bytes of all files");
	tap_ok(manifest_rows(&m.dbs[0]) == 9007199254740992, "rows of all");
	tap_is(m.trees[0].changed.v[0], "a\357\277\275b",
	    "invalid UTF-8 became U+FFFD");
	manifest_release(&m);
	err_release(&e);
}

/* text with one piece of it replaced. Caller owns. */
static char *
with(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (!at)
		abort();
	return mem_printf("%.*s%s%s", (int)(at - text), text, to,
	    at + strlen(from));
}

static void
test_bad(const char *text, const char *from, const char *to,
    const char *says)
{
	struct manifest m = { 0 };
	struct err e = { 0 };
	char *bad = with(text, from, to);
	int r = read_text(bad, &m, &e);

	tap_ok(r == -1 && e.msg && strstr(e.msg, says) && !m.id,
	    "%s -> %s: %s (%s)", from, to, says, e.msg ? e.msg : "no error");
	free(bad);
	manifest_release(&m);
	err_release(&e);
}

static void
test_hostile(const char *text)
{
	test_bad(text, "4f2c9ab\"", "../x\"", "the id is '20261121T031105Z-");
	test_bad(text, "\"db/shop\"", "\"db/../..\"", "a database's folder");
	test_bad(text, "\"db/shop\"", "\"db/other\"", "is not in 'db/other'");
	test_bad(text, "\"db/shop\"", "\"/etc\"", "a database's folder");
	test_bad(text, "files/uploads.tar.zst\"", "../../etc/passwd\"",
	    "a tree's file is");
	test_bad(text, "\"/srv/shop/uploads", "\"/srv/../etc",
	    "a tree's place");
	test_bad(text, "\"/srv/shop/.env", "\".env", "a config file's place");
	test_bad(text, "\"path\": \"config/.env", "\"path\": \"../.env",
	    "a file's path is '../.env'");
	test_bad(text, "\"path\": \"config/.env", "\"path\": \"zz",
	    "files are out of order");
	test_bad(text, "\"path\": \"config/.env", "\"path\": \"config/.a",
	    "not among its files");
	test_bad(text, "\"sha256\": \"0123", "\"sha256\": \"0X23",
	    "a sha256 is");
	test_bad(text, "\"size_bytes\": 17", "\"size_bytes\": -1",
	    "\"size_bytes\" is out of range");
	test_bad(text, "\"size_bytes\": 17", "\"size_bytes\": \"17\"",
	    "\"size_bytes\" is not an integer");
	test_bad(text, "\"files\": [", "\"filez\": [", "\"files\" is missing");
	test_bad(text, "\"app\": ", "\"id\": ", "duplicate object key");
	test_bad(text, "\"created_at\": \"2026", "\"created_at\": \"20x6",
	    "\"created_at\" is not a time");
	test_bad(text, "ub.set/1", "ub.set/2", "its schema is 'ub.set/2'");
	test_bad(text, "ub.set/1", "other/1", "it is no manifest of ub");
}

/* Every cut of a manifest is refused, and none crashes. */
static void
test_torn(const char *text)
{
	struct manifest m = { 0 };
	struct err e = { 0 };
	size_t len = strlen(text), n;
	char *cut;
	int accepted = 0;

	for (n = 0; n + 2 < len; n += 7) {
		cut = mem_dupn(text, n);
		accepted += read_text(cut, &m, &e) == 0;
		manifest_release(&m);
		free(cut);
	}
	tap_ok(accepted == 0, "no torn manifest is taken");
	tap_ok(e.code == ERR_NO, "and the answer is no");
	err_release(&e);
}

static void
test_sums(void)
{
	struct manifest m = { 0 };
	char *sums;

	add_file(&m, "a\\b\nc", 0);
	add_file(&m, "plain", 0);
	sums = sums_text(&m, "abc", 3);
	tap_is(sums,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	    "  MANIFEST.json\n\\" SUM "  a\\\\b\\nc\n" SUM "  plain\n",
	    "SHA256SUMS in GNU's format");
	free(sums);
	manifest_release(&m);
}

int
main(void)
{
	struct manifest m = { 0 };
	struct err e = { 0 };
	char *text;

	dir = tmp_dir("ub-test", &e);
	fill(&m);
	text = manifest_text(&m);
	test_round(text);
	test_hostile(text);
	test_torn(text);
	test_sums();
	tap_ok(manifest_id_ok("20261121T031105Z"), "an id without commit");
	tap_ok(manifest_id_ok("20261121T031105Z-4f2c9ab-2"), "with number");
	tap_ok(!manifest_id_ok("20261121T031105"), "no id: no Z");
	tap_ok(!manifest_id_ok(".partial-20261121T031105Z"), "no id: partial");
	tap_ok(!manifest_id_ok("20261121T031105Z/.."), "no id: a path");
	tap_ok(!manifest_id_ok(""), "no id: empty");
	free(text);
	free(dir);
	manifest_release(&m);
	err_release(&e);
	return tap_done();
}
