/* end.c - the end of every program: said once, written down, let go. */
#include <errno.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/log.h"
#include "sys/progress.h"
#include "sys/sig.h"
#include "ub/cli/audit.h"
#include "ub/cli/event.h"
#include "ub/cli/result.h"

/* Failing to write history does not change what happened: a warning. */
static int
audit(struct cli *c, json_t *result)
{
	struct err e = { 0 };
	int r;

	if (!c->audit || !c->state || c->common.dry_run || c->pass)
		return 0;
	r = cli_audit_append(c, result, &e);
	if (r)
		log_warn("audit.write", "%s", e.msg);
	err_release(&e);
	return r;
}

static void
print_json(const json_t *result)
{
	char *line = json_dumps(result, JSON_COMPACT);

	printf("%s\n", line);
	free(line);
}

static void
print_error(const struct cli *c)
{
	const struct err *e = &c->err;
	const char *tool;
	size_t i;

	if (c->pass && !e->code) {
		tool = json_string_value(json_object_get(c->upstream, "tool"));
		log_raw("%s: nothing done: %s before it ended with %d",
		    c->spec->prog, tool ? tool : "the program", c->pass);
	}
	if (e->code && e->msg)
		log_raw("%s: %s", c->spec->prog, e->msg);
	if (e->code && e->hint)
		log_raw("hint: %s", e->hint);
	for (i = 0; i < e->next.n; i++)
		log_raw("next: %s", e->next.v[i]);
}

/* A result that nobody could be told is no success. */
static int
close_stdout(struct cli *c)
{
	struct err e = { 0 };
	int failed, number;

	errno = 0;
	failed = fflush(stdout) != 0;
	number = errno;
	failed |= ferror(stdout) != 0;
	/* NFS tells of a full disk at close only. */
	if (fclose(stdout) != 0 && !failed) {
		failed = 1;
		number = errno;
	}
	if (!failed)
		return 0;
	errno = number ? number : EIO;
	err_sys(&e, "cannot write to standard output");
	if (c->changed)
		err_as(&e, ERR_CHANGED, "output");
	if (c->audit && !c->common.dry_run)
		err_hint(
		    &e, "the work was done; its result is in '%s'", c->state);
	log_raw("%s: %s", c->spec->prog, e.msg);
	if (e.hint)
		log_raw("hint: %s", e.hint);
	err_merge(&c->err, &e);
	return -1;
}

/* The object again, after something was added to it. */
static void
renew(const struct cli *c, json_t **result)
{
	json_decref(*result);
	*result = cli_result_make(c);
}

static void
release(struct cli *c)
{
	opt_release(c->spec, &c->common, c->args);
	vec_release(&c->operands);
	conf_free(c->conf);
	repo_info_release(&c->repo);
	json_decref(c->data);
	json_decref(c->warnings);
	json_decref(c->upstream);
	free(c->root);
	free(c->state);
	free(c->app);
	free(c->run_id);
	err_release(&c->err);
}

int
cli_end(struct cli *c)
{
	json_t *result;
	int code;

	progress_end();
	/* The signal that came last, or after the work: still one. */
	if (!c->err.code && !c->pass && !c->ended)
		sig_check(&c->err);
	result = cli_result_make(c);
	if (audit(c, result))
		renew(c, &result);
	if (c->common.json)
		print_json(result);
	print_error(c);
	if (close_stdout(c))
		renew(c, &result);
	cli_event_close(c, result);
	json_decref(result);
	log_on_warning(NULL, NULL);
	code = cli_result_exit(c);
	release(c);
	*c = (struct cli){ 0 };
	if (cli_result_signal())
		sig_reraise();
	return code;
}
