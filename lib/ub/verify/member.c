#include "ub/verify/member.h"

#include "base/mem.h"
#include "ext/flate.h"
#include "ext/pack.h"
#include "sys/io.h"
#include "sys/progress.h"
#include "sys/sig.h"
#include "ub/verify/copy.h"

/* A file on its way through hash and decoder. */
struct pass {
	const char *path;
	const struct manifest_table *table; /* whose rows it holds, or NULL */
	struct member *out;
	struct hash *hash;
	struct flate *flate; /* NULL: not gzip, or it failed */
	struct copy copy;
	struct err bad; /* the decoder's; hashing goes on */
	int is_plain;   /* rows without compression */
};

static void
tap(void *ctx, const void *data, size_t len)
{
	struct pass *p = ctx;

	hash_add(p->hash, data, len);
	p->out->bytes += (int64_t)len;
	progress_add((int64_t)len);
}

/* Decoded data of a dump's file. */
static int
on_data(void *ctx, const void *data, size_t len, struct err *e)
{
	struct pass *p = ctx;

	return p->table ? copy_add(&p->copy, data, len, e) : 0;
}

/* A block of the file as it is. */
static int
on_block(void *ctx, const void *data, size_t len, struct err *e)
{
	struct pass *p = ctx;

	if (sig_check(e))
		return -1;
	tap(p, data, len);
	if (p->bad.code)
		return 0;
	if (p->flate && flate_add(p->flate, data, len, &p->bad)) {
		flate_free(p->flate);
		p->flate = NULL;
	}
	if (p->is_plain)
		copy_add(&p->copy, data, len, &p->bad);
	return 0;
}

static int
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static int
is_in(const char *folder, const char *path)
{
	return strncmp(path, folder, strlen(folder)) == 0;
}

/* Of a dump; config files may bear any name. */
static int
is_raw(const char *path)
{
	return is_in("db/", path) &&
	    (ends_in(path, ".dat.zst") || ends_in(path, ".dat.lz4"));
}

static int
is_gzip(const char *path)
{
	return is_in("db/", path) && ends_in(path, ".dat.gz");
}

static int
is_archive(const char *path)
{
	return (is_in("files/", path) || is_in("s3/", path)) &&
	    ends_in(path, ".tar.zst");
}

/* Read all of it through what its name asks for. */
static int
decode(struct pass *p, const struct manifest_file *f, struct err *e)
{
	struct pack_read rd = { .file = p->path, .tap = tap, .ctx = p };
	struct pack_stats stats = { 0 };
	int r;

	if (is_archive(f->path)) {
		r = pack_list(&rd, &stats, e);
		p->out->entries = stats.entries;
		pack_stats_release(&stats);
		return r;
	}
	if (is_raw(f->path))
		return pack_raw(&rd, on_data, e);
	p->is_plain = p->table && ends_in(f->path, ".dat");
	if (is_gzip(f->path))
		p->flate = flate_new(p->path, on_data, p);
	r = io_each(p->path, on_block, p, e);
	if (r == 0 && p->flate)
		flate_end(p->flate, &p->bad);
	else
		flate_free(p->flate);
	p->flate = NULL;
	return r;
}

/* "cannot decode '/…/3342.dat.gz': its data is damaged": why, alone. */
static void
drop_name(struct err *e, const char *path)
{
	char *quoted = mem_printf("'%s': ", path);
	char *at = e->msg ? strstr(e->msg, quoted) : NULL;

	if (at && e->code == ERR_NO)
		memmove(e->msg, at + strlen(quoted),
		    strlen(at + strlen(quoted)) + 1);
	free(quoted);
}

/* Everything decoded well: does it hold what the manifest says? */
static int
check_rows(struct pass *p, struct err *e)
{
	if (!p->table)
		return 0;
	if (copy_end(&p->copy, e))
		return -1;
	p->out->rows = p->copy.rows;
	if (p->copy.rows == p->table->rows)
		return 0;
	return err_set(e, ERR_NO, "verify.rows",
	    "it has %lld rows of table %s.%s, the manifest says %lld",
	    (long long)p->copy.rows, p->table->schema, p->table->name,
	    (long long)p->table->rows);
}

static int
check_entries(const struct set *s, const char *path, int64_t entries,
    struct err *e)
{
	const struct manifest_tree *t;
	size_t i;

	for (i = 0; i < s->m.n_trees; i++) {
		t = &s->m.trees[i];
		if (strcmp(t->file, path) == 0 && t->entries != entries)
			return err_set(e, ERR_NO, "verify.entries",
			    "it has %lld entries, the manifest says %lld",
			    (long long)entries, (long long)t->entries);
	}
	return 0;
}

/* The hash speaks first: what a damaged file holds says little. */
static int
judge(const struct member_job *j, const struct manifest_file *f,
    struct pass *p, struct err *e)
{
	char hex[HASH_HEX_LEN + 1];

	hash_end(p->hash, hex);
	p->hash = NULL;
	drop_name(&p->bad, p->path);
	if (strcmp(hex, f->sha256) != 0)
		return err_set(e, ERR_NO, "verify.hash",
		    "its sha256 is not that of the manifest%s%s",
		    p->bad.msg ? "; " : "", p->bad.msg ? p->bad.msg : "");
	if (p->bad.code) {
		err_merge(e, &p->bad);
		return -1;
	}
	if (j->level < SET_LEVEL_READ)
		return 0;
	if (check_rows(p, e))
		return -1;
	return check_entries(j->set, f->path, p->out->entries, e);
}

int
member_check(const struct member_job *j, size_t i, struct member *out,
    struct err *e)
{
	const struct manifest_file *f = &j->set->m.files[i];
	char *path = set_path(j->set, f->path);
	struct pass p = { .path = path, .out = out, .table = j->tables[i],
		.hash = hash_new() };
	int r;

	if (j->level >= SET_LEVEL_READ)
		r = decode(&p, f, e);
	else
		r = io_each(path, on_block, &p, e);
	if (r == 0)
		r = judge(j, f, &p, e);
	else
		drop_name(e, path);
	hash_free(p.hash);
	err_release(&p.bad);
	free(path);
	return r;
}
