/* apply_detach.c - a partition that is detached by half, and its other half. */
#include "base/mem.h"
#include "ub/migrate/apply_priv.h"

int
apply_detach_pending(const struct apply *a)
{
	struct err ignored = { 0 };
	char *yes = NULL;
	int r = db_value(a->db, "SELECT true FROM pg_catalog.pg_inherits"
	    " WHERE inhdetachpending LIMIT 1", NULL, &yes, &ignored);

	r = r || yes;
	free(yes);
	err_release(&ignored);
	return r;
}

int
apply_detach_finish(const struct apply *a, const struct split_stmt *st,
    int *done, struct err *e)
{
	char *text = classify_finalize(st);
	struct db_script own = { .sql = text, .len = strlen(text) };
	struct db_done ignored;
	const char *state;
	int r = db_script(a->db, &own, &ignored, e);

	*done = r == 0;
	state = r ? err_detail_get(e, "sqlstate") : NULL;
	/* It has not begun, or it has ended. */
	if (state && (strcmp(state, "55000") == 0 ||
	    strcmp(state, "42P01") == 0)) {
		*done = strcmp(state, "42P01") == 0;
		err_release(e);
		r = 0;
	}
	free(text);
	return r;
}
