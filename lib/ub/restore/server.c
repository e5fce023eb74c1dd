#include "ub/restore/server.h"

#include "base/mem.h"
#include "sys/sig.h"
#include "ub/load.h"
#include "ub/origin.h"

static int
same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

int
server_same(const struct op_db *a, const struct op_db *b)
{
	return same(a->host, b->host) && same(a->port, b->port) &&
	    same(a->user, b->user);
}

static int
check_identity(const struct op_db *d, const struct dsn *admin,
    struct err *e)
{
	const struct db_opts o = { .shield = 1 };
	struct db *db = db_open(admin, &o, e);
	char *id;
	int r = 0;

	if (!db)
		return -1;
	id = db_system_id(db);
	if (id && d->system_id && strcmp(id, d->system_id) != 0)
		r = err_set(e, ERR_TROUBLE, "restore.server",
		    "database '%s' was restored on the server with system "
		    "identifier %s, this one has %s", d->live, d->system_id,
		    id);
	free(id);
	db_close(db);
	return r;
}

int
server_admin(const struct op_db *d, const struct source *src,
    struct dsn *admin, struct err *e)
{
	const struct source_db *conf = source_find_db(src, d->name);
	struct manifest_db origin = { .host = d->host, .port = d->port,
		.user = d->user, .dbname = d->live };
	struct dsn dsn = { 0 };
	int r = 0;

	if (conf)
		dsn_for_db(&dsn, &conf->dsn, d->live);
	else
		r = origin_dsn(&origin, &dsn, e);
	if (r == 0)
		r = load_admin(&dsn, admin, e);
	/* A signal came just then: what was begun is brought to an end. */
	if (r && sig_got() && e->kind && strcmp(e->kind, "signal") == 0) {
		err_release(e);
		r = load_admin(&dsn, admin, e);
	}
	if (r == 0)
		r = check_identity(d, admin, e);
	if (r)
		dsn_release(admin);
	dsn_release(&dsn);
	return r;
}
