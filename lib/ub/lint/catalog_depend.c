/* catalog_depend.c - what goes with what, by the live catalog. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/model.h"

#define OID(table) "'pg_catalog." table "'::pg_catalog.regclass::oid"

/*
 * As the server finds what DROP … CASCADE takes along: from an object to all
 * that depends on it, and from an inner part (the rule of a view) to its
 * owner (the view). A foreign key concerns both of its tables, but a
 * partition's only itself.
 */
static const char depend_sql[] =
	"WITH RECURSIVE s(c, o, sub) AS ("
	" SELECT " OID("pg_class") ", c.oid, 0 FROM pg_catalog.pg_class c"
	"  JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace"
	"  WHERE $1 = 'relation' AND nspname = $2 AND relname = $3"
	" UNION ALL SELECT " OID("pg_class") ", c.oid, attnum"
	"  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
	"  ON n.oid = relnamespace JOIN pg_catalog.pg_attribute"
	"  ON attrelid = c.oid WHERE $1 = 'column' AND nspname = $2"
	"  AND relname = $3 AND attname = $4"
	" UNION ALL SELECT " OID("pg_constraint") ", k.oid, 0"
	"  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
	"  ON n.oid = relnamespace JOIN pg_catalog.pg_constraint k"
	"  ON conrelid = c.oid WHERE $1 = 'constraint' AND nspname = $2"
	"  AND relname = $3 AND conname = $4"
	" UNION ALL SELECT " OID("pg_type") ", t.oid, 0"
	"  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n"
	"  ON n.oid = typnamespace WHERE $1 = 'type' AND nspname = $2"
	"  AND typname = $3"
	" UNION ALL SELECT " OID("pg_proc") ", p.oid, 0"
	"  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n"
	"  ON n.oid = pronamespace WHERE $1 = 'routine' AND nspname = $2"
	"  AND proname = $3"
	" UNION ALL SELECT " OID("pg_namespace") ", oid, 0"
	"  FROM pg_catalog.pg_namespace WHERE $1 = 'schema'"
	"  AND nspname = $3"
	" UNION ALL SELECT " OID("pg_extension") ", oid, 0"
	"  FROM pg_catalog.pg_extension WHERE $1 = 'extension'"
	"  AND extname = $3),"
	"d(c, o, sub) AS (SELECT * FROM s UNION SELECT x.* FROM d, LATERAL ("
	"  SELECT classid, objid, objsubid FROM pg_catalog.pg_depend"
	"   WHERE refclassid = d.c AND refobjid = d.o"
	"   AND (d.sub = 0 OR refobjsubid = d.sub)"
	"  UNION ALL SELECT refclassid, refobjid, refobjsubid"
	"   FROM pg_catalog.pg_depend WHERE classid = d.c AND objid = d.o"
	"   AND deptype = 'i' AND d.sub = 0) x),"
	"r(o, how) AS ("
	" SELECT o, CASE WHEN sub = 0 THEN 'gone' ELSE 'part' END FROM d"
	"  WHERE c = " OID("pg_class")
	" UNION ALL SELECT u.o, 'part' FROM d JOIN pg_catalog.pg_constraint k"
	"  ON k.oid = d.o, pg_catalog.unnest(ARRAY[conrelid,"
	"   CASE conparentid WHEN 0 THEN confrelid END]) u(o)"
	"  WHERE c = " OID("pg_constraint")
	" UNION ALL SELECT tgrelid, 'part' FROM d"
	"  JOIN pg_catalog.pg_trigger t ON t.oid = d.o"
	"  WHERE c = " OID("pg_trigger")
	" UNION ALL SELECT adrelid, 'part' FROM d"
	"  JOIN pg_catalog.pg_attrdef a ON a.oid = d.o"
	"  WHERE c = " OID("pg_attrdef")
	" UNION ALL SELECT polrelid, 'part' FROM d"
	"  JOIN pg_catalog.pg_policy p ON p.oid = d.o"
	"  WHERE c = " OID("pg_policy")
	" UNION ALL SELECT ev_class, 'part' FROM d"
	"  JOIN pg_catalog.pg_rewrite w ON w.oid = d.o"
	"  WHERE c = " OID("pg_rewrite") ")"
	"SELECT pg_catalog.json_agg(v) FROM (SELECT"
	" pg_catalog.json_build_object('name', nspname || '.' || relname,"
	"  'kind', relkind, 'how', pg_catalog.min(how)) v"
	" FROM r JOIN pg_catalog.pg_class x ON x.oid = r.o"
	" JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace"
	" WHERE nspname NOT IN ('pg_catalog', 'pg_toast',"
	"  'information_schema') AND relkind IN"
	"  ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')"
	" GROUP BY nspname, relname, relkind"
	" ORDER BY nspname, relname) y";

/* In the schema, or if there is none in the first of the path that has an
 * answer; $2 of sql. */
static json_t *
ask_schemas(struct model *m, const char *sql, const char *const *given)
{
	const char *params[] = { given[0], given[1], given[2], given[3],
		NULL };
	json_t *v = NULL;
	size_t i;

	if (given[1])
		return catalog_ask(m, sql, params);
	for (i = 0; !v && i < m->path.n; i++) {
		params[1] = m->path.v[i];
		v = catalog_ask(m, sql, params);
	}
	return v;
}

json_t *
catalog_dependents(struct model *m, const char *what, struct tree_name n,
    const char *part)
{
	const char *params[] = { what, n.schema, n.name, part ? part : "" };

	return ask_schemas(m, depend_sql, params);
}

int
catalog_has(struct model *m, const char *what, struct tree_name n)
{
	static const char sql[] =
		"SELECT 'true' WHERE EXISTS (SELECT"
		"  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n"
		"  ON n.oid = typnamespace WHERE $1 = 'type'"
		"  AND nspname = $2 AND typname = $3)"
		" OR EXISTS (SELECT FROM pg_catalog.pg_proc p"
		"  JOIN pg_catalog.pg_namespace n ON n.oid = pronamespace"
		"  WHERE $1 = 'routine' AND nspname = $2 AND proname = $3)"
		" OR EXISTS (SELECT FROM pg_catalog.pg_namespace"
		"  WHERE $1 = 'schema' AND nspname = $3)"
		" OR EXISTS (SELECT FROM pg_catalog.pg_extension"
		"  WHERE $1 = 'extension' AND extname = $3)"
		" OR EXISTS (SELECT FROM pg_catalog.pg_database"
		"  WHERE $1 = 'database' AND datname = $3)"
		" OR EXISTS (SELECT FROM pg_catalog.pg_shdepend"
		"  JOIN pg_catalog.pg_roles o ON o.oid = refobjid"
		"  WHERE $1 = 'owner' AND rolname = $3 AND deptype = 'o')"
		" OR $4 <> ''";
	const char *params[] = { what, n.schema, n.name, "" };
	json_t *v;

	if (!m->db || m->err.code != ERR_OK)
		return 1;
	v = ask_schemas(m, sql, params);
	json_decref(v);
	return v != NULL;
}

int
catalog_lacks(struct model *m, const char *what, const struct model_rel *r,
    const char *name)
{
	static const char sql[] = "SELECT 'true' FROM pg_catalog.pg_class c"
		" JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace"
		" WHERE nspname = $2 AND relname = $3 AND NOT EXISTS (SELECT"
		"  FROM pg_catalog.pg_trigger WHERE $1 = 'trigger'"
		"  AND tgrelid = c.oid AND tgname = $4)"
		" AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite"
		"  WHERE $1 = 'rule' AND ev_class = c.oid AND rulename = $4)"
		" AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy"
		"  WHERE $1 = 'policy' AND polrelid = c.oid"
		"  AND polname = $4)";
	const char *params[] = { what, r->schema, r->name, name, NULL };
	json_t *v = tree_flag(r->facts, "renamed") ? NULL :
	    catalog_ask(m, sql, params);

	json_decref(v);
	return v != NULL;
}

int
catalog_keeps(struct model *m, const char *role, const char *owner)
{
	static const char sql[] = "SELECT 'true' FROM pg_catalog.pg_roles o,"
		" pg_catalog.pg_roles n WHERE o.rolname = $1"
		" AND n.rolname = $2 AND (o.rolsuper OR"
		" pg_catalog.pg_has_role(o.oid, n.oid, 'USAGE'))";
	const char *params[] = { role, owner, NULL };
	json_t *v = role && owner ? catalog_ask(m, sql, params) : NULL;

	json_decref(v);
	return v != NULL;
}

int
catalog_named(struct model *m, const char *name)
{
	static const char sql[] = "SELECT 'true' FROM pg_catalog.pg_class"
		" WHERE relname = $1 LIMIT 1";
	const char *params[] = { name, NULL };
	json_t *v;

	if (!m->db || m->err.code != ERR_OK)
		return 1;
	v = catalog_ask(m, sql, params);
	json_decref(v);
	return v != NULL;
}

const char *
catalog_home(struct model *m)
{
	/* The session's own, or what its role and database begin with. */
	static const char sql[] = "SELECT $1 = pg_catalog.current_schema() OR"
		" $1 = (SELECT nspname FROM pg_catalog.pg_settings s,"
		" pg_catalog.unnest(pg_catalog.string_to_array(reset_val,"
		" ',')) WITH ORDINALITY u(v, o)"
		" JOIN pg_catalog.pg_namespace ON nspname ="
		" pg_catalog.replace(pg_catalog.btrim(v, ' \"'), '$user',"
		" current_user) WHERE s.name = 'search_path' ORDER BY o"
		" LIMIT 1)";
	const char *params[] = { m->path.n ? m->path.v[0] : "", NULL };
	char *text = NULL;

	if (!m->db || m->err.code != ERR_OK || m->moved || m->path.n == 0)
		return NULL;
	if (m->home < 0 && db_value(m->db, sql, params, &text, &m->err) == 0)
		m->home = text && *text == 't';
	free(text);
	return m->home > 0 ? m->path.v[0] : NULL;
}

json_t *
catalog_users(struct model *m, const char *how, struct tree_name n)
{
	static const char sql[] =
		"WITH RECURSIVE t(oid) AS (SELECT y.oid"
		"  FROM pg_catalog.pg_type y JOIN pg_catalog.pg_namespace n"
		"  ON n.oid = typnamespace WHERE nspname = $2"
		"  AND typname = $3"
		"  UNION SELECT y.oid FROM pg_catalog.pg_type y"
		"  JOIN t ON y.typbasetype = t.oid WHERE y.typtype = 'd')"
		"SELECT pg_catalog.json_agg(nspname || '.' || relname"
		" ORDER BY nspname, relname) FROM pg_catalog.pg_class c"
		" JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace"
		" WHERE ($1 = 'of' AND reloftype IN (SELECT oid FROM t))"
		" OR ($1 = 'domain' AND relkind IN ('r', 'm') AND EXISTS"
		"  (SELECT FROM t JOIN pg_catalog.pg_attribute"
		"   ON atttypid = t.oid AND NOT attisdropped"
		"   WHERE attrelid = c.oid)) OR $4 <> ''";
	const char *params[] = { how, n.schema, n.name, "" };

	return ask_schemas(m, sql, params);
}
