/* cli.c - the begin of every program, and what it may ask for. */
#include "ub/cli.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/progress.h"
#include "sys/sig.h"
#include "sys/tmp.h"
#include "ub/cli/event.h"
#include "ub/jwrite.h"
#include "ub/opt/json.h"

/*
 * A descriptor that is closed would be given to the next file opened, and
 * that would be written to as stdout. Its stand-in fails when it is used.
 */
static void
hold_streams(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
			_exit(ERR_TROUBLE);
}

static void
on_warning(void *ctx, const char *kind, const char *msg)
{
	struct cli *c = ctx;

	json_array_append_new(
	    c->warnings, json_pack("{s:o, s:o}", "kind", jwrite_text(kind),
			     "message", jwrite_text(msg)));
	cli_event_put(c, "finding",
	    json_pack("{s:o, s:s, s:o}", "id", jwrite_text(kind), "level",
		"warning", "message", jwrite_text(msg)));
}

static int
wants_colour(const char *when)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	const char *force = getenv("CLICOLOR_FORCE");

	if (when && strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	if (no && *no)
		return 0;
	if (force && *force && strcmp(force, "0") != 0)
		return 1;
	return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

/* How loud, how colourful, and how far. */
static void
set_voice(const struct cli *c)
{
	static const char *const words[] = { "auto", "bar", "plain", "none" };
	const struct opt_common *o = &c->common;
	enum progress_mode mode = PROGRESS_AUTO;
	size_t i;

	for (i = 0; o->progress && i < UB_LEN(words); i++)
		if (strcmp(o->progress, words[i]) == 0)
			mode = (enum progress_mode)i;
	log_init(c->spec->prog, o->quiet	 ? LOG_QUIET
				: o->verbose > 1 ? LOG_DEBUG
				: o->verbose	 ? LOG_VERBOSE
						 : LOG_NORMAL);
	progress_init(o->quiet ? PROGRESS_NONE : mode, wants_colour(o->color));
}

/* "20261121T030000Z-7f3a9c". Caller owns. */
static char *
new_run_id(int64_t now)
{
	unsigned char r[3] = { 0 };
	char *stamp = clock_stamp(now), *id;

	/* Without random numbers at hand: at least not always the same. */
	if (getrandom(r, sizeof(r), GRND_NONBLOCK) != sizeof(r))
		r[2] = (unsigned char)getpid();
	id = mem_printf("%s-%02x%02x%02x", stamp, (unsigned)r[0],
	    (unsigned)r[1], (unsigned)r[2]);
	free(stamp);
	return id;
}

/* Go where the run takes place, under its name, watched by its events. */
static int
enter(struct cli *c, struct err *e)
{
	const char *dir = c->common.dir, *id = c->common.run_id;

	if (id && !cli_is_run_id(id))
		return err_set(e, ERR_USAGE, "usage.value",
		    "--run-id: '%s' holds more than letters, digits and "
		    "._:-",
		    id);
	if (id) {
		free(c->run_id);
		c->run_id = mem_dup(id);
	}
	if (dir && chdir(dir)) {
		err_sys(e, "cannot change to '%s'", dir);
		e->code = ERR_USAGE;
		return -1;
	}
	return cli_event_open(c, e);
}

static int
look_around(struct cli *c, struct err *e)
{
	struct conf_source src = { .file = c->common.config,
		.set = &c->common.set };

	if (repo_look(".", &c->repo, e))
		return -1;
	c->root = c->repo.root ? mem_dup(c->repo.root) : path_abs(".");
	src.root = c->root;
	if (conf_load(&src, &c->conf, e))
		return -1;
	c->app = mem_dup(conf_get(c->conf, "ub.app"));
	c->state = conf_path(c->conf, "ub", "", "state");
	return 0;
}

/* What is asked for instead of a run. 1: it was given. */
static int
tell(struct cli *c)
{
	const struct opt_common *o = &c->common;

	if (!o->help && !o->version)
		return 0;
	if (o->json)
		c->data = o->help ? opt_json(c->spec) : NULL;
	else if (o->help)
		opt_help(c->spec);
	else
		printf("%s (ub) %s\n", c->spec->prog, UB_VERSION);
	return 1;
}

static int
prepare(struct cli *c, char **argv)
{
	struct err later = { 0 };
	int parsed = opt_parse(c->spec, argv, &c->common, c->args, &c->err);

	c->operands = c->common.operands;
	c->common.operands = (struct vec){ 0 };
	set_voice(c);
	if (parsed == 0 && tell(c))
		return -1;
	/* Also behind a wrong option: the events tell of it. */
	enter(c, &later);
	err_merge(&c->err, &later);
	if (c->err.code)
		return -1;
	if (opt_check_verb(c->spec, &c->operands, &c->err))
		return -1;
	sig_deadline(c->common.timeout_ms);
	if (look_around(c, &c->err))
		return -1;
	if (!c->common.show_config)
		return 0;
	if (c->common.json)
		c->data = json_pack("{s:o}", "config", conf_json(c->conf));
	else
		conf_print(c->conf);
	return -1;
}

int
cli_begin(struct cli *c, const struct opt_spec *spec, void *args, int argc,
    char **argv)
{
	(void)argc;
	hold_streams();
	umask(077); /* sets and state are secrets; children inherit it */
	c->spec = spec;
	c->args = args;
	c->started_ms = clock_ms();
	c->started_at = clock_now();
	c->run_id = new_run_id(c->started_at);
	c->warnings = json_array();
	sig_init();
	log_init(spec->prog, LOG_NORMAL);
	log_on_warning(on_warning, c);
	if (prepare(c, argv)) {
		c->ended = 1;
		return -1;
	}
	/* With "-", run_id and app are not known yet. */
	if (!vec_has(&c->operands, "-"))
		cli_event_start(c);
	return 0;
}

int
cli_wants_data(const struct cli *c)
{
	return c->common.json || c->audit || c->common.events;
}

void
cli_data(struct cli *c, json_t *data)
{
	if (c->ended) {
		json_decref(data);
		return;
	}
	json_decref(c->data);
	c->data = data;
}

void
cli_finding(
    struct cli *c, const char *id, const char *level, const char *message)
{
	cli_event_put(c, "finding",
	    json_pack("{s:o, s:o, s:o}", "id", jwrite_text(id), "level",
		jwrite_text(level), "message", jwrite_text(message)));
}

int
cli_state(struct cli *c, struct err *e)
{
	char *ignore = path_join(c->state, ".gitignore");
	int r = path_mkdirs(c->state, e);

	if (r == 0 && !path_exists(ignore))
		r = tmp_write_file(ignore, "*\n", 2, e);
	free(ignore);
	return r;
}

/* It becomes part of names and of JSON. */
int
cli_is_run_id(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");

	return n > 0 && n <= 128 && !id[n];
}

json_t *
cli_json_text(const char *s)
{
	return jwrite_text(s);
}
