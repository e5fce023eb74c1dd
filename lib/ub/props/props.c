/* props.c - properties of a database: memory, and reading the catalog. */
#include "ub/props.h"

#include "base/mem.h"

struct props_grant *
props_add_grant(struct props *p)
{
	p->grants = mem_grow(p->grants, p->n_grants + 1, sizeof(*p->grants));
	p->grants[p->n_grants] = (struct props_grant){ 0 };
	return &p->grants[p->n_grants++];
}

struct props_setting *
props_add_setting(struct props *p)
{
	p->settings =
	    mem_grow(p->settings, p->n_settings + 1, sizeof(*p->settings));
	p->settings[p->n_settings] = (struct props_setting){ 0 };
	return &p->settings[p->n_settings++];
}

/*
 * Columns that only some versions have are taken from the row as JSON: an
 * absent one is NULL. daticulocale became datlocale in 17.
 */
static const char sql_database[] =
    "SELECT pg_encoding_to_char(d.encoding) AS encoding,"
    " d.datcollate::text AS collate, d.datctype::text AS ctype,"
    " j->>'datlocprovider' AS provider,"
    " coalesce(j->>'datlocale', j->>'daticulocale') AS locale,"
    " j->>'daticurules' AS icu_rules,"
    " pg_get_userbyid(d.datdba) AS owner,"
    " nullif(t.spcname, 'pg_default') AS tablespace,"
    " shobj_description(d.oid, 'pg_database') AS comment,"
    " d.datconnlimit, d.datacl IS NOT NULL AS has_acl"
    " FROM pg_database d"
    " JOIN pg_tablespace t ON t.oid = d.dattablespace,"
    " to_jsonb(d) j WHERE d.datname::text = $1";

/* In the order of the list, so that the same list comes out again. */
static const char sql_grants[] =
    "SELECT r.rolname AS grantee, a.privilege_type AS privilege,"
    " bool_or(a.is_grantable) AS grantable"
    " FROM pg_database d, unnest(d.datacl) WITH ORDINALITY i(acl, n),"
    " aclexplode(ARRAY[i.acl]) a"
    " LEFT JOIN pg_roles r ON r.oid = a.grantee"
    " WHERE d.datname::text = $1 AND (a.grantee = 0 OR r.oid IS NOT NULL)"
    " GROUP BY 1, 2 ORDER BY min(i.n), 2";

static const char sql_settings[] =
    "SELECT r.rolname AS role,"
    " left(u.c, strpos(u.c, '=') - 1) AS name,"
    " substr(u.c, strpos(u.c, '=') + 1) AS value"
    " FROM pg_database d"
    " JOIN pg_db_role_setting s ON s.setdatabase = d.oid"
    " CROSS JOIN unnest(s.setconfig) WITH ORDINALITY u(c, n)"
    " LEFT JOIN pg_roles r ON r.oid = s.setrole"
    " WHERE d.datname::text = $1 AND (s.setrole = 0 OR r.oid IS NOT NULL)"
    " ORDER BY 1 NULLS FIRST, u.n";

static char *
copy(const struct db_rows *r, int i, const char *column)
{
	return mem_dup(db_get(r, i, column));
}

/* pg_database.datlocprovider is one letter. */
static const char *
provider_word(const char *letter)
{
	if (!letter)
		return NULL;
	switch (*letter) {
	case 'i':
		return "icu";
	case 'b':
		return "builtin";
	default:
		return "libc";
	}
}

static int
read_database(struct db *db, const char *const *name, struct props *p,
    struct err *e)
{
	struct db_rows *r = NULL;

	if (db_query(db, sql_database, name, &r, e) != 0)
		return -1;
	if (db_count(r) != 1) {
		db_rows_free(r);
		return err_set(e, ERR_TROUBLE, "props.missing",
		    "database \"%s\" does not exist", name[0]);
	}
	p->encoding = copy(r, 0, "encoding");
	p->collate = copy(r, 0, "collate");
	p->ctype = copy(r, 0, "ctype");
	p->provider = mem_dup(provider_word(db_get(r, 0, "provider")));
	p->locale = copy(r, 0, "locale");
	p->icu_rules = copy(r, 0, "icu_rules");
	p->owner = copy(r, 0, "owner");
	p->tablespace = copy(r, 0, "tablespace");
	p->comment = copy(r, 0, "comment");
	p->conn_limit = (int)db_get_int(r, 0, "datconnlimit");
	p->has_acl = db_get_bool(r, 0, "has_acl");
	db_rows_free(r);
	return 0;
}

static int
read_grants(struct db *db, const char *const *name, struct props *p,
    struct err *e)
{
	struct db_rows *r = NULL;
	struct props_grant *g;
	int i;

	if (db_query(db, sql_grants, name, &r, e) != 0)
		return -1;
	for (i = 0; i < db_count(r); i++) {
		g = props_add_grant(p);
		g->grantee = copy(r, i, "grantee");
		g->privilege = copy(r, i, "privilege");
		g->grantable = db_get_bool(r, i, "grantable");
	}
	db_rows_free(r);
	return 0;
}

static int
read_settings(struct db *db, const char *const *name, struct props *p,
    struct err *e)
{
	struct db_rows *r = NULL;
	struct props_setting *s;
	int i;

	if (db_query(db, sql_settings, name, &r, e) != 0)
		return -1;
	for (i = 0; i < db_count(r); i++) {
		s = props_add_setting(p);
		s->role = copy(r, i, "role");
		s->name = copy(r, i, "name");
		s->value = copy(r, i, "value");
	}
	db_rows_free(r);
	return 0;
}

int
props_read(struct db *db, const char *dbname, struct props *out,
    struct err *e)
{
	const char *name[] = { dbname, NULL };
	struct props p = { 0 };

	if (read_database(db, name, &p, e) != 0 ||
	    read_grants(db, name, &p, e) != 0 ||
	    read_settings(db, name, &p, e) != 0) {
		props_release(&p);
		return err_in(e, "cannot read the properties of database '%s'",
		    dbname);
	}
	*out = p;
	return 0;
}

void
props_release(struct props *p)
{
	char *const text[] = { p->encoding, p->collate, p->ctype, p->provider,
		p->locale, p->icu_rules, p->owner, p->tablespace, p->comment };
	size_t i;

	for (i = 0; i < UB_LEN(text); i++)
		free(text[i]);
	for (i = 0; i < p->n_grants; i++) {
		free(p->grants[i].grantee);
		free(p->grants[i].privilege);
	}
	for (i = 0; i < p->n_settings; i++) {
		free(p->settings[i].role);
		free(p->settings[i].name);
		free(p->settings[i].value);
	}
	free(p->grants);
	free(p->settings);
	*p = (struct props){ 0 };
}
