/* event.c - what happens, as lines of JSON. */
#include "ub/cli/event.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/progress.h"
#include "ub/jwrite.h"

#define STUCK_MS 5000
#define TICK_MS 1000

struct open_step {
	char *id;
	int64_t since;
};

struct cli_event {
	pthread_mutex_t mutex; /* guards all that is below */
	pthread_cond_t wake;
	pthread_t ticker;
	int ticking;
	int stop;
	int fd; /* -1: nobody asked, or the reader is gone */
	int owned;
	int started;
	json_int_t seq;
	int steps;
	int64_t told; /* bytes in the last "progress" */
	struct open_step *v;
	size_t n;
	size_t cap;
};

static int
open_fd(const char *text, struct err *e)
{
	int64_t fd = 0;

	if (num_int(
		text + 3, "--events", (struct num_range){ 2, 65535 }, &fd, e))
		return -1;
	/* No child shall hold it open. */
	if (fcntl((int)fd, F_SETFD, FD_CLOEXEC) == 0)
		return (int)fd;
	err_set(e, ERR_USAGE, "usage.value",
	    "--events: descriptor %d is not open", (int)fd);
	return -1;
}

int
cli_event_open(struct cli *c, struct err *e)
{
	struct cli_event *ev = mem_alloc(sizeof(*ev));
	const char *name = c->common.events;

	pthread_mutex_init(&ev->mutex, NULL);
	pthread_cond_init(&ev->wake, NULL);
	ev->fd = -1;
	c->events = ev;
	if (!name)
		return 0;
	if (strncmp(name, "fd:", 3) == 0) {
		ev->fd = open_fd(name, e);
	} else {
		ev->fd = io_open(name,
		    O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOCTTY, 0600,
		    e);
		ev->owned = 1;
		if (ev->fd < 0)
			e->code = ERR_USAGE;
	}
	return ev->fd < 0 ? -1 : 0;
}

/* Returns 0, or a reason why the line could not be written. */
static const char *
write_line(int fd, const char *line)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	struct err e = { 0 };
	int n;

	do
		n = poll(&p, 1, STUCK_MS);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return "nobody reads them";
	if (io_write(fd, line, strlen(line), "events", &e) == 0)
		return NULL;
	err_release(&e);
	return "the reader is gone, or the disk is full";
}

/* With the mutex held. */
static const char *
put_locked(struct cli *c, const char *event, json_t *fields, int64_t at)
{
	struct cli_event *ev = c->events;
	json_t *o = json_object();
	const char *failed;
	char *text, *line;

	json_object_set_new(o, "schema", json_string("ub.event/1"));
	json_object_set_new(o, "event", json_string(event));
	json_object_set_new(o, "seq", json_integer(++ev->seq));
	json_object_set_new(o, "at", jwrite_time(at));
	json_object_set_new(o, "tool", jwrite_text(c->spec->prog));
	json_object_set_new(o, "run_id", jwrite_text(c->run_id));
	json_object_update(o, fields);
	text = json_dumps(o, JSON_COMPACT);
	line = mem_printf("%s\n", text);
	failed = write_line(ev->fd, line);
	if (failed)
		ev->fd = -1;
	free(line);
	free(text);
	json_decref(o);
	return failed;
}

static const char *
start_locked(struct cli *c)
{
	struct cli_event *ev = c->events;
	json_t *fields;
	const char *failed;

	if (ev->started || ev->fd < 0)
		return NULL;
	ev->started = 1;
	fields = json_pack("{s:s, s:o, s:b, s:i}", "version", UB_VERSION, "app",
	    jwrite_text(c->app), "dry_run", c->common.dry_run, "pid",
	    (int)getpid());
	failed = put_locked(c, "start", fields, c->started_at);
	json_decref(fields);
	return failed;
}

void
cli_event_start(struct cli *c)
{
	cli_event_put(c, NULL, NULL);
}

void
cli_event_put(struct cli *c, const char *event, json_t *fields)
{
	const char *failed = NULL;

	if (!c->events) {
		json_decref(fields);
		return;
	}
	pthread_mutex_lock(&c->events->mutex);
	failed = start_locked(c);
	if (event && c->events->fd >= 0)
		failed = put_locked(c, event, fields, clock_now());
	pthread_mutex_unlock(&c->events->mutex);
	json_decref(fields);
	/* Not under the mutex: a warning is an event too. */
	if (failed)
		log_warn("events.write", "cannot write events to '%s': %s",
		    c->common.events, failed);
}

/* The step that was begun last speaks for the progress line. */
static json_t *
progress_fields(struct cli_event *ev)
{
	const char *what;
	int64_t done, total;

	if (ev->n == 0 || ev->fd < 0)
		return NULL;
	progress_now(&what, &done, &total);
	if (done == ev->told)
		return NULL;
	ev->told = done;
	return json_pack("{s:o, s:I, s:I}", "id",
	    jwrite_text(ev->v[ev->n - 1].id), "done_bytes", (json_int_t)done,
	    "total_bytes", (json_int_t)total);
}

static void *
tick(void *ctx)
{
	struct cli *c = ctx;
	struct cli_event *ev = c->events;
	struct timespec until;
	json_t *fields;

	pthread_mutex_lock(&ev->mutex);
	while (!ev->stop) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += TICK_MS / 1000;
		pthread_cond_timedwait(&ev->wake, &ev->mutex, &until);
		fields = ev->stop ? NULL : progress_fields(ev);
		if (!fields)
			continue;
		pthread_mutex_unlock(&ev->mutex);
		cli_event_put(c, "progress", fields);
		pthread_mutex_lock(&ev->mutex);
	}
	pthread_mutex_unlock(&ev->mutex);
	return NULL;
}

/* Signals are the main thread's: its waits must be woken. */
static void
start_ticker(struct cli *c)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&c->events->ticker, NULL, tick, c) == 0)
		c->events->ticking = 1;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

int
cli_event_step(struct cli *c, const char *id)
{
	struct cli_event *ev = c->events;
	int n;

	pthread_mutex_lock(&ev->mutex);
	if (ev->fd >= 0 && !ev->ticking)
		start_ticker(c);
	if (ev->n == ev->cap) {
		ev->cap = ev->cap ? ev->cap * 2 : 8;
		ev->v = mem_grow(ev->v, ev->cap, sizeof(*ev->v));
	}
	ev->v[ev->n].id = mem_dup(id);
	ev->v[ev->n++].since = clock_ms();
	ev->told = 0;
	n = ++ev->steps;
	pthread_mutex_unlock(&ev->mutex);
	return n;
}

int64_t
cli_event_step_end(struct cli *c, const char *id)
{
	struct cli_event *ev = c->events;
	int64_t took = 0;
	size_t i;

	pthread_mutex_lock(&ev->mutex);
	for (i = ev->n; i > 0; i--)
		if (strcmp(ev->v[i - 1].id, id) == 0)
			break;
	if (i > 0) {
		took = clock_ms() - ev->v[i - 1].since;
		free(ev->v[i - 1].id);
		memmove(&ev->v[i - 1], &ev->v[i], (ev->n - i) * sizeof(*ev->v));
		ev->n--;
	}
	pthread_mutex_unlock(&ev->mutex);
	return took;
}

void
cli_event_close(struct cli *c, json_t *result)
{
	struct cli_event *ev = c->events;

	if (!ev)
		return;
	pthread_mutex_lock(&ev->mutex);
	ev->stop = 1;
	pthread_cond_signal(&ev->wake);
	pthread_mutex_unlock(&ev->mutex);
	if (ev->ticking)
		pthread_join(ev->ticker, NULL);
	cli_event_put(c, "result", json_pack("{s:O}", "result", result));
	if (ev->owned && ev->fd >= 0)
		close(ev->fd);
	while (ev->n > 0)
		free(ev->v[--ev->n].id);
	free(ev->v);
	pthread_cond_destroy(&ev->wake);
	pthread_mutex_destroy(&ev->mutex);
	free(ev);
	c->events = NULL;
}
