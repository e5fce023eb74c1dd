/*
 * A cluster is a folder of ours with a lock that we hold and, made after
 * that, "pg", which is the server's: data, log and socket. So a folder that
 * has "pg" and whose lock is free was left by a run that was killed.
 */
#include "ub/scratch/cluster.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "ub/scratch/server.h"

#define PREFIX "ub-scratch"

extern char **environ;

/* The server's part of the folder, which it can reach. */
static int
make_folder(const char *cluster, const char *pg, struct err *e)
{
	const struct passwd *pw;

	if (path_mkdir(pg, 0700, e))
		return -1;
	if (geteuid() != 0)
		return 0;
	pw = getpwnam(SCRATCH_SERVER_USER);
	if (!pw) {
		err_set(e, ERR_TROUBLE, "scratch.user",
		    "there is no user '%s' to run a server",
		    SCRATCH_SERVER_USER);
		return err_hint(e, "run ub-verify as another user than root");
	}
	if (chmod(cluster, 0711) < 0 || chown(pg, pw->pw_uid, pw->pw_gid) < 0)
		return err_sys(e, "cannot give '%s' to %s", pg,
		    SCRATCH_SERVER_USER);
	return 0;
}

/*
 * Does its own server run there? The number in its pid file could be that of
 * another process by now.
 */
static int
answers(const char *pg)
{
	const struct db_opts o = { .timeout_ms = 5000 };
	struct dsn d = { 0 };
	struct err e = { 0 };
	struct db *db = NULL;

	if (scratch_server_dsn(pg, &d, &e) == 0)
		db = db_open(&d, &o, &e);
	dsn_release(&d);
	err_release(&e);
	db_close(db);
	return db != NULL;
}

static int
is_abandoned(const char *dir, const char *pg)
{
	char *lock = path_join(dir, "lock");
	struct stat st;
	int r = lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() && path_is_dir(pg) &&
	    path_is_file(lock) && lock_is_free(lock);

	free(lock);
	return r;
}

static void
remove_abandoned(const struct pgtools *t, const char *dir)
{
	char *pg = path_join(dir, "pg");
	struct err e = { 0 };

	if (is_abandoned(dir, pg)) {
		log_info("removing '%s', left by a run that was killed", dir);
		/* A server whose folder is gone ends within a minute. */
		if (answers(pg) && scratch_server_stop(t, pg, &e))
			log_warn("scratch.sweep", "%s", e.msg);
		err_release(&e);
		if (path_remove(dir, &e))
			log_warn("scratch.sweep", "%s", e.msg);
	}
	err_release(&e);
	free(pg);
}

/* All that are beside ours. */
static void
sweep(const struct scratch *s)
{
	char *parent = path_dir(s->cluster), *dir;
	struct vec names = { 0 };
	struct err ignored = { 0 };
	size_t i;

	path_list(parent, &names, &ignored);
	for (i = 0; i < names.n; i++) {
		if (strncmp(names.v[i], PREFIX "-", sizeof(PREFIX)) != 0)
			continue;
		dir = path_join(parent, names.v[i]);
		remove_abandoned(&s->tools, dir);
		free(dir);
	}
	err_release(&ignored);
	vec_release(&names);
	free(parent);
}

/* What libpq would take from there is meant for another server. */
static void
forget_environment(void)
{
	char **v = environ, *name;

	while (*v) {
		if (strncmp(*v, "PG", 2) != 0) {
			v++;
			continue;
		}
		name = mem_dupn(*v, strcspn(*v, "="));
		unsetenv(name);
		free(name);
		v = environ;
	}
}

int
scratch_cluster_start(struct scratch *s, struct err *e)
{
	char *pg, *lock;
	int r = -1;

	if (scratch_server_find(&s->tools, e))
		return -1;
	forget_environment();
	s->cluster = tmp_dir(PREFIX, e);
	if (!s->cluster)
		return -1;
	sweep(s);
	pg = path_join(s->cluster, "pg");
	lock = path_join(s->cluster, "lock");
	if (lock_take(&s->lock, lock, 0, e) == 0 &&
	    make_folder(s->cluster, pg, e) == 0 &&
	    scratch_server_initdb(&s->tools, pg, e) == 0 &&
	    scratch_server_start(&s->tools, pg, e) == 0)
		r = scratch_server_dsn(pg, &s->admin, e);
	free(lock);
	free(pg);
	return r;
}

int
scratch_cluster_stop(struct scratch *s, struct err *e)
{
	char *pg = path_join(s->cluster, "pg");
	char *pid = path_join(pg, "data/postmaster.pid");
	int r = 0;

	if (path_exists(pid))
		r = scratch_server_stop(&s->tools, pg, e);
	if (r == 0)
		r = path_remove(s->cluster, e);
	lock_release(&s->lock);
	free(pid);
	free(pg);
	return r;
}
