/* confirm.c - asking before something destroys data. */
#include <errno.h>
#include <poll.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "sys/log.h"
#include "sys/progress.h"
#include "sys/sig.h"
#include "ub/cli.h"

/* Nobody answers in CI, in a pipe, or behind --json. */
static int
may_ask(const struct cli *c)
{
	const char *ci = getenv("CI");

	if (ci && *ci && strcasecmp(ci, "false") != 0 && strcmp(ci, "0") != 0)
		return 0;
	return !c->common.json && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* One line from the terminal; its end before a line is an empty one. */
static int
read_answer(struct buf *line, struct err *e)
{
	struct pollfd p[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = sig_fd(), .events = POLLIN } };
	char c;
	ssize_t n;

	for (;;) {
		if (sig_check(e))
			return -1;
		if (poll(p, 2, -1) < 0)
			continue;
		if (!p[0].revents)
			continue;
		n = read(STDIN_FILENO, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "cannot read the answer");
		if (n == 0 || c == '\n')
			return 0;
		buf_putc(line, c);
	}
}

static int
ask(const char *question, const char *name, struct err *e)
{
	struct buf line = { 0 };
	int r;

	progress_end();
	log_raw("%s: %s", log_prog(), question);
	log_raw("Type '%s' to go on:", name);
	r = read_answer(&line, e);
	if (r == 0 && strcmp(buf_text(&line), name) != 0)
		r = err_set(e, ERR_REFUSED, "confirm.needed",
		    "not confirmed: the answer was not '%s'", name);
	buf_release(&line);
	return r;
}

static void
add_flag(struct buf *flags, const char *name)
{
	char *word = text_shell(name);

	buf_printf(flags, "%s--confirm %s", flags->len ? " " : "", word);
	free(word);
}

int
cli_confirm(struct cli *c, const struct vec *confirmed,
    const struct vec *needed, const char *question, struct err *e)
{
	struct buf flags = { 0 };
	size_t i;
	int r = 0;

	if (c->app && vec_has(confirmed, c->app))
		return 0;
	for (i = 0; i < needed->n; i++)
		if (!vec_has(confirmed, needed->v[i]))
			add_flag(&flags, needed->v[i]);
	if (flags.len == 0)
		goto out;
	if (may_ask(c)) {
		r = ask(question, needed->v[0], e);
		goto out;
	}
	r = err_set(
	    e, ERR_REFUSED, "confirm.needed", "not confirmed: %s", question);
	err_hint(e, "say %s", flags.data);
out:
	buf_release(&flags);
	return r;
}

int
cli_agree(struct cli *c, const char *question, struct err *e)
{
	if (c->common.yes)
		return 0;
	if (may_ask(c))
		return ask(question, "yes", e);
	err_set(e, ERR_REFUSED, "confirm.needed", "not confirmed: %s",
	    question);
	return err_hint(e, "say --yes");
}
