#include "ub/set.h"

#include "base/mem.h"
#include "base/text.h"
#include "sys/path.h"

char *
set_path(const struct set *s, const char *file)
{
	return path_join(s->dir, file);
}

/* A folder that was renamed by hand is not the set that it says it is. */
static int
check_name(const struct set *s, struct err *e)
{
	if (strcmp(path_base(s->dir), s->m.id) == 0)
		return 0;
	return err_set(e, ERR_NO, "set.manifest",
	    "'%s/" MANIFEST_NAME "' is that of set '%s', and a set keeps its "
	    "name", s->dir, s->m.id);
}

int
set_read(const char *dir, struct set *out, struct err *e)
{
	char *manifest;
	int r;

	out->dir = path_abs(dir);
	manifest = set_path(out, MANIFEST_NAME);
	r = manifest_read(manifest, &out->m, e);
	if (r == 0)
		r = check_name(out, e);
	if (r == 0)
		set_read_verified(out);
	free(manifest);
	if (r)
		set_release(out);
	return r;
}

/* Name the nearest set that is there. */
static int
missing(const char *backups, const char *id, struct err *e)
{
	struct vec names = { 0 };
	struct err ignored = { 0 };
	const char *near;

	err_set(e, ERR_USAGE, "set.missing", "there is no set '%s' in '%s'",
	    id, backups);
	if (path_list(backups, &names, &ignored) == 0) {
		near = text_nearest(id,
		    (const char *const *)vec_argv(&names));
		if (near && manifest_id_ok(near))
			err_hint(e, "did you mean '%s'?", near);
		else
			err_hint(e, "ub-backup list shows the sets");
	}
	err_release(&ignored);
	vec_release(&names);
	return -1;
}

static int
open_latest(const char *backups, struct set *out, struct err *e)
{
	struct set_list l = { 0 };

	if (set_list(backups, &l, e))
		return -1;
	if (l.n == 0) {
		set_list_release(&l);
		err_set(e, ERR_REFUSED, "set.none", "there is no set in '%s'",
		    backups);
		return err_next(e, "ub-backup");
	}
	*out = l.v[0];
	l.v[0] = (struct set){ 0 };
	set_list_release(&l);
	return 0;
}

int
set_open(const char *backups, const char *operand, struct set *out,
    struct err *e)
{
	char *dir = NULL;
	int r;

	if (strcmp(operand, "latest") == 0)
		return open_latest(backups, out, e);
	if (strchr(operand, '/') || strcmp(operand, ".") == 0) {
		if (path_is_dir(operand))
			return set_read(operand, out, e);
		return err_set(e, ERR_USAGE, "set.missing",
		    "'%s' is not a folder", operand);
	}
	dir = path_join(backups, operand);
	if (!manifest_id_ok(operand) || !path_is_dir(dir))
		r = missing(backups, operand, e);
	else
		r = set_read(dir, out, e);
	free(dir);
	return r;
}

void
set_release(struct set *s)
{
	free(s->dir);
	manifest_release(&s->m);
	*s = (struct set){ 0 };
}

static const char *const levels[] = { "none", "quick", "hash", "read",
	"restore" };

const char *
set_level_name(enum set_level level)
{
	return levels[level];
}

int
set_level_parse(const char *word, enum set_level *out)
{
	int i;

	for (i = SET_LEVEL_QUICK; i <= SET_LEVEL_RESTORE; i++)
		if (strcmp(word, levels[i]) == 0) {
			*out = (enum set_level)i;
			return 0;
		}
	return -1;
}
