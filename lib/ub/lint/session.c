/* session.c - what the script does to its own session. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ub/lint/judge.h"

static const char *const limits[] = { "lock_timeout", "statement_timeout",
	"idle_in_transaction_session_timeout", "transaction_timeout" };

static int
is_limit(const char *name)
{
	size_t i;

	for (i = 0; i < UB_LEN(limits); i++)
		if (strcasecmp(name, limits[i]) == 0)
			return 1;
	return 0;
}

/* "0", "0ms"; also -1. */
static int
is_off(const char *value)
{
	char *end;

	return !value || (strtod(value, &end) <= 0 && end != value);
}

void
lint_setting(struct judge *j, const char *name, const char *value, int local)
{
	if (is_limit(name) && is_off(value)) {
		lint_harm(j, NULL, "disable-timeout", &(struct harm){
		    .told = 1 }, value ? "%s is switched off" :
		    "%s goes back to its default", name);
	} else if (strcasecmp(name, "search_path") == 0) {
		if (!local)
			lint_harm(j, NULL, "set-search-path", &(struct harm){
			    .told = 1 }, value && !*value ?
			    "search_path is empty: names without a schema "
			    "are found no more" : "search_path changes");
	} else if (strcasecmp(name, "role") == 0 ||
	    strcasecmp(name, "session_authorization") == 0) {
		if (value && !local && strcasecmp(value, "none") != 0)
			lint_harm(j, NULL, "set-role", &(struct harm){
			    .told = 1 }, "%s becomes %s", name, value);
	} else if (strcasecmp(name, "session_replication_role") == 0) {
		if (value && strcasecmp(value, "replica") == 0)
			lint_harm(j, NULL, "toggle-trigger", &(struct harm){
			    .told = 1 }, "triggers and foreign keys are "
			    "switched off for what follows");
	} else if (strcasecmp(name, "timezone") == 0) {
		j->m->utc = value && (strcasecmp(value, "utc") == 0 ||
		    strcasecmp(value, "gmt") == 0 ||
		    strcasecmp(value, "etc/utc") == 0);
		if (!value)
			j->m->utc = -1;
	}
}

void
lint_set_path(struct judge *j, const char *value)
{
	struct vec *path = &j->m->path;
	size_t n;

	j->m->moved = 1;
	vec_release(path);
	if (!value)
		vec_add(path, j->l->schema);
	while (value && *value) {
		value += strspn(value, " ,\"");
		n = strcspn(value, ",\" ");
		if (n > 0 && strncmp(value, "$user", n) != 0)
			vec_take(path, mem_dupn(value, n));
		value += n;
	}
}

/* "a, b" of a list of constants; NULL if there is none. Caller owns. */
static char *
join(json_t *args)
{
	struct buf b = { 0 };
	const char *s;
	size_t i;

	for (i = 0; i < json_array_size(args); i++) {
		s = tree_constant(json_array_get(args, i));
		buf_printf(&b, "%s%s", i ? ", " : "", s ? s : "");
	}
	if (!args)
		return NULL;
	buf_puts(&b, "");
	return buf_detach(&b);
}

void
lint_set(struct judge *j, json_t *in)
{
	const char *name = tree_text(in, "name");
	json_t *args = tree_get(in, "args"), *first;
	char *number = NULL, *path;
	const char *value;

	if (tree_is(in, "kind", "VAR_RESET_ALL")) {
		lint_setting(j, "lock_timeout", NULL, 0);
		return;
	}
	if (!name || tree_is(in, "kind", "VAR_SET_MULTI"))
		return;
	first = json_array_get(args, 0);
	value = tree_constant(first);
	if (!value && first) {
		number = mem_printf("%ld", tree_number(tree_get(tree_as(first,
		    "A_Const"), "ival"), "ival"));
		value = tree_as(first, "A_Const") ? number : "?";
	}
	lint_setting(j, name, value, tree_flag(in, "is_local"));
	if (strcasecmp(name, "search_path") == 0) {
		path = join(args);
		lint_set_path(j, path);
		free(path);
	}
	free(number);
}

void
lint_discard(struct judge *j, json_t *in)
{
	if (!tree_is(in, "target", "DISCARD_ALL"))
		return;
	lint_harm(j, NULL, "discard-all", &(struct harm){ .told = 1 },
	    "DISCARD ALL gives up the locks that keep a second migration "
	    "away");
	lint_no_transaction(j, "DISCARD ALL");
}

static int
is_kind(json_t *in, const char *a, const char *b)
{
	const char *kind = tree_text(in, "kind");

	return kind && (strcmp(kind + strlen("TRANS_STMT_"), a) == 0 ||
	    strcmp(kind + strlen("TRANS_STMT_"), b) == 0);
}

void
lint_transaction(struct judge *j, json_t *in)
{
	struct lint_now *tx = &j->l->tx;

	if (is_kind(in, "SAVEPOINT", "RELEASE") ||
	    is_kind(in, "ROLLBACK_TO", "")) {
		lint_harm(j, NULL, "transaction-control", &(struct harm){
		    .noted = 1 }, "a savepoint");
		return;
	}
	if (!j->wrapped) {
		j->s->verdict.tx = LINT_TX_OWN;
		if (!j->told_control)
			lint_harm(j, NULL, "transaction-control",
			    &(struct harm){ .told = 1 }, "the script controls "
			    "transactions itself: if it fails, a part of it "
			    "may stay");
		j->told_control = 1;
	}
	if (is_kind(in, "COMMIT_PREPARED", "ROLLBACK_PREPARED"))
		return;
	if (is_kind(in, "BEGIN", "START")) {
		if (tx->block)
			lint_harm(j, NULL, "transaction-nesting",
			    &(struct harm){ .told = 1 }, "a transaction was "
			    "begun before, and has not ended");
		else
			lint_tx_end(j->l);
		tx->block = 1;
		return;
	}
	lint_tx_end(j->l);
	/* COMMIT AND CHAIN begins the next one at once. */
	tx->block = tree_flag(in, "chain");
}
