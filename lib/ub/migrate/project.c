#include "ub/migrate/project_priv.h"

#include "base/mem.h"
#include "base/text.h"
#include "sys/path.h"

/* Where the tools' own documentation puts them. */
static const struct project_place places[] = {
	{ "prisma/migrations", MIGRATE_PRISMA },
	{ "db/migrations", MIGRATE_DBMATE },
	{ "migrations", MIGRATE_NONE },
	{ "db/migration", MIGRATE_FLYWAY },
	{ "src/main/resources/db/migration", MIGRATE_FLYWAY },
	{ "sql", MIGRATE_NONE },
};

int
project_choose(struct project *p, struct err *e)
{
	const char *name = conf_get(p->conf, "migrate.database");

	if (name) {
		p->at = source_find_db(&p->src, name);
		return p->at ? 0 : err_set(e, ERR_USAGE, "config.value",
		    "migrate.database: there is no database '%s'", name);
	}
	if (p->src.n_dbs == 1) {
		p->at = &p->src.dbs[0];
		return 0;
	}
	if (p->src.n_dbs == 0) {
		err_set(e, ERR_USAGE, "config.missing",
		    "no database is configured");
		return err_hint(e, "set database.url");
	}
	err_set(e, ERR_USAGE, "config.missing",
	    "there are several databases: which one is migrated?");
	return err_hint(e, "set migrate.database");
}

static int
search_places(struct project *p, struct err *e)
{
	enum migrate_tool t = MIGRATE_NONE;
	struct migrate_dir d = { 0 };
	struct vec found = { 0 };
	char *dir;
	size_t i;
	int r = 0;

	for (i = 0; i < UB_LEN(places) && r == 0; i++) {
		dir = path_join(p->root, places[i].path);
		if (path_is_dir(dir))
			r = migrate_dir_guess(dir, &d, &t, e);
		if (r == 0 && t != MIGRATE_NONE) {
			vec_add(&found, dir);
			p->layout = t;
			migrate_dir_release(&p->files);
			p->files = d;
			d = (struct migrate_dir){ 0 };
		}
		migrate_dir_release(&d);
		t = MIGRATE_NONE;
		free(dir);
	}
	if (r == 0 && found.n > 1) {
		r = err_set(e, ERR_USAGE, "migrate.dir",
		    "there are migrations in '%s' and in '%s'", found.v[0],
		    found.v[1]);
		err_hint(e, "set migrate.dir");
	}
	if (r == 0 && found.n == 1)
		p->dir = mem_dup(found.v[0]);
	else if (r == 0)
		r = project_bare_find(p, places, UB_LEN(places), e);
	vec_release(&found);
	return r;
}

static int
find_dir(const struct conf *conf, struct project *p, struct err *e)
{
	p->dir = conf_path(conf, "migrate", "", "dir");
	if (!p->dir && !migrate_tool_is_driven(p->wanted) &&
	    search_places(p, e))
		return -1;
	if (!p->dir || migrate_tool_is_driven(p->wanted))
		return 0;
	if (p->wanted == MIGRATE_NONE && p->layout != MIGRATE_NONE)
		return 0;
	if (p->wanted == MIGRATE_NONE)
		return migrate_dir_guess(p->dir, &p->files, &p->layout, e) ||
		    project_bare_is(p->dir, &p->bare, e) ? -1 : 0;
	p->layout = p->wanted;
	return path_is_dir(p->dir) ? 0 : err_set(e, ERR_USAGE, "migrate.dir",
	    "there is no folder '%s'", p->dir);
}

int
project_read_conf(const struct conf *conf, const char *root,
    struct project *p, struct err *e)
{
	struct vec only = { 0 };
	const char *command = conf_get(conf, "migrate.command");
	const char *ledger = conf_get(conf, "migrate.ledger");
	int r;

	p->conf = conf;
	p->root = mem_dup(root);
	p->command = mem_dup(command);
	p->wanted = migrate_tool_of(ledger);
	conf_names(conf, "database", &only);
	if (only.n > 0) {
		vec_release(&only);
		vec_add(&only, "db");
		r = source_read(conf, &only, &p->src, e);
	} else {
		r = 0;
	}
	vec_release(&only);
	return r;
}

int
project_read_folder(struct project *p, struct err *e)
{
	if (find_dir(p->conf, p, e))
		return -1;
	return p->layout == MIGRATE_NONE ? 0 :
	    migrate_dir_read(p->dir, p->layout, &p->files, e);
}

int
project_read(const struct conf *conf, const char *root, struct project *p,
    struct err *e)
{
	return project_read_conf(conf, root, p, e) ||
	    project_read_folder(p, e) ? -1 : 0;
}

int
project_connect(struct project *p, struct err *e)
{
	const struct db_opts o = { 0 };
	char *name, *sql;
	int r;

	db_close(p->db);
	p->db = NULL;
	if (!p->at && project_choose(p, e))
		return -1;
	p->db = db_open(&p->at->dsn, &o, e);
	if (!p->db)
		return -1;
	free(p->dbname);
	if (!p->schema)
		p->schema = mem_dup(p->at->dsn.schema);
	name = p->schema ? db_ident(p->schema) : mem_dup("DEFAULT");
	sql = mem_printf("SET search_path = %s;"
	    " SELECT pg_catalog.current_database()", name);
	r = db_exec_value(p->db, sql, &p->dbname, e);
	free(sql);
	free(name);
	return r;
}

int
project_beside(const struct project *p, const struct dsn *dsn,
    struct project *out, struct err *e)
{
	struct source_db *at;

	if (project_read(p->conf, p->root, out, e) || project_choose(out, e))
		return -1;
	at = &out->src.dbs[out->at - out->src.dbs];
	dsn_release(&at->dsn);
	dsn_for_db(&at->dsn, dsn, dsn->dbname);
	free(at->dsn.schema);
	at->dsn.schema = mem_dup(p->at->dsn.schema);
	return project_connect(out, e);
}

/* "20261121_add" is found by "20261121". */
static int
is_called(const struct migrate_item *it, const char *name)
{
	const char *full = it->file ? it->file->name :
	    it->row->version ? it->row->version : it->row->name;
	const char *version = it->file ? it->file->version :
	    it->row->version;
	size_t n = strlen(name);

	if (it->file && strcmp(path_base(it->file->path), name) == 0)
		return 1;
	return strcmp(full, name) == 0 ||
	    (version && strcmp(version, name) == 0) ||
	    (strncmp(full, name, n) == 0 && full[n] == '_');
}

static int
not_found(const struct project *p, const char *name, struct err *e)
{
	struct vec names = { 0 };
	const char *near;
	size_t i;

	for (i = 0; i < p->files.n; i++)
		vec_add(&names, p->files.v[i].name);
	near = text_nearest(name, (const char *const *)vec_argv(&names));
	err_set(e, ERR_USAGE, "migrate.name", "there is no migration '%s'",
	    name);
	if (near)
		err_hint(e, "did you mean '%s'?", near);
	vec_release(&names);
	return -1;
}

int
project_find(const struct project *p, const char *name,
    const struct migrate_item **out, struct err *e)
{
	size_t i;

	*out = NULL;
	for (i = 0; i < p->state.n; i++) {
		if (!is_called(&p->state.v[i], name))
			continue;
		if (*out && strcmp((*out)->file ? (*out)->file->name : "",
		    name) == 0)
			continue;
		if (*out && (!p->state.v[i].file ||
		    strcmp(p->state.v[i].file->name, name) != 0))
			return err_set(e, ERR_USAGE, "migrate.name",
			    "several migrations are called '%s'", name);
		*out = &p->state.v[i];
	}
	return *out ? 0 : not_found(p, name, e);
}

void
project_release(struct project *p)
{
	migrate_state_release(&p->state);
	ledger_release(&p->ledger);
	migrate_dir_release(&p->files);
	db_close(p->db);
	source_release(&p->src);
	free(p->dir);
	free(p->root);
	free(p->command);
	free(p->dbname);
	free(p->schema);
	*p = (struct project){ 0 };
}
