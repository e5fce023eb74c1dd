/* mig_run.h - run one script as a migration, and see what became of it. */
#ifndef UB_TESTS_MIG_RUN_H
#define UB_TESTS_MIG_RUN_H

#include "mig.h"
#include "ub/migrate/apply.h"
#include "ub/migrate/record.h"

static struct db *db;
static struct ledger run_ledger;
static struct apply run_with;
static struct applied ran;
static struct err e;

/* A ledger of that tool in schema public, which is emptied. */
static void
run_start(enum migrate_tool t)
{
	ledger_release(&run_ledger);
	run_ledger = (struct ledger){ .tool = t, .schema = mem_dup("public"),
		.table = mem_dup(record_table(t)) };
	run_with = (struct apply){ .db = db, .ledger = &run_ledger,
		.create = 1, .schema = "public", .lock_timeout_ms = 300 };
	pgsql_do(db, "RESET SESSION AUTHORIZATION; RESET ROLE");
	pgsql_do(db, "DROP SCHEMA IF EXISTS public CASCADE;"
	    " CREATE SCHEMA public");
	pgsql_do(db, "SET search_path = pg_catalog");
}

/* Of what is left there is one line: "0", or code, kind and message. */
static char *run_said;

static int
run(const char *name, const char *text)
{
	char *path = mig_file(name, text);
	struct migration m = { .path = path };
	int r;

	m.version = mem_dup(name);
	m.name = mem_dup(name);
	m.about = mem_dup(name);
	run_with.root = mig_dir; /* so messages say the name alone */
	apply_release(&ran);
	err_release(&e);
	r = apply_migration(&run_with, &m, NULL, &ran, &e);
	run_with.in_order = ran.in_order;
	if (r == 0)
		run_with.create = 0;
	free(run_said);
	run_said = r ? mem_printf("%d %s %s", (int)e.code, e.kind, e.msg) :
	    mem_dup("0");
	free(m.version);
	free(m.name);
	free(m.about);
	free(path);
	return r;
}

/* Run it; what it says must be this. */
#define run_is(name, text, want, what) \
	(run((name), (text)), tap_text(run_said, (want), __LINE__, (what)))

/* "mode steps done/resumed/steps changed unknown" */
static void __attribute__((unused))
run_ended(const char *want, const char *what)
{
	char *got = mem_printf("%s %zu/%zu/%zu%s%s",
	    steps_mode_name(ran.mode), ran.steps_done, ran.resumed,
	    ran.steps, ran.changed ? " changed" : "",
	    ran.unknown ? " unknown" : "");

	tap_is(got, want, what);
	free(got);
}

static void
run_end(void)
{
	db_close(db);
	ledger_release(&run_ledger);
	apply_release(&ran);
	err_release(&e);
	free(run_said);
	free(mig_dir);
}

#endif
