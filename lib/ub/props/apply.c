/* apply.c - make a database with given properties through a session. */
#include "ub/props.h"

#include "base/mem.h"
#include "ub/props/sql.h"

static int
is_state(const struct err *e, const char *sqlstate)
{
	const char *s = err_detail_get(e, "sqlstate");

	return s && strcmp(s, sqlstate) == 0;
}

static int
has_role(struct db *db, const char *role)
{
	const char *params[] = { role, NULL };
	struct err ignored = { 0 };
	char *found = NULL;
	int yes;

	/* In doubt it is there: the server's own words stand then. */
	if (db_value(db, "SELECT 1 FROM pg_roles WHERE rolname::text = $1",
	    params, &found, &ignored) != 0)
		found = mem_dup("1");
	yes = found != NULL;
	free(found);
	err_release(&ignored);
	return yes;
}

static const char *
missing_role(struct db *db, const struct props *p)
{
	size_t i;

	if (!has_role(db, p->owner))
		return p->owner;
	for (i = 0; i < p->n_grants; i++)
		if (p->grants[i].grantee && !has_role(db, p->grants[i].grantee))
			return p->grants[i].grantee;
	for (i = 0; i < p->n_settings; i++)
		if (p->settings[i].role && !has_role(db, p->settings[i].role))
			return p->settings[i].role;
	return NULL;
}

/* Something that the statement names is not there: a role? */
static int
explain_missing(struct db *db, const struct props *p, struct err *e)
{
	const char *role = missing_role(db, p);

	if (role)
		err_set(e, ERR_TROUBLE, "props.role",
		    "role \"%s\" does not exist", role);
	else if (p->tablespace)
		err_set(e, ERR_TROUBLE, "props.tablespace",
		    "tablespace \"%s\" does not exist", p->tablespace);
	else
		return -1;
	return err_hint(e, "create it, or all of the old server with "
	    "psql -d postgres -f db/globals.sql (in the set's folder)");
}

/*
 * A right is missing. When it is the one to create databases, the server
 * does not say how to get it.
 */
static int
explain_right(struct db *db, const struct props *p, struct err *e)
{
	struct err ignored = { 0 };
	struct db_rows *r = NULL;
	char *user = NULL;

	if (db_query(db, "SELECT rolname, rolsuper OR rolcreatedb AS may"
	    " FROM pg_roles WHERE rolname = current_user", NULL, &r,
	    &ignored) != 0 || db_count(r) != 1)
		goto out;
	user = db_ident(db_get(r, 0, "rolname"));
	if (!db_get_bool(r, 0, "may")) {
		err_set(e, ERR_TROUBLE, "props.right",
		    "role %s lacks the right CREATEDB", user);
		err_hint(e, "ALTER ROLE %s CREATEDB", user);
	} else {
		free(e->kind);
		e->kind = mem_dup("props.right");
		err_hint(e, "it takes a member of role \"%s\" that holds "
		    "CREATEDB, or a superuser", p->owner);
	}
out:
	free(user);
	db_rows_free(r);
	err_release(&ignored);
	return -1;
}

int
props_create(struct db *admin, const struct props *p, const char *dbname,
    struct err *e)
{
	char *name = db_ident(dbname);
	char *sql = props_sql_create(p, name, db_version(admin));
	int rc = db_exec(admin, e, "%s", sql);

	if (rc != 0 && is_state(e, "42704"))
		explain_missing(admin, p, e);
	else if (rc != 0 && is_state(e, "42501"))
		explain_right(admin, p, e);
	if (rc != 0)
		err_in(e, "cannot create database '%s'", dbname);
	free(sql);
	free(name);
	return rc;
}

static int
run_all(struct db *admin, const struct vec *list, struct err *e)
{
	struct err ignored = { 0 };
	size_t i;
	int rc = db_exec(admin, e, "BEGIN");

	for (i = 0; i < list->n && rc == 0; i++)
		rc = db_exec(admin, e, "%s", list->v[i]);
	if (rc == 0)
		rc = db_exec(admin, e, "COMMIT");
	if (rc != 0)
		db_exec(admin, &ignored, "ROLLBACK");
	err_release(&ignored);
	return rc;
}

/* GRANT and REVOKE without the right to do so are mere warnings. */
static int
check_owner(struct db *db, const char *dbname, struct err *e)
{
	const char *params[] = { dbname, NULL };
	struct db_rows *r = NULL;
	int rc = db_query(db, "SELECT current_user AS me,"
	    " pg_get_userbyid(datdba) AS owner,"
	    " pg_has_role(datdba, 'USAGE') AS may"
	    " FROM pg_database WHERE datname::text = $1", params, &r, e);

	if (rc == 0 && db_count(r) == 1 && !db_get_bool(r, 0, "may")) {
		rc = err_set(e, ERR_TROUBLE, "props.right", "role \"%s\" is "
		    "not a member of its owner \"%s\"", db_get(r, 0, "me"),
		    db_get(r, 0, "owner"));
		err_hint(e, "GRANT \"%s\" TO \"%s\"",
		    db_get(r, 0, "owner"), db_get(r, 0, "me"));
	}
	db_rows_free(r);
	return rc;
}

int
props_apply(struct db *admin, const struct props *p, const char *dbname,
    struct err *e)
{
	char *name = db_ident(dbname);
	struct vec list = { 0 };
	int rc;

	props_sql_alter(p, name, &list);
	rc = check_owner(admin, dbname, e);
	if (rc == 0)
		rc = run_all(admin, &list, e);
	if (rc != 0 && is_state(e, "42704"))
		explain_missing(admin, p, e);
	else if (rc != 0 && is_state(e, "42501"))
		err_hint(e, "some settings take a superuser, or GRANT SET ON "
		    "PARAMETER");
	if (rc != 0)
		err_in(e, "cannot set the properties of database '%s'",
		    dbname);
	vec_release(&list);
	free(name);
	return rc;
}
