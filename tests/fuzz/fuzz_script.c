/* What pg_restore writes: statements that end where they should, or an error
 * with a message. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ub/load/script.h"

static void
check(const char *copy)
{
	static const char end[] = " FROM stdin";
	size_t n = strlen(copy);
	char *table = load_script_table(copy);

	fuzz_must(strncmp(copy, "COPY ", 5) == 0);
	fuzz_must(n >= sizeof(end) &&
	    strcmp(copy + n - (sizeof(end) - 1), end) == 0);
	fuzz_must(strncmp(copy + 5, table, strlen(table)) == 0);
	free(table);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct load_script s = { 0 };
	struct err err = { 0 };
	FILE *f = fopen(fuzz_file(data, size), "re");
	size_t i;

	fuzz_must(f != NULL);
	if (load_script_read(f, &s, &err))
		fuzz_must(err.code != ERR_OK && err.msg != NULL);
	for (i = 0; i < s.copies.n; i++)
		check(s.copies.v[i]);
	fclose(f);
	load_script_release(&s);
	err_release(&err);
	return 0;
}
