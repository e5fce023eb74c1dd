#include "ub/backup/report.h"

#include "base/buf.h"
#include "base/num.h"
#include "ub/jwrite.h"

static json_t *
database(const struct manifest_db *d)
{
	return json_pack("{so so sI sI sI so sI}", "name", jwrite_text(d->name),
	    "dbname", jwrite_text(d->dbname), "tables", (json_int_t)d->n_tables,
	    "rows", (json_int_t)manifest_rows(d), "size_bytes",
	    (json_int_t)d->size_bytes, "snapshot", jwrite_text(d->snapshot),
	    "duration_ms", (json_int_t)d->duration_ms);
}

static json_t *
tree(const struct manifest_tree *t)
{
	return json_pack("{so so sI sI sI sI}", "name", jwrite_text(t->name),
	    "path", jwrite_text(t->path), "entries", (json_int_t)t->entries,
	    "size_bytes", (json_int_t)t->size_bytes, "changed",
	    (json_int_t)t->changed.n, "duration_ms",
	    (json_int_t)t->duration_ms);
}

json_t *
report_parts(const struct manifest *m)
{
	json_t *dbs = json_array(), *trees = json_array(),
	       *configs = json_array(), *containers = json_array();
	size_t i;

	for (i = 0; i < m->n_dbs; i++)
		json_array_append_new(dbs, database(&m->dbs[i]));
	for (i = 0; i < m->n_trees; i++)
		json_array_append_new(trees, tree(&m->trees[i]));
	for (i = 0; i < m->n_configs; i++)
		json_array_append_new(configs,
		    jwrite_text(m->configs[i].path));
	for (i = 0; i < m->n_containers; i++)
		json_array_append_new(containers,
		    jwrite_text(m->containers[i].name));
	return json_pack("{so so so so}", "databases", dbs, "trees", trees,
	    "configs", configs, "containers", containers);
}

json_t *
report_list(const struct set_list *l)
{
	json_t *sets = json_array();
	size_t i;

	for (i = 0; i < l->n; i++)
		json_array_append_new(sets, set_json(&l->v[i]));
	return json_pack("{so so}", "sets", sets, "broken",
	    jwrite_list(&l->broken));
}

char *
report_lines(const struct vec *v)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < v->n; i++)
		buf_printf(&b, "%s\n", v->v[i]);
	return buf_detach(&b);
}

char *
report_list_text(const struct set_list *l)
{
	struct buf b = { 0 };
	const struct set *s;
	char *size;
	size_t i;

	for (i = 0; i < l->n; i++) {
		s = &l->v[i];
		size = num_size_text(manifest_bytes(&s->m));
		buf_printf(&b, "%s  %10s  %-7s  %s\n", s->m.id, size,
		    s->failed ? "FAILED" : set_level_name(s->verified),
		    s->m.label ? s->m.label : "");
		free(size);
	}
	return buf_detach(&b);
}

char *
report_plan_text(const struct manifest *m, const struct source *src,
    int64_t estimate)
{
	struct buf b = { 0 };
	char *size;
	size_t i;

	for (i = 0; i < m->n_dbs; i++) {
		size = num_size_text(m->dbs[i].size_bytes);
		buf_printf(&b, "would dump database %s (%s)\n",
		    m->dbs[i].dbname, size);
		free(size);
	}
	for (i = 0; i < src->n_trees; i++)
		buf_printf(&b, "would pack %s\n", src->trees[i].path);
	for (i = 0; i < src->configs.n; i++)
		buf_printf(&b, "would copy %s\n", src->configs.v[i]);
	size = num_size_text(estimate);
	buf_printf(&b, "the set would have about %s\n", size);
	free(size);
	return buf_detach(&b);
}
