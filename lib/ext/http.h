/* http.h - one HTTP GET with limits (libcurl), over TCP or a Unix socket. */
#ifndef UB_EXT_HTTP_H
#define UB_EXT_HTTP_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct http_get {
	const char *url;
	const char *socket; /* path of a Unix socket, or NULL */
	int64_t timeout_ms; /* 0: 10 s */
	size_t max;         /* of the body; 0: 16 MiB; more is an error */
};

/*
 * 0 with the status and body (appended) of any whole answer, whatever the
 * status; no redirects. -1: ERR_LATER, "http.connect" or "http.timeout"; or
 * ERR_TROUBLE, "http.protocol".
 */
int http_get(const struct http_get *g, int *status, struct buf *body,
    struct err *e);

#endif
