#include "ub/verify.h"

#include "base/mem.h"
#include "ub/jwrite.h"

struct pair {
	char *file;
	char *what;
};

static int
by_file(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = strcmp(x->file, y->file);

	return c ? c : strcmp(x->what, y->what);
}

void
verify_report_sort(struct verify_report *r)
{
	struct vec *v = &r->findings, old = *v;
	size_t i, n = v->n / 2;
	struct pair *p = mem_alloc((n + 1) * sizeof(*p));

	*v = (struct vec){ 0 };
	for (i = 0; i < n; i++)
		p[i] = (struct pair){ old.v[2 * i], old.v[2 * i + 1] };
	qsort(p, n, sizeof(*p), by_file);
	for (i = 0; i < n; i++)
		if (i == 0 || by_file(&p[i - 1], &p[i]) != 0) {
			vec_add(v, p[i].file);
			vec_add(v, p[i].what);
		}
	free(p);
	vec_release(&old);
}

json_t *
verify_report_findings(const struct verify_report *r)
{
	const struct vec *v = &r->findings;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < v->n; i += 2)
		json_array_append_new(list,
		    json_pack("{so so}", "file", jwrite_text(v->v[i]),
			"message", jwrite_text(v->v[i + 1])));
	return list;
}

void
verify_report_release(struct verify_report *r)
{
	vec_release(&r->findings);
	*r = (struct verify_report){ 0 };
}
