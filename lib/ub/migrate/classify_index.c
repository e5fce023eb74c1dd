/* classify_index.c - statements that work CONCURRENTLY on an index. */
#include "base/buf.h"
#include "base/mem.h"
#include "ext/db.h"
#include "ub/lint/tree.h"
#include "ub/migrate/classify_priv.h"

/* One with U&"…" in it, without; or as it is, if it cannot be read. */
static char *
decoded(const char *text, size_t len)
{
	char *sql = mem_printf("TABLE %.*s", (int)len, text);
	json_t *tree = tree_parse(sql, strlen(sql), NULL);
	json_t *in = tree_as(tree_stmt(tree, 0), "SelectStmt");
	struct tree_name x = tree_range(tree_as(json_array_get(tree_get(in,
	    "fromClause"), 0), "RangeVar"));
	char *schema = x.schema ? db_ident(x.schema) : NULL;
	char *last = x.name ? db_ident(x.name) : mem_dupn(text, len);
	char *out = mem_printf("%s%s%s", schema ? schema : "",
	    schema ? "." : "", last);

	free(last);
	free(schema);
	json_decref(tree);
	free(sql);
	return out;
}

char *
classify_name(struct classify_walk *w)
{
	const char *from = w->tok;
	struct buf b = { 0 };
	int coded = 0;

	while (w->kind == SCAN_WORD || w->kind == SCAN_QUOTED) {
		coded |= w->kind == SCAN_QUOTED && *w->tok != '"';
		buf_add(&b, w->tok, w->len);
		classify_next(w);
		if (coded && classify_take(w, "uescape"))
			classify_next(w);
		if (w->kind != SCAN_OTHER || *w->tok != '.')
			break;
		buf_putc(&b, '.');
		classify_next(w);
	}
	if (coded) {
		buf_release(&b);
		return decoded(from, (size_t)(w->tok - from));
	}
	return b.len > 0 ? buf_detach(&b) : NULL;
}

static void
create_index(struct classify_walk w, struct classify_index *out)
{
	classify_take(&w, "unique");
	if (!classify_take(&w, "index") || !classify_take(&w, "concurrently"))
		return;
	if (classify_take(&w, "if")) {
		classify_take(&w, "not");
		classify_take(&w, "exists");
	}
	out->what = CLASSIFY_CREATE;
	if (!classify_is(&w, "on"))
		out->name = classify_name(&w);
	classify_take(&w, "on");
	classify_take(&w, "only");
	out->table = classify_name(&w);
}

static void
drop_index(struct classify_walk w, struct classify_index *out)
{
	if (!classify_take(&w, "index") || !classify_take(&w, "concurrently"))
		return;
	if (classify_take(&w, "if"))
		classify_take(&w, "exists");
	out->name = classify_name(&w);
	if (out->name && !(w.kind == SCAN_OTHER && *w.tok == ','))
		out->what = CLASSIFY_DROP;
}

static void
reindex(struct classify_walk w, struct classify_index *out)
{
	int yes = classify_option(&w, "concurrently");
	struct classify_walk kind = w;

	if (!classify_take(&w, "index") && !classify_take(&w, "table") &&
	    !classify_take(&w, "schema") && !classify_take(&w, "database"))
		return;
	if (!classify_take(&w, "concurrently") && !yes)
		return;
	out->what = CLASSIFY_REBUILD;
	if (classify_is(&kind, "index"))
		out->name = classify_name(&w);
	else if (classify_is(&kind, "table"))
		out->table = classify_name(&w);
	else if (classify_is(&kind, "schema"))
		out->schema = classify_name(&w);
}

void
classify_index(const struct split_stmt *st, struct classify_index *out)
{
	struct classify_walk w = classify_walk(st);

	*out = (struct classify_index){ 0 };
	if (classify_take(&w, "create"))
		create_index(w, out);
	else if (classify_take(&w, "drop"))
		drop_index(w, out);
	else if (classify_take(&w, "reindex"))
		reindex(w, out);
}

void
classify_index_release(struct classify_index *x)
{
	free(x->name);
	free(x->table);
	free(x->schema);
	*x = (struct classify_index){ 0 };
}
