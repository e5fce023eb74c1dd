/* explain.c - why a dump failed. */
#include "ub/dump/explain.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"

#define READ_ALL_SINCE 140000

static int
has(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return 1;
	return 0;
}

/* pg_dump 15 says "pg_dump: error: …", then lines "pg_dump: detail: …". */
static int
is_error_line(const char *line)
{
	static const char error[] = "pg_dump: error: ";
	static const char fatal[] = "pg_dump: fatal: ";

	return strncmp(line, error, strlen(error)) == 0 ||
	    strncmp(line, fatal, strlen(fatal)) == 0;
}

/* Words that say nothing: that a query failed, and that it is an error. */
static const char *
skip_noise(const char *line)
{
	static const char *const noise[] = { "query failed: ", "ERROR:  ",
		"FATAL:  " };
	size_t i;

	for (i = 0; i < UB_LEN(noise); i++)
		if (strncmp(line, noise[i], strlen(noise[i])) == 0)
			line += strlen(noise[i]);
	return line;
}

static void
add_line(struct buf *b, const char *line, size_t len)
{
	const char *from = skip_noise(line);

	buf_puts(b, b->len ? "; " : "");
	buf_add(b, from, len - (size_t)(from - line));
}

/*
 * What it said last: the last error and the server's words on it. That a
 * worker died is not news when another line says of what.
 */
static char *
last_words(const char *text)
{
	static const char detail[] =
	    "pg_dump: detail: Error message from server: ";
	static const char died[] = "worker process died";
	struct buf b = { 0 };
	size_t len, prefix = strlen("pg_dump: error: ");

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (is_error_line(text)) {
			char *line = mem_dupn(text + prefix, len - prefix);

			if (!strstr(line, died) || b.len == 0) {
				buf_reset(&b);
				add_line(&b, line, len - prefix);
			}
			free(line);
		} else if (strncmp(text, detail, strlen(detail)) == 0) {
			add_line(&b, text + strlen(detail),
			    len - strlen(detail));
		}
	}
	return buf_detach(&b);
}

/* Who holds or awaits the lock that keeps us out? Caller owns; or NULL. */
static char *
locked_table(struct dump *d)
{
	struct err ignored = { 0 };
	struct db_rows *r = NULL;
	char *text = NULL;

	if (db_query(d->db, "SELECT n.nspname, c.relname, l.pid"
	    " FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
	    " JOIN pg_namespace n ON n.oid = c.relnamespace"
	    " WHERE l.locktype = 'relation'"
	    " AND l.mode = 'AccessExclusiveLock'"
	    " AND l.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p')"
	    " AND n.nspname !~ '^pg_' AND l.database ="
	    " (SELECT oid FROM pg_database WHERE datname = current_database())"
	    " ORDER BY l.granted DESC, c.oid LIMIT 1", NULL, &r,
	    &ignored) == 0 && db_count(r) == 1)
		text = mem_printf("table \"%s.%s\" is locked by process %s",
		    db_get(r, 0, "nspname"), db_get(r, 0, "relname"),
		    db_get(r, 0, "pid"));
	db_rows_free(r);
	err_release(&ignored);
	return text;
}

static int
explain_lock(struct dump *d, const char *words, struct err *e)
{
	char *table = locked_table(d);
	char *limit = num_duration_text(d->lock_timeout_ms);

	err_set(e, ERR_LATER, "dump.lock", "cannot dump database %s: no lock "
	    "within %s: %s", d->m->dbname, limit, table ? table : words);
	free(limit);
	free(table);
	return -1;
}

static int
explain_right(struct dump *d, const char *words, struct err *e)
{
	struct err ignored = { 0 };
	char *role = NULL, *quoted;

	if (db_value(d->db, "SELECT current_user", NULL, &role,
	    &ignored) != 0)
		role = mem_dup(d->m->user);
	err_release(&ignored);
	quoted = db_ident(role ? role : "");
	err_set(e, ERR_TROUBLE, "dump.right",
	    "cannot dump database %s as role %s: %s", d->m->dbname, quoted,
	    words);
	if (strstr(words, "row-level security"))
		err_hint(e, "ALTER ROLE %s BYPASSRLS", quoted);
	else if (db_version(d->db) >= READ_ALL_SINCE)
		err_hint(e, "GRANT pg_read_all_data TO %s", quoted);
	else
		err_hint(e, "GRANT SELECT ON ALL TABLES IN SCHEMA … TO %s, "
		    "and USAGE of the schema, and SELECT on its sequences",
		    quoted);
	free(quoted);
	free(role);
	return -1;
}

static int
explain_gone(struct dump *d, const char *words, struct err *e)
{
	return err_set(e, ERR_LATER, "dump.gone", "the server ended the "
	    "dump of database %s: %s", d->m->dbname, words);
}

/* pg_dump --lock-wait-timeout sets a statement_timeout for its LOCK TABLE. */
static const char *const lock_words[] = { "due to lock timeout",
	"due to statement timeout", "could not obtain lock on relation", NULL };
static const char *const right_words[] = { "permission denied for",
	"row-level security", NULL };
/* The first is libpq's own, and so in English whatever the server speaks. */
static const char *const gone_words[] = { "closed the connection unexpectedly",
	"terminating connection", "connection to server",
	"could not connect to server", "too many clients",
	"too many connections", "remaining connection slots",
	"the database system is", "canceling statement due to user request",
	"conflict with recovery", "invalid snapshot identifier",
	"no connection to the server", NULL };

int
dump_explain_child(struct dump *d, const struct proc *p, struct err *e)
{
	const char *all = buf_text(&p->errs);
	char *words = last_words(all);

	if (!*words) {
		free(words);
		words = p->signal ?
		    mem_printf("pg_dump was ended by signal %d", p->signal) :
		    mem_printf("pg_dump failed with exit code %d", p->exit);
	}
	if (!db_alive(d->db) || (has(all, gone_words) && !p->signal))
		explain_gone(d, words, e);
	else if (has(all, lock_words))
		explain_lock(d, words, e);
	else if (has(all, right_words))
		explain_right(d, words, e);
	else
		err_set(e, ERR_TROUBLE, "dump.failed",
		    "cannot dump database %s: %s", d->m->dbname, words);
	err_detail(e, "program", "pg_dump");
	free(words);
	return -1;
}

/* What the server said, without our own "cannot query database …". */
static char *
server_words(const struct dump *d, const char *msg)
{
	char *where = dsn_text(&d->dsn);
	char *ours = mem_printf("cannot query database %s: ", where);
	const char *at = strstr(msg, ours);
	char *words = mem_dup(at ? at + strlen(ours) : msg);

	free(ours);
	free(where);
	return words;
}

int
dump_explain_query(struct dump *d, struct err *e)
{
	const char *state = err_detail_get(e, "sqlstate");
	char *words;

	if (!state)
		return -1;
	words = server_words(d, e->msg);
	/* The snapshot is gone with its session: the rest follows from it. */
	if (e->code == ERR_TROUBLE && !db_alive(d->db))
		explain_gone(d, words, e);
	else if (strcmp(state, "55P03") == 0)
		explain_lock(d, words, e);
	else if (strcmp(state, "42501") == 0)
		explain_right(d, words, e);
	free(words);
	return -1;
}
