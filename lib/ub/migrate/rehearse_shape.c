/* rehearse_shape.c - the relations, and the files that they are in. */
#include <inttypes.h>

#include "base/mem.h"
#include "ub/migrate/rehearse_priv.h"
#include "ub/migrate/trail.h"

/* The names are the server's own, also where a script set search_path. */
#define COLUMNS "c.oid::pg_catalog.int8 AS oid," \
	" pg_catalog.format('%s.%s', n.nspname, c.relname) AS name," \
	" c.relfilenode::pg_catalog.int8 AS node, CASE WHEN c.relkind IN" \
	" ('r', 'm', 'i') THEN pg_catalog.pg_relation_size(c.oid)" \
	" ELSE 0 END AS size, coalesce(i.indrelid, c.oid)" \
	"::pg_catalog.int8 AS tab"
#define RELATIONS " FROM pg_catalog.pg_class c" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	" LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"

static const char all[] = "SELECT " COLUMNS ", c.relkind::text AS kind"
    RELATIONS " WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v', 'i', 'I', 'S')"
    " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " AND coalesce(i.indrelid, c.oid) NOT IN (SELECT t.oid FROM pg_class t"
    " JOIN pg_namespace s ON s.oid = t.relnamespace"
    " WHERE s.nspname = $1 AND t.relname IN ($2, '" TRAIL_TABLE "'))"
    " ORDER BY c.oid";

int
rehearse_shape_read(struct db *db, const struct ledger *l,
    struct rehearse_shape *s, struct err *e)
{
	const char *params[] = { l->schema ? l->schema : "",
		l->table ? l->table : "", NULL };
	struct db_rows *rows = NULL;
	int i;

	if (db_query(db, all, params, &rows, e))
		return -1;
	s->v = mem_alloc(((size_t)db_count(rows) + 1) * sizeof(*s->v));
	for (i = 0; i < db_count(rows); i++)
		s->v[s->n++] = (struct rehearse_rel){
			.oid = db_get_int(rows, i, "oid"),
			.table = db_get_int(rows, i, "tab"),
			.node = db_get_int(rows, i, "node"),
			.size = db_get_int(rows, i, "size"),
			.kind = *db_get(rows, i, "kind"),
			.name = mem_dup(db_get(rows, i, "name")),
			.first = mem_dup(db_get(rows, i, "name")) };
	db_rows_free(rows);
	return 0;
}

/* TRUNCATE gives a table a new, empty file. */
static void
add_rewrite(struct rehearse_stmt *st, const struct rehearse_rel *r,
    int64_t size)
{
	struct rehearse_rewrite *w;

	st->rewrites = mem_grow(st->rewrites, st->n_rewrites + 1,
	    sizeof(*st->rewrites));
	w = &st->rewrites[st->n_rewrites++];
	*w = (struct rehearse_rewrite){ .relation = mem_dup(r->name),
		.size_bytes = r->size, .truncated = r->size > 0 &&
		    size == 0 && r->kind != 'i' };
}

static int
has_rewrite(const struct rehearse_stmt *st, const char *name)
{
	size_t i;

	for (i = 0; i < st->n_rewrites; i++)
		if (strcmp(st->rewrites[i].relation, name) == 0)
			return 1;
	return 0;
}

/* A table's indexes go with it; one alone is told. */
static void
note(const struct rehearse_shape *s, const struct db_rows *rows, int indexes,
    struct rehearse_stmt *st)
{
	const struct rehearse_rel *r, *table;
	int i;

	for (i = 0; i < db_count(rows); i++) {
		r = rehearse_shape_find(s, db_get_int(rows, i, "oid"));
		if (!r || (r->kind == 'i') != indexes ||
		    (r->kind != 'i' && r->kind != 'r' && r->kind != 'm') ||
		    r->node == db_get_int(rows, i, "node"))
			continue;
		table = rehearse_shape_find(s, r->table);
		if (!indexes || !table || !has_rewrite(st, table->name))
			add_rewrite(st, r, db_get_int(rows, i, "size"));
	}
}

static void
update(struct rehearse_shape *s, const struct db_rows *rows)
{
	struct rehearse_rel *r;
	int i;

	for (i = 0; i < db_count(rows); i++) {
		r = rehearse_shape_find(s, db_get_int(rows, i, "oid"));
		if (!r)
			continue;
		free(r->name);
		r->name = mem_dup(db_get(rows, i, "name"));
		r->node = db_get_int(rows, i, "node");
		r->size = db_get_int(rows, i, "size");
		r->gone = 0;
	}
}

static int
by_oid(const void *a, const void *b)
{
	const struct rehearse_rel *x = a, *y = b;

	return (x->oid > y->oid) - (x->oid < y->oid);
}

/* The index that is gone, and has had this name on this table. */
static struct rehearse_rel *
find_gone(const struct rehearse_shape *s, const char *name, int64_t table)
{
	struct rehearse_rel *r;

	for (r = s->v; r < s->v + s->n; r++)
		if (r->gone && strchr("iI", r->kind) && r->table == table &&
		    strcmp(r->name, name) == 0)
			return r;
	return NULL;
}

/* ALTER COLUMN TYPE and REINDEX CONCURRENTLY make an index anew. */
static void
follow(struct rehearse_shape *s, const struct db_rows *rows)
{
	struct rehearse_rel *r;
	size_t k;
	int i;

	for (i = 0; i < db_count(rows); i++) {
		if (rehearse_shape_find(s, db_get_int(rows, i, "oid")))
			continue;
		r = find_gone(s, db_get(rows, i, "name"),
		    db_get_int(rows, i, "tab"));
		if (!r)
			continue;
		r->gone = 0;
		r->next = db_get_int(rows, i, "oid");
		r->node = db_get_int(rows, i, "node");
		r->size = db_get_int(rows, i, "size");
	}
	for (k = 0; k < s->n; k++) {
		if (s->v[k].next)
			s->v[k].oid = s->v[k].next;
		s->v[k].next = 0;
	}
	if (s->n > 0)
		qsort(s->v, s->n, sizeof(*s->v), by_oid);
}

static void
update_all(struct rehearse_shape *s, const struct db_rows *rows)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		s->v[i].gone = 1;
	update(s, rows);
	follow(s, rows);
}

int
rehearse_shape_again(struct db *db, struct rehearse_shape *s,
    const char *only, struct rehearse_stmt *st, struct err *e)
{
	struct db_rows *rows = NULL;
	struct buf b = { 0 };
	int r;

	buf_puts(&b, "SELECT " COLUMNS RELATIONS);
	if (only)
		buf_printf(&b, " WHERE c.oid IN (%s)", only);
	r = db_query(db, buf_text(&b), NULL, &rows, e);
	if (r == 0 && st) {
		note(s, rows, 0, st);
		note(s, rows, 1, st);
	}
	if (r == 0 && only)
		update(s, rows);
	else if (r == 0)
		update_all(s, rows);
	db_rows_free(rows);
	buf_release(&b);
	return r;
}

struct rehearse_rel *
rehearse_shape_find(const struct rehearse_shape *s, int64_t oid)
{
	size_t low = 0, high = s->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (s->v[mid].oid == oid)
			return &s->v[mid];
		if (s->v[mid].oid < oid)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

void
rehearse_shape_release(struct rehearse_shape *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->v[i].name);
		free(s->v[i].first);
	}
	free(s->v);
	*s = (struct rehearse_shape){ 0 };
}
