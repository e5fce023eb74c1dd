#include "ub/backup/collect.h"

#include <sys/stat.h>

#include "base/mem.h"
#include "base/text.h"
#include "ext/hash.h"
#include "ext/pack.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/progress.h"
#include "ub/container.h"

#define CONFIG_MAX ((size_t)16 << 20)

struct tap {
	struct hash *hash;
	int64_t size;
};

static void
on_block(void *ctx, const void *data, size_t len)
{
	struct tap *t = ctx;

	hash_add(t->hash, data, len);
	t->size += (int64_t)len;
	progress_add((int64_t)len);
}

static void
warn_changed(const struct source_tree *t, const struct pack_stats *s)
{
	char *clean;
	size_t i;

	for (i = 0; i < s->changed.n; i++) {
		clean =
		    text_utf8_clean(s->changed.v[i], strlen(s->changed.v[i]));
		log_warn("files.changed",
		    "'%s' in '%s' changed while it was read", clean, t->path);
		free(clean);
	}
}

static void
describe_tree(struct manifest *m, const struct source_tree *t,
    const struct pack_stats *s, int64_t began, struct manifest_file *file)
{
	struct manifest_tree *mt = manifest_add_tree(m);
	struct stat st;

	mt->name = mem_dup(t->name);
	mt->path = mem_dup(t->path);
	mt->file = mem_dup(file->path);
	mt->entries = s->entries;
	mt->size_bytes = s->bytes;
	mt->duration_ms = clock_ms() - began;
	mt->is_file = stat(t->path, &st) == 0 && S_ISREG(st.st_mode);
	vec_copy(&mt->changed, &s->changed);
	*manifest_add_file(m) = *file;
	file->path = NULL;
}

int
collect_tree(const struct partial *p, const struct source_tree *t,
    struct manifest *m, struct err *e)
{
	char *name = text_name_escape(t->name);
	struct manifest_file file = {
		.path = mem_printf("files/%s.tar.zst", name)
	};
	struct tap tap = { .hash = hash_new() };
	struct pack_stats stats = { 0 };
	struct pack_create c = { .tree = t->path, .exclude = t->exclude,
		.on_block = on_block, .ctx = &tap };
	int64_t began = clock_ms();
	char *path = partial_path(p, file.path, e);
	int r = -1;

	c.file = path;
	if (path && pack_create(&c, &stats, e) == 0) {
		hash_end(tap.hash, file.sha256);
		tap.hash = NULL;
		file.size = tap.size;
		warn_changed(t, &stats);
		describe_tree(m, t, &stats, began, &file);
		r = 0;
	}
	hash_free(tap.hash);
	pack_stats_release(&stats);
	free(file.path);
	free(path);
	free(name);
	return r;
}

/* "config/.env"; a second file of that name gets "-2" behind it. */
static char *
config_member(const struct manifest *m, const char *path)
{
	char *member = mem_printf("config/%s", path_base(path));
	size_t i;
	int n = 1;

	for (i = 0; i < m->n_configs; i++)
		if (strcmp(m->configs[i].file, member) == 0) {
			free(member);
			member = mem_printf("config/%s-%d", path_base(path),
			    ++n);
			i = (size_t)-1; /* look through all again */
		}
	return member;
}

int
collect_config(const struct partial *p, const char *path,
    struct manifest *m, struct err *e)
{
	struct manifest_config *c;
	struct buf data = { 0 };
	char *member, *to;
	struct stat st;
	int r = -1;

	if (stat(path, &st) < 0) {
		log_warn("config.missing", "there is no config file '%s'",
		    path);
		return 0;
	}
	member = config_member(m, path);
	to = partial_path(p, member, e);
	if (to && io_slurp(path, CONFIG_MAX, &data, e) == 0 &&
	    io_create(to, data.data, data.len, e) == 0) {
		c = manifest_add_config(m);
		c->path = mem_dup(path);
		c->file = member;
		c->mode = (unsigned)st.st_mode & 07777;
		member = NULL;
		r = 0;
	}
	buf_release(&data);
	free(member);
	free(to);
	return r;
}

int
collect_container(const struct partial *p,
    const struct source_container *c, struct manifest *m, struct err *e)
{
	char *name = text_name_escape(c->name), *reason = NULL;
	char *inspect = mem_printf("containers/%s.json", name);
	char *log = mem_printf("containers/%s.log", name);
	char *to_inspect = partial_path(p, inspect, e);
	char *to_log = to_inspect ? partial_path(p, log, e) : NULL;
	struct manifest_container *mc;
	int r = -1;

	if (to_log)
		r = container_save(&(struct container){ .name = c->name,
		    .log_lines = c->log_lines, .inspect_file = to_inspect,
		    .log_file = to_log }, &reason, e);
	if (r == 1)
		log_warn("container.engine",
		    "container '%s' is not saved: %s", c->name, reason);
	if (r == 0) {
		mc = manifest_add_container(m);
		mc->name = mem_dup(c->name);
		mc->inspect = mem_dup(inspect);
		mc->log = mem_dup(log);
	}
	free(reason);
	free(to_log);
	free(to_inspect);
	free(log);
	free(inspect);
	free(name);
	return r < 0 ? -1 : 0;
}
