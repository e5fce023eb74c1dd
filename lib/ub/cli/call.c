/* call.c - a command line for the next program. */
#include "ub/cli.h"

void
cli_call(const struct cli *c, const char *prog, const char *but,
    struct vec *argv)
{
	const struct opt_common *k = &c->common;
	size_t i;

	vec_add(argv, prog);
	if (k->dir) {
		vec_add(argv, "-C");
		vec_add(argv, k->dir);
	}
	if (k->config) {
		vec_add(argv, "--config");
		vec_add(argv, k->config);
	}
	for (i = 0; i < k->set.n; i++) {
		if (but && strncmp(k->set.v[i], but, strlen(but)) == 0)
			continue;
		vec_add(argv, "-c");
		vec_add(argv, k->set.v[i]);
	}
}
