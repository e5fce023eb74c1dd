/* dsn_url.h - what must be known of a connection URL before libpq reads it. */
#ifndef UB_EXT_DSN_URL_H
#define UB_EXT_DSN_URL_H

#include "base/buf.h"

/*
 * Append text to plain, without the query parameters that only Prisma's
 * client knows (https://www.prisma.io/docs, "PostgreSQL database connector"),
 * and decode the value of schema (caller owns, NULL if there is none). Text
 * that is no URL is copied. NULL, or what is wrong with it.
 */
const char *dsn_url_strip(const char *text, struct buf *plain,
    char **schema);

/*
 * Would a part of the password be taken for host, port or database, as it
 * has an '@', '/' or ':' that is not encoded? NULL, or what looks wrong.
 */
const char *dsn_url_suspect(const char *text);

#endif
