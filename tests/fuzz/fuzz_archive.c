/*
 * A tar, put into a zstd frame of stored blocks: listed to its end or
 * refused; extracted, it never writes beside its folder.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ext/pack.h"
#include "fuzz.h"
#include "sys/path.h"

#define BLOCK ((size_t)64 << 10)

static char *top, *in, *file;

/* Magic, no checksum, window of 64 KiB; stored blocks, the last one empty. */
static void
wrap(const uint8_t *data, size_t size)
{
	static const uint8_t head[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 0x30 };
	static const uint8_t last[] = { 1, 0, 0 };
	uint8_t b[3];
	FILE *f = fopen(file, "wb");
	size_t at, n;

	fuzz_must(f != NULL);
	fwrite(head, 1, sizeof(head), f);
	for (at = 0; at < size; at += n) {
		n = size - at < BLOCK ? size - at : BLOCK;
		b[0] = (uint8_t)(n << 3);
		b[1] = (uint8_t)(n >> 5);
		b[2] = (uint8_t)(n >> 13);
		fwrite(b, 1, sizeof(b), f);
		fwrite(data + at, 1, n, f);
	}
	fwrite(last, 1, sizeof(last), f);
	fuzz_must(fclose(f) == 0);
}

static void
clean_up(void)
{
	struct err err = { 0 };

	path_remove(top, &err);
	err_release(&err);
	free(in);
	free(file);
}

static void
make_folders(void)
{
	static char template[] = "/tmp/ub-fuzz.XXXXXX";
	char *outside;
	FILE *f;

	if (top)
		return;
	top = mkdtemp(template);
	fuzz_must(top != NULL);
	in = path_join(top, "in");
	file = path_join(top, "archive");
	outside = path_join(top, "outside");
	f = fopen(outside, "w");
	fuzz_must(f != NULL && fputs("mine", f) >= 0 && fclose(f) == 0);
	free(outside);
	atexit(clean_up);
}

/* in, archive and outside; outside as it was. */
static void
check_beside(void)
{
	char *outside = path_join(top, "outside");
	DIR *d = opendir(top);
	struct stat st;
	int n = 0;

	fuzz_must(d != NULL);
	while (readdir(d))
		n++;
	closedir(d);
	fuzz_must(n == 5);
	fuzz_must(stat(outside, &st) == 0 && st.st_size == 4);
	fuzz_must(st.st_nlink == 1);
	fuzz_must(access("/tmp/ub-fuzz-escaped", F_OK) != 0);
	fuzz_must(access("/tmp/ub-fuzz-absolute", F_OK) != 0);
	free(outside);
}

static int
look(void *ctx, const struct pack_entry *en, struct err *e)
{
	(void)ctx;
	(void)e;
	fuzz_must(en->name != NULL && en->name[0] != '/');
	fuzz_must(strncmp(en->name, "../", 3) != 0);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pack_stats stats = { 0 }, extracted = { 0 };
	struct pack_read r = { .fn = look };
	struct err err = { 0 }, err2 = { 0 };
	int listed, out;

	make_folders();
	wrap(data, size);
	r.file = file;
	listed = pack_list(&r, &stats, &err);
	fuzz_must((listed != 0) == (err.code != ERR_OK));
	fuzz_must(mkdir(in, 0700) == 0);
	out = pack_extract(file, in, &extracted, &err2);
	fuzz_must((out != 0) == (err2.code != ERR_OK));
	fuzz_must(chmod(in, 0700) == 0);
	check_beside();
	err_release(&err);
	err_release(&err2);
	fuzz_must(path_remove(in, &err) == 0);
	pack_stats_release(&stats);
	pack_stats_release(&extracted);
	return 0;
}
