#include "ub/dbname.h"

#include <stdlib.h>

#include "tap.h"

int
main(void)
{
	char *a, *b;

	a = dbname_beside("shop", "old", "20261121T031105Z-4f2c9ab");
	tap_is(a, "shop__ub_old_20261121T031105Z-4f2c9ab", "a short name");
	free(a);

	a = dbname_beside("a_long_name_of_a_database_that_goes_on_one",
	    "new", "20261121T031105Z-4f2c9ab");
	b = dbname_beside("a_long_name_of_a_database_that_goes_on_two",
	    "new", "20261121T031105Z-4f2c9ab");
	tap_ok(strlen(a) == 63, "a long name has 63 bytes, not %zu",
	    strlen(a));
	tap_ok(strstr(a, "__ub_new_20261121T031105Z-4f2c9ab") != NULL,
	    "its end is whole");
	tap_ok(strcmp(a, b) != 0, "two long names stay apart");
	free(a);
	free(b);

	a = dbname_beside("\303\244\303\244\303\244\303\244\303\244\303\244"
			  "\303\244\303\244\303\244\303\244\303\244\303\244"
			  "\303\244\303\244\303\244\303\244\303\244\303\244",
	    "new", "20261121T031105Z-4f2c9ab");
	tap_ok(strlen(a) <= 63, "an umlaut name is cut");
	tap_ok(strncmp(a, "\303\244\303\244", 4) == 0 &&
		strchr(a, '_') != NULL &&
		(unsigned char)strchr(a, '_')[-1] == 0244,
	    "between characters");
	free(a);
	return tap_done();
}
