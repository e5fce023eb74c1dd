/* test_http.c - one GET, from servers that behave and that do not. */
#include "ext/http.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/path.h"
#include "sys/tmp.h"

#include "tap.h"

static char *path;

/* A server in a process of its own that gives one answer to each of n. */
static pid_t
serve(const char *answer, int n)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), c;
	char in[4096];
	pid_t pid;

	unlink(path);
	memcpy(a.sun_path, path, strlen(path) + 1);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 5) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		alarm(20);
		while (n-- > 0 && (c = accept(fd, NULL, NULL)) >= 0) {
			if (read(c, in, sizeof(in)) < 0 ||
			    write(c, answer, strlen(answer)) < 0)
				_exit(1);
			close(c);
		}
		_exit(0);
	}
	close(fd);
	return pid;
}

static int
get(const char *answer, size_t max, int *status, struct buf *body,
    struct err *e)
{
	struct http_get g = { .url = "http://engine/x", .socket = path,
		.max = max };
	pid_t pid = serve(answer, 1);
	int r = http_get(&g, status, body, e);

	waitpid(pid, NULL, 0);
	return r;
}

static void
test_answers(void)
{
	struct buf body = { 0 };
	struct err e = { 0 };
	int status = 0;

	buf_puts(&body, "before ");
	tap_ok(get("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 0,
		   &status, &body, &e) == 0 && status == 200,
	    "a whole answer");
	tap_is(buf_text(&body), "before hello", "its body is appended");
	buf_reset(&body);
	tap_ok(get("HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno", 0,
		   &status, &body, &e) == 0 && status == 404,
	    "404 is an answer");
	tap_is(buf_text(&body), "no", "with a body");
	tap_ok(get("HTTP/1.1 301 X\r\nLocation: http://other/\r\n"
		   "Content-Length: 0\r\n\r\n", 0, &status, &body, &e) == 0 &&
	    status == 301, "a redirect is not followed");
	tap_ok(get("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhel", 0,
		   &status, &body, &e) == -1, "a torn body");
	tap_is(e.kind, "http.protocol", "is trouble");
	tap_ok(get("", 0, &status, &body, &e) == -1 && e.code == ERR_LATER,
	    "an empty answer may be better later");
	tap_ok(get("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789",
		   8, &status, &body, &e) == -1, "a body over the limit");
	tap_ok(strstr(e.msg, "too large") != NULL, "is too large");
	buf_release(&body);
	err_release(&e);
}

static void
test_nobody(void)
{
	struct http_get g = { .url = "http://engine/x", .socket = path };
	struct buf body = { 0 };
	struct err e = { 0 };
	int status;

	unlink(path);
	tap_ok(http_get(&g, &status, &body, &e) == -1, "no socket");
	tap_is(e.kind, "http.connect", "cannot connect");
	tap_ok(e.code == ERR_LATER, "later");
	g.socket = NULL;
	g.url = "file:///etc/passwd";
	tap_ok(http_get(&g, &status, &body, &e) == -1 && body.len == 0,
	    "no other scheme than HTTP");
	buf_release(&body);
	err_release(&e);
}

static void
test_slow(void)
{
	struct http_get g = { .url = "http://engine/x", .socket = path,
		.timeout_ms = 200 };
	struct buf body = { 0 };
	struct err e = { 0 };
	int status, fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	memcpy(a.sun_path, path, strlen(path) + 1);
	tap_ok(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
		listen(fd, 5) == 0,
	    "a server that never answers");
	tap_ok(http_get(&g, &status, &body, &e) == -1, "is not waited for");
	tap_is(e.kind, "http.timeout", "for ever");
	close(fd);
	buf_release(&body);
	err_release(&e);
}

int
main(void)
{
	struct err e = { 0 };
	char *dir = tmp_dir("ub-test", &e);

	path = path_join(dir, "sock");
	test_answers();
	test_nobody();
	test_slow();
	free(path);
	free(dir);
	err_release(&e);
	return tap_done();
}
