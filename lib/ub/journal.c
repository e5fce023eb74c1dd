#include "ub/journal.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"

#define LINE_MAX_LEN ((size_t)64 << 20)

struct reading {
	const struct journal_query *q;
	struct buf line;
	int is_cut; /* it was too long to be kept */
	json_t *found;
};

static void
take_line(struct reading *r)
{
	json_t *j;
	const char *tool;

	if (r->is_cut || !strstr(buf_text(&r->line), r->q->tool))
		return;
	j = json_loadb(r->line.data, r->line.len, 0, NULL);
	tool = json_string_value(json_object_get(j, "tool"));
	if (tool && strcmp(tool, r->q->tool) == 0 && r->q->is(r->q->ctx, j)) {
		json_decref(r->found);
		r->found = json_incref(j);
	}
	json_decref(j);
}

static int
take_block(void *ctx, const void *data, size_t len, struct err *e)
{
	struct reading *r = ctx;
	const char *at = data, *end = at + len, *nl;

	(void)e;
	while ((nl = memchr(at, '\n', (size_t)(end - at)))) {
		buf_add(&r->line, at, (size_t)(nl - at));
		take_line(r);
		buf_reset(&r->line);
		r->is_cut = 0;
		at = nl + 1;
	}
	if (r->line.len < LINE_MAX_LEN)
		buf_add(&r->line, at, (size_t)(end - at));
	else
		r->is_cut = 1;
	return 0;
}

int
journal_last(const char *state, const struct journal_query *q, json_t **out,
    struct err *e)
{
	struct reading rd = { .q = q };
	char *path = path_join(state, "journal.ndjson");
	int r = path_exists(path) ? io_each(path, take_block, &rd, e) : 0;

	*out = rd.found;
	buf_release(&rd.line);
	free(path);
	return r;
}
