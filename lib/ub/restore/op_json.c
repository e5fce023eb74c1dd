/* How a record is written and read. */
#include "ub/restore/op.h"

#include <jansson.h>

#include "base/mem.h"
#include "base/text.h"
#include "sys/io.h"
#include "sys/tmp.h"
#include "ub/jread.h"
#include "ub/jwrite.h"

#define SCHEMA "ub.restore/1"
#define RECORD_MAX (64 * 1024 * 1024)

/*
 * Names and paths must come back byte by byte, and JSON holds UTF-8 only:
 * '%' is written as %25, and in a text that is no UTF-8 all above ASCII so
 * too. Caller owns.
 */
static char *
pack(const char *s)
{
	int ok = text_utf8_ok(s, strlen(s));
	struct buf b = { 0 };

	buf_puts(&b, "");
	for (; *s; s++) {
		if (*s == '%' || (!ok && (*s & 0x80)))
			buf_printf(&b, "%%%02X", (unsigned)(unsigned char)*s);
		else
			buf_putc(&b, *s);
	}
	return buf_detach(&b);
}

static int
hex(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void
unpack(char *s)
{
	char *to = s;

	for (; s && *s; s++) {
		if (*s == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0) {
			*to++ = (char)(hex(s[1]) * 16 + hex(s[2]));
			s += 2;
		} else {
			*to++ = *s;
		}
	}
	if (to)
		*to = '\0';
}

static json_t *
text(const char *s)
{
	char *packed = s ? pack(s) : NULL;
	json_t *j = jwrite_text(packed);

	free(packed);
	return j;
}

static json_t *
write_db(const struct op_db *d)
{
	return json_pack("{so so so so so so so so so sI sI sb}", "name",
	    text(d->name), "host", text(d->host), "port", text(d->port),
	    "user", text(d->user), "system_id", text(d->system_id), "live",
	    text(d->live), "fresh", text(d->fresh), "old", text(d->old),
	    "undone", text(d->undone), "live_oid", (json_int_t)d->live_oid,
	    "fresh_oid", (json_int_t)d->fresh_oid, "kept", d->kept);
}

static json_t *
write_tree(const struct op_tree *t)
{
	return json_pack("{so so so so so so sI sI sb so}", "kind",
	    text(t->kind), "name", text(t->name), "live", text(t->live),
	    "fresh", text(t->fresh), "old", text(t->old), "undone",
	    text(t->undone), "live_ino", (json_int_t)t->live_ino,
	    "fresh_ino", (json_int_t)t->fresh_ino, "mount", t->mount, "list",
	    jwrite_list(&t->list));
}

static char *
record(const struct op *o, enum op_state s)
{
	json_t *dbs = json_array(), *trees = json_array(), *j;
	size_t i;
	char *line;

	for (i = 0; i < o->n_dbs; i++)
		json_array_append_new(dbs, write_db(&o->dbs[i]));
	for (i = 0; i < o->n_trees; i++)
		json_array_append_new(trees, write_tree(&o->trees[i]));
	j = json_pack("{ss so so ss so sb so so}", "schema", SCHEMA, "id",
	    text(o->id), "set", text(o->set), "state", op_state_name(s),
	    "created_at", jwrite_time(o->created_at), "into", o->into,
	    "databases", dbs, "trees", trees);
	line = json_dumps(j, JSON_INDENT(1));
	json_decref(j);
	return line;
}

int
op_write(struct op *o, enum op_state s, struct err *e)
{
	char *line = record(o, s);
	int r = tmp_write_file(o->file, line, strlen(line), e);

	free(line);
	if (r == 0)
		o->state = s;
	return r;
}

static int
read_text(const json_t *j, const char *key, char **out, struct err *e)
{
	if (jread_text(j, key, out, e))
		return -1;
	unpack(*out);
	return 0;
}

static int
read_or_null(const json_t *j, const char *key, char **out, struct err *e)
{
	if (jread_text_or_null(j, key, out, e))
		return -1;
	unpack(*out);
	return 0;
}

static int
read_db(const json_t *j, struct op_db *d, struct err *e)
{
	if (read_text(j, "name", &d->name, e) ||
	    read_or_null(j, "host", &d->host, e) ||
	    read_or_null(j, "port", &d->port, e) ||
	    read_or_null(j, "user", &d->user, e) ||
	    read_or_null(j, "system_id", &d->system_id, e) ||
	    read_text(j, "live", &d->live, e) ||
	    read_text(j, "fresh", &d->fresh, e) ||
	    read_text(j, "old", &d->old, e) ||
	    read_text(j, "undone", &d->undone, e) ||
	    jread_count(j, "live_oid", &d->live_oid, e) ||
	    jread_count(j, "fresh_oid", &d->fresh_oid, e))
		return -1;
	return jread_bool(j, "kept", &d->kept, e);
}

static int
read_tree(const json_t *j, struct op_tree *t, struct err *e)
{
	if (read_text(j, "kind", &t->kind, e) ||
	    read_text(j, "name", &t->name, e) ||
	    read_text(j, "live", &t->live, e) ||
	    read_text(j, "fresh", &t->fresh, e) ||
	    read_text(j, "old", &t->old, e) ||
	    read_text(j, "undone", &t->undone, e) ||
	    jread_count(j, "live_ino", &t->live_ino, e) ||
	    jread_count(j, "fresh_ino", &t->fresh_ino, e) ||
	    jread_bool(j, "mount", &t->mount, e))
		return -1;
	return jread_list(j, "list", &t->list, e);
}

static int
read_state(const json_t *j, struct op *o, struct err *e)
{
	char *word = NULL;
	int s, r = -1;

	if (jread_text(j, "state", &word, e))
		return -1;
	for (s = OP_STAGING; s <= OP_BESIDE && r; s++) {
		if (strcmp(word, op_state_name((enum op_state)s)) != 0)
			continue;
		o->state = (enum op_state)s;
		r = 0;
	}
	if (r)
		err_set(e, ERR_NO, "json.value", "\"state\" is unknown");
	free(word);
	return r;
}

static int
read_parts(const json_t *j, struct op *o, struct err *e)
{
	const json_t *list, *v;
	size_t i;

	list = jread_array(j, "databases", e);
	if (!list)
		return -1;
	json_array_foreach (list, i, v)
		if (read_db(v, op_add_db(o), e))
			return -1;
	list = jread_array(j, "trees", e);
	if (!list)
		return -1;
	json_array_foreach (list, i, v)
		if (read_tree(v, op_add_tree(o), e))
			return -1;
	return 0;
}

int
op_read(const char *file, struct op *out, struct err *e)
{
	struct buf b = { 0 };
	json_t *j = NULL;
	char *schema = NULL;
	int r = -1;

	if (io_slurp(file, RECORD_MAX, &b, e))
		goto out;
	j = jread_parse(buf_text(&b), b.len, "restore.record", e);
	if (!j || jread_text(j, "schema", &schema, e))
		goto bad;
	if (strcmp(schema, SCHEMA) != 0) {
		err_set(e, ERR_NO, "json.value", "\"schema\" is '%s'", schema);
		goto bad;
	}
	if (read_text(j, "id", &out->id, e) ||
	    read_text(j, "set", &out->set, e) || read_state(j, out, e) ||
	    jread_time(j, "created_at", &out->created_at, e) ||
	    jread_bool(j, "into", &out->into, e) ||
	    read_parts(j, out, e))
		goto bad;
	out->file = mem_dup(file);
	r = 0;
	goto out;
bad:
	err_as(e, ERR_TROUBLE, "restore.record");
	err_in(e, "cannot read the record '%s'", file);
out:
	json_decref(j);
	buf_release(&b);
	free(schema);
	return r;
}
