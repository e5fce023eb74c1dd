#include "ub/migrate/resolve.h"

#include "base/mem.h"
#include "ub/migrate/file.h"
#include "ub/migrate/locks.h"
#include "ub/migrate/record.h"
#include "ub/migrate/trail.h"

static int
misfit(const struct resolve *r, const char *how, struct err *e)
{
	return err_set(e, ERR_USAGE, "migrate.resolve",
	    "migration '%s' %s", r->name, how);
}

/* golang-migrate's one row would say that of those before it, too. */
static int
check_order(const struct project *p, const struct resolve *r,
    const struct migrate_item *it, struct err *e)
{
	const struct migrate_item *before;

	if (p->tool != MIGRATE_GOLANG || r->what != RESOLVE_APPLIED)
		return 0;
	for (before = p->state.v; before < it; before++)
		if (before->file && before->state != MIGRATE_APPLIED)
			return err_set(e, ERR_USAGE, "migrate.resolve",
			    "migration '%s' comes after '%s', which is not "
			    "applied, and golang-migrate has one row for all",
			    r->name, before->file->name);
	return 0;
}

/* Does the decision fit how things stand? */
static int
check_fit(const struct project *p, const struct resolve *r,
    const struct migrate_item *it, struct err *e)
{
	/* What Prisma's row or our trail of dbmate's says of one whose file is
	 * gone can be taken back. */
	if (!it->file && (r->what != RESOLVE_ROLLED_BACK ||
	    (p->tool != MIGRATE_PRISMA && p->tool != MIGRATE_DBMATE) ||
	    it->state != MIGRATE_FAILED))
		return misfit(r, "has no file", e);
	if (r->what == RESOLVE_ROLLED_BACK && it->state == MIGRATE_APPLIED)
		return misfit(r, "has not failed: it is applied", e);
	if (r->what == RESOLVE_BASELINE && !it->file->version)
		return misfit(r, "has no version", e);
	if (r->what == RESOLVE_APPLIED && it->state == MIGRATE_APPLIED)
		return misfit(r, "is applied already", e);
	if (r->what == RESOLVE_EDITED && it->state == MIGRATE_FAILED)
		return misfit(r, "has failed: deploy goes on with it", e);
	if (r->what == RESOLVE_EDITED && !it->edited)
		return misfit(r, "was not edited", e);
	return check_order(p, r, it, e);
}

/* A dbmate or Flyway migration that we began has no row, but a trail. */
static int
check_failed(struct project *p, const struct resolve *r,
    const struct migrate_item *it, struct err *e)
{
	struct trail t = { 0 };
	int ret;

	if (r->what != RESOLVE_ROLLED_BACK || it->state == MIGRATE_FAILED)
		return 0;
	ret = trail_read(p->db, &p->ledger, it->file->name, &t, e);
	if (ret == 0 && (!t.begun || p->tool == MIGRATE_GOLANG))
		ret = misfit(r, "has not failed", e);
	trail_release(&t);
	return ret;
}

typedef int mark_fn(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

/* Write about one, unless it is only planned; its script is read for the
 * checksum. */
static int
mark(struct project *p, struct resolve *r, const struct migration *m,
    mark_fn *fn, struct err *e)
{
	struct buf text = { 0 };
	struct trail t = { 0 };
	struct record rec = { .m = m,
		.before = m->path && m > p->files.v ? m - 1 : NULL };
	int ret = m->path ? migrate_file_read(m->path, &text, e) : 0;

	rec.text = buf_text(&text);
	rec.len = text.len;
	if (ret == 0 && r->what == RESOLVE_ROLLED_BACK)
		ret = trail_read(p->db, &p->ledger, m->name, &t, e);
	rec.row = t.row;
	if (ret == 0 && !r->planned)
		ret = fn(p->db, &p->ledger, &rec, e);
	if (ret == 0 && !r->planned && r->what != RESOLVE_EDITED)
		ret = trail_forget(p->db, &p->ledger, m->name, e);
	if (ret == 0)
		vec_add(&r->done, m->name);
	trail_release(&t);
	buf_release(&text);
	return ret;
}

static mark_fn *
mark_of(const struct project *p, const struct resolve *r)
{
	switch (r->what) {
	case RESOLVE_ROLLED_BACK:
		return record_roll_back;
	case RESOLVE_EDITED:
		return record_checksum;
	case RESOLVE_BASELINE:
		if (p->tool == MIGRATE_FLYWAY && p->ledger.n == 0)
			return record_baseline;
		return record_resolve;
	default:
		return record_resolve;
	}
}

/* Those up to it that are not in the ledger; Flyway and golang-migrate have
 * one row that says so. */
static int
mark_upto(struct project *p, struct resolve *r,
    const struct migrate_item *last, struct err *e)
{
	mark_fn *fn = mark_of(p, r);
	int one = fn == record_baseline || p->tool == MIGRATE_GOLANG;
	const struct migrate_item *it;

	for (it = p->state.v; it <= last; it++) {
		if (it->state != MIGRATE_PENDING || !it->file->version)
			continue;
		if (one && it != last)
			vec_add(&r->done, it->file->name);
		else if (mark(p, r, it->file, fn, e))
			return -1;
	}
	return 0;
}

/* One, which may have no file any more. */
static int
mark_item(struct project *p, struct resolve *r,
    const struct migrate_item *it, struct err *e)
{
	struct migration gone = { 0 };

	if (it->file)
		return mark(p, r, it->file, mark_of(p, r), e);
	gone.version = gone.name = it->row->version;
	return mark(p, r, &gone, mark_of(p, r), e);
}

/* Without an answer to it, it is done or not. Always -1. */
static int
lost_at_commit(const struct project *p, struct err *e)
{
	if (db_tx(p->db) != DB_TX_GONE)
		return -1;
	err_as(e, ERR_CHANGED, "migrate.unknown");
	return err_hint(e, "whether it is written, ub-migrate status tells");
}

static int
mark_all(struct project *p, struct resolve *r, const struct migrate_item *it,
    struct err *e)
{
	return r->what == RESOLVE_BASELINE ? mark_upto(p, r, it, e) :
	    mark_item(p, r, it, e);
}

static int
write_all(struct project *p, struct resolve *r,
    const struct migrate_item *it, struct err *e)
{
	struct err ignored = { 0 };
	int ret = db_exec(p->db, e, "BEGIN");

	if (ret == 0 && !p->has_ledger)
		ret = record_create(p->db, &p->ledger, e);
	r->created = ret == 0 && !p->has_ledger;
	if (ret == 0)
		ret = mark_all(p, r, it, e);
	if (ret == 0)
		return db_exec(p->db, e, "COMMIT") ? lost_at_commit(p, e) : 0;
	vec_release(&r->done);
	r->created = 0;
	db_exec(p->db, &ignored, "ROLLBACK");
	err_release(&ignored);
	return -1;
}

static int
decide(struct project *p, struct resolve *r, const struct migrate_item **it,
    struct err *e)
{
	if (project_look(p, e) || project_find(p, r->name, it, e) ||
	    check_fit(p, r, *it, e) || check_failed(p, r, *it, e))
		return -1;
	if (r->what != RESOLVE_BASELINE || p->ledger.n == 0)
		return 0;
	err_set(e, ERR_REFUSED, "migrate.baseline",
	    "the ledger %s.%s holds migrations already", p->ledger.schema,
	    p->ledger.table);
	return err_hint(e, "mark single ones: ub-migrate resolve --applied "
	    "NAME");
}

int
resolve_run(struct cli *c, struct project *p, struct resolve *r,
    struct err *e)
{
	const char *names[2] = { p->ledger.schema, p->ledger.table };
	const struct migrate_item *it;
	struct locks l = { 0 };
	int ret;

	if (p->driven)
		return err_set(e, ERR_USAGE, "migrate.driven",
		    "the ledger of %s is written by its own program alone",
		    migrate_tool_name(p->tool));
	r->planned = c->common.dry_run;
	if (r->planned)
		return decide(p, r, &it, e) ? -1 : mark_all(p, r, it, e);
	locks_choose(&l, p->tool, names, p->dbname, 0);
	if (locks_take(p->db, &l, c->common.lock_timeout_ms, e))
		return -1;
	ret = decide(p, r, &it, e);
	if (ret == 0)
		ret = write_all(p, r, it, e);
	locks_drop(p->db);
	return ret;
}

void
resolve_release(struct resolve *r)
{
	vec_release(&r->done);
}
