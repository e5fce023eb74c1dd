/* container.c - what a container is and last said. */
#include "ub/container.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "ext/http.h"
#include "sys/log.h"
#include "sys/tmp.h"

#define DEFAULT_SOCKET "/var/run/docker.sock"
#define FRAME_HEADER 8
#define MAX_ANSWER ((size_t)8 << 20)

/* One container and the way to its engine. */
struct source {
	const char *name;
	const char *socket; /* borrowed from the environment */
	int tty;            /* its log has no frames */
};

/* NULL: DOCKER_HOST names something else than a Unix socket. */
static const char *
engine_socket(void)
{
	static const char scheme[] = "unix://";
	const char *host = getenv("DOCKER_HOST");

	if (!host || !*host)
		return DEFAULT_SOCKET;
	if (strncmp(host, scheme, strlen(scheme)) != 0)
		return NULL;
	return host + strlen(scheme);
}

/* Ask for /containers/<name><what>. */
static int
ask(const struct source *s, const char *what, int *status, struct buf *body,
    struct err *e)
{
	char *name = text_name_escape(s->name);
	char *url = mem_printf("http://localhost/containers/%s%s", name, what);
	struct http_get g = { .url = url, .socket = s->socket,
		.timeout_ms = 30000, .max = MAX_ANSWER };
	int rc = http_get(&g, status, body, e);

	free(url);
	free(name);
	return rc;
}

/* {"message":"…"} of a refusal; else its status. Caller owns. */
static char *
refusal(int status, const struct buf *body)
{
	json_t *j = json_loadb(buf_text(body), body->len, 0, NULL);
	const char *says = json_string_value(json_object_get(j, "message"));
	char *text = says ? mem_dup(says) : mem_printf("status %d", status);

	json_decref(j);
	return text;
}

static int
refused(const struct source *s, int status, const struct buf *body,
    struct err *e)
{
	char *says;

	if (status == 404)
		return err_set(e, ERR_TROUBLE, "container.missing",
		    "container '%s' does not exist", s->name);
	says = refusal(status, body);
	err_set(e, ERR_TROUBLE, "container.engine",
	    "cannot inspect container '%s': %s", s->name, says);
	free(says);
	return -1;
}

/* NAME=VALUE in a list becomes NAME: values are where secrets are. */
static void
strip_values(json_t *list)
{
	const char *text;
	json_t *v;
	size_t i;

	json_array_foreach (list, i, v) {
		text = json_string_value(v);
		if (text)
			json_array_set_new(list, i,
			    json_stringn(text, strcspn(text, "=")));
	}
}

/* In the container's own configuration, and wherever else one may be. */
static void
strip_env(json_t *j)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_array(j))
		json_array_foreach (j, i, v)
			strip_env(v);
	if (!json_is_object(j))
		return;
	json_object_foreach (j, key, v) {
		if (strcmp(key, "Env") == 0)
			strip_values(v);
		else
			strip_env(v);
	}
}

static int
write_json(const char *file, json_t *j, struct err *e)
{
	char *text = json_dumps(j, JSON_INDENT(2));
	struct buf b = { 0 };
	int rc;

	buf_printf(&b, "%s\n", text ? text : "");
	free(text);
	rc = tmp_write_file(file, buf_text(&b), b.len, e);
	buf_release(&b);
	return rc;
}

/* 0, 1 (no engine), -1. */
static int
save_inspect(struct source *s, const char *file, char **reason,
    struct err *e)
{
	struct buf body = { 0 };
	json_t *j = NULL;
	int status = 0, rc = -1;

	if (ask(s, "/json", &status, &body, e) != 0) {
		if (strcmp(e->kind, "http.connect") == 0) {
			*reason = mem_printf("no engine answers at '%s'",
			    s->socket);
			err_release(e);
			rc = 1;
		}
		goto out;
	}
	if (status != 200) {
		refused(s, status, &body, e);
		goto out;
	}
	j = json_loadb(buf_text(&body), body.len, 0, NULL);
	if (!json_is_object(j)) {
		err_set(e, ERR_TROUBLE, "container.engine", "cannot inspect "
		    "container '%s': the answer is no JSON object", s->name);
		goto out;
	}
	s->tty = json_is_true(json_object_get(json_object_get(j, "Config"),
	    "Tty"));
	strip_env(j);
	rc = write_json(file, j, e);
out:
	json_decref(j);
	buf_release(&body);
	return rc;
}

/*
 * Without a terminal both streams come in frames: one byte for the stream,
 * three of 0, the length in four (Engine API, "Attach to a container"). What
 * does not look like one is kept as it is.
 */
static void
take_frames_apart(const struct buf *in, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)buf_text(in);
	size_t left = in->len, len;

	while (left >= FRAME_HEADER && p[0] <= 2 && !p[1] && !p[2] && !p[3]) {
		len = (size_t)p[4] << 24 | (size_t)p[5] << 16 |
		    (size_t)p[6] << 8 | p[7];
		p += FRAME_HEADER;
		left -= FRAME_HEADER;
		if (len > left)
			len = left;
		buf_add(out, p, len);
		p += len;
		left -= len;
	}
	buf_add(out, p, left);
}

/* The last lines; fewer of them when they are too much for us. */
static int
fetch_log(const struct source *s, int64_t lines, int *status,
    struct buf *body, struct err *e)
{
	char *what;
	int rc;

	for (;; lines /= 4) {
		buf_reset(body);
		what = mem_printf("/logs?stdout=1&stderr=1&tail=%" PRId64,
		    lines);
		rc = ask(s, what, status, body, e);
		free(what);
		if (rc == 0 || lines == 0 || !strstr(e->msg, "too large"))
			return rc;
		err_release(e);
	}
}

static int
save_log(const struct source *s, int64_t lines, const char *file,
    struct err *e)
{
	struct buf body = { 0 }, log = { 0 };
	char *says;
	int status = 0, rc = -1;

	if (fetch_log(s, lines, &status, &body, e) != 0)
		goto out;
	/* Some log drivers cannot be read: that is no reason to fail. */
	if (status != 200) {
		says = refusal(status, &body);
		log_warn("container.log", "no log of container '%s': %s",
		    s->name, says);
		free(says);
	} else if (s->tty) {
		buf_add(&log, buf_text(&body), body.len);
	} else {
		take_frames_apart(&body, &log);
	}
	rc = tmp_write_file(file, buf_text(&log), log.len, e);
out:
	buf_release(&log);
	buf_release(&body);
	return rc;
}

int
container_save(const struct container *c, char **reason, struct err *e)
{
	struct source s = { .name = c->name, .socket = engine_socket() };
	int rc;

	*reason = NULL;
	if (!s.socket) {
		*reason = mem_dup("DOCKER_HOST is not a Unix socket");
		return 1;
	}
	if (access(s.socket, F_OK) != 0) {
		*reason = mem_printf("there is no engine at '%s'", s.socket);
		return 1;
	}
	if (access(s.socket, R_OK | W_OK) != 0 && errno == EACCES) {
		err_set(e, ERR_TROUBLE, "container.right", "cannot ask the "
		    "engine at '%s': Permission denied", s.socket);
		return err_hint(e, "run as root, or as a member of the group "
		    "that owns it");
	}
	rc = save_inspect(&s, c->inspect_file, reason, e);
	return rc == 0 ? save_log(&s, c->log_lines, c->log_file, e) : rc;
}
