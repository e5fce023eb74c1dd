/* catalog.c - what the model asks the live catalog. */
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "ub/lint/model.h"

/* All of a relation at once: one round trip each. */
static const char rel_sql[] =
	"SELECT pg_catalog.json_build_object("
	" 'kind', c.relkind, 'persistence', c.relpersistence,"
	" 'owner', pg_catalog.pg_get_userbyid(c.relowner),"
	" 'rls', c.relrowsecurity, 'policies', (SELECT pg_catalog.count(*)"
	"  FROM pg_catalog.pg_policy WHERE polrelid = c.oid),"
	" 'bytes', CASE WHEN c.relkind IN ('r', 'm') THEN"
	"  pg_catalog.pg_table_size(c.oid) WHEN c.relkind = 'p' THEN"
	"  (SELECT coalesce(pg_catalog.sum("
	"   pg_catalog.pg_table_size(relid)), 0) FROM"
	"   pg_catalog.pg_partition_tree(c.oid) WHERE isleaf) END,"
	" 'heap', CASE WHEN c.relkind IN ('r', 'm') THEN"
	"  pg_catalog.pg_relation_size(c.oid) WHEN c.relkind = 'p' THEN"
	"  (SELECT coalesce(pg_catalog.sum("
	"   pg_catalog.pg_relation_size(relid)), 0) FROM"
	"   pg_catalog.pg_partition_tree(c.oid) WHERE isleaf) END,"
	" 'columns', (SELECT pg_catalog.json_object_agg(attname,"
	"  pg_catalog.json_build_object('type', t.typname,"
	"  'typeschema', tn.nspname, 'typmod', atttypmod,"
	"  'notnull', attnotnull, 'default', atthasdef,"
	"  'identity', attidentity <> '', 'generated', attgenerated <> '',"
	"  'collation', attcollation::text, 'number', attnum))"
	"  FROM pg_catalog.pg_attribute a"
	"  JOIN pg_catalog.pg_type t ON t.oid = atttypid"
	"  JOIN pg_catalog.pg_namespace tn ON tn.oid = typnamespace"
	"  WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),"
	" 'constraints', (SELECT pg_catalog.json_object_agg(conname,"
	"  pg_catalog.json_build_object('type', contype,"
	"  'valid', convalidated, 'text', CASE contype WHEN 'c' THEN"
	"  pg_catalog.pg_get_constraintdef(k.oid) END, 'keys',"
	"  (SELECT pg_catalog.json_agg(attname ORDER BY o)"
	"   FROM pg_catalog.unnest(conkey) WITH ORDINALITY u(n, o)"
	"   JOIN pg_catalog.pg_attribute ON attrelid = c.oid AND attnum = u.n),"
	"  'ref', (SELECT rn.nspname || '.' || r.relname"
	"   FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace rn"
	"   ON rn.oid = r.relnamespace WHERE r.oid = confrelid), 'index',"
	"  (SELECT xn.nspname || '.' || x.relname FROM pg_catalog.pg_class x"
	"   JOIN pg_catalog.pg_namespace xn ON xn.oid = x.relnamespace"
	"   WHERE x.oid = conindid AND contype IN ('p', 'u', 'x'))))"
	"  FROM pg_catalog.pg_constraint k WHERE conrelid = c.oid),"
	" 'indexes', (SELECT pg_catalog.json_object_agg(x.relname,"
	"  pg_catalog.json_build_object('unique', indisunique,"
	"  'valid', indisvalid, 'primary', indisprimary,"
	"  'partial', indpred IS NOT NULL,"
	"  'computed', indexprs IS NOT NULL, 'uses',"
	"  (SELECT pg_catalog.json_agg(attname) FROM pg_catalog.pg_depend d"
	"   JOIN pg_catalog.pg_attribute ON attrelid = c.oid"
	"   AND attnum = refobjsubid WHERE refobjid = c.oid AND d.objid = x.oid"
	"   AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass),"
	"  'name', xn.nspname || '.' ||"
	"  x.relname, 'constraint', EXISTS (SELECT FROM"
	"  pg_catalog.pg_constraint WHERE conindid = x.oid"
	"  AND contype IN ('p', 'u', 'x')), 'keys',"
	"  (SELECT pg_catalog.json_agg(coalesce(attname, '') ORDER BY o)"
	"   FROM pg_catalog.unnest(indkey[0:indnkeyatts - 1])"
	"   WITH ORDINALITY u(n, o) LEFT JOIN pg_catalog.pg_attribute"
	"   ON attrelid = c.oid AND attnum = u.n AND u.n > 0)))"
	"  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x"
	"  ON x.oid = indexrelid JOIN pg_catalog.pg_namespace xn"
	"  ON xn.oid = x.relnamespace WHERE indrelid = c.oid),"
	" 'incoming', (SELECT pg_catalog.json_agg("
	"  pg_catalog.json_build_object('table', rn.nspname || '.' ||"
	"  r.relname, 'name', conname)) FROM pg_catalog.pg_constraint"
	"  JOIN pg_catalog.pg_class r ON r.oid = conrelid"
	"  JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace"
	"  WHERE confrelid = c.oid AND conparentid = 0),";

static const char rel_sql_rest[] =
	" 'kin', (WITH RECURSIVE k(oid) AS (SELECT inhrelid"
	"   FROM pg_catalog.pg_inherits WHERE inhparent = c.oid"
	"   UNION SELECT inhrelid FROM pg_catalog.pg_inherits JOIN k"
	"   ON inhparent = k.oid) SELECT pg_catalog.json_agg("
	"  pg_catalog.json_build_object('name', xn.nspname || '.' ||"
	"  x.relname, 'kind', x.relkind) ORDER BY x.oid)"
	"  FROM k JOIN pg_catalog.pg_class x"
	"  ON x.oid = k.oid JOIN pg_catalog.pg_namespace xn"
	"  ON xn.oid = x.relnamespace),"
	" 'parent', (SELECT xn.nspname || '.' || x.relname"
	"  FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class x"
	"  ON x.oid = inhparent JOIN pg_catalog.pg_namespace xn"
	"  ON xn.oid = x.relnamespace WHERE inhrelid = c.oid"
	"  ORDER BY inhseqno LIMIT 1),"
	" 'partition', c.relispartition,"
	" 'parentdefault', (SELECT xn.nspname || '.' || x.relname"
	"  FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_partitioned_table"
	"  ON partrelid = inhparent JOIN pg_catalog.pg_class x"
	"  ON x.oid = partdefid JOIN pg_catalog.pg_namespace xn"
	"  ON xn.oid = x.relnamespace WHERE inhrelid = c.oid),"
	" 'defaultpartition', (SELECT xn.nspname || '.' || x.relname"
	"  FROM pg_catalog.pg_partitioned_table JOIN pg_catalog.pg_class x"
	"  ON x.oid = partdefid JOIN pg_catalog.pg_namespace xn"
	"  ON xn.oid = x.relnamespace WHERE partrelid = c.oid),"
	" 'partkeys', (SELECT pg_catalog.json_agg(attname)"
	"  FROM pg_catalog.pg_partitioned_table,"
	"  pg_catalog.unnest(partattrs) u(n) JOIN pg_catalog.pg_attribute"
	"  ON attrelid = c.oid AND attnum = u.n WHERE partrelid = c.oid),"
	" 'sequences', (SELECT pg_catalog.json_agg("
	"  pg_catalog.json_build_object('name', xn.nspname || '.' ||"
	"  x.relname, 'column', attname)) FROM pg_catalog.pg_depend d"
	"  JOIN pg_catalog.pg_class x ON x.oid = d.objid AND x.relkind = 'S'"
	"  JOIN pg_catalog.pg_namespace xn ON xn.oid = x.relnamespace"
	"  JOIN pg_catalog.pg_attribute ON attrelid = c.oid"
	"  AND attnum = d.refobjsubid"
	"  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
	"  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
	"  AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')),"
	" 'table', (SELECT xn.nspname || '.' || x.relname"
	"  FROM pg_catalog.pg_index JOIN pg_catalog.pg_class x"
	"  ON x.oid = indrelid JOIN pg_catalog.pg_namespace xn"
	"  ON xn.oid = x.relnamespace WHERE indexrelid = c.oid),"
	" 'known', CASE c.relkind WHEN 'S' THEN"
	"  pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT') END,"
	" 'last', CASE WHEN c.relkind = 'S' AND"
	"  pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT')"
	"  THEN pg_catalog.pg_sequence_last_value(c.oid) END,"
	" 'start', (SELECT seqstart FROM pg_catalog.pg_sequence"
	"  WHERE seqrelid = c.oid), 'step', (SELECT seqincrement"
	"  FROM pg_catalog.pg_sequence WHERE seqrelid = c.oid),"
	" 'valid', (SELECT indisvalid FROM pg_catalog.pg_index"
	"  WHERE indexrelid = c.oid), 'method', (SELECT amname"
	"  FROM pg_catalog.pg_am a WHERE a.oid = c.relam), 'tablespace',"
	" (SELECT spcname FROM pg_catalog.pg_tablespace s, "
	"  pg_catalog.pg_database WHERE datname ="
	"  pg_catalog.current_database() AND s.oid ="
	"  CASE c.reltablespace WHEN 0 THEN dattablespace"
	"  ELSE c.reltablespace END))"
	" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
	" ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2";

json_t *
catalog_ask(struct model *m, const char *sql, const char *const *params)
{
	json_t *v = NULL;
	const char *state;
	char *text = NULL;

	if (!m->db || m->err.code != ERR_OK)
		return NULL;
	if (db_value(m->db, sql, params, &text, &m->err) == 0 && text)
		v = json_loads(text, JSON_DECODE_ANY, NULL);
	free(text);
	/* No such thing can have a name that the database cannot write. */
	state = err_detail_get(&m->err, "sqlstate");
	if (state && (strcmp(state, "22P05") == 0 ||
	    strcmp(state, "22021") == 0))
		err_release(&m->err);
	return v;
}

/* Is a relation there at all? The names of a schema are asked for once: most
 * of what is looked up is about to be made. */
static int
is_there(struct model *m, const struct model_rel *r)
{
	const char *params[] = { r->schema, NULL };
	json_t *names = json_object_get(m->known, r->schema);

	if (!names) {
		names = catalog_ask(m, "SELECT coalesce(json_object_agg("
		    "c.relname, 1), '{}') FROM pg_catalog.pg_class c JOIN"
		    " pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
		    " WHERE n.nspname = $1", params);
		if (!names)
			return 1;
		json_object_set_new_nocheck(m->known, r->schema, names);
	}
	return json_object_get(names, r->name) != NULL;
}

void
catalog_rel(struct model *m, struct model_rel *r)
{
	const char *params[] = { r->schema, r->name, NULL };
	const char *kind;
	char *sql;
	json_t *v;

	if (!m->db)
		return;
	sql = mem_printf("%s%s", rel_sql, rel_sql_rest);
	v = is_there(m, r) ? catalog_ask(m, sql, params) : NULL;
	free(sql);
	r->gone = r->missing = v == NULL;
	r->whole = v != NULL;
	if (!v)
		return;
	json_decref(r->facts);
	r->facts = v;
	kind = tree_text(v, "kind");
	r->kind = kind ? *kind : 0;
	r->bytes = json_integer_value(tree_get(v, "bytes"));
	r->empty = json_is_integer(tree_get(v, "heap")) &&
	    json_integer_value(tree_get(v, "heap")) == 0;
}
