/* step.c - steps, told to the progress line and to the events. */
#include "sys/log.h"
#include "sys/progress.h"
#include "ub/cli/event.h"
#include "ub/jwrite.h"

void
cli_step(struct cli *c, const char *id, const char *what, int64_t total_bytes)
{
	int n = cli_event_step(c, id);

	progress_step(n, c->steps, what, total_bytes);
	cli_event_put(c, "step",
	    json_pack("{s:o, s:s, s:i, s:i, s:o, s:I}", "id", jwrite_text(id),
		"state", "begin", "n", n, "of", c->steps, "what",
		jwrite_text(what), "total_bytes", (json_int_t)total_bytes));
}

void
cli_step_end(struct cli *c, const char *id)
{
	int64_t took = cli_event_step_end(c, id);

	log_verbose("%s took %lld ms", id, (long long)took);
	cli_event_put(c, "step",
	    json_pack("{s:o, s:s, s:I}", "id", jwrite_text(id), "state", "end",
		"duration_ms", (json_int_t)took));
}
