/* json.c - a program's tables as JSON. */
#include "ub/opt/json.h"

#include "ub/jwrite.h"
#include "ub/opt/table.h"

static json_t *
options(const struct opt *opts)
{
	json_t *list = json_array();
	size_t i, n = opt_table_count(opts);
	char letter[2] = "";

	for (i = 0; i < n; i++) {
		letter[0] = opts[i].letter;
		json_array_append_new(
		    list, json_pack("{s:o, s:s, s:o, s:b, s:s}", "letter",
			      jwrite_text(letter[0] ? letter : NULL), "name",
			      opts[i].name, "arg", jwrite_text(opts[i].arg),
			      "repeatable", opts[i].type == OPT_LIST, "help",
			      opts[i].help));
	}
	return list;
}

static json_t *
texts(const char *const *s)
{
	json_t *list = json_array();

	for (; s && *s; s++)
		json_array_append_new(list, jwrite_text(*s));
	return list;
}

json_t *
opt_json(const struct opt_spec *spec)
{
	const struct opt_verb *v = spec->verbs;
	json_t *verbs = json_array();

	for (; v && v->name; v++)
		json_array_append_new(verbs,
		    json_pack("{s:s, s:s}", "name", v->name, "help", v->help));
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "about", spec->about,
	    "synopsis", texts(spec->synopsis), "verbs", verbs, "options",
	    options(spec->opts), "common", options(opt_table_common()),
	    "examples", texts(spec->examples));
}
