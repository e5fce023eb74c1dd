/* test_dsn.c - connection text: forms, defaults, Prisma, secrets. */
#include <unistd.h>

#include "base/mem.h"
#include "ext/dsn.h"
#include "tap.h"

#define CANNOT "cannot read the connection text: "

static char dir[] = "/tmp/ub-test-dsn-XXXXXX";

static const char *const pg_vars[] = { "PGHOST", "PGHOSTADDR", "PGPORT",
	"PGUSER", "PGDATABASE", "PGPASSWORD", "PGPASSFILE", "PGSERVICE",
	"PGSERVICEFILE", "PGOPTIONS", "PGSSLMODE", "PGCLIENTENCODING",
	"PGAPPNAME", "PGCONNECT_TIMEOUT" };

static const char *
pair(const struct dsn *d, const char *keyword)
{
	for (size_t i = 0; i < d->pairs.n; i += 2)
		if (strcmp(d->pairs.v[i], keyword) == 0)
			return d->pairs.v[i + 1];
	return NULL;
}

/* "user@host:port/dbname?schema" of a text. */
static void
parses(const char *text, const char *want)
{
	struct dsn d = {0};
	struct err e = {0};
	char *got;

	if (dsn_parse(&d, text, NULL, &e) < 0)
		got = mem_dup(e.msg);
	else
		got = mem_printf("%s@%s:%s/%s?%s", d.user,
		    d.host ? d.host : "", d.port, d.dbname,
		    d.schema ? d.schema : "");
	tap_is(got, want, text);
	free(got);
	dsn_release(&d);
	err_release(&e);
}

static void
test_forms(void)
{
	parses("host=db port=6000 user=u dbname=my-shop",
	    "u@db:6000/my-shop?");
	parses("user=u host=/run/x dbname='a b'", "u@/run/x:5432/a b?");
	parses("user=u", "u@:5432/u?");
	parses("postgresql://u:s3cret@db:99/shop", "u@db:99/shop?");
	parses("postgres://u@[::1]/sh%20op", "u@::1:5432/sh op?");
	parses("postgres://u@a:1,b:2/shop", "u@a,b:1,2/shop?");
	parses("postgres://u@db", "u@db:5432/u?");
	parses("postgres:///shop?host=/run/p&user=u", "u@/run/p:5432/shop?");
}

static void
test_prisma(void)
{
	struct dsn d = {0};
	struct err e = {0};

	parses("postgres://u@db/shop?schema=public", "u@db:5432/shop?public");
	parses("postgres://u@db/shop?schema=my%20s%63hema&sslaccept=strict",
	    "u@db:5432/shop?my schema");
	parses("postgres://u:p?x@db/shop?pgbouncer=true&&schema=a",
	    "u@db:5432/shop?a");
	parses("postgres://u@db/shop?schema=", "u@db:5432/shop?");
	parses("postgres://u@db/shop?schema", "u@db:5432/shop?");
	parses("postgres://u@db/shop?schema=a%2", CANNOT
	    "a '%' needs two hex digits");
	parses("postgres://u@db/shop?schema=a%00", CANNOT
	    "a '%' needs two hex digits");
	tap_ok(dsn_parse(&d, "postgres://u@db/shop?connection_limit=5&"
	    "sslmode=require&pool_timeout=2&socket_timeout=3&"
	    "statement_cache_size=0&connect_timeout=7", NULL, &e) == 0,
	    "libpq's parameters among Prisma's");
	tap_is(pair(&d, "sslmode"), "require", "sslmode stays");
	tap_is(pair(&d, "connect_timeout"), "7", "connect_timeout stays");
	dsn_release(&d);
	err_release(&e);
}

/* Never a word of the text in the message, whatever is wrong. */
static void
refuses(const char *text, const char *why)
{
	struct dsn d = {0};
	struct err e = {0};
	char *want = mem_printf(CANNOT "%s", why);

	tap_ok(dsn_parse(&d, text, NULL, &e) == -1 && e.code == ERR_USAGE &&
	    strcmp(e.kind, "database.url") == 0, "refused: %s", text);
	tap_is(e.msg, want, "its message");
	tap_ok(!strstr(e.msg, "s3c") && !strstr(e.hint, "s3c") &&
	    !d.host && !d.dbname && !d.pairs.n, "nothing is left of it");
	free(want);
	err_release(&e);
}

static void
test_wrong(void)
{
	refuses("host=db s3cret", "a keyword has no '='");
	refuses("password='s3cret", "a quote is not closed");
	refuses("password=a s3cret=b", "it has an unknown keyword");
	refuses("postgres://u:s3c@db/x?s3c=1", "it has an unknown parameter");
	refuses("postgres://u:s3c@db/x?s3c", "a parameter has no '='");
	refuses("postgres://u@db/x?a=s3c=c", "a parameter has two '='");
	refuses("postgres://u:s3c%zz@db/x", "a '%' needs two hex digits");
	refuses("postgres://u:s3c%00@db/x", "it has an encoded NUL");
	refuses("postgres://u:s3c@[db/x", "a '[' is not closed");
	refuses("postgres://u:s3c@[::1]x", "a '/' is missing behind the host");
	refuses("postgres://u:s3c@[]/x", "libpq does not understand it");
	refuses("postgres://u:a@s3cret@db/x", "there is an '@' too many");
	refuses("postgres://u:a/s3cret@db/x", "there is an '@' too many");
	refuses("postgres://u:s3c/x", "the port is not a number");
	refuses("host=db port=s3c", "the port is not a number");
	refuses("s3cret", "a keyword has no '='");
}

static void
test_defaults(void)
{
	struct dsn d = {0};
	struct err e = {0};

	setenv("PGHOST", "envhost", 1);
	setenv("PGPORT", "7000", 1);
	setenv("PGUSER", "envuser", 1);
	parses("", "envuser@envhost:7000/envuser?");
	parses("host='' dbname=x", "envuser@envhost:7000/x?");
	setenv("PGDATABASE", "envdb", 1);
	parses("host=db", "envuser@db:7000/envdb?");
	setenv("PGPASSWORD", "s3cret", 1);
	tap_ok(dsn_parse(&d, "host=db", NULL, &e) == 0 && !d.has_password,
	    "a password of the environment is not in the text");
	tap_is(pair(&d, "password"), "s3cret", "but in force");
	tap_ok(dsn_parse(&d, "password=x", NULL, &e) == 0 && d.has_password,
	    "a password in the text, and a struct used twice");
	dsn_release(&d);
	err_release(&e);
}

static void
write_service(const char *path)
{
	FILE *f = fopen(path, "w");

	fputs("[shop]\nhost=svchost\nport=7100\nuser=svcuser\n"
	    "dbname=svcdb\nkeepalives=0\n[half]\nhost=half\n", f);
	fclose(f);
	setenv("PGSERVICEFILE", path, 1);
}

static void
test_service(void)
{
	char *path = mem_printf("%s/pg_service.conf", dir);
	struct dsn d = {0};
	struct err e = {0};

	write_service(path);
	/* The environment still has PGHOST and all: a service wins. */
	parses("service=shop", "svcuser@svchost:7100/svcdb?");
	parses("service=shop dbname=x", "svcuser@svchost:7100/x?");
	parses("service=half", "envuser@half:7000/envdb?");
	tap_is(getenv("PGSERVICE"), NULL, "PGSERVICE is unset again");
	setenv("PGSERVICE", "half", 1);
	parses("", "envuser@half:7000/envdb?");
	parses("service=shop", "svcuser@svchost:7100/svcdb?");
	tap_is(getenv("PGSERVICE"), "half", "PGSERVICE is as it was");
	tap_ok(dsn_parse(&d, "service=shop", NULL, &e) == 0, "parsed");
	tap_is(pair(&d, "service"), "shop", "the name is kept");
	tap_is(pair(&d, "keepalives"), "0", "all its values are");
	dsn_release(&d);
	err_release(&e);
	unlink(path);
	free(path);
}

static void
test_env(void)
{
	struct dsn d = {0}, other = {0};
	struct err e = {0};
	struct vec env = {0};

	setenv("PGCLIENTENCODING", "LATIN1", 1);
	setenv("PGOPTIONS", "-c work_mem=1MB", 1);
	dsn_parse(&d, "host=db port=1 user=u dbname=a password='p w' "
	    "service=half", "/etc/pass", &e);
	dsn_for_db(&other, &d, "b=c");
	dsn_env(&other, &env);
	tap_ok(vec_has(&env, "PGHOST=db") && vec_has(&env, "PGPORT=1") &&
	    vec_has(&env, "PGUSER=u"), "where");
	tap_ok(vec_has(&env, "PGDATABASE=b=c"), "another database");
	tap_ok(vec_has(&env, "PGPASSWORD=p w"), "the password");
	tap_ok(vec_has(&env, "PGPASSFILE=/etc/pass"), "the password file");
	tap_ok(vec_has(&env, "PGOPTIONS=-c work_mem=1MB"), "options");
	tap_ok(vec_has(&env, "PGSERVICE"), "no service");
	tap_ok(vec_has(&env, "PGCLIENTENCODING"), "no encoding");
	tap_ok(vec_has(&env, "PGHOSTADDR"), "what is not given is unset");
	dsn_set(&d, "options", "-c geqo=off");
	dsn_set(&d, "hostaddr", "10.0.0.1");
	vec_release(&env);
	dsn_env(&d, &env);
	tap_ok(vec_has(&env, "PGOPTIONS=-c geqo=off"), "another value");
	tap_ok(vec_has(&env, "PGHOSTADDR=10.0.0.1"), "one more");
	tap_ok(!vec_has(&other.pairs, "10.0.0.1"), "the copy has its own");
	/* In place. */
	dsn_for_db(&d, &d, d.user);
	tap_is(d.dbname, "u", "a copy onto itself");
	dsn_release(&d);
	dsn_release(&other);
	vec_release(&env);
	err_release(&e);
}

static void
says(const char *text, const char *want)
{
	struct dsn d = {0};
	struct err e = {0};
	char *got;

	dsn_parse(&d, text, NULL, &e);
	got = dsn_text(&d);
	tap_is(got, want, want);
	free(got);
	dsn_release(&d);
	err_release(&e);
}

static void
test_text(void)
{
	says("host=db dbname=shop password=s3c", "shop at db:5432");
	says("host=/run/postgresql dbname=shop", "shop at /run/postgresql");
	says("host=/tmp port=1 dbname=shop", "shop at /tmp:1");
	says("host=::1 dbname=shop", "shop at [::1]:5432");
	says("hostaddr=127.0.0.1 dbname=shop", "shop at 127.0.0.1:5432");
	says("dbname=shop", "shop");
}

static void
clear(void)
{
	for (size_t i = 0; i < UB_LEN(pg_vars); i++)
		unsetenv(pg_vars[i]);
}

static void
test_quote(void)
{
	char *q = dsn_quote("a='b' \\c");

	tap_is(q, "'a=\\'b\\' \\\\c'", "a value is quoted");
	free(q);
	q = dsn_quote("");
	tap_is(q, "''", "also an empty one");
	free(q);
}

int
main(void)
{
	struct dsn zero = {0};

	if (!mkdtemp(dir))
		return 1;
	clear();
	test_forms();
	test_prisma();
	test_wrong();
	test_defaults();
	test_service();
	test_env();
	clear();
	test_text();
	dsn_release(&zero);
	rmdir(dir);
	test_quote();
	return tap_done();
}
