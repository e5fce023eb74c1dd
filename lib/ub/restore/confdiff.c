#include "ub/restore/confdiff.h"

#include <unistd.h>

#include "base/mem.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/proc.h"

#define SHOWN (256 * 1024)

/* One line of a diff, without what may be secret. */
static void
show_line(const char *line, size_t len, int secret)
{
	size_t i;

	/* "--- file", "+++ file" and "@@ … @@" say nothing of the content. */
	if (!secret || strncmp(line, "--- ", 4) == 0 ||
	    strncmp(line, "+++ ", 4) == 0 || strncmp(line, "@@ ", 3) == 0) {
		log_raw("%.*s", (int)len, line);
		return;
	}
	for (i = 1; i < len && line[i] != '=' && line[i] != ':'; i++)
		;
	if (i < len)
		log_raw("%.*s…", (int)i + 1, line);
	else
		log_raw("%c…", len ? *line : ' ');
}

static void
show(const char *text, int secret)
{
	size_t n;

	for (; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		show_line(text, n, secret);
	}
}

int
confdiff_show(const char *live, const char *from_set, int *same,
    struct err *e)
{
	struct proc p = { .max = SHOWN };
	int r;

	*same = 0;
	if (!path_exists(live)) {
		log_info("config file '%s' is new", live);
		return 0;
	}
	vec_add(&p.argv, "diff");
	vec_add(&p.argv, "-u");
	vec_add(&p.argv, "--");
	vec_add(&p.argv, live);
	vec_add(&p.argv, from_set);
	r = proc_run(&p, e);
	/* 0 same, 1 differs; 2 could not read it. */
	if (r == 0 && p.exit == 0)
		*same = 1;
	else if (r == 0 && p.exit == 1)
		show(buf_text(&p.out), !isatty(STDERR_FILENO));
	else if (r == 0)
		r = err_set(e, ERR_TROUBLE, "restore.diff",
		    "cannot compare '%s' with '%s': %s", live, from_set,
		    buf_text(&p.errs));
	proc_release(&p);
	return r;
}
