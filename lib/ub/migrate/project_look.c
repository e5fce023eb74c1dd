/* project_look.c - which ledger it is, and what it says. */
#include "base/buf.h"
#include "base/mem.h"
#include "sys/pool.h"
#include "ub/migrate/early.h"
#include "ub/migrate/project_priv.h"
#include "ub/migrate/record.h"
#include "ub/migrate/trail.h"

/* Ours to count are what somebody made: not what an extension brought. */
static const char empty[] =
    "SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
    " WHERE d.objid = c.oid AND d.deptype = 'e'))";

static int
check_layout(const struct project *p, struct err *e)
{
	const char *found = migrate_tool_name(p->ledger.tool);

	if (p->layout == MIGRATE_NONE || p->layout == p->ledger.tool)
		return 0;
	err_set(e, ERR_REFUSED, "migrate.ledgers",
	    "the ledger %s.%s is that of %s, but '%s' is a folder of %s",
	    p->ledger.schema, p->ledger.table, found, p->dir,
	    migrate_tool_name(p->layout));
	return err_hint(e, "set migrate.ledger and migrate.dir");
}

/* Where the tool would make it. */
static int
plan_ledger(struct project *p, struct err *e)
{
	struct ledger *l = &p->ledger;

	l->tool = p->wanted != MIGRATE_NONE ? p->wanted : p->layout;
	if (l->tool == MIGRATE_NONE) {
		err_set(e, ERR_USAGE, "migrate.dir",
		    "there is no folder of migrations below '%s', and no "
		    "ledger in database '%s'", p->root, p->dbname);
		return err_hint(e, "set migrate.dir, or migrate.ledger");
	}
	if (migrate_tool_is_driven(l->tool)) {
		free(l->schema);
		l->schema = NULL;
		return 0;
	}
	if (l->tool == MIGRATE_PRISMA && !p->schema)
		p->schema = mem_dup("public");
	if (p->schema || !l->schema) {
		free(l->schema);
		l->schema = mem_dup(p->schema ? p->schema : "public");
	}
	l->table = mem_dup(record_table(l->tool));
	return 0;
}

static int
check_empty(struct project *p, struct err *e)
{
	const char *params[] = { p->ledger.schema ? p->ledger.schema : "",
		NULL };
	char *yes = NULL;
	int r = db_value(p->db, empty, params, &yes, e);

	p->is_empty = yes && *yes == 't';
	free(yes);
	return r;
}

static int
find_ledger(struct project *p, struct err *e)
{
	ledger_release(&p->ledger);
	if (ledger_open(p->db, p->schema, p->wanted, &p->ledger, e))
		return -1;
	p->has_ledger = p->ledger.tool != MIGRATE_NONE;
	if (!p->has_ledger) {
		if (plan_ledger(p, e) || check_empty(p, e))
			return -1;
	} else {
		project_bare_settle(p);
		if (check_layout(p, e))
			return -1;
	}
	p->tool = p->ledger.tool;
	p->driven = migrate_tool_is_driven(p->tool);
	/* Prisma works in the schema that its table is in, and in no other. */
	if (p->tool == MIGRATE_PRISMA && !p->schema)
		p->schema = mem_dup(p->ledger.schema);
	return 0;
}

static void
add_row(struct ledger *l, const char *name)
{
	char *version = mem_dupn(name, strspn(name, "0123456789"));
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i].version, version) == 0) {
			free(version);
			return;
		}
	l->v = mem_grow(l->v, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = (struct ledger_row){ .version = version,
		.state = LEDGER_FAILED };
}

/* dbmate's ledger has no word for what is begun; our trail has. */
static int
add_begun(struct project *p, struct err *e)
{
	struct vec begun = { 0 };
	size_t i;

	if (p->tool != MIGRATE_DBMATE || !p->has_ledger)
		return 0;
	if (trail_names(p->db, &p->ledger, &begun, e))
		return -1;
	for (i = 0; i < begun.n; i++)
		add_row(&p->ledger, begun.v[i]);
	vec_release(&begun);
	return 0;
}

int
project_no_folder(const struct project *p, struct err *e)
{
	err_set(e, ERR_USAGE, "migrate.dir",
	    "there is no folder of migrations below '%s'", p->root);
	return err_hint(e, "set migrate.dir");
}

static int
read_ledger(struct project *p, struct err *e)
{
	if (find_ledger(p, e) ||
	    (p->has_ledger && ledger_read(p->db, &p->ledger, e)))
		return -1;
	if (!p->driven && p->layout == MIGRATE_NONE)
		return project_no_folder(p, e);
	return add_begun(p, e);
}

struct looking {
	struct project *p;
	enum migrate_tool layout; /* as the folder alone has it */
};

static int
look_at(void *ctx, size_t i, struct err *e)
{
	const struct looking *l = ctx;

	if (i == 0)
		return read_ledger(l->p, e);
	early_read(&l->p->files, l->layout, l->p->early + i - 1);
	return 0;
}

static int
look(struct project *p, struct err *e)
{
	struct looking l = { .p = p, .layout = p->layout };
	size_t early = early_items(&p->files, p->layout) - p->early;
	int r = early > 0 ? pool_run(1 + early, 0, look_at, &l, e) :
	    read_ledger(p, e);

	p->early = 0; /* who looks again reads again */
	if (r == 0 && !p->driven)
		r = migrate_compare(&p->files, &p->ledger, &p->state, e);
	return r;
}

int
project_look(struct project *p, struct err *e)
{
	struct err ignored = { 0 };
	int r;

	migrate_state_release(&p->state);
	p->looked = 0;
	/* Who has the ledger's table for himself is not waited for for ever. */
	r = db_exec(p->db, e,
	    "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
	    " SET LOCAL lock_timeout = '5s'");
	if (r == 0)
		r = look(p, e);
	p->looked = r == 0;
	if (r == 0)
		return db_exec(p->db, e, "ROLLBACK");
	db_exec(p->db, &ignored, "ROLLBACK");
	err_release(&ignored);
	return -1;
}
