/* report_sarif.c - SARIF 2.1.0, for code scanning. */
#include <stdint.h>

#include "base/mem.h"
#include "ub/jwrite.h"
#include "ub/lint/report.h"
#include "ub/lint/report_priv.h"

#define SARIF_SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static const char *
level_of(enum lint_level v)
{
	return v == LINT_ERROR ? "error" : v == LINT_WARNING ? "warning" :
	    "note";
}

static json_t *
rules(void)
{
	const struct lint_rule *r;
	json_t *list = json_array();

	for (r = lint_rules(); r->id; r++)
		json_array_append_new(list,
		    json_pack("{ss s{ss} s{ss} s{ss sb}}", "id", r->id,
			"shortDescription", "text", r->about,
			"help", "text", r->help,
			"defaultConfiguration", "level", level_of(r->level),
			"enabled", !r->style));
	return list;
}

static int
rule_index(const char *id)
{
	const struct lint_rule *r = lint_rules();
	int i;

	for (i = 0; r[i].id; i++)
		if (strcmp(r[i].id, id) == 0)
			return i;
	return -1;
}

/* A path as a URI: all but RFC 3986's unreserved, and the slashes, as %XX. */
static char *
uri(const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~/";
	struct buf b = { 0 };

	buf_puts(&b, path[0] == '/' ? "file://" : "");
	for (; *path; path++) {
		if (strchr(plain, *path))
			buf_putc(&b, *path);
		else
			buf_printf(&b, "%%%02X", (unsigned)(uint8_t)*path);
	}
	return buf_detach(&b);
}

static json_t *
location(const struct lint_file *f, const struct lint_finding *x)
{
	const char *name = lint_report_name(f);
	char *at = uri(name);
	json_t *file = json_pack("{ss}", "uri", at), *region;

	if (name[0] != '/')
		json_object_set_new(file, "uriBaseId",
		    json_string("%SRCROOT%"));
	region = json_pack("{sI sI}", "startLine",
	    (json_int_t)lint_report_place(x->line), "startColumn",
	    (json_int_t)lint_report_place(x->column));
	if (x->line > 0 && x->end_line >= x->line)
		json_object_set_new(region, "endLine",
		    json_integer((json_int_t)x->end_line));
	free(at);
	return json_pack("{s{so so}}", "physicalLocation",
	    "artifactLocation", file, "region", region);
}

/* All results say whether they are suppressed, or none may. */
static json_t *
result(const struct lint_file *f, const struct lint_finding *x,
    const char *mark)
{
	char *words = lint_report_words(x);
	json_t *ignored = json_array(), *j;
	int rule = rule_index(x->rule);

	if (x->ignored)
		json_array_append_new(ignored, json_pack("{ss so}", "kind",
		    "inSource", "justification", jwrite_text(x->ignored)));
	j = json_pack("{ss ss s{ss} s[o] s{ss} so}", "ruleId", x->rule,
	    "level", level_of(x->level), "message", "text", words,
	    "locations", location(f, x), "partialFingerprints",
	    "ubFinding/v1", mark, "suppressions", ignored);
	if (rule >= 0)
		json_object_set_new(j, "ruleIndex", json_integer(rule));
	free(words);
	return j;
}

void
lint_report_sarif(const struct lint_file *v, size_t n, struct buf *out)
{
	struct vec marks = { 0 };
	json_t *list = json_array();
	size_t i, k, m = 0;

	lint_report_marks(v, n, &marks);
	for (i = 0; i < n; i++)
		for (k = 0; k < v[i].n_findings; k++)
			json_array_append_new(list,
			    result(&v[i], &v[i].findings[k], marks.v[m++]));
	lint_report_dump(json_pack("{ss ss s[{s{s{ss ss ss so}} ss so}]}",
	    "$schema", SARIF_SCHEMA, "version", "2.1.0", "runs",
	    "tool", "driver", "name", "ub-migrate", "version", UB_VERSION,
	    "semanticVersion", UB_VERSION, "rules", rules(),
	    "columnKind", "unicodeCodePoints", "results", list), out);
	vec_release(&marks);
}
