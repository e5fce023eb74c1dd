/* http.c - one GET by libcurl. */
#include "ext/http.h"

#include <pthread.h>

#include <curl/curl.h>

#include "base/mem.h"
#include "sys/sig.h"

#define HTTP_TIMEOUT_MS 10000
#define HTTP_MAX ((size_t)16 << 20)

struct answer {
	struct buf *body;
	size_t max;
	int too_large;
};

static size_t
take(char *data, size_t size, size_t n, void *ctx)
{
	struct answer *a = ctx;

	if (size * n > a->max - a->body->len) {
		a->too_large = 1;
		return 0;
	}
	buf_add(a->body, data, size * n);
	return size * n;
}

/* libcurl asks about once a second, and on every block. */
static int
watch(void *ctx, curl_off_t dl, curl_off_t dn, curl_off_t ul, curl_off_t un)
{
	(void)ctx;
	(void)dl;
	(void)dn;
	(void)ul;
	(void)un;
	return sig_got() != 0;
}

static void
prepare(CURL *c, const struct http_get *g, struct answer *a, char *why)
{
	int64_t ms = g->timeout_ms ? g->timeout_ms : HTTP_TIMEOUT_MS;

	curl_easy_setopt(c, CURLOPT_URL, g->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	if (g->socket)
		curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, g->socket);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)ms);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, a);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, watch);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "ub/" UB_VERSION);
}

static int
explain(const struct http_get *g, const struct answer *a, CURLcode rc,
    const char *why, struct err *e)
{
	const char *where = g->socket ? g->socket : g->url;

	if (sig_check(e))
		return -1;
	if (a->too_large)
		return err_set(e, ERR_TROUBLE, "http.protocol",
		    "the answer of '%s' is too large", where);
	if (!*why)
		why = curl_easy_strerror(rc);
	switch (rc) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return err_set(e, ERR_LATER, "http.connect",
		    "cannot ask '%s': %s", where, why);
	case CURLE_OPERATION_TIMEDOUT:
		return err_set(e, ERR_LATER, "http.timeout",
		    "cannot ask '%s': %s", where, why);
	default:
		return err_set(e, ERR_TROUBLE, "http.protocol",
		    "cannot ask '%s': %s", where, why);
	}
}

static void
init(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

int
http_get(const struct http_get *g, int *status, struct buf *body,
    struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char why[CURL_ERROR_SIZE] = "";
	struct answer a = { .body = body,
		.max = body->len + (g->max ? g->max : HTTP_MAX) };
	CURLcode rc;
	CURL *c;
	long code = 0;
	int r = -1;

	pthread_once(&once, init);
	c = curl_easy_init();
	if (!c)
		return err_set(e, ERR_TROUBLE, "http.protocol",
		    "cannot start libcurl");
	prepare(c, g, &a, why);
	rc = curl_easy_perform(c);
	if (rc == CURLE_OK) {
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
		*status = (int)code;
		r = 0;
	} else {
		explain(g, &a, rc, why, e);
	}
	curl_easy_cleanup(c);
	return r;
}
