/*
 * VERIFIED.json: how far a set was proven, and when. It is bound to the
 * manifest by hash, so that it says nothing of another content.
 */
#include "ub/set.h"

#include <jansson.h>

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "ub/jread.h"
#include "ub/jwrite.h"

#define VERIFIED_SCHEMA "ub.verified/1"
#define VERIFIED_MAX ((size_t)1 << 20)

static int
hash_manifest(const struct set *s, char hex[HASH_HEX_LEN + 1], struct err *e)
{
	char *path = set_path(s, MANIFEST_NAME);
	int64_t size;
	int r = hash_file(path, 0, hex, &size, e);

	free(path);
	return r;
}

struct record {
	char *schema;
	char *level;
	char *sum;
	int ok;
	int64_t at;
};

static int
read_record(const struct set *s, struct record *rec, struct err *e)
{
	char *path = set_path(s, SET_VERIFIED);
	struct buf text = { 0 };
	json_t *j = NULL;
	int r = -1;

	if (io_slurp(path, VERIFIED_MAX, &text, e))
		goto out;
	j = jread_parse(buf_text(&text), text.len, "set.verified", e);
	if (!j)
		goto out;
	r = jread_text(j, "schema", &rec->schema, e) ||
		    jread_text(j, "level", &rec->level, e) ||
		    jread_text(j, "manifest_sha256", &rec->sum, e) ||
		    jread_bool(j, "ok", &rec->ok, e) ||
		    jread_time(j, "verified_at", &rec->at, e)
		? -1
		: 0;
out:
	json_decref(j);
	buf_release(&text);
	free(path);
	return r;
}

void
set_read_verified(struct set *s)
{
	char hex[HASH_HEX_LEN + 1];
	struct record rec = { 0 };
	struct err ignored = { 0 };
	enum set_level level;

	if (read_record(s, &rec, &ignored) == 0 &&
	    strcmp(rec.schema, VERIFIED_SCHEMA) == 0 &&
	    set_level_parse(rec.level, &level) == 0 &&
	    hash_manifest(s, hex, &ignored) == 0 && strcmp(rec.sum, hex) == 0) {
		s->verified = rec.ok ? level : SET_LEVEL_NONE;
		s->failed = !rec.ok;
		s->verified_at = rec.at;
	}
	err_release(&ignored);
	free(rec.schema);
	free(rec.level);
	free(rec.sum);
}

int
set_mark_verified(const struct set *s, enum set_level level, int ok,
    const char *finding, struct err *e)
{
	char hex[HASH_HEX_LEN + 1];
	char *text, *path;
	json_t *j;
	int r;

	if (hash_manifest(s, hex, e))
		return -1;
	j = json_pack("{ss so ss sb so so ss ss}", "schema", VERIFIED_SCHEMA,
	    "id", jwrite_text(s->m.id), "level", set_level_name(level), "ok",
	    ok, "verified_at", jwrite_time(clock_now()), "finding",
	    jwrite_text(finding), "manifest_sha256", hex, "ub_version",
	    UB_VERSION);
	text = json_dumps(j, JSON_INDENT(1));
	path = set_path(s, SET_VERIFIED);
	r = tmp_write_file(path, text, strlen(text), e);
	free(path);
	free(text);
	json_decref(j);
	return r;
}
