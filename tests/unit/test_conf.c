/* test_conf.c - configuration: every source, every refusal. */
#include "ub/conf.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"
#include "ub/conf/keys.h"

static char *dir;

static void
put(const char *name, const char *text)
{
	char *path = path_join(dir, name);
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f))
		perror(path);
	free(path);
}

/* The words of set are -c values, parted by "|". */
static int
load(const char *set, struct conf **c, struct err *e)
{
	struct vec words = { 0 };
	struct conf_source src = { .root = dir, .set = &words };
	size_t n;
	int r;

	for (; *set; set += n + (set[n] == '|')) {
		n = strcspn(set, "|");
		vec_take(&words, mem_dupn(set, n));
	}
	r = conf_load(&src, c, e);
	vec_release(&words);
	return r;
}

static void
fails_as(enum err_code code, const char *file, const char *set, const char *msg,
    const char *hint)
{
	struct conf *c = NULL;
	struct err e = { 0 };

	put("ub.conf", file);
	tap_ok(load(set, &c, &e) == -1 && e.code == code && !c, "refused: %s",
	    msg);
	tap_is(e.msg, msg, "  says so");
	tap_is(e.hint, hint, "  with the hint");
	err_release(&e);
	conf_free(c);
}

static void
fails(const char *file, const char *set, const char *msg, const char *hint)
{
	fails_as(ERR_USAGE, file, set, msg, hint);
}

static void
test_wrong_keys(void)
{
	fails("[backup]\n\tkeep = 3\n\tminkep = 1\n", "",
	    "ub.conf:3: unknown key 'backup.minkep'",
	    "did you mean 'backup.minKeep'?");
	fails("", "backup.kep=1", "-c: unknown key 'backup.kep'",
	    "did you mean 'backup.keep'?");
	fails("", "zzz.yyyyyyyyy=1", "-c: unknown key 'zzz.yyyyyyyyy'",
	    "ub.conf(5) lists the keys");
	fails("", "files.media.pth=1", "-c: unknown key 'files.media.pth'",
	    "did you mean 'files.NAME.path'?");
	fails("", "backup=1", "-c: 'backup' is no key",
	    "a key is SECTION.KEY or SECTION.NAME.KEY; ub.conf(5) lists "
	    "them");
	fails("", "files.path=x", "-c: section 'files' needs a name",
	    "write [files \"NAME\"] in ub.conf, or -c "
	    "files.NAME.path=VALUE");
	fails("[backup \"x\"]\nkeep = 1\n", "",
	    "ub.conf:2: section 'backup' takes no name, not 'x'", NULL);
	fails("", "backup.keep", "-c: 'backup.keep' is not KEY=VALUE", NULL);
}

static void
test_wrong_values(void)
{
	fails("[backup]\nkeep = 5x\n", "",
	    "ub.conf:2: backup.keep: '5x' is not a whole number", NULL);
	fails("", "backup.keep=-1",
	    "-c: backup.keep: '-1' is not between 0 "
	    "and 9223372036854775807",
	    NULL);
	fails("", "backup.maxAge=5",
	    "-c: backup.maxAge: '5' is not a "
	    "duration such as 500ms, 30s, 10m, 2h or 1d",
	    NULL);
	fails("", "migrate.lockTimeout=30d",
	    "-c: migrate.lockTimeout: '30d' is too large", "at most 24d");
	fails("", "precheck.minFree=5x",
	    "-c: precheck.minFree: '5x' is not "
	    "a size such as 512, 10K, 10M, 2G or 1T",
	    NULL);
	fails("", "backup.level=raed",
	    "-c: backup.level: 'raed' is none "
	    "of: quick hash read restore",
	    "did you mean 'read'?");
	fails("", "s3.x.pathStyle=maybe",
	    "-c: s3.x.pathStyle: 'maybe' is not true or false", NULL);
	fails(
	    "", "files.x.path=", "-c: files.x.path: the value is empty", NULL);
	fails("[backup]\nkeep\n", "",
	    "ub.conf:2: backup.keep: the value is missing", NULL);
}

static void
test_secrets(void)
{
	static const char hint[] =
	    "put it into a file that "
	    "database.passwordFile or PGPASSFILE names, or into PGPASSWORD";
	struct conf *c = NULL;
	struct err e = { 0 };
	json_t *j;
	const char *shown;

	fails("", "database.url=postgres://u:secret@db/shop",
	    "-c: database.url: a password does not belong here", hint);
	fails("[database \"m\"]\nurl = host=db password=secret\n", "",
	    "ub.conf:2: database.m.url: a password does not belong here", hint);
	put("ub.conf", "");
	setenv("UB_DATABASE_URL", "postgres://u:secret@db:5433/shop", 1);
	tap_ok(load("s3.x.endpoint=https://u:secret@s3:9/x@y", &c, &e) == 0,
	    "the environment may hold a password");
	tap_is(conf_get(c, "database.url"), "postgres://u:secret@db:5433/shop",
	    "  and it is there");
	j = conf_json(c);
	shown = json_string_value(
	    json_object_get(json_object_get(j, "database.url"), "value"));
	tap_is(shown, "shop at db:5433", "  but is not shown");
	shown = json_string_value(
	    json_object_get(json_object_get(j, "s3.x.endpoint"), "value"));
	tap_is(shown, "https://u:***@s3:9/x@y", "nor is that of a URL");
	json_decref(j);
	conf_free(c);
	unsetenv("UB_DATABASE_URL");
	err_release(&e);
}

static void
test_sources(void)
{
	struct conf *c = NULL;
	struct err e = { 0 };

	put("ub.conf", "[backup]\nkeep = 1\nminKeep = 1\nlevel = hash\n"
		       "[include]\npath = ub.local.conf\n");
	put("ub.local.conf", "[backup]\nminKeep = 2\n");
	setenv("UB_BACKUP_KEEP", "4", 1);
	setenv("UB_BACKUP_LEVEL", "quick", 1);
	setenv("UB_BACKUP_DIR", "", 1);
	tap_ok(load("backup.level=restore|BACKUP.MAXAGE=2h", &c, &e) == 0,
	    "all sources at once");
	tap_ok(conf_int(c, "backup.keep") == 4, "environment over file");
	tap_is(conf_origin(c, "backup", "", "keep"), "UB_BACKUP_KEEP",
	    "  and its origin");
	tap_is(conf_get(c, "backup.level"), "restore", "-c over environment");
	tap_is(conf_origin(c, "backup", "", "level"), "-c", "  and its origin");
	tap_ok(conf_int(c, "backup.minKeep") == 2, "an include counts");
	tap_is(conf_origin(c, "backup", "", "minKeep"), "ub.local.conf:2",
	    "  and its origin");
	tap_is(
	    conf_get(c, "backup.dir"), "backups", "an empty variable is none");
	tap_is(
	    conf_origin(c, "backup", "", "dir"), "default", "  and its origin");
	tap_ok(conf_duration(c, "backup.maxAge") == 7200000,
	    "case does not matter");
	tap_is(conf_get(c, "ub.app"), path_base(dir),
	    "the app is named like the root");
	tap_is(conf_get(c, "database.url"), NULL, "not set");
	conf_free(c);
	unsetenv("UB_BACKUP_KEEP");
	unsetenv("UB_BACKUP_LEVEL");
	unsetenv("UB_BACKUP_DIR");
	err_release(&e);
}

static void
test_names(void)
{
	struct conf *c = NULL;
	struct err e = { 0 };
	struct vec names = { 0 };
	const struct vec *all;

	put("ub.conf", "[files \"b\"]\npath = b\n[files \"A.c\"]\n"
		       "path = c\nexclude = x\nexclude = \"y;z\"\n"
		       "[database \"main\"]\nurl = dbname=m\n");
	tap_ok(load("database.url=dbname=n|files.b.exclude=q|"
		    "files.b.exclude=r",
		   &c, &e) == 0,
	    "names");
	conf_names(c, "files", &names);
	tap_ok(names.n == 2, "two trees");
	tap_is(names.v[0], "b", "  in order");
	tap_is(names.v[1], "A.c", "  spelt as they are");
	vec_release(&names);
	conf_names(c, "database", &names);
	tap_ok(names.n == 2, "two databases");
	tap_is(names.v[0], "main", "  one with a name");
	tap_is(names.v[1], "", "  and one without");
	vec_release(&names);
	all = conf_all(c, "files", "A.c", "exclude");
	tap_ok(all->n == 2, "a repeatable key");
	tap_is(all->v[1], "y;z", "  quoted");
	tap_ok(conf_all(c, "files", "b", "exclude")->n == 2, "of -c, too");
	tap_ok(conf_all(c, "files", "none", "exclude")->n == 0, "none");
	tap_is(conf_get(c, "files.A.c.path"), "c", "a dot in a name");
	tap_is(conf_sub(c, "container", "web", "logLines"), "500",
	    "the default of a name that is not there");
	conf_free(c);
	err_release(&e);
}

static void
test_repeated(void)
{
	struct conf *c = NULL;
	struct err e = { 0 };

	put("ub.conf", "[config]\npath = a\npath = b\n[backup]\n"
		       "keep = 3\nkeep = 4\n");
	tap_ok(
	    load("", &c, &e) == 0 && conf_all(c, "config", "", "path")->n == 2,
	    "two of a file");
	tap_is(conf_get(c, "backup.keep"), "4", "the last one counts");
	conf_free(c);
	tap_ok(load("config.path=z", &c, &e) == 0 &&
		   conf_all(c, "config", "", "path")->n == 1,
	    "-c replaces all of them");
	conf_free(c);
	err_release(&e);
}

static void
is_path(const struct conf *c, const char *section, const char *key, char *want)
{
	char *got = conf_path(c, section, "", key);

	tap_is(got, want, key);
	free(got);
	free(want);
}

static void
test_paths(void)
{
	struct conf *c = NULL;
	struct err e = { 0 };
	struct vec paths = { 0 };
	char *sub = path_join(dir, "sub"), *file = path_join(sub, "x.conf");
	struct vec set = { 0 };
	struct conf_source src = { .file = file, .root = dir, .set = &set };

	mkdir(sub, 0700);
	put("sub/x.conf", "[backup]\ndir = ../b//c\n[config]\npath = .env\n"
			  "path = ~/env\npath = /etc/env\n");
	vec_add(&set, "migrate.dir=m/./n");
	setenv("HOME", "/home/u", 1);
	tap_ok(conf_load(&src, &c, &e) == 0, "a file elsewhere");
	is_path(c, "backup", "dir", path_join(dir, "b/c"));
	is_path(c, "migrate", "dir", path_abs("m/n"));
	is_path(c, "ub", "state", path_join(dir, ".ub"));
	conf_paths(c, "config", "", "path", &paths);
	tap_ok(paths.n == 3, "three paths");
	tap_is(paths.v[1], "/home/u/env", "  at home");
	tap_is(paths.v[2], "/etc/env", "  absolute");
	tap_is(conf_origin(c, "backup", "", "dir"), "sub/x.conf:2",
	    "the origin of a file elsewhere");
	tap_is(conf_path(c, "database", "", "binDir"), NULL, "no path");
	conf_free(c);
	free(sub);
	free(file);
	vec_release(&set);
	vec_release(&paths);
	err_release(&e);
}

static void
test_table(void)
{
	const struct conf_key *k = conf_keys_all(), *other;
	char *env;

	for (; k->section; k++)
		for (other = k + 1; other->section; other++)
			if (strcmp(k->section, other->section) == 0 &&
			    strcmp(k->key, other->key) == 0)
				tap_ok(0, "%s.%s is there twice", k->section,
				    k->key);
	env = conf_keys_env(conf_keys_find("backup", "minKeep"));
	tap_is(env, "UB_BACKUP_MIN_KEEP", "the name of a variable");
	free(env);
}

static void
test_sizes(void)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} all[] = {
		{ "0", 0 }, { "1", 1 }, { "10K", 10240 },
		{ "1M", 1 << 20 }, { "2G", INT64_C(2) << 30 },
	};
	struct conf *c = NULL;
	struct err e = { 0 };
	char *set;
	size_t i;

	put("ub.conf", "");
	tap_ok(load("", &c, &e) == 0 && conf_size(c, "migrate.largeTable") ==
	    100 << 20, "a default");
	conf_free(c);
	for (i = 0; i < UB_LEN(all); i++) {
		c = NULL;
		set = mem_printf("migrate.largeTable=%s", all[i].text);
		tap_ok(load(set, &c, &e) == 0 && conf_size(c,
		    "migrate.largeTable") == all[i].bytes, "%s: %s",
		    all[i].text, e.msg ? e.msg : "");
		conf_free(c);
		err_release(&e);
		free(set);
	}
	c = NULL;
	tap_ok(load("migrate.largeTable=1X", &c, &e) == -1 &&
	    e.code == ERR_USAGE, "1X: %s", e.msg ? e.msg : "");
	err_release(&e);
}

int
main(void)
{
	struct err e = { 0 };

	dir = tmp_dir("test-conf", &e);
	test_wrong_keys();
	test_wrong_values();
	test_secrets();
	test_sources();
	test_names();
	test_repeated();
	test_paths();
	test_table();
	test_sizes();
	free(dir);
	return tap_done();
}
