/* db_error.c - what libpq and the server say, in our words and codes. */
#include <ctype.h>

#include <libpq-fe.h>

#include "base/mem.h"
#include "base/num.h"
#include "ext/db_priv.h"

/* https://www.postgresql.org/docs/current/errcodes-appendix.html; the first
 * row whose state begins the server's counts. */
static const struct {
	const char *state;
	enum err_code code;
	const char *kind;
} states[] = {
	{ "08", ERR_LATER, "db.gone" },       /* connection exception */
	{ "25P03", ERR_LATER, "db.gone" },    /* idle in transaction */
	{ "25P04", ERR_LATER, "db.timeout" }, /* transaction_timeout */
	{ "28", ERR_TROUBLE, "db.auth" },     /* invalid authorization */
	{ "3D000", ERR_TROUBLE, "db.auth" },  /* no such database */
	{ "42501", ERR_TROUBLE, "db.right" },
	{ "53300", ERR_LATER, "db.connect" }, /* too many connections */
	{ "55P03", ERR_LATER, "db.timeout" }, /* lock not available */
	{ "57014", ERR_LATER, "db.timeout" }, /* query cancelled */
	{ "57P01", ERR_LATER, "db.gone" },    /* admin shutdown */
	{ "57P02", ERR_LATER, "db.gone" },    /* crash shutdown */
	{ "57P03", ERR_LATER, "db.connect" }, /* cannot connect now */
	{ "57P04", ERR_LATER, "db.gone" },    /* database dropped */
	{ "57P05", ERR_LATER, "db.gone" },    /* idle session */
};

/* libpq's words for parameters that it does not take; no server was asked. */
static const char *const misuse[] = { "invalid ", "could not match ",
	"definition of service", "service file", "syntax error in service",
	"nested service", "sslmode value", "unrecognized " };

static int
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static void
classify(const char *state, enum err_code *code, const char **kind)
{
	for (size_t i = 0; i < UB_LEN(states); i++) {
		if (begins(state, states[i].state)) {
			*code = states[i].code;
			*kind = states[i].kind;
			return;
		}
	}
	*code = ERR_TROUBLE;
	*kind = "db.sql";
}

/*
 * The line of the last attempt, without "connection to server … failed: ",
 * which our own message says. A host may have several addresses, and each
 * adds its lines. Caller owns.
 */
static char *
last_attempt(const char *says)
{
	static const char failed[] = " failed: ";
	const char *at = says, *next;

	while ((next = strstr(at, failed)))
		at = next + sizeof(failed) - 1;
	return mem_dupn(at, strcspn(at, "\n"));
}

/*
 * In verbose form the server's line is "FATAL:  28P01: text", whatever the
 * language: cut it to the text and return the five characters, or NULL.
 */
static const char *
cut_state(char *line, char state[6])
{
	char *at = strstr(line, ":  ");
	size_t n = 0;

	if (!at)
		return NULL;
	at += 3;
	while (n < 5 && (isdigit((unsigned char)at[n]) ||
	    isupper((unsigned char)at[n]))) {
		state[n] = at[n];
		n++;
	}
	if (n < 5 || at[5] != ':' || at[6] != ' ')
		return NULL;
	state[5] = '\0';
	memmove(line, at + 7, strlen(at + 7) + 1);
	return state;
}

static void
classify_text(const struct db *db, const char *line, enum err_code *code,
    const char **kind)
{
	*code = ERR_LATER;
	*kind = "db.connect";
	if (PQconnectionNeedsPassword(db->conn) || strstr(line, "SSL") ||
	    strstr(line, "certificate") || strstr(line, "GSS")) {
		*code = ERR_TROUBLE;
		*kind = "db.auth";
	}
	for (size_t i = 0; i < UB_LEN(misuse); i++) {
		if (begins(line, misuse[i])) {
			*code = ERR_USAGE;
			*kind = "database.url";
		}
	}
}

int
db_error_late(const struct db *db, const char *doing, int64_t limit_ms,
    struct err *e)
{
	char *limit = num_duration_text(limit_ms);

	err_set(e, ERR_LATER, "db.timeout",
	    "cannot %s database %s: no answer within %s", doing, db->where,
	    limit);
	free(limit);
	return -1;
}

int
db_error_connect(const struct db *db, struct err *e)
{
	char *line = last_attempt(PQerrorMessage(db->conn));
	char buf[6];
	const char *kind, *state = cut_state(line, buf);
	enum err_code code;

	if (state) {
		classify(state, &code, &kind);
		/* Not accepting connections: a closed door, not a bad query. */
		if (strcmp(state, "55000") == 0) {
			code = ERR_LATER;
			kind = "db.connect";
		}
	} else {
		classify_text(db, line, &code, &kind);
	}
	err_set(e, code, kind, "cannot connect to database %s: %s",
	    db->where, *line ? line : "no reason given");
	if (state)
		err_detail(e, "sqlstate", state);
	free(line);
	return -1;
}

static void
add_field(struct err *e, const struct pg_result *res, int which,
    const char *name)
{
	const char *value = PQresultErrorField(res, which);

	if (value)
		err_detail(e, name, value);
}

/* It counts from where the caller's text begins. */
static void
add_position(struct err *e, const struct pg_result *res, size_t ahead)
{
	const char *at = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
	char *text;

	if (!at)
		return;
	text = mem_printf("%lld", strtoll(at, NULL, 10) - (long long)ahead);
	err_detail(e, "position", text);
	free(text);
}

int
db_error_query(const struct db *db, const struct pg_result *res,
    struct err *e)
{
	const char *state = res ?
	    PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *hint = res ?
	    PQresultErrorField(res, PG_DIAG_MESSAGE_HINT) : NULL;
	const char *text = state ?
	    PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum err_code code;
	const char *kind;
	char *line;

	if (!state) {
		/* libpq's own words: mostly, that the connection broke. */
		int well = PQstatus(db->conn) == CONNECTION_OK;

		line = last_attempt(db->conn ? PQerrorMessage(db->conn) : "");
		err_set(e, well ? ERR_TROUBLE : ERR_LATER,
		    well ? "db.sql" : "db.gone",
		    "cannot query database %s: %s", db->where,
		    *line ? line : "the session has ended");
		free(line);
		return -1;
	}
	classify(state, &code, &kind);
	err_set(e, code, kind, "cannot query database %s: %s", db->where,
	    text ? text : "no reason given");
	err_detail(e, "sqlstate", state);
	add_field(e, res, PG_DIAG_MESSAGE_PRIMARY, "message");
	add_field(e, res, PG_DIAG_MESSAGE_DETAIL, "detail");
	add_position(e, res, db->ahead);
	add_field(e, res, PG_DIAG_CONSTRAINT_NAME, "constraint");
	add_field(e, res, PG_DIAG_CONTEXT, "context");
	if (hint)
		err_hint(e, "%s", hint);
	return -1;
}
