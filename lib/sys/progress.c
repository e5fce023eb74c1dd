/*
 * progress.c - how far a step is. All but the count of bytes is guarded by
 * stdio's lock of stderr, which log.c takes too: the line is drawn and
 * cleared between whole messages.
 */
#include "sys/progress.h"

#include <stdatomic.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "base/vec.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/sig.h"

#define REDRAW_MS 200
#define PLAIN_MS 30000

static enum progress_mode mode = PROGRESS_NONE;
static int bold;
static struct vec names; /* of all steps: progress_now() lends them out */
static const char *what; /* NULL: no step */
static int step_n, step_of;
static int64_t begun, all_bytes;
static int drawn; /* the line is on the screen */
static atomic_llong done_bytes, due; /* due: the clock when to draw next */

static void
clear(void)
{
	struct err ignored = { 0 };

	if (drawn && io_write(STDERR_FILENO, "\r\033[K", 4, "stderr",
	    &ignored) != 0)
		err_release(&ignored);
	drawn = 0;
}

void
progress_init(enum progress_mode wanted, int colour)
{
	const char *term = getenv("TERM");

	if (wanted == PROGRESS_AUTO)
		wanted = isatty(STDERR_FILENO) && term && *term &&
			strcmp(term, "dumb") != 0 ? PROGRESS_BAR :
			PROGRESS_PLAIN;
	flockfile(stderr);
	mode = wanted;
	bold = colour;
	log_on_line(clear);
	funlockfile(stderr);
}

/* "[2/5] dumping database shop" */
static void
add_title(struct buf *b)
{
	if (step_of > 0)
		buf_printf(b, "[%d/%d] ", step_n, step_of);
	buf_puts(b, what);
}

static void
add_owned(struct buf *b, const char *before, char *text, const char *after)
{
	buf_puts(b, before);
	buf_puts(b, text);
	buf_puts(b, after);
	free(text);
}

/* "1.2 GiB of 3.4 GiB, 35%, 12.3 MiB/s, 3m 20s left" */
static void
add_figures(struct buf *b)
{
	int64_t done = atomic_load(&done_bytes);
	int64_t took = clock_ms() - begun;
	double rate = took > 0 ? (double)done * 1000 / (double)took : 0;
	double left;

	add_owned(b, "", num_size_text(done), "");
	if (all_bytes > 0) {
		add_owned(b, " of ", num_size_text(all_bytes), "");
		buf_printf(b, ", %d%%", done >= all_bytes ? 100 :
		    (int)((double)done * 100 / (double)all_bytes));
	}
	/* Too early to tell, or nothing to tell. */
	if (took < 1000 || rate < 1)
		return;
	add_owned(b, ", ", num_size_text((int64_t)rate), "/s");
	left = (double)(all_bytes - done) / rate * 1000;
	if (left > 0 && left < 1e15)
		add_owned(b, ", ", num_duration_text((int64_t)left), " left");
}

/* Cut a line to the width of the terminal, between characters. */
static void
fit(struct buf *b)
{
	struct winsize size = { 0 };
	size_t i, width = 80, columns = 0;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		width = size.ws_col;
	for (i = 0; i < b->len; i++) {
		if (((unsigned char)b->data[i] & 0xc0) == 0x80)
			continue;
		/* The last column stays free: no terminal wraps then. */
		if (++columns == width) {
			b->len = i;
			b->data[i] = '\0';
		}
	}
}

static void
draw_bar(void)
{
	struct buf line = { 0 }, out = { 0 };
	struct err ignored = { 0 };
	size_t title;

	add_title(&line);
	title = line.len;
	if (atomic_load(&done_bytes) > 0 || all_bytes > 0) {
		buf_puts(&line, "  ");
		add_figures(&line);
	}
	fit(&line);
	if (title > line.len)
		title = line.len;
	buf_puts(&out, bold ? "\r\033[K\033[1m" : "\r\033[K");
	buf_add(&out, buf_text(&line), title);
	if (bold)
		buf_puts(&out, "\033[0m");
	buf_puts(&out, buf_text(&line) + title);
	if (io_write(STDERR_FILENO, out.data, out.len, "stderr",
	    &ignored) != 0)
		err_release(&ignored);
	drawn = 1;
	buf_release(&line);
	buf_release(&out);
}

static void
draw_plain(int first)
{
	struct buf b = { 0 };

	add_title(&b);
	if (!first) {
		buf_puts(&b, ": ");
		add_figures(&b);
	}
	log_raw("%s: %s", log_prog(), buf_text(&b));
	buf_release(&b);
}

static void
draw(int first)
{
	int64_t every = mode == PROGRESS_BAR ? REDRAW_MS : PLAIN_MS;

	atomic_store(&due, clock_ms() + every);
	if (mode == PROGRESS_BAR)
		draw_bar();
	else if (mode == PROGRESS_PLAIN)
		draw_plain(first);
}

void
progress_step(int n, int of, const char *title, int64_t total)
{
	char *clean = text_printable(title);
	char *p;

	/* One line, whatever a name contains. */
	for (p = clean; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = '?';
	flockfile(stderr);
	clear();
	vec_take(&names, clean);
	what = clean;
	step_n = n;
	step_of = of;
	all_bytes = total;
	begun = clock_ms();
	atomic_store(&done_bytes, 0);
	draw(1);
	funlockfile(stderr);
}

void
progress_tick(void)
{
	int status = sig_status();

	if (clock_ms() < atomic_load(&due) && !status)
		return;
	flockfile(stderr);
	/* Another thread may just have drawn it. */
	if (what && clock_ms() >= atomic_load(&due))
		draw(0);
	if (what && status)
		draw_plain(0);
	else if (status)
		log_raw("%s: no step under way", log_prog());
	if (!what)
		atomic_store(&due, clock_ms() + REDRAW_MS);
	funlockfile(stderr);
}

void
progress_add(int64_t bytes)
{
	atomic_fetch_add(&done_bytes, bytes);
	progress_tick();
}

void
progress_now(const char **title, int64_t *done, int64_t *total)
{
	flockfile(stderr);
	*title = what;
	*done = atomic_load(&done_bytes);
	*total = all_bytes;
	funlockfile(stderr);
}

void
progress_end(void)
{
	flockfile(stderr);
	clear();
	what = NULL;
	all_bytes = 0;
	atomic_store(&done_bytes, 0);
	funlockfile(stderr);
}
