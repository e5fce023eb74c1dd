/* Connection text: parsed or refused, and a message never repeats it. */
#include <stdlib.h>
#include <string.h>

#include "ext/dsn.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *shown;
	struct dsn d = { 0 };
	struct vec env = { 0 };
	struct err err = { 0 };

	fuzz_must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	if (dsn_parse(&d, text, NULL, &err)) {
		fuzz_must(err.code == ERR_USAGE || err.code == ERR_TROUBLE);
		fuzz_must(strstr(err.msg, "geheim") == NULL);
	} else {
		shown = dsn_text(&d);
		fuzz_must(d.dbname != NULL);
		dsn_env(&d, &env);
		free(shown);
	}
	vec_release(&env);
	dsn_release(&d);
	err_release(&err);
	free(text);
	return 0;
}
