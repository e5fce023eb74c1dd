/* test_operand.c - which set an operand means. */
#include "ub/operand.h"

#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "tap.h"

/* Text on standard input from now on. */
static void
feed(const char *text)
{
	FILE *f = tmpfile();

	fputs(text, f);
	fflush(f);
	rewind(f);
	dup2(fileno(f), STDIN_FILENO);
	fclose(f);
}

static void
fails(const char *operand, int want, enum err_code code, const char *kind)
{
	struct cli c = { 0 };
	struct set s = { 0 };
	struct err e = { 0 };

	tap_ok(operand_set(&c, "/nowhere/at/all", operand, &s, &e) == want &&
	    e.code == code, "'%s': %d", operand, want);
	tap_is(e.kind, kind, "its kind");
	tap_ok(!s.dir, "no set");
	json_decref(c.upstream);
	free(c.run_id);
	free(c.app);
	err_release(&e);
}

int
main(void)
{
	fails("20261121T031105Z", -1, ERR_USAGE, "set.missing");
	fails("latest", -1, ERR_REFUSED, "set.none");
	feed("");
	fails("-", -1, ERR_TROUBLE, "pipe.empty");
	feed("{\"schema\":");
	fails("-", -1, ERR_TROUBLE, "pipe.torn");
	return tap_done();
}
