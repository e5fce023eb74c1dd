#include "ub/operand.h"

int
operand_set(struct cli *c, const char *backups, const char *operand,
    struct set *out, struct err *e)
{
	int up;

	if (strcmp(operand, "-") == 0) {
		up = cli_upstream(c, e);
		if (up)
			return up;
		operand = cli_upstream_set(c);
		if (!operand)
			return err_set(e, ERR_TROUBLE, "pipe.set",
			    "the result on standard input names no set");
	}
	return set_open(backups, operand, out, e);
}
