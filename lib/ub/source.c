#include "ub/source.h"

#include "base/mem.h"
#include "base/num.h"
#include "ub/only.h"

static const char *const kinds[] = { "db", "files", "config", "container",
	NULL };

/* What is being read, and which names there were. */
struct reading {
	const struct conf *conf;
	const struct vec *only;
	struct vec met; /* "db/shop", … of all that is configured */
	struct source *out;
};

/* Note a part; is it meant? */
static int
wanted(struct reading *rd, const char *kind, const char *name)
{
	vec_addf(&rd->met, "%s/%s", kind, name);
	return only_wants(rd->only, kind, name);
}

static int
missing(const char *section, const char *name, const char *key,
    struct err *e)
{
	err_set(e, ERR_USAGE, "config.missing", "[%s%s%s%s] has no %s",
	    section, *name ? " \"" : "", name, *name ? "\"" : "", key);
	return err_hint(e, "set %s.%s%s%s", section, name, *name ? "." : "",
	    key);
}

const struct source_db *
source_find_db(const struct source *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n_dbs; i++)
		if (strcmp(s->dbs[i].name, name) == 0)
			return &s->dbs[i];
	return NULL;
}

const struct source_tree *
source_find_tree(const struct source *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n_trees; i++)
		if (strcmp(s->trees[i].name, name) == 0)
			return &s->trees[i];
	return NULL;
}

static int
read_db(struct reading *rd, const char *name, struct err *e)
{
	const struct conf *conf = rd->conf;
	struct source *out = rd->out;
	struct source_db d = { 0 };
	const char *url = conf_sub(conf, "database", name, "url");
	char *passfile;
	int r = -1;

	if (!url)
		return missing("database", name, "url", e);
	passfile = conf_path(conf, "database", name, "passwordFile");
	if (dsn_parse(&d.dsn, url, passfile, e))
		goto out;
	d.name = mem_dup(*name ? name : d.dsn.dbname);
	if (source_find_db(out, d.name)) {
		err_set(e, ERR_USAGE, "config.twice",
		    "two databases are named '%s'", d.name);
		goto out;
	}
	r = 0;
	if (!wanted(rd, "db", d.name))
		goto out;
	d.bindir = conf_path(conf, "database", name, "binDir");
	out->dbs = mem_grow(out->dbs, out->n_dbs + 1, sizeof(*out->dbs));
	out->dbs[out->n_dbs++] = d;
	d = (struct source_db){ 0 };
out:
	dsn_release(&d.dsn);
	free(d.name);
	free(passfile);
	return r;
}

static int
read_tree(struct reading *rd, const char *name, struct err *e)
{
	struct source *out = rd->out;
	struct source_tree *t;
	char *path = conf_path(rd->conf, "files", name, "path");

	if (!path)
		return missing("files", name, "path", e);
	if (!wanted(rd, "files", *name ? name : "files")) {
		free(path);
		return 0;
	}
	out->trees =
	    mem_grow(out->trees, out->n_trees + 1, sizeof(*out->trees));
	t = &out->trees[out->n_trees++];
	t->name = mem_dup(*name ? name : "files");
	t->path = path;
	t->exclude = conf_all(rd->conf, "files", name, "exclude");
	return 0;
}

static int
read_container(struct reading *rd, const char *name, struct err *e)
{
	struct source *out = rd->out;
	struct source_container *c;
	const char *own = conf_sub(rd->conf, "container", name, "name");
	const char *lines = conf_sub(rd->conf, "container", name, "logLines");
	int64_t n = 500;

	if (!own && !*name)
		return missing("container", name, "name", e);
	if (lines && num_int(lines, "logLines",
			 (struct num_range){ 0, INT32_MAX }, &n, e))
		return -1;
	if (!wanted(rd, "container", own ? own : name))
		return 0;
	out->containers = mem_grow(out->containers, out->n_containers + 1,
	    sizeof(*out->containers));
	c = &out->containers[out->n_containers++];
	c->name = mem_dup(own ? own : name);
	c->log_lines = n;
	return 0;
}

static void
read_configs(struct reading *rd)
{
	struct vec paths = { 0 };
	size_t i;

	conf_paths(rd->conf, "config", "", "path", &paths);
	for (i = 0; i < paths.n; i++)
		if (wanted(rd, "config", paths.v[i]))
			vec_add(&rd->out->configs, paths.v[i]);
	vec_release(&paths);
}

int
source_read(const struct conf *conf, const struct vec *only,
    struct source *out, struct err *e)
{
	static const struct vec all = { 0 };
	static const struct {
		const char *section;
		int (*read)(struct reading *rd, const char *name,
		    struct err *e);
	} parts[] = {
		{ "database", read_db },
		{ "files", read_tree },
		{ "container", read_container },
	};
	struct reading rd = { conf, only ? only : &all, { 0 }, out };
	struct vec names = { 0 };
	size_t i, k;
	int r = only_check(rd.only, kinds, e);

	for (k = 0; k < UB_LEN(parts) && r == 0; k++) {
		vec_release(&names);
		conf_names(conf, parts[k].section, &names);
		for (i = 0; i < names.n && r == 0; i++)
			r = parts[k].read(&rd, names.v[i], e);
	}
	if (r == 0) {
		read_configs(&rd);
		r = only_met(rd.only, &rd.met, e);
	}
	vec_release(&names);
	vec_release(&rd.met);
	return r;
}

int
source_is_empty(const struct source *s)
{
	return s->n_dbs + s->n_trees + s->n_containers + s->configs.n == 0;
}

void
source_release(struct source *s)
{
	size_t i;

	for (i = 0; i < s->n_dbs; i++) {
		dsn_release(&s->dbs[i].dsn);
		free(s->dbs[i].name);
		free(s->dbs[i].bindir);
	}
	for (i = 0; i < s->n_trees; i++) {
		free(s->trees[i].name);
		free(s->trees[i].path);
	}
	for (i = 0; i < s->n_containers; i++)
		free(s->containers[i].name);
	free(s->dbs);
	free(s->trees);
	free(s->containers);
	vec_release(&s->configs);
	*s = (struct source){ 0 };
}
