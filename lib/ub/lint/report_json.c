/* report_json.c - the data of our own result: tests/schema/lint.json. */
#include "ub/jwrite.h"
#include "ub/lint/report.h"
#include "ub/lint/report_priv.h"

static json_t *
count(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
finding(const struct lint_finding *x)
{
	size_t line = lint_report_place(x->line);

	return json_pack("{ss ss so so so so so so so}", "rule", x->rule,
	    "level", lint_level_name(x->level),
	    "line", count(line), "column", count(lint_report_place(x->column)),
	    "end_line", count(x->end_line > line ? x->end_line : line),
	    "table", jwrite_text(x->table), "message", jwrite_text(x->message),
	    "hint", jwrite_text(x->hint), "ignored", jwrite_text(x->ignored));
}

static json_t *
file(const struct lint_file *f)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < f->n_findings; i++)
		json_array_append_new(list, finding(&f->findings[i]));
	return json_pack("{so ss ss ss ss ss sb sb so so so}",
	    "name", jwrite_text(f->name),
	    "lock", lint_lock_name(f->verdict.lock),
	    "compat", lint_compat_name(f->verdict.compat),
	    "data", lint_data_name(f->verdict.data),
	    "tx", lint_tx_name(f->verdict.tx),
	    "phase", lint_phase_name(f->verdict.phase),
	    "rollback_without_restore", f->rollback_without_restore != 0,
	    "declared_contract", f->declared_contract != 0,
	    "statements", count(f->n_stmts),
	    "unanalysed", count(f->unanalysed), "findings", list);
}

json_t *
lint_report_json(const struct lint_file *v, size_t n)
{
	struct lint_totals t;
	json_t *files = json_array(), *totals;
	int back = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		json_array_append_new(files, file(&v[i]));
		back = back && v[i].rollback_without_restore;
	}
	lint_report_count(v, n, &t);
	totals = json_pack("{so so so so so so so}", "files", count(n),
	    "statements", count(t.statements),
	    "unanalysed", count(t.unanalysed), "errors", count(t.errors),
	    "warnings", count(t.warnings), "infos", count(t.infos),
	    "ignored", count(t.ignored));
	return json_pack("{so sb so}", "files", files,
	    "rollback_without_restore", back, "totals", totals);
}
