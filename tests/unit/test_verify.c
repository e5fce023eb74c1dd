/* Every kind of damage to a set, and what is said of it. */
#include "ub/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/tmp.h"
#include "ub/sums.h"

#include "tap.h"

#define ID "20261121T031105Z-4f2c9ab"
#define TOC "PGDMP\001\016\001\004\010\003 and so on"
#define ROWS "1\tone\n2\ttwo\n3\t\\N\n\\.\n\n\n"

/* A set that is being made, damaged, and looked at. */
static struct {
	char *dir;
	struct manifest m;
	struct set set;
	struct verify_report report;
	struct err err;
} t;

static void
must(int r, const char *what)
{
	if (r == 0)
		return;
	printf("Bail out! %s: %s\n", what, t.err.msg ? t.err.msg : "failed");
	exit(1);
}

static void
write_member(const char *member, const void *data, size_t len)
{
	char *path = path_join(t.dir, member), *dir = path_dir(path);

	must(path_mkdirs(dir, &t.err) ||
	    tmp_write_file(path, data, len, &t.err), member);
	free(dir);
	free(path);
}

static void
add(const char *member, const void *data, size_t len)
{
	struct manifest_file *f = manifest_add_file(&t.m);
	struct hash *h = hash_new();

	f->path = mem_dup(member);
	f->size = (int64_t)len;
	hash_add(h, data, len);
	hash_end(h, f->sha256);
	write_member(member, data, len);
}

static void
add_text(const char *member, const char *text)
{
	add(member, text, strlen(text));
}

/* Compressed by gzip(1): text is printf(1)'s format. */
static void
add_gzip(const char *member, const char *text, size_t keep)
{
	struct proc p = { 0 };

	vec_add(&p.argv, "sh");
	vec_add(&p.argv, "-c");
	vec_add(&p.argv, "printf %s \"$1\" | gzip -1");
	vec_add(&p.argv, "sh");
	vec_add(&p.argv, text);
	must(proc_demand(&p, "test.gzip", &t.err), "gzip");
	add(member, p.out.data, keep ? keep : p.out.len);
	proc_release(&p);
}

static struct manifest_db *
add_db(const char *name)
{
	struct manifest_db *d = manifest_add_db(&t.m);

	d->name = mem_dup(name);
	d->folder = path_join("db", name);
	d->dbname = mem_dup(name);
	d->props.encoding = mem_dup("UTF8");
	d->props.collate = mem_dup("C");
	d->props.ctype = mem_dup("C");
	d->props.provider = mem_dup("libc");
	d->props.owner = mem_dup("app");
	return d;
}

static void
add_table(struct manifest_db *d, const char *name, int64_t rows,
    const char *file)
{
	struct manifest_table *tab = manifest_add_table(d);

	tab->schema = mem_dup("public");
	tab->name = mem_dup(name);
	tab->rows = rows;
	tab->file = mem_dup(file);
}

static void
begin(void)
{
	struct err none = { 0 };

	path_remove(t.dir, &none);
	err_release(&none);
	manifest_release(&t.m);
	t.m.id = mem_dup(ID);
	t.m.app = mem_dup("shop");
	t.m.created_at = 1795230665123;
}

/* Manifest and sums of what was added. */
static void
seal(void)
{
	char *text = manifest_text(&t.m);
	char *sums = sums_text(&t.m, text, strlen(text));

	write_member(MANIFEST_NAME, text, strlen(text));
	write_member(SET_SUMS, sums, strlen(sums));
	free(sums);
	free(text);
}

/* A good one: a database of two tables and a large object, a config file. */
static void
make(void)
{
	struct manifest_db *d;

	begin();
	d = add_db("shop");
	d->large_objects = 1;
	add_table(d, "orders", 3, "db/shop/3342.dat.gz");
	add_table(d, "plain", 3, "db/shop/3343.dat");
	add_text("db/shop/toc.dat", TOC);
	add_gzip("db/shop/3342.dat.gz", ROWS, 0);
	add_text("db/shop/3343.dat", ROWS);
	add_gzip("db/shop/blob_16399.dat.gz", "large", 0);
	add_text("db/shop/blobs.toc", "16399 blob_16399.dat\n");
	add_text("config/.env", "A=1\n");
	seal();
}

/* Look at it; 0, or -1 with the error in t.err. */
static int
look(enum set_level level)
{
	verify_report_release(&t.report);
	set_release(&t.set);
	err_release(&t.err);
	must(set_read(t.dir, &t.set, &t.err), "set_read");
	return verify_set(&t.set, level, &t.report, &t.err);
}

static void
good(enum set_level level, const char *name)
{
	tap_ok(look(level) == 0 && t.report.findings.n == 0, "%s", name);
	if (t.err.code)
		printf("# %s\n", t.err.msg);
}

/* Just one finding, of that file. */
static void
bad(enum set_level level, const char *file, const char *what)
{
	char *msg = mem_printf("set " ID " is damaged: %s: %s", file, what);

	tap_ok(look(level) == -1 && t.err.code == ERR_NO &&
	    t.report.findings.n == 2, "%s: one finding", file);
	tap_is(t.err.msg, msg, "its message");
	free(msg);
}

static char *
member(const char *name)
{
	return path_join(t.dir, name);
}

static void
drop(const char *name)
{
	char *path = member(name);

	must(path_remove(path, &t.err), name);
	free(path);
}

static void
test_good(void)
{
	make();
	good(SET_LEVEL_QUICK, "a good set, quick");
	tap_ok(t.report.files == 6 && t.report.bytes == 0, "nothing is read");
	good(SET_LEVEL_HASH, "a good set, hash");
	tap_ok(t.report.files == 6 && t.report.bytes > 100 &&
	    t.report.rows == 0, "all is read");
	good(SET_LEVEL_READ, "a good set, read");
	tap_ok(t.report.files == 6 && t.report.rows == 6, "rows are counted");
	write_member(SET_VERIFIED, "{", 1);
	good(SET_LEVEL_READ, "VERIFIED.json is no part of it");
	write_member("." SET_VERIFIED ".abcdef", "{", 1);
	good(SET_LEVEL_READ, "nor is one being written");
	begin();
	seal();
	good(SET_LEVEL_READ, "an empty set");
}

static void
test_folder(void)
{
	char *path;

	make();
	drop("db/shop/3342.dat.gz");
	bad(SET_LEVEL_QUICK, "db/shop/3342.dat.gz", "it is missing");
	bad(SET_LEVEL_READ, "db/shop/3342.dat.gz", "it is missing");
	make();
	write_member("db/shop/extra", "x", 1);
	bad(SET_LEVEL_QUICK, "db/shop/extra", "the manifest does not know it");
	make();
	write_member("db/shop/3343.dat", "x", 1);
	bad(SET_LEVEL_QUICK, "db/shop/3343.dat",
	    "it has 1 bytes, the manifest says 22");
	make();
	path = member("config/other");
	must(mkdir(path, 0700), path);
	free(path);
	bad(SET_LEVEL_QUICK, "config/other", "the manifest does not know it");
	make();
	drop("config/.env");
	path = member("config/.env");
	must(symlink("/etc/hostname", path), path);
	bad(SET_LEVEL_READ, "config/.env", "it is a symbolic link");
	must(unlink(path) || mkdir(path, 0700), path);
	bad(SET_LEVEL_READ, "config/.env", "it is a folder");
	must(rmdir(path), path);
	must(mkfifo(path, 0600), path);
	bad(SET_LEVEL_READ, "config/.env", "it is not a regular file");
	free(path);
}

static void
test_sums(void)
{
	char *path, *sums;
	struct buf b = { 0 };

	make();
	drop(SET_SUMS);
	bad(SET_LEVEL_QUICK, SET_SUMS, "it is missing");
	bad(SET_LEVEL_HASH, SET_SUMS, "it is missing");
	write_member(SET_SUMS, "", 0);
	tap_ok(look(SET_LEVEL_HASH) == -1 && t.report.findings.n == 2 &&
	    strncmp(t.report.findings.v[1], "it lacks '", 10) == 0,
	    "empty sums");
	make();
	path = member(SET_SUMS);
	must(io_slurp(path, 1 << 20, &b, &t.err), path);
	buf_puts(&b, "0000  more\n");
	write_member(SET_SUMS, b.data, b.len);
	bad(SET_LEVEL_HASH, SET_SUMS,
	    "the manifest disagrees with '0000  more'");
	b.len -= strlen("0000  more\n");
	buf_add(&b, "\0more", 5);
	write_member(SET_SUMS, b.data, b.len);
	tap_ok(look(SET_LEVEL_HASH) == -1 && t.report.findings.n == 2,
	    "a NUL hides nothing");
	buf_release(&b);
	free(path);
	make();
	sums = manifest_text(&t.m);
	sums[strlen(sums) - 1] = ' ';
	write_member(MANIFEST_NAME, sums, strlen(sums));
	bad(SET_LEVEL_HASH, MANIFEST_NAME,
	    "its sha256 is not that of SHA256SUMS");
	good(SET_LEVEL_QUICK, "which quick does not see");
	free(sums);
}

static void
test_hash(void)
{
	make();
	write_member("config/.env", "A=2\n", 4);
	good(SET_LEVEL_QUICK, "other content of the same size, quick");
	bad(SET_LEVEL_HASH, "config/.env",
	    "its sha256 is not that of the manifest");
	bad(SET_LEVEL_READ, "config/.env",
	    "its sha256 is not that of the manifest");
	write_member("db/shop/3343.dat",
	    "1\n2\n\\.\n3\n4\n5\n6\n7\n8901\n", 22);
	tap_ok(look(SET_LEVEL_READ) == -1 && t.report.findings.n == 4 &&
	    strstr(t.err.msg, " (and 1 more)"), "two findings");
}

/* What is wrong although all hashes are right. */
static void
test_content(void)
{
	make();
	t.m.dbs[0].tables[0].rows = 4;
	seal();
	good(SET_LEVEL_HASH, "wrong rows, hash");
	bad(SET_LEVEL_READ, "db/shop/3342.dat.gz",
	    "it has 3 rows of table public.orders, the manifest says 4");
	make();
	t.m.dbs[0].large_objects = 2;
	seal();
	bad(SET_LEVEL_READ, "db/shop",
	    "it has 1 large objects, the manifest says 2");
	make();
	free(t.m.dbs[0].tables[1].file);
	t.m.dbs[0].tables[1].file = mem_dup("db/shop/3342.dat.gz");
	seal();
	bad(SET_LEVEL_READ, MANIFEST_NAME,
	    "it gives \"public\".\"plain\" no file of its own");
	free(t.m.dbs[0].tables[1].file);
	t.m.dbs[0].tables[1].file = NULL;
	seal();
	bad(SET_LEVEL_READ, MANIFEST_NAME,
	    "it gives \"public\".\"plain\" no file of its own");
}

/* One data file of one table, with right hashes. */
static void
one_file(const char *text, size_t keep)
{
	struct manifest_db *d;

	begin();
	d = add_db("shop");
	add_table(d, "orders", 3, "db/shop/1.dat.gz");
	add_text("db/shop/toc.dat", TOC);
	add_gzip("db/shop/1.dat.gz", text, keep);
	seal();
}

static void
test_rows(void)
{
	one_file("1\n2\n3\n", 0);
	bad(SET_LEVEL_READ, "db/shop/1.dat.gz",
	    "the rows end too early: there is no line '\\.'");
	one_file("1\n2\n3\n\\.\n4\n", 0);
	bad(SET_LEVEL_READ, "db/shop/1.dat.gz",
	    "there is data behind the end of the rows");
	one_file(ROWS, 20);
	bad(SET_LEVEL_READ, "db/shop/1.dat.gz",
	    "the data ends too early");
	begin();
	add_table(add_db("shop"), "orders", 0, "db/shop/1.dat.gz");
	add_text("db/shop/toc.dat", TOC);
	add_text("db/shop/1.dat.gz", "");
	seal();
	bad(SET_LEVEL_READ, "db/shop/1.dat.gz",
	    "the data is empty");
}

static void
test_head(void)
{
	static const char *const heads[] = { "", "PGDMP", "pgdmp\001\016",
		"PGDMP\002\016\001\004\010\003 ",
		"PGDMP\001\016\001\004\010\005 ",
		"PGDMP\001\016\001\377\010\003 ", NULL };
	size_t i;

	for (i = 0; heads[i]; i++) {
		begin();
		add_db("shop");
		add_text("db/shop/toc.dat", heads[i]);
		seal();
		bad(SET_LEVEL_QUICK, "db/shop/toc.dat",
		    "it is no table of contents of pg_dump");
	}
	begin();
	add_db("shop");
	add_text("db/shop/blobs.toc", "");
	seal();
	bad(SET_LEVEL_QUICK, "db/shop/toc.dat",
	    "the manifest does not have it");
}

/* Only a dump's files are what their names say. */
static void
test_names(void)
{
	begin();
	add_text("config/a.dat.gz", "no gzip");
	add_text("config/toc.dat", "no toc");
	add_text("config/b.tar.zst", "no archive");
	add_text("containers/c.dat.zst", "no data");
	seal();
	good(SET_LEVEL_READ, "config files may bear any name");
}

static void
test_trouble(void)
{
	char *path;

	if (geteuid() == 0)
		return;
	make();
	path = member("config/.env");
	must(chmod(path, 0), path);
	tap_ok(look(SET_LEVEL_READ) == -1 && t.err.code == ERR_TROUBLE,
	    "a file that cannot be read is no answer");
	chmod(path, 0600);
	free(path);
}

static void
test_json(void)
{
	json_t *j;
	char *text;

	make();
	drop("config/.env");
	look(SET_LEVEL_QUICK);
	j = verify_report_findings(&t.report);
	text = json_dumps(j, JSON_COMPACT);
	tap_is(text,
	    "[{\"file\":\"config/.env\",\"message\":\"it is missing\"}]",
	    "findings as JSON");
	free(text);
	json_decref(j);
}

int
main(void)
{
	char *top = tmp_dir("ub-test", &t.err);

	must(!top, "tmp_dir");
	t.dir = path_join(top, ID);
	test_good();
	test_folder();
	test_sums();
	test_hash();
	test_content();
	test_rows();
	test_head();
	test_names();
	test_trouble();
	test_json();
	verify_report_release(&t.report);
	set_release(&t.set);
	manifest_release(&t.m);
	err_release(&t.err);
	free(t.dir);
	free(top);
	return tap_done();
}
