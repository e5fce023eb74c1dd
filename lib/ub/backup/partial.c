#include "ub/backup/partial.h"

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/tmp.h"

#define PREFIX ".partial-"
#define COMMIT_LEN 7

int
partial_sweep(const char *backups, struct err *e)
{
	struct vec names = { 0 };
	char *path;
	size_t i;
	int r = 0;

	if (path_list(backups, &names, e))
		return -1;
	for (i = 0; i < names.n && r == 0; i++) {
		if (strncmp(names.v[i], PREFIX, strlen(PREFIX)) != 0)
			continue;
		path = path_join(backups, names.v[i]);
		log_info("removing '%s', left by a run that was killed", path);
		r = path_remove(path, e);
		free(path);
	}
	vec_release(&names);
	return r;
}

/* Sets hold secrets and are large: git must never pick them up. */
static int
ignore_in_git(const char *backups, struct err *e)
{
	char *path = path_join(backups, ".gitignore");
	int r = 0;

	if (!path_exists(path))
		r = tmp_write_file(path, "*\n", 2, e);
	free(path);
	return r;
}

static int
taken(const char *backups, const char *id)
{
	char *path = path_join(backups, id);
	int r = path_exists(path);

	free(path);
	return r;
}

static char *
new_id(const char *backups, int64_t now, const char *commit)
{
	char *stamp = clock_stamp(now), *id, *base;
	int n = 1;

	if (commit && strlen(commit) >= COMMIT_LEN)
		base = mem_printf("%s-%.*s", stamp, COMMIT_LEN, commit);
	else
		base = mem_dup(stamp);
	id = mem_dup(base);
	while (taken(backups, id)) {
		free(id);
		id = mem_printf("%s-%d", base, ++n);
	}
	free(base);
	free(stamp);
	return id;
}

int
partial_begin(struct partial *p, const char *backups, int64_t now,
    const char *commit, struct err *e)
{
	if (path_mkdirs(backups, e) || ignore_in_git(backups, e) ||
	    partial_sweep(backups, e))
		return -1;
	p->backups = mem_dup(backups);
	p->id = new_id(backups, now, commit);
	p->dir = mem_printf("%s/" PREFIX "%s", backups, p->id);
	tmp_add(p->dir);
	return path_mkdir(p->dir, 0700, e);
}

char *
partial_path(const struct partial *p, const char *member, struct err *e)
{
	char *path = path_join(p->dir, member), *parent = path_dir(path);
	int r = path_mkdirs(parent, e);

	free(parent);
	if (r == 0)
		return path;
	free(path);
	return NULL;
}

int
partial_publish(struct partial *p, struct err *e)
{
	char *final = path_join(p->backups, p->id);
	int r = path_rename(p->dir, final, e);
	struct err ignored = { 0 };

	/* A name that may not last is taken back: there is no new set. */
	if (r && !path_exists(p->dir))
		path_rename(final, p->dir, &ignored);
	err_release(&ignored);
	if (!path_exists(p->dir)) {
		tmp_keep(p->dir);
		free(p->dir);
		p->dir = final;
		final = NULL;
	}
	free(final);
	return r;
}

void
partial_release(struct partial *p)
{
	struct err ignored = { 0 };
	const char *name = p->dir ? path_base(p->dir) : "";

	if (strncmp(name, PREFIX, strlen(PREFIX)) == 0) {
		path_remove(p->dir, &ignored);
		tmp_keep(p->dir);
	}
	err_release(&ignored);
	free(p->backups);
	free(p->id);
	free(p->dir);
	*p = (struct partial){ 0 };
}
