/* Where a database goes, and whether it can. */
#include "ub/restore/plan.h"

#include <inttypes.h>

#include "base/mem.h"
#include "sys/log.h"
#include "sys/path.h"
#include "ub/dbname.h"
#include "ub/load.h"
#include "ub/origin.h"
#include "ub/restore/dbswap.h"
#include "ub/restore/server.h"

static const char sql_rights[] =
    "SELECT me.rolname, me.rolsuper OR me.rolcreatedb AS may_create,"
    " d.oid::int8 AS oid, pg_get_userbyid(d.datdba) AS owner,"
    " pg_has_role(d.datdba, 'USAGE') AS is_owner,"
    " o.oid IS NOT NULL AS role_there,"
    " pg_has_role(o.oid, 'MEMBER') AS is_member"
    " FROM pg_roles me"
    " LEFT JOIN pg_database d ON d.datname::text = $1"
    " LEFT JOIN pg_roles o ON o.rolname::text = $2"
    " WHERE me.rolname = current_user";

/* What would go on in the database under its old name. */
static const char sql_replication[] =
    "SELECT (SELECT count(*) FROM pg_replication_slots s JOIN pg_database d"
    " ON d.datname = s.database WHERE d.oid = $1)"
    " + (SELECT count(*) FROM pg_subscription WHERE subdbid = $1)";

static int
lacks(const char *role, char *what, char *hint, struct err *e)
{
	err_set(e, ERR_TROUBLE, "restore.right", "role '%s' %s", role, what);
	err_hint(e, "%s", hint);
	free(what);
	free(hint);
	return -1;
}

static int
no_role(const struct manifest_db *m, struct err *e)
{
	err_set(e, ERR_TROUBLE, "restore.role",
	    "role '%s', which owns database '%s', does not exist",
	    m->props.owner, m->name);
	return err_hint(e, "create it, or all roles with psql -d postgres "
	    "-f db/globals.sql in the set's folder");
}

static int
judge_rights(const struct db_rows *r, const struct manifest_db *m,
    const char *live, struct err *e)
{
	const char *me = db_get(r, 0, "rolname");
	const char *owner = db_get(r, 0, "owner");

	if (!db_get_bool(r, 0, "may_create"))
		return lacks(me, mem_dup("may not create databases: it lacks "
		    "CREATEDB"), mem_printf("as a superuser: ALTER ROLE %s "
		    "CREATEDB", me), e);
	if (owner && !db_get_bool(r, 0, "is_owner"))
		return lacks(me, mem_printf("may not rename database '%s', "
		    "which belongs to '%s'", live, owner),
		    mem_printf("restore as '%s', or GRANT %s TO %s", owner,
		    owner, me), e);
	if (!db_get_bool(r, 0, "role_there"))
		return no_role(m, e);
	if (db_get_bool(r, 0, "is_member"))
		return 0;
	return lacks(me, mem_printf("is not a member of role '%s', which owns "
	    "database '%s'", m->props.owner, m->name),
	    mem_printf("as a superuser: GRANT %s TO %s", m->props.owner, me),
	    e);
}

/* Rights, and the OID of what is live; 0 if nothing is. */
static int
check_rights(struct db *db, const struct manifest_db *m, struct op_db *d,
    struct err *e)
{
	const char *params[] = { d->live, m->props.owner, NULL };
	struct db_rows *r = NULL;
	int ok;

	if (db_query(db, sql_rights, params, &r, e))
		return -1;
	d->live_oid = db_get(r, 0, "oid") ? db_get_int(r, 0, "oid") : 0;
	ok = judge_rights(r, m, d->live, e);
	db_rows_free(r);
	return ok;
}

static int
warn_replication(struct db *db, const struct op_db *d, struct err *e)
{
	char *oid = mem_printf("%" PRId64, d->live_oid), *n = NULL;
	const char *params[] = { oid, NULL };
	int r = db_value(db, sql_replication, params, &n, e);

	if (r == 0 && n && strcmp(n, "0") != 0)
		log_warn("restore.replication", "database '%s' has "
		    "replication slots or subscriptions: they stay with the "
		    "old one", d->live);
	free(n);
	free(oid);
	return r;
}

static int
check_live(const struct plan_call *c, struct db *db, const struct op_db *d,
    struct err *e)
{
	if (!d->live_oid)
		return 0;
	if (c->into) {
		err_set(e, ERR_REFUSED, "restore.exists",
		    "there is a database '%s' already", d->live);
		return err_hint(e, "give --into another name");
	}
	return dbswap_check(db, d->live_oid, e) || warn_replication(db, d, e)
	    ? -1
	    : 0;
}

/* --fast: the copy that the backup has kept. */
static int
take_kept(const struct plan_call *c, struct db *db,
    const struct manifest_db *m, struct op_db *d, struct err *e)
{
	if (!c->fast)
		return 0;
	if (!m->snapshot) {
		err_set(e, ERR_REFUSED, "restore.snapshot",
		    "set '%s' has no snapshot of database '%s'", c->set->m.id,
		    m->name);
		return err_hint(e, "restore it without --fast");
	}
	if (dbswap_oid(db, m->snapshot, &d->fresh_oid, e))
		return -1;
	if (!d->fresh_oid) {
		err_set(e, ERR_REFUSED, "restore.snapshot",
		    "the snapshot '%s' is not there any more", m->snapshot);
		return err_hint(e, "restore it without --fast");
	}
	d->fresh = mem_dup(m->snapshot);
	d->kept = 1;
	return 0;
}

/* Free bytes where the server keeps its data, if it is here and tells. */
static int
free_bytes(struct db *db, const char *host, int64_t *out, struct err *e)
{
	char *dir = NULL;
	struct err ignored = { 0 };

	*out = -1;
	if (host && *host != '/' && strcmp(host, "localhost") != 0)
		return 0;
	if (db_value(db, "SELECT setting FROM pg_settings "
	    "WHERE name = 'data_directory'", NULL, &dir, e))
		return -1;
	if (dir && path_free_space(dir, out, &ignored))
		*out = -1;
	err_release(&ignored);
	free(dir);
	return 0;
}

/* As configured under the set's name for it, else where it came from. */
static int
target(const struct plan_call *c, const struct manifest_db *m,
    struct dsn *dsn, const char **bindir, struct err *e)
{
	const struct source_db *conf = source_find_db(c->src, m->name);

	*bindir = conf ? conf->bindir : NULL;
	if (!conf)
		return origin_dsn(m, dsn, e);
	dsn_for_db(dsn, &conf->dsn, conf->dsn.dbname);
	return 0;
}

static int
describe(const struct plan_call *c, const struct manifest_db *m,
    struct plan_db *p, struct op_db *d, struct err *e)
{
	struct dsn where = { 0 };
	struct db *db = p->session;

	db_where(db, &where);
	d->host = mem_dup(where.host);
	d->port = mem_dup(where.port);
	d->user = mem_dup(where.user);
	dsn_release(&where);
	d->system_id = db_system_id(db);
	if (d->system_id && m->system_id &&
	    strcmp(d->system_id, m->system_id) != 0)
		log_warn("restore.server", "database '%s' goes to another "
		    "server than it came from", m->name);
	if (load_check_version(m, db_version(db), e) ||
	    check_rights(db, m, d, e) || check_live(c, db, d, e) ||
	    take_kept(c, db, m, d, e))
		return -1;
	return free_bytes(db, d->host, &p->free_bytes, e);
}

int
plan_db(const struct plan_call *c, const struct manifest_db *m,
    struct plan *p, struct err *e)
{
	const struct db_opts o = { 0 };
	struct op_db *d = op_add_db(&p->op);
	const char *bindir;
	struct dsn dsn = { 0 };
	struct plan_db *pd;
	int r = -1;

	p->dbs = mem_grow(p->dbs, p->op.n_dbs, sizeof(*p->dbs));
	pd = &p->dbs[p->op.n_dbs - 1];
	*pd = (struct plan_db){ .m = m };
	d->name = mem_dup(m->name);
	if (target(c, m, &dsn, &bindir, e))
		goto out;
	d->live = mem_dup(c->into ? c->into : dsn.dbname);
	free(dsn.dbname);
	dsn.dbname = mem_dup(d->live);
	if (load_admin(&dsn, &pd->admin, e))
		goto out;
	pd->session = db_open(&pd->admin, &o, e);
	if (pd->session && describe(c, m, pd, d, e) == 0)
		r = c->fast ? 0
			    : pgtools_find(&pd->tools,
				  db_version(pd->session), bindir, e);
out:
	dsn_release(&dsn);
	return r;
}

int
plan_db_taken(const struct plan *p, size_t i, struct err *e)
{
	const struct op_db *d = &p->op.dbs[i];
	const char *const names[] = { d->kept ? NULL : d->fresh, d->old,
		d->undone };
	int64_t oid = 0;
	size_t k;

	for (k = 0; k < UB_LEN(names) && oid == 0; k++)
		if (names[k] &&
		    dbswap_oid(p->dbs[i].session, names[k], &oid, e))
			return -1;
	return oid != 0;
}
