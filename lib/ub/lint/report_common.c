/* report_common.c - what the formats of a report share. */
#include "base/mem.h"
#include "base/text.h"
#include "ext/hash.h"
#include "ub/lint/report.h"
#include "ub/lint/report_priv.h"

#define MARK_LEN 32

struct mark {
	char hex[HASH_HEX_LEN + 1];
	size_t at;
};

void
lint_report_count(const struct lint_file *v, size_t n,
    struct lint_totals *out)
{
	const struct lint_finding *x;
	size_t i, k;

	*out = (struct lint_totals){ 0 };
	for (i = 0; i < n; i++) {
		out->statements += v[i].n_stmts;
		out->unanalysed += v[i].unanalysed;
		for (k = 0; k < v[i].n_findings; k++) {
			x = &v[i].findings[k];
			if (x->ignored)
				out->ignored++;
			else if (x->level == LINT_ERROR)
				out->errors++;
			else if (x->level == LINT_WARNING)
				out->warnings++;
			else
				out->infos++;
		}
	}
}

const char *
lint_report_name(const struct lint_file *f)
{
	const char *name = f->inside ? f->inside : f->name;

	while (name[0] == '.' && name[1] == '/')
		name += 1 + strspn(name + 1, "/");
	return name;
}

char *
lint_report_words(const struct lint_finding *x)
{
	char *both = mem_printf("%s%s%s", x->message, x->hint ? "\n" : "",
	    x->hint ? x->hint : "");
	char *clean = text_utf8_clean(both, strlen(both));

	free(both);
	return clean;
}

size_t
lint_report_place(size_t line_or_column)
{
	return line_or_column ? line_or_column : 1;
}

/* Each with its end, so that no two lists of words are the same. */
static void
digest(const char *const *words, char hex[HASH_HEX_LEN + 1])
{
	struct hash *h = hash_new();

	for (; *words; words++)
		hash_add(h, *words, strlen(*words) + 1);
	hash_end(h, hex);
	hex[MARK_LEN] = '\0';
}

/* Without what tells apart those that are alike. */
static void
mark(const struct lint_file *f, const struct lint_finding *x, char *hex)
{
	const char *text =
	    x->stmt < f->n_stmts ? f->stmts[x->stmt].text : NULL;

	digest((const char *const[]){ x->rule, lint_report_name(f),
	    x->table ? x->table : "", text ? text : "", NULL }, hex);
}

static int
by_mark(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int r = strcmp(x->hex, y->hex);

	return r ? r : x->at < y->at ? -1 : 1;
}

static int
by_place(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return x->at < y->at ? -1 : 1;
}

static void
number(struct mark *m, size_t n)
{
	size_t i, same = 0;
	char *text;
	char hex[HASH_HEX_LEN + 1] = "";

	qsort(m, n, sizeof(*m), by_mark);
	for (i = 0; i < n; i++) {
		same = strcmp(m[i].hex, hex) == 0 ? same + 1 : 0;
		memcpy(hex, m[i].hex, sizeof(hex));
		text = mem_printf("%zu", same);
		digest((const char *const[]){ hex, text, NULL }, m[i].hex);
		free(text);
	}
	qsort(m, n, sizeof(*m), by_place);
}

void
lint_report_marks(const struct lint_file *v, size_t n, struct vec *out)
{
	struct mark *m;
	size_t i, k, all = 0, at = 0;

	for (i = 0; i < n; i++)
		all += v[i].n_findings;
	m = mem_alloc((all + 1) * sizeof(*m));
	for (i = 0; i < n; i++)
		for (k = 0; k < v[i].n_findings; k++, at++) {
			m[at].at = at;
			mark(&v[i], &v[i].findings[k], m[at].hex);
		}
	/* Of all files together: one may have been given twice. */
	number(m, all);
	for (i = 0; i < all; i++)
		vec_add(out, m[i].hex);
	free(m);
}

void
lint_report_dump(json_t *j, struct buf *out)
{
	char *text = json_dumps(j, JSON_COMPACT);

	buf_puts(out, text ? text : "");
	buf_putc(out, '\n');
	free(text);
	json_decref(j);
}
