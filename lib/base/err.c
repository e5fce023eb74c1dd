/* err.c - what went wrong, said once. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>

#include "base/buf.h"
#include "base/mem.h"

static char *UB_PRINTF(1, 0)
format(const char *fmt, va_list ap)
{
	struct buf b = { 0 };

	buf_vprintf(&b, fmt, ap);
	return buf_detach(&b);
}

/* msg becomes e's; the arguments may have pointed into the old contents. */
static int
replace(struct err *e, enum err_code code, const char *kind, char *msg)
{
	char *copy = mem_dup(kind);

	err_release(e);
	e->code = code;
	e->kind = copy;
	e->msg = msg;
	return -1;
}

int
err_set(struct err *e, enum err_code code, const char *kind, const char *fmt,
    ...)
{
	va_list ap;
	char *msg;

	va_start(ap, fmt);
	msg = format(fmt, ap);
	va_end(ap);
	return replace(e, code, kind, msg);
}

int
err_sys(struct err *e, const char *fmt, ...)
{
	int number = errno;
	char reason[256];
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (strerror_r(number, reason, sizeof(reason)) == 0)
		buf_printf(&b, ": %s", reason);
	else
		buf_printf(&b, ": error %d", number);
	return replace(e, ERR_TROUBLE, "sys", buf_detach(&b));
}

int
err_in(struct err *e, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (e->msg)
		buf_printf(&b, ": %s", e->msg);
	free(e->msg);
	e->msg = buf_detach(&b);
	return -1;
}

int
err_as(struct err *e, enum err_code code, const char *kind)
{
	char *copy = mem_dup(kind);

	free(e->kind);
	e->kind = copy;
	e->code = code;
	return -1;
}

int
err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;
	char *hint;

	va_start(ap, fmt);
	hint = format(fmt, ap);
	va_end(ap);
	free(e->hint);
	e->hint = hint;
	return -1;
}

int
err_next(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vec_take(&e->next, format(fmt, ap));
	va_end(ap);
	return -1;
}

int
err_detail(struct err *e, const char *name, const char *value)
{
	vec_add(&e->detail, name);
	vec_add(&e->detail, value ? value : "");
	return -1;
}

const char *
err_detail_get(const struct err *e, const char *name)
{
	size_t i;

	for (i = 0; i + 1 < e->detail.n; i += 2)
		if (strcmp(e->detail.v[i], name) == 0)
			return e->detail.v[i + 1];
	return NULL;
}

/* How grave a code is: a greater number wins. */
static int
gravity(enum err_code code)
{
	static const int rank[] = {
		[ERR_OK] = 0, [ERR_PENDING] = 1, [ERR_NO] = 2,
		[ERR_USAGE] = 3, [ERR_REFUSED] = 4, [ERR_LATER] = 5,
		[ERR_TROUBLE] = 6, [ERR_UNDONE] = 7, [ERR_CHANGED] = 8,
	};

	return rank[code];
}

void
err_merge(struct err *to, struct err *from)
{
	if (gravity(from->code) > gravity(to->code)) {
		err_release(to);
		*to = *from;
		*from = (struct err){ 0 };
	}
	err_release(from);
}

const char *
err_status(enum err_code code)
{
	static const char *const name[] = { "ok", "no", "usage", "trouble",
		"refused", "later", "undone", "changed", "pending" };

	return name[code];
}

void
err_release(struct err *e)
{
	free(e->kind);
	free(e->msg);
	free(e->hint);
	vec_release(&e->next);
	vec_release(&e->detail);
	*e = (struct err){ 0 };
}
