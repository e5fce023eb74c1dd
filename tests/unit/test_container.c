/* test_container.c - what an engine may answer; a real one is asked in
 * container.bats. */
#include "ub/container.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"

static char *dir, *sock, *inspect, *logfile;
static char warning[256];

/* An answer: status line and body; body of n bytes. */
struct answer {
	const char *status;
	const char *body;
	size_t n;
};

static void
send_all(int fd, const char *data, size_t n)
{
	ssize_t w;

	for (; n > 0; data += w, n -= (size_t)w) {
		w = send(fd, data, n, MSG_NOSIGNAL);
		if (w <= 0)
			return;
	}
}

/* Answer one request: for the log if it asks for it, else inspect. */
static void
serve(int fd, const struct answer *ins, const struct answer *log)
{
	char request[4096] = "", head[256];
	const struct answer *a = ins;
	size_t n = 0;
	ssize_t r = 1;

	while (r > 0 && !strstr(request, "\r\n\r\n")) {
		r = read(fd, request + n, sizeof(request) - 1 - n);
		n += r > 0 ? (size_t)r : 0;
		request[n] = '\0';
	}
	if (strncmp(request, "GET /containers/we%25b%2F1/", 27) != 0)
		_exit(9);
	if (strstr(request, "/logs?stdout=1&stderr=1&tail="))
		a = log;
	/* Too many lines: more than anybody wants. */
	if (a->n == (size_t)-1 && strstr(request, "tail=500 ")) {
		send_all(fd, "HTTP/1.1 200 OK\r\n\r\n", 19);
		for (n = 0; n < 3000; n++)
			send_all(fd, request, sizeof(request));
		return;
	}
	n = a->n == (size_t)-1 ? strlen(a->body) : a->n;
	r = snprintf(head, sizeof(head), "HTTP/1.1 %s\r\nContent-Length: "
	    "%zu\r\nConnection: close\r\n\r\n", a->status, n);
	send_all(fd, head, (size_t)r);
	send_all(fd, a->body, n);
}

static pid_t
engine(const struct answer *ins, const struct answer *log)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), c;
	pid_t pid;

	memcpy(at.sun_path, sock, strlen(sock) + 1);
	unlink(sock);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 5))
		exit(99);
	pid = fork();
	if (pid == 0)
		while ((c = accept(fd, NULL, NULL)) >= 0) {
			serve(c, ins, log);
			close(c);
		}
	close(fd);
	return pid;
}

static void
on_warning(void *ctx, const char *kind, const char *msg)
{
	(void)ctx;
	snprintf(warning, sizeof(warning), "%s: %s", kind, msg);
}

static char *
content(const char *file)
{
	struct buf b = { 0 };
	struct err e = { 0 };

	if (io_slurp(file, 1 << 20, &b, &e) != 0)
		buf_puts(&b, e.msg);
	err_release(&e);
	return buf_text(&b) == b.data ? buf_detach(&b) : mem_dup("");
}

static int
save(const struct answer *ins, const struct answer *log, struct err *e)
{
	pid_t pid = engine(ins, log);
	char *reason = NULL;
	int rc;

	warning[0] = '\0';
	unlink(inspect);
	unlink(logfile);
	rc = container_save(&(struct container){ "we%b/1", 500, inspect,
	    logfile }, &reason, e);
	free(reason);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return rc;
}

#define TEXT(s, t) &(struct answer){ s, t, sizeof(t) - 1 }

/* What of a log with that body is kept. */
static void
log_is(const char *config, const struct answer *log, const char *want,
    const char *name)
{
	struct answer ins = { "200 OK", config, strlen(config) };
	struct err e = { 0 };
	char *got;

	tap_ok(save(&ins, log, &e) == 0, "saved: %s", e.msg ? e.msg : "");
	got = content(logfile);
	tap_is(got, want, name);
	free(got);
	err_release(&e);
}

static void
test_good(void)
{
	struct err e = { 0 };
	struct stat st;
	char *got;

	tap_ok(save(TEXT("200 OK", "{\"Id\":\"x\",\"Config\":{\"Env\":"
	    "[\"A=secret=1\",\"B=\",\"C\",7],\"Tty\":false},\"Deep\":[{\"Env\":"
	    "[\"D=secret\"]}]}"), TEXT("200 OK", "\1\0\0\0\0\0\0\4out\n"
	    "\2\0\0\0\0\0\0\4err\n"), &e) == 0, "saved: %s",
	    e.msg ? e.msg : "");
	got = content(inspect);
	tap_is(got, "{\n  \"Id\": \"x\",\n  \"Config\": {\n    \"Env\": [\n"
	    "      \"A\",\n      \"B\",\n      \"C\",\n      7\n    ],\n"
	    "    \"Tty\": false\n  },\n  \"Deep\": [\n    {\n"
	    "      \"Env\": [\n        \"D\"\n      ]\n    }\n  ]\n}\n",
	    "no value of the environment");
	free(got);
	got = content(logfile);
	tap_is(got, "out\nerr\n", "frames taken apart");
	free(got);
	tap_ok(stat(logfile, &st) == 0 && (st.st_mode & 0777) == 0600 &&
	    stat(inspect, &st) == 0 && (st.st_mode & 0777) == 0600,
	    "for nobody else");
	err_release(&e);
}

static void
test_logs(void)
{
	static const char tty[] = "{\"Config\":{\"Tty\":true}}";

	log_is(tty, TEXT("200 OK", "\1\0\0\0raw\n"), "\1", "terminal: as is");
	log_is("{}", TEXT("200 OK", ""), "", "empty");
	log_is("{}", TEXT("200 OK", "no frames\n"), "no frames\n",
	    "not in frames");
	log_is("{}", TEXT("200 OK", "\1\0\0\0\0\0\0\3ab\n\1\0\0\0\377\377"
	    "\377\377cut"), "ab\ncut", "torn");
	log_is("{}", TEXT("200 OK", "\1\0\0\0\0\0\0\1a\1\0\0"), "a\1",
	    "torn in a header");
	log_is("{}", TEXT("200 OK", "\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\1b"), "b",
	    "an empty frame");
	log_is("{}", &(struct answer){ "200 OK", "few\n", (size_t)-1 },
	    "few\n", "fewer lines when they are too much");
	log_is("{}", TEXT("501 Not Implemented", "{\"message\":\"configured "
	    "logging driver does not support reading\"}"), "",
	    "a driver that cannot be read");
	tap_is(warning, "container.log: no log of container 'we%b/1': "
	    "configured logging driver does not support reading",
	    "is a warning");
	log_is("{}", TEXT("500 Oops", "?"), "", "an error without words");
	tap_is(warning, "container.log: no log of container 'we%b/1': "
	    "status 500", "has its status");
}

static void
bad(const struct answer *ins, enum err_code code, const char *kind,
    const char *msg)
{
	struct err e = { 0 };

	tap_ok(save(ins, TEXT("200 OK", ""), &e) == -1 && e.code == code,
	    "%s", ins->status);
	tap_is(e.kind, kind, "its kind");
	tap_is(e.msg, msg, "its message");
	tap_ok(!path_exists(inspect) && !path_exists(logfile),
	    "nothing is written");
	err_release(&e);
}

static void
test_bad(void)
{
	bad(TEXT("404 Not Found", "{\"message\":\"No such container\"}"),
	    ERR_TROUBLE, "container.missing",
	    "container 'we%b/1' does not exist");
	bad(TEXT("500 Oops", "{\"message\":\"out of order\"}"), ERR_TROUBLE,
	    "container.engine",
	    "cannot inspect container 'we%b/1': out of order");
	bad(TEXT("200 OK", "{\"Config\":"), ERR_TROUBLE, "container.engine",
	    "cannot inspect container 'we%b/1': the answer is no JSON object");
	bad(TEXT("200 OK", "[]"), ERR_TROUBLE, "container.engine",
	    "cannot inspect container 'we%b/1': the answer is no JSON object");
	bad(TEXT("302 Found", ""), ERR_TROUBLE, "container.engine",
	    "cannot inspect container 'we%b/1': status 302");
}

static void
none(const char *host, const char *want)
{
	struct err e = { 0 };
	char *reason = NULL;

	if (host)
		setenv("DOCKER_HOST", host, 1);
	tap_ok(container_save(&(struct container){ "web", 5, inspect,
	    logfile }, &reason, &e) == 1, "no engine");
	tap_is(reason, want, "why");
	tap_ok(!e.msg && !path_exists(inspect), "nothing else");
	free(reason);
	err_release(&e);
}

static void
test_none(void)
{
	char *host = mem_printf("unix://%s", sock);
	char *want = mem_printf("there is no engine at '%s'", sock);
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	none("tcp://10.0.0.1:2375", "DOCKER_HOST is not a Unix socket");
	unlink(sock);
	unlink(inspect);
	none(host, want);
	/* Nobody listens any more. */
	memcpy(at.sun_path, sock, strlen(sock) + 1);
	tap_ok(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0, "bound");
	close(fd);
	free(want);
	want = mem_printf("no engine answers at '%s'", sock);
	none(NULL, want);
	free(want);
	free(host);
}

int
main(void)
{
	struct err e = { 0 };
	char *host;

	log_init("test", LOG_QUIET);
	log_on_warning(on_warning, NULL);
	dir = tmp_dir("ub-test", &e);
	sock = path_join(dir, "engine.sock");
	inspect = path_join(dir, "web.json");
	logfile = path_join(dir, "web.log");
	host = mem_printf("unix://%s", sock);
	setenv("DOCKER_HOST", host, 1);
	test_good();
	test_logs();
	test_bad();
	test_none();
	free(host);
	free(logfile);
	free(inspect);
	free(sock);
	free(dir);
	return tap_done();
}
