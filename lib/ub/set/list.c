/* All sets of a folder, and how one is shown. */
#include "ub/set.h"

#include "base/mem.h"
#include "sys/path.h"
#include "ub/jwrite.h"

/* Newest first by the manifest's time; of the same time, by name. */
static int
newest_first(const void *a, const void *b)
{
	const struct set *x = a, *y = b;

	if (x->m.created_at != y->m.created_at)
		return x->m.created_at < y->m.created_at ? 1 : -1;
	return strcmp(y->m.id, x->m.id);
}

static void
add(struct set_list *l, const char *backups, const char *name)
{
	char *dir = path_join(backups, name);
	struct err ignored = { 0 };

	if (path_is_dir(dir)) {
		l->v = mem_grow(l->v, l->n + 1, sizeof(*l->v));
		l->v[l->n] = (struct set){ 0 };
		if (set_read(dir, &l->v[l->n], &ignored) == 0)
			l->n++;
		else
			vec_addf(&l->broken, "%s: %s", name, ignored.msg);
	}
	err_release(&ignored);
	free(dir);
}

int
set_list(const char *backups, struct set_list *out, struct err *e)
{
	struct vec names = { 0 };
	size_t i;

	if (!path_exists(backups))
		return 0;
	if (path_list(backups, &names, e))
		return -1;
	for (i = 0; i < names.n; i++)
		if (manifest_id_ok(names.v[i]))
			add(out, backups, names.v[i]);
	if (out->n > 0)
		qsort(out->v, out->n, sizeof(*out->v), newest_first);
	vec_release(&names);
	return 0;
}

void
set_list_release(struct set_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		set_release(&l->v[i]);
	free(l->v);
	vec_release(&l->broken);
	*l = (struct set_list){ 0 };
}

json_t *
set_json(const struct set *s)
{
	return json_pack("{so so so so so so so so sI sI}", "id",
	    jwrite_text(s->m.id), "path", jwrite_text(s->dir), "created_at",
	    jwrite_time(s->m.created_at), "label", jwrite_text(s->m.label),
	    "git_commit", jwrite_text(s->m.git_commit), "verified",
	    json_string(s->failed ? "failed" : set_level_name(s->verified)),
	    "verified_at", jwrite_time(s->verified_at), "app",
	    jwrite_text(s->m.app), "files", (json_int_t)s->m.n_files,
	    "size_bytes", (json_int_t)manifest_bytes(&s->m));
}
