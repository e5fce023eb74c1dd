#include "base/mem.h"
#include "ub/migrate/classify_priv.h"

static enum stmt_kind
reindex_kind(struct classify_walk w)
{
	if (classify_option(&w, "concurrently"))
		return STMT_ALONE;
	if (classify_is(&w, "schema") || classify_is(&w, "database") ||
	    classify_is(&w, "system"))
		return STMT_ALONE;
	return classify_next(&w) && classify_is(&w, "concurrently") ?
	    STMT_ALONE : STMT_MAY;
}

/* Without a table: all of them. */
static enum stmt_kind
cluster_kind(struct classify_walk w)
{
	classify_take(&w, "verbose");
	classify_option(&w, "verbose");
	return w.kind == SCAN_END ? STMT_ALONE : STMT_MAY;
}

static int
create_alone(struct classify_walk w)
{
	if (classify_is(&w, "database") || classify_is(&w, "tablespace") ||
	    classify_is(&w, "subscription"))
		return 1;
	classify_take(&w, "unique");
	return classify_take(&w, "index") && classify_is(&w, "concurrently");
}

static int
drop_alone(struct classify_walk w)
{
	if (classify_is(&w, "database") || classify_is(&w, "tablespace") ||
	    classify_is(&w, "subscription"))
		return 1;
	return classify_take(&w, "index") && classify_is(&w, "concurrently");
}

static int
alter_alone(struct classify_walk w)
{
	if (classify_is(&w, "system"))
		return 1;
	if (classify_take(&w, "database"))
		return classify_has(w, "tablespace");
	if (classify_take(&w, "subscription"))
		return classify_has(w, "refresh") ||
		    classify_has(w, "publication");
	return classify_take(&w, "table") && classify_has(w, "detach") &&
	    classify_has(w, "concurrently");
}

static int
is_alone(struct classify_walk w)
{
	if (classify_take(&w, "create"))
		return create_alone(w);
	if (classify_take(&w, "drop"))
		return drop_alone(w);
	if (classify_take(&w, "alter"))
		return alter_alone(w);
	if (classify_take(&w, "discard"))
		return classify_is(&w, "all");
	return classify_is(&w, "vacuum");
}

static enum stmt_kind
ending(struct classify_walk w, enum stmt_kind kind)
{
	classify_next(&w);
	if (classify_is(&w, "prepared"))
		return STMT_PREPARE;
	if (!classify_take(&w, "work"))
		classify_take(&w, "transaction");
	if (kind == STMT_ROLLBACK && classify_is(&w, "to"))
		return STMT_PLAIN;
	if (classify_take(&w, "and"))
		return classify_is(&w, "no") ? kind : STMT_CHAIN;
	return kind;
}

enum stmt_kind
classify(const struct split_stmt *st)
{
	struct classify_walk w = classify_walk(st);

	if (classify_is(&w, "begin"))
		return STMT_BEGIN;
	if (classify_is(&w, "commit") || classify_is(&w, "end"))
		return ending(w, STMT_COMMIT);
	if (classify_is(&w, "rollback") || classify_is(&w, "abort"))
		return ending(w, STMT_ROLLBACK);
	if (classify_is(&w, "call") || classify_is(&w, "do"))
		return STMT_CALL;
	if (classify_take(&w, "start"))
		return classify_is(&w, "transaction") ? STMT_BEGIN :
		    STMT_PLAIN;
	if (classify_take(&w, "prepare"))
		return classify_is(&w, "transaction") ? STMT_PREPARE :
		    STMT_PLAIN;
	if (classify_take(&w, "reindex"))
		return reindex_kind(w);
	if (classify_take(&w, "cluster"))
		return cluster_kind(w);
	return is_alone(w) ? STMT_ALONE : STMT_PLAIN;
}

int
classify_sets(const struct split_stmt *st)
{
	struct classify_walk w = classify_walk(st);

	if (classify_take(&w, "set"))
		return !classify_is(&w, "local") &&
		    !classify_is(&w, "transaction") &&
		    !classify_is(&w, "constraints");
	if (classify_is(&w, "reset"))
		return 1;
	if (!classify_take(&w, "select"))
		return 0;
	if (classify_take(&w, "pg_catalog"))
		classify_next(&w);
	return classify_is(&w, "set_config");
}

int
classify_temporary(const struct split_stmt *st)
{
	struct classify_walk w = classify_walk(st);

	if (classify_take(&w, "select"))
		return classify_has(w, "into") && (classify_has(w, "temp") ||
		    classify_has(w, "temporary"));
	if (!classify_take(&w, "create"))
		return 0;
	if (classify_take(&w, "or"))
		classify_next(&w);
	if (!classify_take(&w, "local"))
		classify_take(&w, "global");
	/* ON COMMIT DROP: it is gone already. */
	return (classify_is(&w, "temp") || classify_is(&w, "temporary")) &&
	    !classify_has(w, "drop");
}

static int
is_vacuum_full(struct classify_walk w)
{
	int full = classify_option(&w, "full") || classify_take(&w, "full");

	classify_take(&w, "freeze");
	classify_take(&w, "verbose");
	classify_take(&w, "analyze");
	return full && w.kind == SCAN_END;
}

int
classify_shared(const struct split_stmt *st)
{
	struct classify_walk w = classify_walk(st);

	if (classify_take(&w, "vacuum"))
		return is_vacuum_full(w);
	if (!classify_take(&w, "reindex"))
		return 0;
	classify_option(&w, "concurrently");
	if (!classify_take(&w, "database"))
		return classify_is(&w, "system");
	classify_take(&w, "concurrently");
	return w.kind != SCAN_END;
}

int
classify_begins(const struct split_stmt *st, const char *word)
{
	struct classify_walk w = classify_walk(st);

	return classify_is(&w, word);
}

int
classify_has_secret(const struct split_stmt *st)
{
	static const char word[] = "password";
	size_t i, n = sizeof(word) - 1;

	for (i = 0; i + n <= st->len; i++)
		if (scan_is(st->sql + i, n, word))
			return 1;
	return 0;
}
