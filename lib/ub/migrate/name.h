/* name.h - what the names of files say about migrations. */
#ifndef UB_UB_MIGRATE_NAME_H
#define UB_UB_MIGRATE_NAME_H

/* Parts of a name; the caller owns them. */
struct migrate_name {
	char *version; /* NULL: a repeatable one */
	char *about;
	int down; /* the way back */
};

/*
 * Each: 1 and *out set if the name is a migration's, 0 if not; -1: it looks
 * like one, and its tool would refuse it; what *out holds is to be freed
 * then, too.
 *
 * "20261121_add.sql" (dbmate); "0042_add.up.sql" (golang-migrate), version
 * "42"; "V1_2__add_it.sql", "R__views.sql" (Flyway), version "1.2".
 */
int migrate_name_dbmate(const char *name, struct migrate_name *out);
int migrate_name_golang(const char *name, struct migrate_name *out);
int migrate_name_flyway(const char *name, struct migrate_name *out);

/* The order of two numbers of any length; of two versions "1.2" and "1.10",
 * where "1" is "1.0". <0, 0, >0. */
int migrate_version_order(const char *a, const char *b);

/* SQL for what all versions that Flyway takes for the same have in common:
 * 01.2.0 is 1.2; v is SQL for a text. */
#define MIGRATE_FLYWAY_PLAIN(v) \
	"pg_catalog.regexp_replace(pg_catalog.regexp_replace(" v \
	", '(^|\\.)0+([0-9])', '\\1\\2', 'g'), '(\\.0)+$', '')"

#endif
