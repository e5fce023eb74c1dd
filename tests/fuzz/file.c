#define _GNU_SOURCE
#include <sys/mman.h>

#include <stdio.h>
#include <unistd.h>

#include "fuzz.h"

const char *
fuzz_file(const uint8_t *data, size_t size)
{
	static char path[64];
	static int fd = -1;
	ssize_t n;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		fuzz_must(fd >= 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	fuzz_must(ftruncate(fd, 0) == 0);
	n = pwrite(fd, data, size, 0);
	fuzz_must(n == (ssize_t)size);
	return path;
}
