/*
 * cli.h - begin and end of every program: options, signals, configuration,
 * logging, events, the result object, the audit line, the exit code.
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		struct args a = { 0 };
 *		struct result r = { 0 };
 *		struct cli c = { 0 };
 *
 *		if (cli_begin(&c, &spec, &a, argc, argv) == 0 &&
 *		    run(&c, &a, &r, &c.err) == 0)
 *			print_text(&c, &r);        (unless c.common.json)
 *		cli_data(&c, result_json(&r));
 *		result_release(&r);
 *		return cli_end(&c);
 *	}
 */
#ifndef UB_UB_CLI_H
#define UB_UB_CLI_H

#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "base/vec.h"
#include "ext/repo.h"
#include "ub/conf.h"
#include "ub/opt.h"

/* Valid as {0}. What is below "for the program" may be read by it. */
struct cli {
	const struct opt_spec *spec;
	void *args;
	struct err err;
	json_t *data;         /* the program's own part of the result */
	json_t *warnings;
	json_t *upstream;     /* result read from stdin, or NULL */
	int64_t started_ms;   /* clock_ms() */
	int64_t started_at;   /* clock_now() */
	int ended;            /* -h, -V, --show-config: nothing to run */
	int pass;             /* exit code of an upstream that failed, or 0 */
	struct cli_event *events;
	/* for the program */
	struct opt_common common;
	struct vec operands;
	struct conf *conf;
	struct repo_info repo;
	char *root;           /* worktree's root, else the working folder */
	char *state;          /* <state>, absolute; may not exist yet */
	char *app;
	char *run_id;
	const char *status;   /* "skipped"; NULL: from the exit code */
	int audit;            /* set it when the run may change something */
	int changed;          /* set it when it has, and that stays */
	int steps;            /* set it: how many cli_step() to expect, or 0 */
};

/*
 * Parse, handle -h -V --show-config, chdir to -C, install signal handling,
 * look for the repository, load the configuration, open the events. 0: run
 * the program. -1: it is over (error in c->err, or help was printed); go
 * straight to cli_end().
 */
int cli_begin(struct cli *c, const struct opt_spec *spec, void *args,
    int argc, char **argv);

/* Does anybody read the program's data: --json, the events, the journal? To
 * make thousands of objects for nobody costs more than many a run. */
int cli_wants_data(const struct cli *c);

/* Give the program's data to the result; owned by c from now on. */
void cli_data(struct cli *c, json_t *data);

/*
 * Print the result or the error once, append the audit line, write the last
 * event, flush and check stdout, release everything. The exit code; does
 * not return if a signal came (re-raised).
 */
int cli_end(struct cli *c);

/*
 * The operand "-": read one result object from stdin into c->upstream and
 * take run_id and app from it. 1: upstream failed or said no: its object
 * will be passed on by cli_end() with its exit code; do nothing. 0: go on.
 * -1: empty or torn input (ERR_TROUBLE, "pipe.empty", "pipe.torn").
 */
int cli_upstream(struct cli *c, struct err *e);

/* data.set of the upstream result as an absolute path, or NULL. Borrowed. */
const char *cli_upstream_set(const struct cli *c);

/*
 * Ask before something destroys data. OK if every one of the needed names is
 * in confirmed (--confirm), or app is; on a terminal, ask for the first name
 * to be typed. Otherwise ERR_REFUSED, "confirm.needed", naming the flag.
 */
int cli_confirm(struct cli *c, const struct vec *confirmed,
    const struct vec *needed, const char *question, struct err *e);

/*
 * Ask before something that can be taken back. OK with --yes; on a terminal,
 * ask for "yes"; otherwise ERR_REFUSED, "confirm.needed".
 */
int cli_agree(struct cli *c, const char *question, struct err *e);

/*
 * Append a program's call: its name and the options of this run that say
 * where things are (-C, --config, -c; without the keys that begin with but,
 * which may be NULL). For commands that are to be run next.
 */
void cli_call(const struct cli *c, const char *prog, const char *but,
    struct vec *argv);

/*
 * An event "step" (state "begin" or "end") and the progress line's step.
 * Steps are counted from 1; set c->steps before, if their number is known.
 * Steps may overlap and come from several threads.
 */
void cli_step(struct cli *c, const char *id, const char *what,
    int64_t total_bytes);
void cli_step_end(struct cli *c, const char *id);

/* An event "finding". */
void cli_finding(struct cli *c, const char *id, const char *level,
    const char *message);

/* Make <state> (0700, with its own .gitignore) if it is not there. */
int cli_state(struct cli *c, struct err *e);

/* Fit to be a run id: 1 to 128 letters, digits and "._:-". 0 or 1. */
int cli_is_run_id(const char *id);

/* json_string() of any bytes: invalid UTF-8 becomes U+FFFD; NULL is null. */
json_t *cli_json_text(const char *s);

#endif
