/* test_props.c - properties of databases: through JSON, psql and a session
 * they come out as they went in. */
#include "ub/props.h"

#include "base/mem.h"
#include "base/text.h"
#include "pg.h"
#include "pgsql.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/tmp.h"
#include "tap.h"

static const char odd[] = "o'dd \"näme\" \\ with\n$x :y `z` and\ttab";

static char *
text_of(const struct props *p)
{
	json_t *j = props_json(p);
	char *text = json_dumps(j, JSON_SORT_KEYS | JSON_INDENT(1));

	json_decref(j);
	return text;
}

/* The properties of a database as JSON text. Caller owns. */
static char *
read_text(const char *dbname)
{
	struct db *db = pgsql_open("postgres");
	struct props p = { 0 };
	struct err e = { 0 };
	char *text;

	if (props_read(db, dbname, &p, &e) != 0)
		pgsql_bail(dbname, &e);
	text = text_of(&p);
	props_release(&p);
	db_close(db);
	return text;
}

static void
same_as(const char *dbname, const char *want, const char *name)
{
	char *got = read_text(dbname);

	tap_is(got, want, name);
	free(got);
}

static void
drop(const char *dbname)
{
	struct db *db = pgsql_open("postgres");
	char *name = db_ident(dbname);
	char *sql = mem_printf("DROP DATABASE %s", name);

	pgsql_do(db, sql);
	free(sql);
	free(name);
	db_close(db);
}

/* Run a file of SQL with psql, with the variable db or without. */
static int
psql(const char *file, const char *dbname, struct buf *errs)
{
	struct proc p = { 0 };
	struct err e = { 0 };
	int rc;

	vec_add(&p.argv, "psql");
	vec_add(&p.argv, "-Xq");
	if (dbname)
		vec_addf(&p.argv, "-vdb=%s", dbname);
	vec_add(&p.argv, "-d");
	vec_add(&p.argv, "postgres");
	vec_add(&p.argv, "-f");
	vec_add(&p.argv, file);
	rc = proc_run(&p, &e) == 0 ? p.exit : -1;
	buf_puts(errs, buf_text(&p.errs));
	proc_release(&p);
	err_release(&e);
	return rc;
}

static void
through_psql(const struct props *p, const char *dbname, const char *as,
    const char *want)
{
	char *sql = props_sql(p, dbname), *dir, *file;
	struct buf errs = { 0 };
	struct err e = { 0 };

	dir = tmp_dir("ub-test", &e);
	file = path_join(dir, "props.sql");
	tap_ok(tmp_write_file(file, sql, strlen(sql), &e) == 0, "written");
	tap_ok(psql(file, as, &errs) == 0, "psql runs it");
	tap_is(buf_text(&errs), "", "without a word");
	same_as(as ? as : dbname, want, "made by psql");
	tap_ok(psql(file, as, &errs) == 3, "not on one that is there");
	same_as(as ? as : dbname, want, "which stays as it is");
	drop(as ? as : dbname);
	buf_release(&errs);
	free(file);
	free(dir);
	free(sql);
}

static void
through_session(const struct props *p, const char *dbname, const char *want)
{
	struct db *db = pgsql_open("postgres");
	struct err e = { 0 };

	tap_ok(props_create(db, p, dbname, &e) == 0, "created: %s",
	    e.msg ? e.msg : "");
	tap_ok(props_apply(db, p, dbname, &e) == 0, "set: %s",
	    e.msg ? e.msg : "");
	same_as(dbname, want, "made by a session");
	db_close(db);
	drop(dbname);
	err_release(&e);
}

static void
through_json(struct props *p, const char *want)
{
	json_t *j = props_json(p);
	struct err e = { 0 };
	char *got;

	props_release(p);
	tap_ok(props_from_json(p, j, &e) == 0, "read from JSON: %s",
	    e.msg ? e.msg : "");
	json_decref(j);
	got = text_of(p);
	tap_is(got, want, "JSON gives it back");
	free(got);
}

/* Read it, drop it, make it again in every way. */
static void
round_trip(const char *dbname)
{
	struct db *db = pgsql_open("postgres");
	struct props p = { 0 };
	struct err e = { 0 };
	char *want;

	tap_ok(props_read(db, dbname, &p, &e) == 0, "read: %s",
	    e.msg ? e.msg : "");
	db_close(db);
	want = text_of(&p);
	drop(dbname);
	through_json(&p, want);
	through_psql(&p, dbname, NULL, want);
	through_psql(&p, dbname, odd, want);
	through_session(&p, dbname, want);
	props_release(&p);
	free(want);
}

static const char *const roles[] = {
	"CREATE ROLE shop LOGIN", "CREATE ROLE \"o'dd \\ rôle\"",
	"CREATE ROLE app", "SET allow_in_place_tablespaces = on",
	"CREATE TABLESPACE \"fast one\" LOCATION ''", NULL
};

static const char *const my_shop[] = {
	"CREATE DATABASE \"my-shop\" OWNER shop TABLESPACE \"fast one\"",
	"COMMENT ON DATABASE \"my-shop\" IS E'it''s \\\\ a\n;-- shop'",
	"ALTER DATABASE \"my-shop\" SET search_path TO"
	" \"$user\", public, \"o'dd, \"\"one\"\"\"",
	"ALTER DATABASE \"my-shop\" SET work_mem TO '7MB'",
	"ALTER DATABASE \"my-shop\" SET \"my.Setting\" TO E'a''b\\\\c'",
	"ALTER DATABASE \"my-shop\" SET temp_tablespaces TO ''",
	"ALTER DATABASE \"my-shop\" SET default_transaction_read_only TO on",
	"ALTER DATABASE \"my-shop\" SET session_preload_libraries TO"
	" '$libdir/auto_explain'",
	"ALTER DATABASE \"my-shop\" SET DateStyle TO 'ISO, DMY'",
	"ALTER ROLE \"o'dd \\ rôle\" IN DATABASE \"my-shop\""
	" SET search_path TO app, \"\"\"\"",
	"ALTER ROLE app IN DATABASE \"my-shop\" SET jit TO off",
	"ALTER DATABASE \"my-shop\" CONNECTION LIMIT 17",
	"REVOKE CONNECT ON DATABASE \"my-shop\" FROM PUBLIC",
	"GRANT CREATE ON DATABASE \"my-shop\" TO \"o'dd \\ rôle\""
	" WITH GRANT OPTION",
	"GRANT CONNECT, TEMPORARY ON DATABASE \"my-shop\" TO app",
	NULL
};

static void
test_round_trips(void)
{
	static const char *const sel_ect[] = {
		"CREATE DATABASE \"sel ect\" TEMPLATE template0"
		" LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' ENCODING 'UTF8'",
		"REVOKE ALL ON DATABASE \"sel ect\" FROM PUBLIC, postgres",
		NULL
	};
	static const char *const ascii[] = {
		"CREATE DATABASE \"ascii\" TEMPLATE template0"
		" ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", NULL
	};

	pgsql_in("postgres", roles);
	pgsql_in("postgres", my_shop);
	pgsql_in("postgres", sel_ect);
	pgsql_in("postgres", ascii);
	round_trip("my-shop");
	round_trip("sel ect");
	round_trip("ascii");
}

static void
test_odd_name(void)
{
	struct db *db = pgsql_open("postgres");
	char *name = db_ident(odd), *sql;

	sql = mem_printf("CREATE DATABASE %s", name);
	pgsql_do(db, sql);
	db_close(db);
	free(sql);
	free(name);
	round_trip(odd);
}

static void
test_what_is_read(void)
{
	struct db *db;
	struct props p = { 0 };
	struct err e = { 0 };

	pgsql_in("postgres", my_shop);
	db = pgsql_open("postgres");
	tap_ok(props_read(db, "my-shop", &p, &e) == 0, "read");
	tap_is(p.encoding, "UTF8", "encoding");
	tap_is(p.collate, "C.UTF-8", "collation");
	tap_is(p.ctype, "C.UTF-8", "character types");
	tap_is(p.provider, "libc", "provider");
	tap_is(p.locale, NULL, "no ICU locale");
	tap_is(p.owner, "shop", "owner");
	tap_is(p.tablespace, "fast one", "tablespace");
	tap_is(p.comment, "it's \\ a\n;-- shop", "comment");
	tap_ok(p.conn_limit == 17, "limit");
	tap_ok(p.has_acl && p.n_grants == 7, "grants: %zu", p.n_grants);
	tap_ok(p.n_settings == 9, "settings: %zu", p.n_settings);
	tap_ok(props_read(db, "nil", &p, &e) == -1, "none of that name");
	tap_is(e.msg, "cannot read the properties of database 'nil': "
	    "database \"nil\" does not exist", "message");
	tap_ok(e.code == ERR_TROUBLE, "code");
	db_close(db);
	props_release(&p);
	err_release(&e);
	drop("my-shop");
}

/* What is missing is named. */
/* A role, a tablespace, a grantee that are not there. */
static void
check_names(struct db *db, struct props *p)
{
	struct props_grant *g;
	struct err e = { 0 };

	tap_ok(props_create(db, p, "x", &e) == -1 && e.code == ERR_TROUBLE,
	    "no such owner");
	tap_is(e.msg, "cannot create database 'x': role \"nobody-here\" does "
	    "not exist", "its message");
	tap_is(e.kind, "props.role", "its kind");
	tap_is(e.hint, "create it, or all of the old server with psql -d "
	    "postgres -f db/globals.sql (in the set's folder)", "its hint");
	free(p->owner);
	p->owner = mem_dup("shop");
	p->tablespace = mem_dup("nil");
	tap_ok(props_create(db, p, "x", &e) == -1, "no such tablespace");
	tap_is(e.msg, "cannot create database 'x': tablespace \"nil\" does "
	    "not exist", "its message");
	free(p->tablespace);
	p->tablespace = NULL;
	p->has_acl = 1;
	g = props_add_grant(p);
	g->grantee = mem_dup("gone");
	g->privilege = mem_dup("CONNECT");
	tap_ok(props_create(db, p, "x", &e) == 0, "created");
	tap_ok(props_apply(db, p, "x", &e) == -1, "no such grantee");
	tap_is(e.msg, "cannot set the properties of database 'x': role "
	    "\"gone\" does not exist", "its message");
	same_as("x", "{\n \"collate\": \"C\",\n \"comment\": null,\n"
	    " \"connection_limit\": -1,\n \"ctype\": \"C\",\n"
	    " \"encoding\": \"UTF8\",\n \"grants\": null,\n"
	    " \"icu_rules\": null,\n \"locale\": null,\n"
	    " \"owner\": \"shop\",\n \"provider\": \"libc\",\n"
	    " \"settings\": [],\n \"tablespace\": null\n}",
	    "all or nothing");
	free(g->grantee);
	g->grantee = mem_dup("app");
	err_release(&e);
}

/* Rights that the role lacks. */
static void
check_rights(struct db *db, struct props *p)
{
	struct props_setting *s;
	struct err e = { 0 };

	pgsql_do(db, "SET SESSION AUTHORIZATION poor");
	tap_ok(props_create(db, p, "y", &e) == -1, "may not create");
	tap_is(e.msg, "cannot create database 'y': role \"poor\" lacks the "
	    "right CREATEDB", "its message");
	tap_is(e.hint, "ALTER ROLE \"poor\" CREATEDB", "its hint");
	tap_ok(props_apply(db, p, "x", &e) == -1, "may not set");
	tap_is(e.msg, "cannot set the properties of database 'x': role "
	    "\"poor\" is not a member of its owner \"shop\"",
	    "its message");
	tap_is(e.hint, "GRANT \"shop\" TO \"poor\"", "its hint");
	pgsql_do(db, "RESET SESSION AUTHORIZATION");
	pgsql_do(db, "GRANT shop TO poor");
	pgsql_do(db, "SET SESSION AUTHORIZATION poor");
	s = props_add_setting(p);
	s->name = mem_dup("log_statement");
	s->value = mem_dup("all");
	tap_ok(props_apply(db, p, "x", &e) == -1, "may not set that");
	tap_ok(strstr(e.msg, "permission denied to set parameter "
	    "\"log_statement\"") != NULL, "its message");
	tap_is(e.hint, "some settings take a superuser, or GRANT SET ON "
	    "PARAMETER", "its hint");
	tap_ok(e.code == ERR_TROUBLE, "its code");
	pgsql_do(db, "RESET SESSION AUTHORIZATION");
	pgsql_do(db, "SET SESSION AUTHORIZATION rich");
	tap_ok(props_create(db, p, "y", &e) == -1, "not for another");
	tap_is(e.kind, "props.right", "its kind");
	tap_is(e.hint, "it takes a member of role \"shop\" that holds "
	    "CREATEDB, or a superuser", "its hint");
	err_release(&e);
}

static void
test_missing(void)
{
	static const char *const setup[] = { "CREATE ROLE poor LOGIN",
		"CREATE ROLE rich LOGIN CREATEDB", NULL };
	struct props p = { .encoding = mem_dup("UTF8"),
		.collate = mem_dup("C"), .ctype = mem_dup("C"),
		.owner = mem_dup("nobody-here"), .conn_limit = -1 };
	struct db *db;

	pgsql_in("postgres", setup);
	db = pgsql_open("postgres");
	check_names(db, &p);
	check_rights(db, &p);
	db_close(db);
	drop("x");
	props_release(&p);
}

static void
refuse(const char *json, const char *want)
{
	static const char base[] = "{\"encoding\":\"UTF8\",\"collate\":\"C\","
	    "\"ctype\":\"C\",\"provider\":\"libc\",\"locale\":null,"
	    "\"icu_rules\":null,\"owner\":\"o\",\"tablespace\":null,"
	    "\"comment\":null,\"connection_limit\":-1,\"grants\":null,"
	    "\"settings\":[]}";
	json_t *j = json_loads(base, 0, NULL);
	json_t *change = json_loads(json, JSON_DECODE_ANY, NULL);
	struct props p = { 0 };
	struct err e = { 0 };

	if (json_is_object(change))
		json_object_update(j, change);
	else if (json_is_string(change))
		json_object_del(j, json_string_value(change));
	tap_ok(props_from_json(&p, json_is_array(change) ? change : j,
	    &e) == (want ? -1 : 0), "%s", json);
	tap_is(e.msg, want, "its message");
	tap_ok(e.code == (want ? ERR_NO : ERR_OK), "its code");
	json_decref(j);
	json_decref(change);
	props_release(&p);
	err_release(&e);
}

static void
test_hostile(void)
{
	refuse("{}", NULL);
	refuse("{\"new\":1}", NULL);
	refuse("[]", "\"props\" is not an object");
	refuse("\"encoding\"", "\"encoding\" is missing");
	refuse("\"owner\"", "\"owner\" is missing");
	refuse("\"grants\"", "\"grants\" is missing");
	refuse("\"settings\"", "\"settings\" is missing");
	refuse("{\"owner\":7}", "\"owner\" is not a string");
	refuse("{\"owner\":null}", "\"owner\" is not a string");
	refuse("{\"comment\":[]}", "\"comment\" is not a string");
	refuse("{\"provider\":\"icu; DROP TABLE t\"}",
	    "\"provider\" is unknown: icu; DROP TABLE t");
	refuse("{\"connection_limit\":-2}",
	    "\"connection_limit\" is out of range");
	refuse("{\"connection_limit\":\"1\"}",
	    "\"connection_limit\" is not an integer");
	refuse("{\"settings\":[1]}", "\"role\" is missing");
	refuse("{\"settings\":[{\"role\":null,\"name\":\"a\"}]}",
	    "\"value\" is missing");
	refuse("{\"settings\":[{\"role\":null,\"name\":1,\"value\":\"\"}]}",
	    "\"name\" is not a string");
	refuse("{\"grants\":[{\"privilege\":\"CREATE\","
	    "\"grantable\":false}]}", "\"grantee\" is missing");
	refuse("{\"grants\":[{\"grantee\":null,\"privilege\":\"ALL\","
	    "\"grantable\":false}]}", "\"privilege\" is unknown: ALL");
	refuse("{\"grants\":[{\"grantee\":null,\"privilege\":\"CREATE\"}]}",
	    "\"grantable\" is not true or false");
}

static void
test_text(void)
{
	struct props p = { .encoding = mem_dup("UTF8"),
		.collate = mem_dup("C"), .ctype = mem_dup("C"),
		.provider = mem_dup("builtin"), .locale = mem_dup("C.UTF-8"),
		.owner = mem_dup("o"), .conn_limit = -1 };
	struct props_setting *s;
	char *sql = props_sql(&p, "a'b");

	tap_is(sql, "\\if :{?db}\n\\else\n\\set db 'a''b'\n\\endif\n"
	    "\\set ON_ERROR_STOP on\n\\encoding UTF8\n"
	    "CREATE DATABASE :\"db\" TEMPLATE template0 ENCODING 'UTF8'"
	    " LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER builtin"
	    " BUILTIN_LOCALE 'C.UTF-8' OWNER \"o\";\n", "builtin locale");
	free(sql);
	free(p.provider);
	free(p.locale);
	p.provider = mem_dup("icu");
	p.locale = mem_dup("und");
	p.icu_rules = mem_dup("&a < b'");
	s = props_add_setting(&p);
	s->name = mem_dup("search_path");
	s->value = mem_dup("a,\"b");
	s = props_add_setting(&p);
	s->name = mem_dup("search_path");
	s->value = mem_dup(" a ,b,\"c \"\"d\"");
	sql = props_sql(&p, "\xff");
	tap_is(sql, "\\if :{?db}\n\\else\n\\set db '\xff'\n\\endif\n"
	    "\\set ON_ERROR_STOP on\n\\encoding SQL_ASCII\n"
	    "CREATE DATABASE :\"db\" TEMPLATE template0 ENCODING 'UTF8'"
	    " LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu"
	    " ICU_LOCALE 'und' ICU_RULES '&a < b''' OWNER \"o\";\n"
	    "ALTER DATABASE :\"db\" SET \"search_path\" TO 'a,\"b';\n"
	    "ALTER DATABASE :\"db\" SET \"search_path\" TO 'a', 'b',"
	    " 'c \"d';\n", "ICU rules, a list and what is none, any bytes");
	free(sql);
	props_release(&p);
}

int
main(void)
{
	test_text();
	test_hostile();
	pg_start(NULL);
	test_round_trips();
	test_odd_name();
	test_what_is_read();
	test_missing();
	return tap_done();
}
