/* script.h - shell scripts that stand in for programs. */
#ifndef UB_TESTS_SCRIPT_H
#define UB_TESTS_SCRIPT_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "sys/path.h"
#include "sys/tmp.h"

/* Write dir/name, made if it is not there; ends the test if it cannot. */
static void __attribute__((unused))
script_write(const char *dir, const char *name, const char *body)
{
	char *file = path_join(dir, name);
	char *text = mem_printf("#!/bin/sh\n%s\n", body);
	struct err e = { 0 };

	if (path_mkdirs(dir, &e) != 0 ||
	    tmp_write_file(file, text, strlen(text), &e) != 0 ||
	    chmod(file, 0755) != 0) {
		printf("Bail out! %s: %s\n", file, e.msg ? e.msg : "chmod");
		exit(1);
	}
	free(text);
	free(file);
}

#endif
