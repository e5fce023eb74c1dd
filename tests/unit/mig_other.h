/* mig_other.h - what another session does a moment later. */
#ifndef UB_TESTS_MIG_OTHER_H
#define UB_TESTS_MIG_OTHER_H

#include <pthread.h>
#include <time.h>

#include "pgsql.h"

struct other {
	pthread_t thread;
	struct db *db;
	int ms;
	const char *sql;  /* run after ms; an error is of no matter */
	const char *when; /* and not before this is true; or NULL */
	char *state;      /* sqlstate, if it failed */
};

static void
other_pause(int ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000L }, NULL);
}

static void *
other_work(void *arg)
{
	struct other *o = arg;
	struct err err = { 0 };
	struct db *look = o->when ? pgsql_open("postgres") : NULL;
	char *yes = NULL;
	int i;

	for (i = 0; o->when && i < 500; i++) {
		free(yes);
		if (db_value(look, o->when, NULL, &yes, &err) == 0 && yes &&
		    *yes == 't')
			break;
		other_pause(10);
	}
	free(yes);
	db_close(look);
	other_pause(o->ms);
	if (db_exec(o->db, &err, "%s", o->sql) &&
	    err_detail_get(&err, "sqlstate"))
		o->state = mem_dup(err_detail_get(&err, "sqlstate"));
	err_release(&err);
	return NULL;
}

static void __attribute__((unused))
other_start(struct other *o)
{
	if (pthread_create(&o->thread, NULL, other_work, o)) {
		printf("Bail out! no thread\n");
		exit(1);
	}
}

static void __attribute__((unused))
other_end(struct other *o)
{
	pthread_join(o->thread, NULL);
	free(o->state);
	o->state = NULL;
}

#endif
