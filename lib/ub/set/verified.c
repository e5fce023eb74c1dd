/*
 * VERIFIED.json: how far a set was proven, and when. It is bound to the
 * manifest by hash, so that it says nothing of another content.
 */
#include "ub/set.h"

#include <sys/stat.h>
#include <unistd.h>

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
#define DRAFT_SECONDS 600

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

static void
release_record(struct record *rec)
{
	free(rec->schema);
	free(rec->level);
	free(rec->sum);
	*rec = (struct record){ 0 };
}

/* Read it, if it is there, whole, and of this manifest: 1; else 0. */
static int
read_own(const struct set *s, struct record *rec, enum set_level *level)
{
	char hex[HASH_HEX_LEN + 1];
	struct err ignored = { 0 };
	int r = read_record(s, rec, &ignored) == 0 &&
	    strcmp(rec->schema, VERIFIED_SCHEMA) == 0 &&
	    set_level_parse(rec->level, level) == 0 &&
	    hash_manifest(s, hex, &ignored) == 0 && strcmp(rec->sum, hex) == 0;

	err_release(&ignored);
	return r;
}

void
set_read_verified(struct set *s)
{
	struct record rec = { 0 };
	enum set_level level;

	if (read_own(s, &rec, &level)) {
		s->verified = rec.ok ? level : SET_LEVEL_NONE;
		s->failed = !rec.ok;
		s->verified_at = rec.at;
	}
	release_record(&rec);
}

/* A good answer says nothing of what a longer look has found. */
static int
is_outdone(const struct set *s, enum set_level level)
{
	struct record rec = { 0 };
	enum set_level old;
	int r = read_own(s, &rec, &old) && old > level;

	release_record(&rec);
	return r;
}

static char *
record_text(const struct set *s, const struct set_answer *a, const char *hex)
{
	json_t *j = json_pack("{ss so ss sb so so ss ss}", "schema",
	    VERIFIED_SCHEMA, "id", jwrite_text(s->m.id), "level",
	    set_level_name(a->level), "ok", a->ok, "verified_at",
	    jwrite_time(clock_now()), "finding", jwrite_text(a->finding),
	    "manifest_sha256", hex, "ub_version", UB_VERSION);
	char *text = json_dumps(j, JSON_INDENT(1));
	char *line = mem_printf("%s\n", text);

	json_decref(j);
	free(text);
	return line;
}

/* What a run that was killed was writing; another may be writing now. */
static void
sweep_drafts(const struct set *s)
{
	static const char draft[] = "." SET_VERIFIED ".";
	struct vec names = { 0 };
	struct err ignored = { 0 };
	struct stat st;
	char *path;
	size_t i;

	path_list(s->dir, &names, &ignored);
	for (i = 0; i < names.n; i++) {
		if (strncmp(names.v[i], draft, sizeof(draft) - 1) != 0)
			continue;
		path = set_path(s, names.v[i]);
		if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		    time(NULL) - st.st_mtime > DRAFT_SECONDS)
			unlink(path);
		free(path);
	}
	vec_release(&names);
	err_release(&ignored);
}

int
set_mark_verified(struct set *s, const struct set_answer *a, struct err *e)
{
	char hex[HASH_HEX_LEN + 1];
	char *text, *path;
	int r;

	/* This run has seen it, whether it can be kept or not. */
	s->verified = a->ok ? a->level : SET_LEVEL_NONE;
	s->failed = !a->ok;
	s->verified_at = clock_now();
	if (hash_manifest(s, hex, e))
		return -1;
	text = record_text(s, a, hex);
	path = set_path(s, SET_VERIFIED);
	r = a->ok && is_outdone(s, a->level)
	    ? 0
	    : tmp_write_file(path, text, strlen(text), e);
	if (r == 0) {
		set_read_verified(s);
		sweep_drafts(s);
	}
	free(path);
	free(text);
	return r;
}
