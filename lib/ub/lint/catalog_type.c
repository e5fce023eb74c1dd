/* catalog_type.c - types and functions in the live catalog. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "ub/lint/model.h"

/* The answer for a name that may have no schema: in the server's own one,
 * then in each of the path. $1 is the schema, $2 the name, $3 more. */
static json_t *
ask_path(struct model *m, const char *sql, struct tree_name n,
    const char *more)
{
	const char *params[] = { n.schema, n.name, more, NULL };
	json_t *v;
	size_t i;

	if (n.schema)
		return catalog_ask(m, sql, params);
	params[0] = "pg_catalog";
	v = catalog_ask(m, sql, params);
	for (i = 0; !v && i < m->path.n; i++) {
		params[0] = m->path.v[i];
		v = catalog_ask(m, sql, params);
	}
	return v;
}

/* A type as a key of what is remembered. Caller owns. */
static char *
key_of(struct tree_name n)
{
	return mem_printf("%s.%s", n.schema ? n.schema : "", n.name);
}

json_t *
catalog_type(struct model *m, struct tree_name n)
{
	static const char sql[] =
		"SELECT pg_catalog.json_build_object('kind', t.typtype,"
		" 'constrained', (WITH RECURSIVE b AS (SELECT t.oid,"
		"  t.typbasetype, t.typnotnull UNION SELECT d.oid,"
		"  d.typbasetype, d.typnotnull FROM pg_catalog.pg_type d"
		"  JOIN b ON d.oid = b.typbasetype WHERE d.typtype = 'd')"
		"  SELECT pg_catalog.bool_or(typnotnull OR EXISTS (SELECT"
		"   FROM pg_catalog.pg_constraint WHERE contypid = b.oid))"
		"  FROM b WHERE t.typtype = 'd'),"
		" 'base', (WITH RECURSIVE b AS (SELECT t.typbasetype AS oid,"
		"  t.typtypmod AS typmod WHERE t.typtype = 'd' UNION"
		"  SELECT d.typbasetype, d.typtypmod"
		"  FROM pg_catalog.pg_type d JOIN b USING (oid)"
		"  WHERE d.typtype = 'd')"
		"  SELECT pg_catalog.json_build_object('name', x.typname,"
		"  'typmod', typmod) FROM b JOIN pg_catalog.pg_type x"
		"  USING (oid) WHERE x.typtype <> 'd'"
		"  AND x.typcollation = t.typcollation AND x.typnamespace"
		"  = 'pg_catalog'::pg_catalog.regnamespace),"
		" 'values', (SELECT pg_catalog.json_agg(enumlabel)"
		"  FROM pg_catalog.pg_enum WHERE enumtypid = t.oid))"
		" FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n"
		" ON n.oid = typnamespace WHERE n.nspname = $1"
		" AND typname = $2 AND $3 = ''";
	char *key = key_of(n);
	json_t *v = json_object_get(m->types, key);

	if (!v && m->db) {
		v = ask_path(m, sql, n, "");
		json_object_set_new(m->types, key, v ? v : json_null());
	}
	free(key);
	return v;
}

const char *
catalog_base(struct model *m, struct tree_name n, int free, long *typmod)
{
	json_t *type = n.name ? catalog_type(m, n) : NULL;
	json_t *base = tree_get(type, "base");

	if (!tree_text(base, "name") ||
	    (free && tree_flag(type, "constrained")))
		return NULL;
	*typmod = tree_number(base, "typmod");
	return tree_text(base, "name");
}

/* Of all functions of that name that take so many arguments the least
 * steady; what it does, if it is one in SQL and the only one. */
static const char proc_sql[] =
	"SELECT pg_catalog.json_build_object('v', CASE"
	"  WHEN pg_catalog.bool_or(provolatile = 'v') THEN 'v'"
	"  WHEN pg_catalog.bool_or(provolatile = 's') THEN 's'"
	"  ELSE 'i' END, 'body', CASE WHEN pg_catalog.count(*) = 1 THEN"
	"  pg_catalog.min(prosrc) FILTER (WHERE lanname = 'sql'"
	"  AND NOT prosecdef AND NOT proretset) END)"
	" FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n"
	" ON n.oid = pronamespace JOIN pg_catalog.pg_language l"
	" ON l.oid = prolang WHERE nspname = $1 AND proname = $2"
	" AND (provariadic <> 0 OR $3::int BETWEEN"
	"  pronargs - pronargdefaults AND pronargs)"
	" HAVING pg_catalog.count(*) > 0";

char
catalog_volatile(struct model *m, struct tree_name n, size_t args,
    char **body)
{
	char *count = mem_printf("%zu", args);
	char *key = mem_printf("%s.%s/%zu", n.schema ? n.schema : "", n.name,
	    args);
	json_t *v = json_object_get(m->procs, key);
	const char *s;

	if (!v && m->db) {
		v = ask_path(m, proc_sql, n, count);
		json_object_set_new(m->procs, key, v ? v : json_null());
	}
	free(count);
	free(key);
	*body = mem_dup(tree_text(v, "body"));
	s = tree_text(v, "v");
	return (char)(s ? *s : 0);
}

int
catalog_builtin(struct model *m, struct tree_name n)
{
	static const char sql[] =
		"SELECT pg_catalog.json_build_object('v', EXISTS (SELECT"
		" FROM pg_catalog.pg_proc JOIN pg_catalog.pg_namespace n"
		" ON n.oid = pronamespace WHERE nspname = 'pg_catalog'"
		" AND proname = $1))";
	const char *params[] = { n.name, NULL };
	char *key;
	json_t *v;

	if (!m->db || (n.schema && strcmp(n.schema, "pg_catalog") != 0))
		return 0;
	key = mem_printf("builtin %s", n.name);
	v = json_object_get(m->procs, key);
	if (!v) {
		v = catalog_ask(m, sql, params);
		json_object_set_new(m->procs, key, v ? v : json_null());
	}
	free(key);
	return tree_flag(v, "v");
}

int
catalog_same_bits(struct model *m, json_t *column, struct tree_name type)
{
	static const char sql[] =
		"SELECT 'true' FROM pg_catalog.pg_cast"
		" JOIN pg_catalog.pg_type a ON a.oid = castsource"
		" JOIN pg_catalog.pg_type b ON b.oid = casttarget"
		" JOIN pg_catalog.pg_namespace n ON n.oid = b.typnamespace"
		" WHERE castmethod = 'b' AND n.nspname = $1"
		" AND b.typname = $2 AND a.typname = $3";
	const char *from = tree_text(column, "type");
	json_t *v = from ? ask_path(m, sql, type, from) : NULL;
	int same = json_is_true(v);

	json_decref(v);
	return same;
}

/* Zones that never were, and never will be, off from UTC. */
int
catalog_utc(struct model *m)
{
	static const char *const names[] = { "UTC", "UCT", "GMT", "Zulu",
		"Universal", "Greenwich", "Etc/UTC", "Etc/UCT", "Etc/GMT",
		"Etc/Zulu", "Etc/Universal", "Etc/Greenwich", "GMT0", "GMT+0",
		"GMT-0", "Etc/GMT0", "Etc/GMT+0", "Etc/GMT-0" };
	char *zone = NULL;
	size_t i;

	if (m->utc >= 0 || !m->db || m->err.code != ERR_OK)
		return m->utc > 0;
	m->utc = 0;
	if (db_value(m->db, "SELECT pg_catalog.current_setting('TimeZone')",
	    NULL, &zone, &m->err) == 0)
		for (i = 0; zone && i < UB_LEN(names); i++)
			m->utc |= strcasecmp(zone, names[i]) == 0;
	free(zone);
	return m->utc;
}
