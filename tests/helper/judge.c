/*
 * judge [-d CONNINFO] FILE... - what the library's lint says of each file,
 * one line of tab-separated words each; with -d it asks the catalog. Columns
 * as in tests/corpus/lint/README.md. Every file is judged as if it were the
 * only one.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/db.h"
#include "sys/io.h"
#include "ub/lint.h"

enum { MAX_FILE = 1 << 20 };

/* The strongest lock on a relation that any statement takes. */
struct take {
	const char *relation;
	int mode, rewrite, scan;
};

struct takes {
	struct take *v;
	size_t n;
};

static struct take *
find(struct takes *all, const char *relation)
{
	size_t i = 0;

	while (i < all->n && strcmp(all->v[i].relation, relation) != 0)
		i++;
	if (i == all->n) {
		all->v = mem_grow(all->v, all->n + 1, sizeof(*all->v));
		all->v[all->n++] = (struct take){ .relation = relation };
	}
	return &all->v[i];
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct take *)a)->relation,
	    ((const struct take *)b)->relation);
}

static void
gather(const struct lint_file *f, struct takes *all)
{
	for (size_t i = 0; i < f->n_stmts; i++)
		for (size_t k = 0; k < f->stmts[i].n_takes; k++) {
			const struct lint_take *in = &f->stmts[i].takes[k];
			struct take *to = find(all, in->relation);

			to->mode = in->mode > to->mode ? in->mode : to->mode;
			to->rewrite |= in->rewrite;
			to->scan |= in->scan;
		}
	if (all->n)
		qsort(all->v, all->n, sizeof(*all->v), by_name);
}

static void
print_list(const struct takes *all, int rewrite)
{
	int n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (rewrite ? all->v[i].rewrite : all->v[i].scan)
			printf("%s%s", n++ ? "," : "\t", all->v[i].relation);
	if (!n)
		printf("\t-");
}

static void
print_takes(const struct lint_file *f)
{
	struct takes all = {0};

	gather(f, &all);
	for (size_t i = 0; i < all.n; i++)
		printf("%s%s=%s", i ? ";" : "\t", all.v[i].relation,
		    lint_mode_name(all.v[i].mode));
	if (!all.n)
		printf("\t-");
	print_list(&all, 1);
	print_list(&all, 0);
	free(all.v);
}

/* Rules of a level, each once, those that a comment ignores left out. */
static void
print_rules(const struct lint_file *f, enum lint_level level)
{
	int n = 0;

	for (size_t i = 0; i < f->n_findings; i++) {
		const struct lint_finding *at = &f->findings[i];
		size_t k = 0;

		if (at->level != level || at->ignored)
			continue;
		while (k < i && (strcmp(f->findings[k].rule, at->rule) != 0 ||
		    f->findings[k].level != level))
			k++;
		if (k == i)
			printf("%s%s", n++ ? "," : "\t", at->rule);
	}
	if (!n)
		printf("\t-");
}

static void
print_file(const struct lint_file *f, const char *name, int live)
{
	const struct lint_verdict *v = &f->verdict;
	const char *slash = strrchr(name, '/');

	printf("%s\t%s", slash ? slash + 1 : name, live ? "live" : "offline");
	print_takes(f);
	printf("\t%s\t%s\t%s\t%s\t%s\t%s\t%zu", lint_lock_name(v->lock),
	    lint_compat_name(v->compat), lint_data_name(v->data),
	    lint_tx_name(v->tx), lint_phase_name(v->phase),
	    f->rollback_without_restore ? "yes" : "no", f->unanalysed);
	print_rules(f, LINT_ERROR);
	print_rules(f, LINT_WARNING);
	print_rules(f, LINT_INFO);
	putchar('\n');
	fflush(stdout);
}

static int
judge(const char *path, struct db *db, struct err *e)
{
	struct lint_opts o = { .db = db, .large_bytes = 256 << 10 };
	struct lint_input in = { .name = path };
	struct lint_file out = {0};
	struct buf text = {0};
	struct lint *l = NULL;
	int rc = -1;

	if (io_slurp(path, MAX_FILE, &text, e) < 0)
		goto out;
	in.text = in.body = buf_text(&text);
	in.len = in.body_len = text.len;
	l = lint_new(&o);
	rc = lint_judge(l, &in, &out, e);
	if (rc == 0) {
		lint_judge_all(l, &out, 1);
		print_file(&out, path, db != NULL);
	}
out:
	lint_file_release(&out);
	lint_free(l);
	buf_release(&text);
	return rc;
}

int
main(int argc, char **argv)
{
	struct db_opts o = { .app = "judge" };
	struct dsn dsn = {0};
	struct err e = {0};
	struct db *db = NULL;
	int i = 1, rc = 0;

	if (argc > 2 && strcmp(argv[1], "-d") == 0) {
		if (dsn_parse(&dsn, argv[2], NULL, &e) < 0 ||
		    (db = db_open(&dsn, &o, &e)) == NULL)
			rc = -1;
		i = 3;
	}
	for (; rc == 0 && i < argc; i++)
		rc = judge(argv[i], db, &e);
	if (rc < 0)
		fprintf(stderr, "judge: %s\n", e.msg);
	db_close(db);
	dsn_release(&dsn);
	err_release(&e);
	return rc < 0;
}
