/* MANIFEST.json: read strictly; what was read is written and read again. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ub/manifest.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest m = { 0 }, again = { 0 };
	struct err err = { 0 };
	char *text, *text2;

	if (manifest_read(fuzz_file(data, size), &m, &err)) {
		fuzz_must(err.code == ERR_NO || err.code == ERR_USAGE);
		fuzz_must(err.msg != NULL && *err.msg);
	} else {
		fuzz_must(manifest_id_ok(m.id));
		text = manifest_text(&m);
		fuzz_must(manifest_read(fuzz_file((const uint8_t *)text,
		    strlen(text)), &again, &err) == 0);
		text2 = manifest_text(&again);
		fuzz_must(strcmp(text, text2) == 0);
		free(text);
		free(text2);
	}
	manifest_release(&m);
	manifest_release(&again);
	err_release(&err);
	return 0;
}
