/*
 * log.c - lines on stderr. stdio's own lock of stderr is taken round each
 * line and round the progress line too; it may be taken twice by one thread.
 */
#include "sys/log.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "sys/io.h"

static const char *prog = "ub";
static enum log_level loud = LOG_NORMAL;
static void (*take_warning)(void *, const char *, const char *);
static void *take_ctx;
static void (*before_line)(void);

void
log_init(const char *name, enum log_level level)
{
	prog = name;
	loud = level;
}

const char *
log_prog(void)
{
	return prog;
}

enum log_level
log_level(void)
{
	return loud;
}

void
log_on_warning(void (*take)(void *ctx, const char *kind, const char *msg),
    void *ctx)
{
	flockfile(stderr);
	take_warning = take;
	take_ctx = ctx;
	funlockfile(stderr);
}

void
log_on_line(void (*before)(void))
{
	flockfile(stderr);
	before_line = before;
	funlockfile(stderr);
}

/* Write one line in one piece. A broken stderr is nobody's fault here. */
static void
put(const struct buf *b)
{
	char *line = text_printable(buf_text(b));
	struct err ignored = { 0 };

	flockfile(stderr);
	if (before_line)
		before_line();
	io_write(STDERR_FILENO, line, strlen(line), "stderr", &ignored);
	funlockfile(stderr);
	err_release(&ignored);
	free(line);
}

static void UB_PRINTF(2, 0)
say(const char *label, const char *fmt, va_list ap)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s: %s", prog, label);
	buf_vprintf(&b, fmt, ap);
	buf_putc(&b, '\n');
	put(&b);
	buf_release(&b);
}

void
log_warn(const char *kind, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	say("warning: ", fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	flockfile(stderr);
	if (take_warning)
		take_warning(take_ctx, kind, buf_text(&b));
	funlockfile(stderr);
	buf_release(&b);
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	if (loud < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void
log_verbose(const char *fmt, ...)
{
	va_list ap;

	if (loud < LOG_VERBOSE)
		return;
	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void
log_raw(const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	buf_putc(&b, '\n');
	put(&b);
	buf_release(&b);
}
