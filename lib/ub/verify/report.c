#include "ub/verify.h"

#include "ub/jwrite.h"

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
