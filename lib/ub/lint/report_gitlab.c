/* report_gitlab.c - GitLab's code quality, after Code Climate. */
#include "base/mem.h"
#include "ub/jwrite.h"
#include "ub/lint/report.h"
#include "ub/lint/report_priv.h"

static const char *
severity(enum lint_level v)
{
	return v == LINT_ERROR ? "critical" : v == LINT_WARNING ? "minor" :
	    "info";
}

static json_t *
issue(const struct lint_file *f, const struct lint_finding *x,
    const char *mark)
{
	char *words = lint_report_words(x);
	json_t *j = json_pack("{ss ss ss ss s{so s{sI}}}", "description",
	    words, "check_name", x->rule, "fingerprint", mark, "severity",
	    severity(x->level), "location", "path",
	    jwrite_text(lint_report_name(f)), "lines", "begin",
	    (json_int_t)lint_report_place(x->line));

	free(words);
	return j;
}

void
lint_report_gitlab(const struct lint_file *v, size_t n, struct buf *out)
{
	struct vec marks = { 0 };
	json_t *list = json_array();
	size_t i, k, m = 0;

	lint_report_marks(v, n, &marks);
	for (i = 0; i < n; i++)
		for (k = 0; k < v[i].n_findings; k++, m++)
			if (!v[i].findings[k].ignored)
				json_array_append_new(list, issue(&v[i],
				    &v[i].findings[k], marks.v[m]));
	lint_report_dump(list, out);
	vec_release(&marks);
}
