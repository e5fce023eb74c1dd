/* ub.conf: any bytes are a configuration or an error with a message. */
#include <git2.h>

#include "fuzz.h"
#include "ub/conf.h"
#include "ub/source.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf_source from = { .file = fuzz_file(data, size),
		.root = "/" };
	struct source src = { 0 };
	struct conf *conf = NULL;
	struct err err = { 0 };
	static int ready;

	if (!ready) /* it parses all certificates of the system, each time */
		ready = git_libgit2_init();
	if (conf_load(&from, &conf, &err)) {
		fuzz_must(err.code == ERR_USAGE || err.code == ERR_TROUBLE);
		fuzz_must(err.msg != NULL && *err.msg);
	} else {
		json_decref(conf_json(conf));
		fuzz_must(conf_int(conf, "backup.keep") >= 0);
		if (source_read(conf, NULL, &src, &err))
			fuzz_must(err.msg != NULL);
	}
	source_release(&src);
	conf_free(conf);
	err_release(&err);
	return 0;
}
