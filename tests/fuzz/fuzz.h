/*
 * fuzz.h - what every target has: one function that takes any bytes and must
 * neither crash, hang, leak nor lie. driver.c runs it over a corpus and over
 * mutations of that; `make fuzz` lets libFuzzer look for more.
 */
#ifndef UB_TESTS_FUZZ_H
#define UB_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A file in memory that holds these bytes, for functions that take a name;
 * good until the next call.
 */
const char *fuzz_file(const uint8_t *data, size_t size);

/* End loudly: the target saw something that must never be. */
#define fuzz_must(cond) \
	do { \
		if (!(cond)) \
			__builtin_trap(); \
	} while (0)

#endif
