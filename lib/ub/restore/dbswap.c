#include "ub/restore/dbswap.h"

#include <inttypes.h>
#include <poll.h>

#include "base/mem.h"
#include "sys/clock.h"
#include "ub/restore/evict.h"

#define LOCK_WAIT "15s"   /* of RENAME for the database's lock */
#define ASK_MS 250        /* after a lost COMMIT */
#define GONE_MS 60000     /* how long the server may be away then */

struct swap {
	const struct dsn *admin;
	const struct dbswap *v;
	size_t n;
	struct db *db;
	char **now; /* names that they have */
};

int
dbswap_oid(struct db *db, const char *name, int64_t *oid, struct err *e)
{
	const char *params[] = { name, NULL };
	char *text = NULL;

	if (db_value(db,
	    "SELECT oid FROM pg_database WHERE datname::text = $1", params,
	    &text, e))
		return -1;
	*oid = text ? strtoll(text, NULL, 10) : 0;
	free(text);
	return 0;
}

int
dbswap_name(struct db *db, int64_t oid, char **name, struct err *e)
{
	char *number = mem_printf("%" PRId64, oid);
	const char *params[] = { number, NULL };
	int r;

	free(*name);
	*name = NULL;
	r = db_value(db, "SELECT datname FROM pg_database WHERE oid = $1",
	    params, name, e);
	free(number);
	return r;
}

static int
look(struct swap *s, struct err *e)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (dbswap_name(s->db, s->v[i].oid, &s->now[i], e))
			return -1;
		if (!s->now[i] && !s->v[i].optional)
			return err_set(e, ERR_REFUSED, "restore.moved",
			    "the database with OID %" PRId64 " that should "
			    "become '%s' is not there any more", s->v[i].oid,
			    s->v[i].to);
	}
	return 0;
}

static int
is_done(const struct swap *s, size_t i)
{
	return !s->now[i] || strcmp(s->now[i], s->v[i].to) == 0;
}

static int
all_done(const struct swap *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!is_done(s, i))
			return 0;
	return 1;
}

/* One whose new name none of the others still has; n if there is none. */
static size_t
pick(const struct swap *s)
{
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		if (is_done(s, i))
			continue;
		for (k = 0; k < s->n; k++)
			if (s->now[k] && strcmp(s->now[k], s->v[i].to) == 0)
				break;
		if (k == s->n)
			return i;
	}
	return s->n;
}

static int
rename_one(struct swap *s, size_t i, struct err *e)
{
	char *from = db_ident(s->now[i]), *to = db_ident(s->v[i].to);
	const char *state;
	int r = db_exec(s->db, e, "ALTER DATABASE %s RENAME TO %s", from, to);

	free(from);
	free(to);
	if (r == 0) {
		free(s->now[i]);
		s->now[i] = mem_dup(s->v[i].to);
		return 0;
	}
	state = err_detail_get(e, "sqlstate");
	if (state && strcmp(state, "42P04") == 0)
		err_as(e, ERR_REFUSED, "restore.moved");
	else if (state && strcmp(state, "55006") == 0)
		err_as(e, ERR_LATER, "restore.sessions");
	return err_in(e, "cannot rename database '%s' to '%s'", s->now[i],
	    s->v[i].to);
}

static int
rename_all(struct swap *s, struct err *e)
{
	size_t i;

	while ((i = pick(s)) < s->n)
		if (rename_one(s, i, e))
			return -1;
	/* The names were looked up before the lock; the OIDs tell. */
	if (look(s, e))
		return -1;
	if (!all_done(s))
		return err_set(e, ERR_REFUSED, "restore.moved",
		    "databases were renamed by somebody else meanwhile");
	return 0;
}

/* Wait until the session that was lost is no more, then look. */
static int
look_again(struct swap *s, int pid, struct err *e)
{
	const struct db_opts o = { .shield = 1 };
	char *number = mem_printf("%d", pid), *there = NULL;
	const char *params[] = { number, NULL };
	int r = -1;

	db_close(s->db);
	s->db = db_open(s->admin, &o, e);
	if (s->db && db_value(s->db,
	    "SELECT 1 FROM pg_stat_activity WHERE pid = $1::int", params,
	    &there, e) == 0)
		r = there ? err_set(e, ERR_LATER, "db.gone", "it still works")
			  : look(s, e);
	free(there);
	free(number);
	return r;
}

/* The session broke in COMMIT: find out whether it counted. */
static int
resolve(struct swap *s, int pid, struct err *e)
{
	int64_t end = clock_ms() + GONE_MS;
	struct err why = { 0 };

	while (look_again(s, pid, &why)) {
		if (clock_ms() >= end || why.code != ERR_LATER) {
			err_set(e, ERR_CHANGED, "restore.unknown",
			    "cannot find out whether the databases were "
			    "swapped: %s", why.msg);
			err_release(&why);
			return -1;
		}
		err_release(&why);
		poll(NULL, 0, ASK_MS);
	}
	if (all_done(s)) {
		err_release(e);
		return 0;
	}
	return -1;
}

static int
commit(struct swap *s, struct err *e)
{
	int pid = db_pid(s->db);

	if (db_exec(s->db, e, "COMMIT") == 0)
		return 0;
	if (e->code != ERR_LATER)
		return -1;
	return resolve(s, pid, e);
}

/* RENAME gave up waiting: say who stays, if it can be found out. */
static int
explain(struct swap *s, struct err *e)
{
	struct err why = { 0 };
	size_t i;

	if (!e->kind || strcmp(e->kind, "restore.sessions") != 0 ||
	    db_exec(s->db, &why, "ROLLBACK"))
		goto out;
	for (i = 0; i < s->n && !why.kind; i++)
		dbswap_check(s->db, s->v[i].oid, &why);
	if (why.code == ERR_REFUSED) {
		err_release(e);
		err_merge(e, &why);
	}
out:
	err_release(&why);
	return -1;
}

static int
transact(struct swap *s, struct err *e)
{
	struct evict *ev;
	int64_t *oids;
	size_t i, n = 0;
	int r;

	oids = mem_grow(NULL, s->n + 1, sizeof(*oids));
	for (i = 0; i < s->n; i++)
		if (!is_done(s, i))
			oids[n++] = s->v[i].oid;
	ev = evict_start(s->admin, oids, n, e);
	r = ev ? 0 : -1;
	if (r == 0)
		r = db_exec(s->db, e, "BEGIN; SET LOCAL lock_timeout = '"
		    LOCK_WAIT "'");
	if (r == 0)
		r = rename_all(s, e);
	/* Nobody can come in before COMMIT; and after it, they are welcome. */
	evict_end(ev);
	r = r ? explain(s, e) : commit(s, e);
	free(oids);
	return r;
}

int
dbswap_run(const struct dsn *admin, const struct dbswap *v, size_t n,
    struct err *e)
{
	/* Half a swap is worse than a late end: signals wait. */
	const struct db_opts o = { .shield = 1 };
	struct swap s = { .admin = admin, .v = v, .n = n };
	size_t i;
	int r = -1;

	s.now = mem_alloc((n + 1) * sizeof(*s.now));
	s.db = db_open(admin, &o, e);
	if (!s.db || look(&s, e))
		goto out;
	r = 0;
	if (all_done(&s))
		goto out;
	for (i = 0; i < n && r == 0; i++)
		if (!is_done(&s, i))
			r = dbswap_check(s.db, v[i].oid, e);
	if (r == 0)
		r = transact(&s, e);
out:
	db_close(s.db);
	for (i = 0; i < n; i++)
		free(s.now[i]);
	free(s.now);
	return r;
}
