/* test_lint_pick.c - which scripts a lint is to judge. */
#include "ub/lint/pick.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/tmp.h"
#include "tap.h"

/* libgit2 1.5 loses what it matched the names of extensions with. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2";
}

static struct err e;
static struct migrate_dir dir;
static struct lint_pick_from from;

static void
put(const char *name)
{
	char *parent = path_dir(name);

	if (path_mkdirs(parent, &e) || tmp_write_file(name, "x\n", 2, &e))
		printf("# %s\n", e.msg);
	free(parent);
}

/* The project's folder, in the layout of a tool. */
static void
project(const char *folder, enum migrate_tool t)
{
	char *abs = path_abs(folder);

	migrate_dir_release(&dir);
	if (migrate_dir_read(abs, t, &dir, &e))
		printf("# %s\n", e.msg);
	free(abs);
	from = (struct lint_pick_from){ .folder = folder, .tool = t,
		.dir = &dir };
}

/*
 * "name(tool) …", "*" behind those of the project, "?" behind the unsure; or
 * the error. The list
 * ends with NULL. Caller owns.
 */
static char *
pick(const char *const *files)
{
	struct lint_picks p = { 0 };
	struct vec v = { 0 };
	struct buf b = { 0 };
	char *abs;
	size_t i;

	for (i = 0; files && files[i]; i++)
		vec_add(&v, files[i]);
	from.files = files ? &v : NULL;
	buf_puts(&b, "");
	if (lint_pick(&from, &p, &e))
		buf_printf(&b, "%d %s: %s", (int)e.code, e.kind, e.msg);
	for (i = 0; i < p.n; i++) {
		abs = path_abs(p.v[i].name);
		buf_printf(&b, "%s%s", i ? " " : "", p.v[i].name);
		if (p.v[i].tool != MIGRATE_NONE)
			buf_printf(&b, "(%s)",
			    migrate_tool_name(p.v[i].tool));
		buf_puts(&b, p.v[i].migration ? "*" : "");
		buf_puts(&b, p.v[i].unsure ? "?" : "");
		if (p.v[i].path[0] != '/' || strcmp(abs, p.v[i].path) != 0)
			buf_printf(&b, " (but %s)", p.v[i].path);
		free(abs);
	}
	lint_picks_release(&p);
	vec_release(&v);
	err_release(&e);
	return buf_detach(&b);
}

#define is(want, what, ...) \
	is_list((const char *const[]){ __VA_ARGS__, NULL }, want, what)

static void
is_list(const char *const *files, const char *want, const char *what)
{
	char *got = pick(files);

	tap_is(got, want, what);
	free(got);
}

static void
test_files(void)
{
	put("mig/V10__c.sql");
	put("mig/V2__b.sql");
	put("mig/V1__a.sql");
	put("mig/U1__a.sql");
	put("mig/R__views.sql");
	put("mig/README.sql");
	put("x.sql");
	put("other/notes.sql");
	put("other/a.sql");
	put("other/text.txt");
	put("other/sub/b.sql");
	path_mkdir("other/folder.sql", 0700, &e);
	project("mig", MIGRATE_FLYWAY);
	is("mig/V10__c.sql(flyway)*", "one", "mig/V10__c.sql");
	is("mig/V1__a.sql(flyway)* mig/V2__b.sql(flyway)* "
	   "mig/V10__c.sql(flyway)*", "in their order", "mig/V10__c.sql",
	    "mig/V2__b.sql", "mig/V1__a.sql");
	is("x.sql mig/V1__a.sql(flyway)* other/a.sql mig/V10__c.sql(flyway)*",
	    "others stay where they are", "x.sql", "mig/V10__c.sql",
	    "other/a.sql", "mig/V1__a.sql");
	is("x.sql mig/V1__a.sql(flyway)*", "each once", "x.sql",
	    "./mig/V1__a.sql", "mig/../x.sql", "mig//V1__a.sql");
	is("mig/README.sql", "in the folder, but no migration",
	    "mig/README.sql");
	is("mig/V1__a.sql(flyway)* mig/V2__b.sql(flyway)* "
	   "mig/V10__c.sql(flyway)* mig/R__views.sql(flyway)*",
	    "the project's folder", "mig/");
	is("other/a.sql other/notes.sql", "a folder of nobody's", "other");
	is("", "a folder without any", "other/folder.sql");
}

static void
test_foreign(void)
{
	put("go/1_a.up.sql");
	put("go/1_a.down.sql");
	put("go/10_c.up.sql");
	put("go/2_b.up.sql");
	put("go/notes.sql");
	put("prisma/2026_b/migration.sql");
	put("prisma/2026_a/migration.sql");
	put("mixed/2026_a/migration.sql");
	put("mixed/001_a.up.sql");
	put("dbmate/1_a.sql");
	project("mig", MIGRATE_FLYWAY);
	is("go/1_a.up.sql(golang-migrate) go/2_b.up.sql(golang-migrate) "
	   "go/10_c.up.sql(golang-migrate)", "by the folder's own layout",
	    "go");
	is("prisma/2026_a/migration.sql prisma/2026_b/migration.sql",
	    "Prisma's", "prisma");
	is("prisma/2026_b/migration.sql", "one of Prisma's folders",
	    "prisma/2026_b");
	is("2 migrate.tool: 'mixed' has migrations of golang-migrate and of "
	   "prisma", "of two tools", "mixed");
	is("go/10_c.up.sql(golang-migrate) go/1_a.up.sql(golang-migrate) "
	   "dbmate/1_a.sql(dbmate)", "files as given, by their names",
	    "go/10_c.up.sql", "go/1_a.up.sql", "dbmate/1_a.sql");
	/* The project says what it is. */
	project("dbmate", MIGRATE_DBMATE);
	is("dbmate/1_a.sql(dbmate)*", "in the project's folder", "dbmate");
	from = (struct lint_pick_from){ 0 };
	is("dbmate/1_a.sql(dbmate)", "without a project", "dbmate");
	is_list(NULL, "", "nothing at all");
}

static void
test_bad(void)
{
	project("mig", MIGRATE_FLYWAY);
	is("2 lint.file: cannot lint 'none.sql': No such file or directory",
	    "a file that is not there", "x.sql", "none.sql");
	is("2 lint.file: cannot lint '-': No such file or directory",
	    "standard input is none", "-");
	is("2 lint.file: cannot lint '': No such file or directory",
	    "no name", "");
	is("2 lint.file: cannot lint 'x.sql/y': Not a directory",
	    "below a file", "x.sql/y");
	is("2 lint.file: cannot lint '/dev/null': it is not a regular file",
	    "a device", "/dev/null");
}

static void
test_names(void)
{
	char *old = path_abs("."), *want = mem_printf("%s/x.sql %s/mig/"
	    "V1__a.sql(flyway)*", old, old), *got;
	const char *files[] = { "../x.sql", "../mig/V1__a.sql", NULL };

	project("mig", MIGRATE_FLYWAY);
	from.folder = NULL;
	tap_ok(chdir("mig") == 0, "in the folder");
	is("V2__b.sql(flyway)*", "names from here", "V2__b.sql");
	is("V2__b.sql(flyway)*", "  also by a longer way",
	    "../mig/V2__b.sql");
	tap_ok(chdir("../other") == 0, "elsewhere");
	got = pick(files);
	tap_is(got, want, "absolute names");
	free(got);
	tap_ok(chdir("..") == 0 && symlink("mig", "link") == 0 &&
	    symlink("../mig/V2__b.sql", "other/link.sql") == 0, "links");
	is("link/V2__b.sql(flyway)*", "the folder by a link, as given",
	    "link/V2__b.sql", "mig/V2__b.sql");
	is("other/link.sql", "a link to a script is a script of its own",
	    "other/link.sql");
	free(old);
	free(want);
}

static void
test_pending(void)
{
	struct migrate_item v[6] = { 0 };
	struct migrate_state s = { .v = v, .n = 0 };

	project("mig", MIGRATE_FLYWAY);
	is_list(NULL, "mig/V1__a.sql(flyway)* mig/V2__b.sql(flyway)* "
	    "mig/V10__c.sql(flyway)* mig/R__views.sql(flyway)*",
	    "all, without a database");
	from.state = &s;
	is_list(NULL, "", "nothing is known of: nothing");
	for (s.n = 0; s.n < dir.n; s.n++)
		v[s.n] = (struct migrate_item){ .file = &dir.v[s.n],
			.state = MIGRATE_PENDING };
	v[s.n++].state = MIGRATE_PENDING; /* of the ledger alone */
	v[0].state = MIGRATE_APPLIED;
	v[2].state = MIGRATE_FAILED;
	is_list(NULL, "mig/V2__b.sql(flyway)* mig/V10__c.sql(flyway)*? "
	    "mig/R__views.sql(flyway)*", "what is not applied");
	is("mig/V1__a.sql(flyway)*?", "one that is applied", "mig/V1__a.sql");
	is("mig/V2__b.sql(flyway)*", "the next one", "mig/V2__b.sql");
	is("mig/R__views.sql(flyway)*?", "one before others that are to come",
	    "mig/R__views.sql");
	v[1].state = v[2].state = v[3].state = MIGRATE_APPLIED;
	is_list(NULL, "", "all are");
	is("mig/V1__a.sql(flyway)*?", "a file all the same", "mig/V1__a.sql");
}

static void
git(const char *words)
{
	struct proc p = { 0 };
	size_t n;

	vec_add(&p.argv, "git");
	for (; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		vec_take(&p.argv, mem_dupn(words, n));
	}
	if (proc_demand(&p, "test", &e))
		printf("# %s\n", e.msg);
	proc_release(&p);
}

static void
test_since(void)
{
	char *got;

	put("repo/db/1_a.up.sql");
	put("repo/db/1_a.down.sql");
	put("repo/db/2_b.up.sql");
	tap_ok(chdir("repo") == 0, "a repository");
	git("init -q -b main .");
	git("add -A");
	git("-c user.name=a -c user.email=a@b commit -q -m x");
	put("db/10_d.up.sql");
	put("db/10_d.down.sql");
	put("db/9_c.up.sql");
	put("db/notes.sql");
	put("other.sql");
	tmp_write_file("db/1_a.up.sql", "edited\n", 7, &e);
	tmp_write_file("db/2_b.down.sql", "new\n", 4, &e);
	project("db", MIGRATE_GOLANG);
	from.since = "main";
	is_list(NULL, "db/1_a.up.sql(golang-migrate)* "
	    "db/9_c.up.sql(golang-migrate)* db/10_d.up.sql(golang-migrate)*",
	    "since a revision, in their order");
	tap_ok(symlink("db", "link") == 0, "the folder by a link");
	project("link", MIGRATE_GOLANG);
	from.since = "HEAD";
	is_list(NULL, "link/1_a.up.sql(golang-migrate)* "
	    "link/9_c.up.sql(golang-migrate)* "
	    "link/10_d.up.sql(golang-migrate)*", "  is the same");
	from.since = "main";
	is("db/9_c.up.sql(golang-migrate)* db/10_d.up.sql(golang-migrate)*",
	    "files: only those that are new or changed", "db/9_c.up.sql",
	    "db/2_b.up.sql", "db/10_d.up.sql");
	is("other.sql link/1_a.up.sql(golang-migrate)* "
	   "link/9_c.up.sql(golang-migrate)* "
	   "link/10_d.up.sql(golang-migrate)*", "  of a folder, too",
	    "other.sql", "link");
	is("2 repo.none: '../mig' is in no git repository",
	    "  in no repository", "../mig");
	from.since = "HEAD";
	git("add -A");
	git("-c user.name=a -c user.email=a@b commit -q -m y");
	is("", "  nothing since then", "db", "other.sql");
	is_list(NULL, "", "nothing since then");
	from.since = "nobody/knows";
	got = pick(NULL);
	tap_ok(strncmp(got, "2 repo.rev: ", 12) == 0, "no such revision");
	free(got);
	got = pick((const char *const[]){ "other.sql", NULL });
	tap_ok(strncmp(got, "2 repo.rev: ", 12) == 0, "  nor with files");
	free(got);
}

int
main(void)
{
	char *tmp = tmp_dir("test-pick", &e), *root = realpath(tmp, NULL);

	setenv("HOME", root, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	if (chdir(root) == 0) {
		test_files();
		test_foreign();
		test_bad();
		test_names();
		test_pending();
		test_since();
	}
	migrate_dir_release(&dir);
	err_release(&e);
	free(root);
	free(tmp);
	return tap_done();
}
