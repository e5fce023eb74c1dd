/* How a manifest is read: every name in it may be an attack. */
#include "ub/manifest.h"

#include <errno.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "sys/io.h"
#include "sys/path.h"
#include "ub/jread.h"

#define MANIFEST_MAX ((size_t)64 << 20)
#define SCHEMA_FAMILY "ub.set/"

static int
bad(struct err *e, const char *what, const char *name)
{
	char *clean = text_utf8_clean(name, strlen(name));

	err_set(e, ERR_NO, "set.manifest", "%s '%s'", what, clean);
	free(clean);
	return -1;
}

static int
hex_ok(const char *s)
{
	return strlen(s) == HASH_HEX_LEN &&
	    strspn(s, "0123456789abcdef") == HASH_HEX_LEN;
}

/* A member below a folder of the set: "files/" and one component. */
static int
member_ok(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return text_path_inside(path) && strncmp(path, folder, n) == 0;
}

static int
read_table(const json_t *j, struct manifest_table *t, struct err *e)
{
	if (jread_text(j, "schema", &t->schema, e) ||
	    jread_text(j, "name", &t->name, e) ||
	    jread_count(j, "rows", &t->rows, e) ||
	    jread_text_or_null(j, "file", &t->file, e) ||
	    jread_text_or_null(j, "where", &t->where, e))
		return -1;
	if (t->file && !member_ok(t->file, "db/"))
		return bad(e, "a table's file is", t->file);
	return 0;
}

static int
read_tables(const json_t *j, struct manifest_db *d, struct err *e)
{
	const json_t *list = jread_array(j, "tables", e);
	size_t i;

	if (!list)
		return -1;
	for (i = 0; i < json_array_size(list); i++)
		if (read_table(json_array_get(list, i),
			manifest_add_table(d), e))
			return -1;
	return 0;
}

static int
read_db(const json_t *j, struct manifest *m, struct err *e)
{
	struct manifest_db *d = manifest_add_db(m);

	if (jread_text(j, "name", &d->name, e) ||
	    jread_text(j, "folder", &d->folder, e) ||
	    jread_text(j, "dbname", &d->dbname, e) ||
	    jread_text_or_null(j, "host", &d->host, e) ||
	    jread_text_or_null(j, "port", &d->port, e) ||
	    jread_text_or_null(j, "user", &d->user, e) ||
	    jread_text_or_null(j, "system_id", &d->system_id, e) ||
	    jread_text_or_null(j, "snapshot", &d->snapshot, e) ||
	    jread_int(j, "server_version", (struct num_range){ 0, 10000000 },
		&d->server_version, e) ||
	    jread_int(j, "dump_version", (struct num_range){ 0, 10000000 },
		&d->dump_version, e) ||
	    jread_count(j, "size_bytes", &d->size_bytes, e) ||
	    jread_count(j, "large_objects", &d->large_objects, e) ||
	    jread_count(j, "duration_ms", &d->duration_ms, e) ||
	    props_from_json(&d->props, json_object_get(j, "props"), e))
		return -1;
	if (!member_ok(d->folder, "db/") || strchr(d->folder + 3, '/'))
		return bad(e, "a database's folder is", d->folder);
	if (!*d->dbname)
		return bad(e, "a database's name is", d->dbname);
	return read_tables(j, d, e);
}

static int
read_tree(const json_t *j, struct manifest *m, struct err *e)
{
	struct manifest_tree *t = manifest_add_tree(m);

	if (jread_text(j, "name", &t->name, e) ||
	    jread_text(j, "path", &t->path, e) ||
	    jread_text(j, "file", &t->file, e) ||
	    jread_count(j, "entries", &t->entries, e) ||
	    jread_count(j, "size_bytes", &t->size_bytes, e) ||
	    jread_count(j, "duration_ms", &t->duration_ms, e) ||
	    jread_bool(j, "is_file", &t->is_file, e) ||
	    jread_list(j, "changed", &t->changed, e))
		return -1;
	if (t->path[0] != '/' || (t->path[1] && !text_path_inside(t->path + 1)))
		return bad(e, "a tree's place is", t->path);
	if (!member_ok(t->file, "files/"))
		return bad(e, "a tree's file is", t->file);
	return 0;
}

static int
read_config(const json_t *j, struct manifest *m, struct err *e)
{
	struct manifest_config *c = manifest_add_config(m);
	int mode = 0;

	if (jread_text(j, "path", &c->path, e) ||
	    jread_text(j, "file", &c->file, e) ||
	    jread_int(j, "mode", (struct num_range){ 0, 07777 }, &mode, e))
		return -1;
	c->mode = (unsigned)mode;
	if (c->path[0] != '/' || !text_path_inside(c->path + 1))
		return bad(e, "a config file's place is", c->path);
	if (!member_ok(c->file, "config/"))
		return bad(e, "a config file is", c->file);
	return 0;
}

static int
read_container(const json_t *j, struct manifest *m, struct err *e)
{
	struct manifest_container *c = manifest_add_container(m);

	if (jread_text(j, "name", &c->name, e) ||
	    jread_text(j, "inspect", &c->inspect, e) ||
	    jread_text(j, "log", &c->log, e))
		return -1;
	if (!member_ok(c->inspect, "containers/"))
		return bad(e, "a container's file is", c->inspect);
	if (!member_ok(c->log, "containers/"))
		return bad(e, "a container's file is", c->log);
	return 0;
}

/* Files are written in order of their paths, each once. */
static int
read_file(const json_t *j, struct manifest *m, struct err *e)
{
	struct manifest_file *f = manifest_add_file(m);
	const char *before =
	    m->n_files > 1 ? m->files[m->n_files - 2].path : "";
	char *sum = NULL;
	int r = -1;

	if (jread_text(j, "path", &f->path, e) ||
	    jread_count(j, "size_bytes", &f->size, e) ||
	    jread_text(j, "sha256", &sum, e))
		goto out;
	if (!text_path_inside(f->path))
		r = bad(e, "a file's path is", f->path);
	else if (strcmp(f->path, before) <= 0)
		r = bad(e, "files are out of order at", f->path);
	else if (!hex_ok(sum))
		r = bad(e, "a sha256 is", sum);
	else
		r = 0;
	if (r == 0)
		memcpy(f->sha256, sum, HASH_HEX_LEN + 1);
out:
	free(sum);
	return r;
}

static int
read_head(const json_t *j, struct manifest *m, struct err *e)
{
	if (jread_text(j, "id", &m->id, e) ||
	    jread_text_or_null(j, "app", &m->app, e) ||
	    jread_text_or_null(j, "label", &m->label, e) ||
	    jread_text_or_null(j, "ub_version", &m->ub_version, e) ||
	    jread_text_or_null(j, "git_commit", &m->git_commit, e) ||
	    jread_text_or_null(j, "git_branch", &m->git_branch, e) ||
	    jread_text_or_null(j, "host", &m->host, e) ||
	    jread_time(j, "created_at", &m->created_at, e) ||
	    jread_count(j, "duration_ms", &m->duration_ms, e))
		return -1;
	if (!manifest_id_ok(m->id))
		return bad(e, "the id is", m->id);
	return 0;
}

static const struct part {
	const char *key;
	int (*read)(const json_t *j, struct manifest *m, struct err *e);
} parts[] = {
	{ "databases", read_db },
	{ "trees", read_tree },
	{ "configs", read_config },
	{ "containers", read_container },
	{ "files", read_file },
};

static int
read_part(const json_t *j, const struct part *p, struct manifest *m,
    struct err *e)
{
	const json_t *list = jread_array(j, p->key, e);
	size_t i;

	if (!list)
		return -1;
	for (i = 0; i < json_array_size(list); i++)
		if (p->read(json_array_get(list, i), m, e))
			return err_in(e, "%s[%zu]", p->key, i);
	return 0;
}

/* An older program must not guess what a newer one meant. */
static int
check_schema(const json_t *j, struct err *e)
{
	const char *s = json_string_value(json_object_get(j, "schema"));

	if (s && strcmp(s, MANIFEST_SCHEMA) == 0)
		return 0;
	if (s && strncmp(s, SCHEMA_FAMILY, strlen(SCHEMA_FAMILY)) == 0) {
		err_set(e, ERR_USAGE, "set.schema",
		    "its schema is '%s', this program knows '%s'", s,
		    MANIFEST_SCHEMA);
		return err_hint(e, "use the version of ub that made the set");
	}
	return err_set(e, ERR_NO, "set.manifest", "it is no manifest of ub");
}

static int
read_all(struct buf *text, struct manifest *out, struct err *e)
{
	json_t *j = jread_parse(buf_text(text), text->len, "set.manifest", e);
	size_t i;
	int r = -1;

	buf_release(text); /* with many tables memory is short */
	if (!j)
		return -1;
	if (check_schema(j, e) || read_head(j, out, e))
		goto out;
	for (i = 0; i < UB_LEN(parts); i++)
		if (read_part(j, &parts[i], out, e))
			goto out;
	r = manifest_check(out, e);
out:
	json_decref(j);
	return r;
}

/* One that is not there, or no file, or huge, is none; that is an answer. */
static int
slurp(const char *path, struct buf *out, struct err *e)
{
	if (!path_exists(path) && (errno == ENOENT || errno == ENOTDIR))
		return err_set(e, ERR_NO, "set.manifest",
		    "there is no '%s'", path);
	if (io_slurp(path, MANIFEST_MAX, out, e) == 0)
		return 0;
	if (strcmp(e->kind, "io.type") == 0 || strcmp(e->kind, "io.large") == 0)
		err_as(e, ERR_NO, "set.manifest");
	return -1;
}

int
manifest_read(const char *path, struct manifest *out, struct err *e)
{
	struct buf text = { 0 };
	int r = slurp(path, &text, e);

	if (r == 0) {
		r = read_all(&text, out, e);
		if (r)
			err_in(e, e->code == ERR_NO ? "'%s' is damaged"
						    : "cannot use '%s'", path);
	}
	if (r)
		manifest_release(out);
	buf_release(&text);
	return r;
}
