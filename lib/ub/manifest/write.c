/* How a manifest is written; read.c is its mirror. */
#include "ub/manifest.h"

#include <jansson.h>

#include "base/mem.h"
#include "ub/jwrite.h"

static json_t *
table(const struct manifest_table *t)
{
	return json_pack("{so so sI so so}", "schema", jwrite_text(t->schema),
	    "name", jwrite_text(t->name), "rows", (json_int_t)t->rows, "file",
	    jwrite_text(t->file), "where", jwrite_text(t->where));
}

static json_t *
database(const struct manifest_db *d)
{
	json_t *tables = json_array();
	size_t i;

	for (i = 0; i < d->n_tables; i++)
		json_array_append_new(tables, table(&d->tables[i]));
	return json_pack("{so so so so so so so si si so sI sI sI so so}",
	    "name", jwrite_text(d->name), "folder", jwrite_text(d->folder),
	    "dbname", jwrite_text(d->dbname), "host", jwrite_text(d->host),
	    "port", jwrite_text(d->port), "user", jwrite_text(d->user),
	    "system_id", jwrite_text(d->system_id), "server_version",
	    d->server_version, "dump_version", d->dump_version, "snapshot",
	    jwrite_text(d->snapshot), "size_bytes", (json_int_t)d->size_bytes,
	    "large_objects", (json_int_t)d->large_objects, "duration_ms",
	    (json_int_t)d->duration_ms, "props", props_json(&d->props),
	    "tables", tables);
}

static json_t *
tree(const struct manifest_tree *t)
{
	return json_pack("{so so so sI sI sI sb so}", "name",
	    jwrite_text(t->name), "path", jwrite_text(t->path), "file",
	    jwrite_text(t->file), "entries", (json_int_t)t->entries,
	    "size_bytes", (json_int_t)t->size_bytes, "duration_ms",
	    (json_int_t)t->duration_ms, "is_file", t->is_file, "changed",
	    jwrite_list(&t->changed));
}

static json_t *
parts(const struct manifest *m)
{
	json_t *dbs = json_array(), *trees = json_array(),
	       *configs = json_array(), *containers = json_array();
	const struct manifest_config *c;
	const struct manifest_container *k;
	size_t i;

	for (i = 0; i < m->n_dbs; i++)
		json_array_append_new(dbs, database(&m->dbs[i]));
	for (i = 0; i < m->n_trees; i++)
		json_array_append_new(trees, tree(&m->trees[i]));
	for (i = 0; i < m->n_configs; i++) {
		c = &m->configs[i];
		json_array_append_new(configs,
		    json_pack("{so so si}", "path", jwrite_text(c->path),
			"file", jwrite_text(c->file), "mode", (int)c->mode));
	}
	for (i = 0; i < m->n_containers; i++) {
		k = &m->containers[i];
		json_array_append_new(containers,
		    json_pack("{so so so}", "name", jwrite_text(k->name),
			"inspect", jwrite_text(k->inspect), "log",
			jwrite_text(k->log)));
	}
	return json_pack("{so so so so}", "databases", dbs, "trees", trees,
	    "configs", configs, "containers", containers);
}

static json_t *
files(const struct manifest *m)
{
	json_t *list = json_array();
	const struct manifest_file *f;
	size_t i;

	for (i = 0; i < m->n_files; i++) {
		f = &m->files[i];
		json_array_append_new(
		    list, json_pack("{so sI ss}", "path", jwrite_text(f->path),
			      "size_bytes", (json_int_t)f->size, "sha256",
			      f->sha256));
	}
	return list;
}

static int
by_path(const void *a, const void *b)
{
	const struct manifest_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

char *
manifest_text(struct manifest *m)
{
	json_t *j, *p;
	char *out, *line;

	if (m->n_files > 0)
		qsort(m->files, m->n_files, sizeof(*m->files), by_path);
	j = json_pack("{ss so so so so so sI so so so}", "schema",
	    MANIFEST_SCHEMA, "id", jwrite_text(m->id), "app",
	    jwrite_text(m->app), "label", jwrite_text(m->label), "created_at",
	    jwrite_time(m->created_at), "ub_version",
	    jwrite_text(m->ub_version), "duration_ms",
	    (json_int_t)m->duration_ms, "host", jwrite_text(m->host),
	    "git_commit", jwrite_text(m->git_commit), "git_branch",
	    jwrite_text(m->git_branch));
	p = parts(m);
	json_object_update(j, p);
	json_decref(p);
	json_object_set_new(j, "files", files(m));
	out = json_dumps(j, JSON_INDENT(1));
	json_decref(j);
	line = mem_printf("%s\n", out);
	free(out);
	return line;
}
