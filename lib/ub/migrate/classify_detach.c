/* classify_detach.c - ALTER TABLE … DETACH PARTITION … CONCURRENTLY. */
#include "base/mem.h"
#include "ub/migrate/classify_priv.h"

int
classify_detach(const struct split_stmt *st, struct classify_detach *out)
{
	struct classify_walk w = classify_walk(st);

	*out = (struct classify_detach){ 0 };
	if (!classify_take(&w, "alter") || !classify_take(&w, "table") ||
	    !classify_has(w, "detach") || !classify_has(w, "concurrently"))
		return 0;
	if (classify_take(&w, "if"))
		classify_take(&w, "exists");
	classify_take(&w, "only");
	out->table = classify_name(&w);
	if (w.kind == SCAN_OTHER && *w.tok == '*')
		classify_next(&w);
	classify_take(&w, "detach");
	classify_take(&w, "partition");
	out->part = classify_name(&w);
	return 1;
}

void
classify_detach_release(struct classify_detach *x)
{
	free(x->table);
	free(x->part);
	*x = (struct classify_detach){ 0 };
}

char *
classify_finalize(const struct split_stmt *st)
{
	struct classify_walk w = classify_walk(st), last = w;
	const char *behind;

	do {
		if (classify_is(&w, "concurrently"))
			last = w;
	} while (classify_next(&w));
	behind = last.tok + last.len;
	return mem_printf("%.*sFINALIZE%.*s", (int)(last.tok - st->sql),
	    st->sql, (int)(st->sql + st->len - behind), behind);
}
