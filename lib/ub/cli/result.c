/* result.c - the result object, ub.result/1. */
#include "ub/cli/result.h"

#include <signal.h>

#include "sys/clock.h"
#include "sys/sig.h"
#include "ub/jwrite.h"

int
cli_result_signal(void)
{
	/* SIGALRM is the time limit: an error like others. */
	return sig_got() == SIGALRM ? 0 : sig_got();
}

int
cli_result_exit(const struct cli *c)
{
	if (cli_result_signal())
		return 128 + cli_result_signal();
	if (c->err.code)
		return (int)c->err.code;
	return c->pass;
}

static json_t *
error_json(const struct cli *c)
{
	const struct err *e = &c->err;
	json_t *detail;
	size_t i;

	if (cli_result_exit(c) == 0)
		return json_null();
	detail = json_object();
	for (i = 0; i + 1 < e->detail.n; i += 2)
		json_object_set_new(
		    detail, e->detail.v[i], jwrite_text(e->detail.v[i + 1]));
	/* The signal takes the exit code; what is left behind still counts. */
	if (cli_result_signal() && e->code >= ERR_UNDONE)
		json_object_set_new(
		    detail, "code", json_string(err_status(e->code)));
	return json_pack("{s:s, s:o, s:o, s:o}", "kind",
	    e->kind ? e->kind : "signal", "message",
	    jwrite_text(e->msg ? e->msg : "interrupted"), "hint",
	    jwrite_text(e->hint), "detail", detail);
}

static const char *
status(const struct cli *c)
{
	if (cli_result_signal())
		return "signal";
	if (c->err.code)
		return err_status(c->err.code);
	if (c->status)
		return c->status;
	return c->common.dry_run && !c->ended ? "planned" : "ok";
}

json_t *
cli_result_make(const struct cli *c)
{
	json_t *o, *none = json_object();
	int64_t took = clock_ms() - c->started_ms;

	if (c->pass && c->upstream && cli_result_exit(c) == c->pass) {
		json_decref(none);
		return json_incref(c->upstream);
	}
	o = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:i, s:b}", "schema",
	    "ub.result/1", "tool", c->spec->prog, "version", UB_VERSION,
	    "run_id", jwrite_text(c->run_id), "app", jwrite_text(c->app),
	    "status", status(c), "exit", cli_result_exit(c), "dry_run",
	    c->common.dry_run);
	json_object_set_new(o, "started_at", jwrite_time(c->started_at));
	json_object_set_new(o, "ended_at", jwrite_time(c->started_at + took));
	json_object_set_new(o, "duration_ms", json_integer(took));
	json_object_set(o, "data", c->data ? c->data : none);
	json_object_set_new(o, "warnings",
	    c->warnings ? json_deep_copy(c->warnings) : json_array());
	json_object_set_new(o, "error", error_json(c));
	json_object_set_new(o, "next", jwrite_list(&c->err.next));
	json_decref(none);
	return o;
}
