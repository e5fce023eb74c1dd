/* classify_index.c - statements that work CONCURRENTLY on an index. */
#include "base/mem.h"
#include "ub/migrate/classify_priv.h"

/* A name with its dots, as written; NULL if there is none. */
static char *
name(struct classify_walk *w)
{
	const char *from = w->tok, *to = w->tok;

	while (w->kind == SCAN_WORD || w->kind == SCAN_QUOTED) {
		to = w->tok + w->len;
		if (!classify_next(w) || w->kind != SCAN_OTHER ||
		    *w->tok != '.')
			break;
		classify_next(w);
	}
	return to > from ? mem_dupn(from, (size_t)(to - from)) : NULL;
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
		out->name = name(&w);
	classify_take(&w, "on");
	classify_take(&w, "only");
	out->table = name(&w);
}

static void
drop_index(struct classify_walk w, struct classify_index *out)
{
	if (!classify_take(&w, "index") || !classify_take(&w, "concurrently"))
		return;
	if (classify_take(&w, "if"))
		classify_take(&w, "exists");
	out->name = name(&w);
	if (out->name && !(w.kind == SCAN_OTHER && *w.tok == ','))
		out->what = CLASSIFY_DROP;
}

static void
reindex(struct classify_walk w, struct classify_index *out)
{
	int yes = classify_option(&w, "concurrently");
	int index = classify_is(&w, "index");

	if (!index && !classify_is(&w, "table"))
		return;
	classify_next(&w);
	if (!classify_take(&w, "concurrently") && !yes)
		return;
	out->what = CLASSIFY_REBUILD;
	if (index)
		out->name = name(&w);
	else
		out->table = name(&w);
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
	*x = (struct classify_index){ 0 };
}
