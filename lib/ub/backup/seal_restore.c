/*
 * RESTORE.txt: how to bring a set back with what every server has. It is a
 * shell script as it stands; its last part, the swap, is what changes the
 * live data, and can be read before it is run.
 */
#include "ub/backup/seal.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "ext/db.h"
#include "ext/dsn.h"
#include "sys/path.h"
#include "ub/set.h"

/* printf with one word quoted for the shell. */
static void
line(struct buf *b, const char *before, const char *word, const char *after)
{
	char *quoted = text_shell(word);

	buf_printf(b, "%s%s%s", before, quoted, after);
	free(quoted);
}

static void
server(struct buf *b, const struct manifest_db *d)
{
	if (d->host)
		line(b, "export PGHOST=", d->host, "\n");
	if (d->port)
		line(b, "export PGPORT=", d->port, "\n");
	if (d->user)
		line(b, "export PGUSER=", d->user, "\n");
}

/* A name with '=' after -d would be taken for a connection string. */
static void
option_d(struct buf *b, const char *before, const char *name,
    const char *after)
{
	int plain = !strchr(name, '=') && !strstr(name, "://");
	char *quoted = dsn_quote(name);
	char *word = plain ? mem_dup(name) : mem_printf("dbname=%s", quoted);

	line(b, before, word, after);
	free(word);
	free(quoted);
}

static void
database(struct buf *b, const struct manifest_db *d)
{
	char *beside = mem_printf("%s_restored", d->dbname);

	buf_printf(b, "\n# Database %s, beside the live one"
		      " (PostgreSQL %d client programs).\n",
	    d->dbname, d->dump_version / 10000);
	server(b, d);
	line(b, "psql -X -v ON_ERROR_STOP=1 -d postgres -v db=", beside, "");
	buf_puts(b, " \\\n    -f ");
	line(b, "", d->folder, ".props.sql\n");
	option_d(b, "pg_restore -j2 --exit-on-error -d ", beside, " ");
	line(b, "", d->folder, "\n");
	option_d(b, "psql -X -d ", beside, " -c ANALYZE\n");
	free(beside);
}

static void
tree(struct buf *b, const struct manifest_tree *t)
{
	char *beside = mem_printf("%s.restored", t->path);

	buf_printf(b, "\n# Files %s, beside the live ones.\n", t->name);
	line(b, "mkdir ", beside, "\n");
	line(b, "tar --zstd --xattrs --acls --numeric-owner -xpf ", t->file,
	    "");
	line(b, " -C ", beside, "\n");
	free(beside);
}

/* The rename of both databases is one transaction. */
static void
swap_database(struct buf *b, const struct manifest_db *d)
{
	char *old = mem_printf("%s_before", d->dbname);
	char *beside = mem_printf("%s_restored", d->dbname);
	char *q_live = db_ident(d->dbname), *q_old = db_ident(old),
	     *q_new = db_ident(beside);
	char *sql = mem_printf("BEGIN; ALTER DATABASE %s RENAME TO %s; "
			       "ALTER DATABASE %s RENAME TO %s; COMMIT",
	    q_live, q_old, q_new, q_live);

	server(b, d);
	line(b, "psql -X -v ON_ERROR_STOP=1 -d postgres -c ", sql, "\n");
	free(sql);
	free(q_live);
	free(q_old);
	free(q_new);
	free(beside);
	free(old);
}

static void
swap_tree(struct buf *b, const struct manifest_tree *t)
{
	char *old = mem_printf("%s.before", t->path);
	char *beside = mem_printf("%s.restored", t->path);
	char *content = t->is_file ? path_join(beside, path_base(t->path))
				   : mem_dup(beside);

	line(b, "mv -T ", t->path, "");
	line(b, " ", old, "\n");
	line(b, "mv -T ", content, "");
	line(b, " ", t->path, "\n");
	if (t->is_file)
		line(b, "rmdir ", beside, "\n");
	free(content);
	free(beside);
	free(old);
}

static void
configs(struct buf *b, const struct manifest *m)
{
	size_t i;

	if (m->n_configs == 0)
		return;
	buf_puts(b, "\n# Config files: look first, then copy by hand.\n");
	for (i = 0; i < m->n_configs; i++) {
		line(b, "diff -u ", m->configs[i].path, " ");
		line(b, "", m->configs[i].file, " || true\n");
	}
}

char *
seal_restore_text(const struct manifest *m)
{
	struct buf b = { 0 };
	size_t i;

	buf_printf(&b, "# How to restore the set %s without ub.\n", m->id);
	buf_puts(&b, "# Run it with sh in the set's own folder, or line by"
		     " line. Passwords come\n# from PGPASSWORD or ~/.pgpass."
		     " Roles, on a new server: psql -f db/globals.sql\n");
	buf_puts(&b, "set -eu\n"
		     "export PGOPTIONS="
		     "'-c default_transaction_read_only=off'\n\n"
		     "# Is the set whole?\n"
		     "sha256sum -c --quiet " SET_SUMS "\n");
	for (i = 0; i < m->n_dbs; i++)
		database(&b, &m->dbs[i]);
	for (i = 0; i < m->n_trees; i++)
		tree(&b, &m->trees[i]);
	configs(&b, m);
	if (m->n_dbs + m->n_trees > 0)
		buf_puts(&b, "\n# The swap: this changes what is live. End all"
			     " sessions first; what was\n# live stays as"
			     " …_before.\n");
	for (i = 0; i < m->n_dbs; i++)
		swap_database(&b, &m->dbs[i]);
	for (i = 0; i < m->n_trees; i++)
		swap_tree(&b, &m->trees[i]);
	return buf_detach(&b);
}
