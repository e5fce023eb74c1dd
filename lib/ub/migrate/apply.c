#include "ub/migrate/apply_priv.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/clock.h"

/* client_connection_check_interval: a killed client's locks are soon free. */
static const char setup[] =
    "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL;"
    " SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;"
    " SET idle_in_transaction_session_timeout = 0;"
    " SET statement_timeout = 0;";
static const char setup_14[] = " SET idle_session_timeout = 0;"
    " SET client_connection_check_interval = '5s';";
static const char setup_17[] = " SET transaction_timeout = 0;";

static void
add_setup(const struct apply *a, struct buf *b)
{
	int version = db_version(a->db);
	char *name;

	buf_puts(b, setup);
	buf_puts(b, version >= 140000 ? setup_14 : "");
	buf_puts(b, version >= 170000 ? setup_17 : "");
	/* A superuser's to set. */
	buf_puts(b, db_superuser(a->db) ? " SET lc_messages = 'C';" : "");
	buf_printf(b, " SET lock_timeout = %lld;",
	    (long long)a->lock_timeout_ms);
	if (a->schema) {
		name = db_ident(a->schema);
		buf_printf(b, " SET search_path = %s;", name);
		free(name);
	}
}

int
apply_session(const struct apply *a, struct err *e)
{
	struct buf b = { 0 };
	int r;

	add_setup(a, &b);
	r = a->locks ? locks_keep(a->db, a->locks, buf_text(&b), e) :
	    db_exec(a->db, e, "%s", buf_text(&b));
	buf_release(&b);
	return r;
}

int
apply_commit(struct applying *x, struct err *e)
{
	const struct locks *l = x->a->locks;
	char *keep = l ? locks_keep_sql(l) : NULL;
	struct db_script s = { .ahead = "COMMIT" };
	struct db_done done;
	struct buf b = { 0 };
	int r;

	add_setup(x->a, &b);
	buf_puts(&b, keep ? keep : "");
	s.sql = buf_text(&b);
	s.len = b.len;
	r = db_script(x->a->db, &s, &done, e);
	buf_release(&b);
	free(keep);
	if (r && !done.ahead)
		return -1;
	/* It is in. What else went wrong the next one will see, which does
	 * it again. */
	err_release(e);
	x->out->in_order = r == 0 && (!l || done.rows > 0);
	return 0;
}

int
apply_limit(const struct apply *a, const char *limit, char **before,
    struct err *e)
{
	const char *params[] = { limit, NULL };
	char *is = NULL;
	int r = db_value(a->db,
	    "SELECT pg_catalog.current_setting('lock_timeout'),"
	    " pg_catalog.set_config('lock_timeout', $1, false)", params, &is,
	    e);

	if (r == 0 && !*before) {
		*before = is;
		is = NULL;
	}
	free(is);
	return r;
}

static int
seal_applied(struct applying *x, struct err *e)
{
	x->record.ms = clock_ms() - x->began_ms;
	if (x->a->create && record_create(x->a->db, x->a->ledger, e))
		return -1;
	if (x->stale && trail_forget(x->a->db, x->a->ledger,
	    x->record.m->name, e))
		return -1;
	return record_applied(x->a->db, x->a->ledger, &x->record, e);
}

/* An empty script is recorded, too. */
static int
apply_atomic(struct applying *x, struct err *e)
{
	x->seal = seal_applied;
	x->last = 1;
	return apply_step(x, 0, e);
}

int
apply_locks(const struct apply *a, struct err *e)
{
	return a->locks ? locks_take(a->db, a->locks, 0, e) : 0;
}

/* What is run is what was judged, and agreed to. */
static int
check_sum(const struct apply *a, const struct steps *s, struct err *e)
{
	char sum[HASH_HEX_LEN + 1];

	if (!a->sum)
		return 0;
	hash_text(buf_text(&s->text), s->text.len, sum);
	if (strcmp(sum, a->sum) == 0)
		return 0;
	err_set(e, ERR_REFUSED, "migrate.changed",
	    "%s was changed after it was judged", s->name);
	return err_hint(e, "run this again");
}

int
apply_migration(const struct apply *a, const struct migration *m,
    const struct migration *before, struct applied *out, struct err *e)
{
	struct applying x = { .a = a, .out = out, .began_ms = clock_ms(),
		.record = { .m = m, .before = before } };
	struct trail t = { 0 };
	int r = a->in_order ? 0 : apply_session(a, e);

	if (r == 0)
		r = steps_read(m->path, migrate_dir_shown(m->path, a->root),
		    a->ledger->tool, &x.s, e);
	if (r == 0)
		r = check_sum(a, &x.s, e);
	if (r == 0 && !a->no_trail)
		r = trail_read(a->db, a->ledger, m->name, &t, e);
	x.stale = a->afresh && t.begun;
	if (x.stale)
		trail_release(&t);
	if (r == 0) {
		x.record.text = x.s.text.data;
		x.record.len = x.s.text.len;
		out->mode = x.s.mode;
		out->steps = x.s.n;
		/* One that was begun in steps is ended in steps. */
		r = x.s.mode == STEPS_ATOMIC && !t.begun ?
		    apply_atomic(&x, e) : apply_split(&x, &t, e);
	}
	out->ms = clock_ms() - x.began_ms;
	trail_release(&t);
	steps_release(&x.s);
	return r;
}

void
apply_release(struct applied *x)
{
	watch_seen_release(&x->seen);
	*x = (struct applied){ 0 };
}
