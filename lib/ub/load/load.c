#include "ub/load.h"

#include <unistd.h>

#include "base/mem.h"
#include "ext/db.h"
#include "sys/pool.h"
#include "ub/load/beside.h"
#include "ub/load/child.h"

#define MEMORY_MAX (512 * 1024) /* kB; more does not help */

int
load_check_version(const struct manifest_db *db, int server_version,
    struct err *e)
{
	int dump = db->dump_version / 10000, server = server_version / 10000;

	if (dump <= server)
		return 0;
	err_set(e, ERR_TROUBLE, "load.version",
	    "the dump of database '%s' was made by pg_dump %d, which a server "
	    "of version %d does not understand", db->name, dump, server);
	return err_hint(e, "restore it to a server of version %d or newer",
	    dump);
}

/*
 * How much memory a session may use to build an index: a part of ours, and
 * only if the server runs here; never less than it would use anyway.
 */
static int
memory(const struct load *l, struct db *db, int64_t *kb, struct err *e)
{
	const char *host = l->admin->host;
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	char *now = NULL;

	*kb = 0;
	if ((host && *host != '/' && strcmp(host, "localhost") != 0) ||
	    pages <= 0 || size <= 0)
		return 0;
	if (db_value(db, "SELECT setting FROM pg_settings "
	    "WHERE name = 'maintenance_work_mem'", NULL, &now, e))
		return -1;
	*kb = (int64_t)pages / 1024 * size / 16;
	if (*kb > MEMORY_MAX)
		*kb = MEMORY_MAX;
	if (!now || *kb <= strtoll(now, NULL, 10))
		*kb = 0;
	free(now);
	return 0;
}

/* As the set has it, but for a scratch database it is ours alone. */
static int
create(const struct load *l, struct db *db, struct err *e)
{
	struct props p = l->db->props;
	char *me = NULL;
	int r;

	if (l->for_scratch)
		p.tablespace = NULL;
	if (!l->for_scratch || l->rights)
		return props_create(db, &p, l->target, e);
	if (db_value(db, "SELECT current_user", NULL, &me, e))
		return -1;
	p.owner = me;
	r = props_create(db, &p, l->target, e);
	free(me);
	return r;
}

static int
exists(struct db *db, const char *name, int *yes, struct err *e)
{
	const char *params[] = { name, NULL };
	char *oid = NULL;
	int r = db_value(db,
	    "SELECT oid FROM pg_database WHERE datname::text = $1", params,
	    &oid, e);

	*yes = oid != NULL;
	free(oid);
	return r;
}

/* Make the empty database. *made is set once it may be there. */
static int
begin(const struct load *l, int64_t *kb, int *made, struct err *e)
{
	const struct db_opts o = { 0 };
	struct db *db = db_open(l->admin, &o, e);
	int taken = 0, r = -1;

	if (!db || load_check_version(l->db, db_version(db), e) ||
	    memory(l, db, kb, e) || exists(db, l->target, &taken, e))
		goto out;
	if (taken) {
		err_set(e, ERR_REFUSED, "load.exists",
		    "there is a database '%s' already", l->target);
		goto out;
	}
	if (load_claim(db, l->target, e))
		goto out;
	*made = 1;
	r = create(l, db, e);
out:
	db_close(db);
	return r;
}

/* What comes after the data, while the last of it may still come in. */
static int
fill_late(const struct load *l, const struct load_parts *p,
    const struct load_child *before, struct err *e)
{
	struct load_beside *b = load_beside_start(l, p, before->db, e);
	struct load_child after = *before;
	struct err late = { 0 };
	int r = 1, end;

	if (!b)
		return -1;
	after.list = p->after;
	after.jobs = l->jobs ? l->jobs : pool_cpus();
	after.stop_fd = load_beside_stop_fd(b);
	after.on_line = load_beside_line;
	after.ctx = b;
	if (load_beside_await(b) == 0)
		r = load_child_run(&after, e);
	end = load_beside_end(b, r == 0, &late);
	/* When both failed, the child was the first, or stopped. */
	if (r >= 0 && end)
		err_merge(e, &late);
	err_release(&late);
	return r || end ? -1 : 0;
}

static int
fill(const struct load *l, int64_t kb, struct err *e)
{
	struct load_parts p = { 0 };
	struct dsn dsn = { 0 };
	struct load_child before = { .l = l, .db = &dsn, .memory = kb };
	int r = load_parts_make(l, &p, e);

	dsn_for_db(&dsn, l->admin, l->target);
	before.list = p.before;
	if (r == 0)
		r = load_child_run(&before, e);
	if (r == 0)
		r = fill_late(l, &p, &before, e);
	dsn_release(&dsn);
	load_parts_release(&p);
	return r;
}

static int
finish(const struct load *l, struct err *e)
{
	const struct db_opts o = { 0 };
	struct props p = l->db->props;
	struct db *db;
	int r;

	if (l->for_scratch && !l->rights)
		return 0;
	if (l->for_scratch) {
		p.comment = NULL;
		p.conn_limit = -1;
	}
	db = db_open(l->admin, &o, e);
	r = db ? props_apply(db, &p, l->target, e) : -1;
	db_close(db);
	return r;
}

int
load_database(const struct load *l, struct err *e)
{
	struct err worse = { 0 };
	int made = 0, r;
	int64_t kb;

	r = begin(l, &kb, &made, e);
	if (r == 0)
		r = fill(l, kb, e);
	if (r == 0)
		r = finish(l, e);
	/* A scratch database is dropped by who named it, in any case. */
	if (r == 0 || !made || l->for_scratch)
		return r;
	if (load_drop(l->admin, l->target, &worse)) {
		err_in(e, "database '%s' is left behind (%s)", l->target,
		    worse.msg);
		err_as(e, ERR_CHANGED, "load.left");
	}
	err_release(&worse);
	return -1;
}
