/*
 * driver.c - a main for a fuzz target without libFuzzer:
 *
 *	fuzz_x MUTATIONS FILE...
 *
 * gives it every file, then that many mutations of each, the same in every
 * run, and prints TAP. A crash is told with the file and the mutation's
 * number.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define MAX_LEN ((size_t)1 << 20)

static char where[512];

const char *__asan_default_options(void);

/* So that the handler below sees what a sanitizer found. */
const char *
__asan_default_options(void)
{
	return "abort_on_error=1:handle_abort=0:allocator_may_return_null=1";
}

static void
crashed(int number)
{
	(void)!write(STDOUT_FILENO, where, strlen(where));
	signal(number, SIG_DFL);
	raise(number);
}

static uint64_t state;

static size_t
below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (size_t)(state % n) : 0;
}

static void
insert(uint8_t *data, size_t *len, size_t at, const uint8_t *what, size_t n)
{
	if (*len + n > MAX_LEN)
		return;
	memmove(data + at + n, data + at, *len - at);
	memcpy(data + at, what, n);
	*len += n;
}

static void
cut(uint8_t *data, size_t *len, size_t at, size_t n)
{
	if (n > *len - at)
		n = *len - at;
	memmove(data + at, data + at + n, *len - at - n);
	*len -= n;
}

/* One small change of the kinds that break parsers. */
static void
change(uint8_t *data, size_t *len)
{
	static const char *const words[] = { "0", "-1", "9223372036854775808",
		"4294967296", "..", "/", "\"", "\\", "\n", "[", "{", "}",
		"\\u0000", "null", "%s%n", "\xff\xfe", "=", "#", "'" };
	uint8_t copy[64];
	const char *w;
	size_t at = below(*len), n = below(sizeof(copy)) + 1;

	switch (below(7)) {
	case 0:
		if (*len > 0)
			data[at] ^= (uint8_t)(1 << below(8));
		break;
	case 1:
		if (*len > 0)
			data[at] = (uint8_t)below(256);
		break;
	case 2:
		cut(data, len, at, n);
		break;
	case 3: /* a piece once more */
		n = n > *len - at ? *len - at : n;
		memcpy(copy, data + at, n);
		insert(data, len, below(*len), copy, n);
		break;
	case 4:
		w = words[below(sizeof(words) / sizeof(words[0]))];
		insert(data, len, at, (const uint8_t *)w, strlen(w));
		break;
	case 5: /* torn */
		if (below(8) == 0)
			*len = at;
		break;
	default:
		w = words[below(sizeof(words) / sizeof(words[0]))];
		cut(data, len, at, strlen(w));
		insert(data, len, at, (const uint8_t *)w, strlen(w));
		break;
	}
}

/* On a heap block of exact size, so that reading past the end is seen. */
static void
give(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (copy == NULL)
		abort();
	memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static int
run_file(const char *file, long mutations)
{
	uint8_t *seed = malloc(MAX_LEN), *data = malloc(MAX_LEN + 1);
	FILE *f = fopen(file, "rb");
	size_t size, len, k;
	long i;

	if (f == NULL || seed == NULL || data == NULL)
		return -1;
	size = fread(seed, 1, MAX_LEN, f);
	fclose(f);
	for (i = 0; i <= mutations; i++) {
		snprintf(where, sizeof(where),
		    "# crashed at %s, mutation %ld\n", file, i);
		memcpy(data, seed, size);
		len = size;
		state = 88172645463325252ULL + (uint64_t)i * 2654435761ULL;
		for (k = i ? below(6) + 1 : 0; k > 0; k--)
			change(data, &len);
		give(data, len);
	}
	free(seed);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	long mutations = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	int i, bad = 0;

	signal(SIGABRT, crashed);
	signal(SIGILL, crashed);
	signal(SIGTRAP, crashed);
	for (i = 2; i < argc; i++) {
		if (run_file(argv[i], mutations)) {
			printf("not ok %d - cannot read %s\n", i - 1, argv[i]);
			bad = 1;
		} else {
			printf("ok %d - %s and %ld mutations\n", i - 1, argv[i],
			    mutations);
		}
		fflush(stdout);
	}
	printf("1..%d\n", argc > 2 ? argc - 2 : 1);
	return bad;
}
