/* The record of a restore: read strictly, or an error with a message. */
#include "fuzz.h"
#include "ub/restore/op.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op op = { 0 };
	struct vec names = { 0 };
	struct err err = { 0 };

	if (op_read(fuzz_file(data, size), &op, &err)) {
		fuzz_must(err.code != ERR_OK);
		fuzz_must(err.msg != NULL && *err.msg);
	} else {
		op_names(&op, &names);
		fuzz_must(op_state_name(op.state) != NULL);
		(void)op_is_open(&op);
	}
	vec_release(&names);
	op_release(&op);
	err_release(&err);
	return 0;
}
