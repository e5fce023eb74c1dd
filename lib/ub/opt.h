/*
 * opt.h - a program's options as one table: parsed (getopt_long underneath,
 * no abbreviations, options may follow operands), printed as help, and what
 * man pages and completions are checked against.
 */
#ifndef UB_UB_OPT_H
#define UB_UB_OPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"

/* Given twice is an error, but for flags and lists. */
enum opt_type {
	OPT_FLAG,     /* int: counts */
	OPT_TEXT,     /* const char *: borrowed from argv, not empty */
	OPT_LIST,     /* struct vec: repeatable */
	OPT_INT,      /* int64_t, not negative */
	OPT_JOBS,     /* int64_t, 0 (the default) to 64 */
	OPT_DURATION, /* int64_t, milliseconds */
	OPT_TIMEOUT,  /* the same, as PostgreSQL takes it */
	OPT_WORD,     /* const char *, one of the words in arg: "auto|never" */
};

struct opt {
	char letter;      /* or 0 */
	const char *name; /* without dashes; NULL ends the table */
	const char *arg;  /* word for the argument, "DIR"; NULL for a flag */
	enum opt_type type;
	size_t at;        /* offsetof() in the program's struct args */
	const char *help; /* one line, lower case, no full stop */
};

struct opt_verb {
	const char *name; /* NULL ends the table */
	const char *help;
};

/* What a program is, for everyone who asks. */
struct opt_spec {
	const char *prog;             /* "ub-backup" */
	const char *about;            /* one line, "make one backup set" */
	const char *const *synopsis;  /* operands, NULL-terminated: "[SET]" */
	const struct opt *opts;       /* the program's own */
	const struct opt_verb *verbs; /* first operands, or NULL */
	int others;                   /* which may also be other words */
	const char *const *examples;  /* NULL-terminated */
};

/* The options that every program has. Valid as {0}. */
struct opt_common {
	int help;
	int version;
	int verbose;
	int quiet;
	int dry_run;
	int yes;
	int json;
	int show_config;
	const char *dir;
	const char *config;
	struct vec set;      /* -c KEY=VALUE */
	struct vec operands; /* what is no option, copied */
	const char *events;
	const char *color;
	const char *progress;
	const char *run_id;
	int64_t timeout_ms;      /* 0: none */
	int64_t lock_timeout_ms; /* 0: do not wait */
};

/*
 * Parse argv (NULL-terminated, the program's name first) into common and
 * args. ERR_USAGE names the first option that is wrong, and the nearest one
 * if it is unknown. Parsing goes on behind an error, so that a --json there
 * is honoured.
 */
int opt_parse(const struct opt_spec *spec, char **argv,
    struct opt_common *common, void *args, struct err *e);

/*
 * The first operand of a program that has verbs, and takes no other words,
 * must be one of them: else
 * ERR_USAGE, "usage.verb", with the nearest. None at all is for the program
 * to judge.
 */
int opt_check_verb(const struct opt_spec *spec, const struct vec *operands,
    struct err *e);

/* Print help on stdout, made from the tables. */
void opt_help(const struct opt_spec *spec);

/* Free what the lists in args and common (operands too) hold. */
void opt_release(const struct opt_spec *spec, struct opt_common *common,
    void *args);

#endif
