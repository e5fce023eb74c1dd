/* upstream.c - the operand "-": the result of the program before. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/sig.h"
#include "ub/cli.h"
#include "ub/jread.h"

#define MAX_BYTES (16 << 20)

/* The program before may take hours: a signal must get through. */
static int
read_all(struct buf *in, struct err *e)
{
	struct pollfd p[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = sig_fd(), .events = POLLIN } };
	char block[4096];
	ssize_t n;

	for (;;) {
		if (sig_check(e))
			return -1;
		if (poll(p, 2, -1) < 0 || !p[0].revents)
			continue;
		n = read(STDIN_FILENO, block, sizeof(block));
		if (n == 0)
			return 0;
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return err_sys(e, "cannot read standard input");
		buf_add(in, block, (size_t)n);
		if (in->len > MAX_BYTES)
			return err_set(e, ERR_TROUBLE, "pipe.torn",
			    "standard input is no result object: over 16 "
			    "MiB");
	}
}

static int
torn(struct err *e, const char *why)
{
	return err_set(e, ERR_TROUBLE, "pipe.torn",
	    "standard input is no whole result object: %s", why);
}

static int
check(const json_t *o, int *code, struct err *e)
{
	struct err one = { 0 };
	char *schema = NULL, *id = NULL;
	int r = -1;

	if (jread_text(o, "schema", &schema, &one) ||
	    jread_text(o, "run_id", &id, &one) ||
	    jread_int(o, "exit", (struct num_range){ 0, 255 }, code, &one)) {
		torn(e, one.msg);
	} else if (strcmp(schema, "ub.result/1") != 0) {
		err_set(e, ERR_TROUBLE, "pipe.schema",
		    "standard input has schema '%s', not 'ub.result/1'",
		    schema);
	} else if (!cli_is_run_id(id)) {
		torn(e, "\"run_id\" has other letters than a run's id");
	} else {
		r = 0;
	}
	free(schema);
	free(id);
	err_release(&one);
	return r;
}

static void
replace(char **to, const json_t *from)
{
	const char *text = json_string_value(from);

	if (!text || !*text)
		return;
	free(*to);
	*to = mem_dup(text);
}

int
cli_upstream(struct cli *c, struct err *e)
{
	struct buf in = { 0 };
	struct err one = { 0 };
	json_t *o = NULL;
	int r = read_all(&in, e), code = 0;

	if (r)
		goto out;
	r = -1;
	if (strspn(buf_text(&in), " \t\r\n") == in.len) {
		err_set(e, ERR_TROUBLE, "pipe.empty",
		    "nothing came on standard input");
		err_hint(e, "the program before it gave no result; does it "
			    "have --json?");
		goto out;
	}
	o = jread_parse(buf_text(&in), in.len, "pipe.torn", &one);
	if (!o) {
		torn(e, one.msg);
		goto out;
	}
	if (check(o, &code, e))
		goto out;
	c->upstream = json_incref(o);
	c->pass = code;
	r = code != 0;
	if (!c->common.run_id)
		replace(&c->run_id, json_object_get(o, "run_id"));
	replace(&c->app, json_object_get(o, "app"));
out:
	json_decref(o);
	buf_release(&in);
	err_release(&one);
	return r;
}

const char *
cli_upstream_set(const struct cli *c)
{
	const json_t *data = json_object_get(c->upstream, "data");
	const json_t *set = json_object_get(data, "set");
	const char *path;

	if (json_is_object(set))
		set = json_object_get(set, "path");
	path = json_string_value(set);
	return path && path[0] == '/' ? path : NULL;
}
