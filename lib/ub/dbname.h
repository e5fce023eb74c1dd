/* dbname.h - names of the databases that ub keeps beside a live one. */
#ifndef UB_UB_DBNAME_H
#define UB_UB_DBNAME_H

/*
 * "shop__ub_old_20261121T031105Z-4f2c9ab" for role "old" (new, old, undone,
 * snap). PostgreSQL cuts names at 63 bytes: when this one would be longer,
 * the live name is cut at a UTF-8 boundary and a hash of it is put in, so
 * that two long names stay apart. Caller owns.
 */
char *dbname_beside(const char *live, const char *role, const char *id);

#endif
