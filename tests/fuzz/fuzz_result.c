/* The record pipe: any bytes are a result object or torn. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"
#include "ub/cli.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = open(fuzz_file(data, size), O_RDONLY | O_CLOEXEC), r;
	struct cli c = { 0 };
	struct err err = { 0 };
	const char *set;

	fuzz_must(fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
	close(fd);
	r = cli_upstream(&c, &err);
	fuzz_must((r < 0) == (err.code != ERR_OK));
	fuzz_must(r < 0 || c.upstream != NULL);
	if (r < 0)
		fuzz_must(err.code == ERR_TROUBLE);
	set = cli_upstream_set(&c);
	fuzz_must(set == NULL || set[0] == '/');
	json_decref(c.upstream);
	free(c.run_id);
	free(c.app);
	err_release(&err);
	return 0;
}
