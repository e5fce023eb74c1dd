/*
 * pgtools.h - the client programs that fit a server: pg_dump, pg_restore and
 * pg_dumpall of the server's own major version.
 */
#ifndef UB_UB_PGTOOLS_H
#define UB_UB_PGTOOLS_H

#include "base/err.h"

/* Valid as {0}. */
struct pgtools {
	char *dump;
	char *restore;
	char *dumpall;
	char *bindir;
	int version; /* 150020 */
};

/*
 * Look in bindir alone if it is not NULL, else where distributions put major
 * versions apart (/usr/lib/postgresql/N/bin, /usr/pgsql-N/bin), then in PATH.
 * None of the server's major version: ERR_TROUBLE, "pg.tools", naming what
 * was found and the package: "postgresql-client-15".
 */
int pgtools_find(struct pgtools *t, int server_version, const char *bindir,
    struct err *e);
void pgtools_release(struct pgtools *t);

#endif
