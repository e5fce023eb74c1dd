/* test_hash.c - known digests, blocks of every size, files that are none. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "ext/hash.h"
#include "tap.h"

/* FIPS 180-2, appendix B, and the empty text. */
#define HEX_EMPTY \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HEX_ABC \
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define HEX_MILLION_A \
	"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static char dir[] = "/tmp/ub-test-hash-XXXXXX";

static void
test_memory(void)
{
	char hex[HASH_HEX_LEN + 1];
	struct hash *h = hash_new();

	hash_end(h, hex);
	tap_is(hex, HEX_EMPTY, "nothing");

	h = hash_new();
	hash_add(h, "a", 1);
	hash_add(h, "", 0);
	hash_add(h, "bc", 2);
	hash_end(h, hex);
	tap_is(hex, HEX_ABC, "abc in two blocks");

	h = hash_new();
	hash_add(h, "left alone", 10);
	hash_free(h);
	hash_free(NULL);
}

static void
test_file(const char *path)
{
	char hex[HASH_HEX_LEN + 1] = "";
	struct err e = {0};
	int64_t size = -1;
	FILE *f = fopen(path, "w");
	int rc;

	rc = hash_file(path, 1, hex, &size, &e);
	tap_ok(rc == 0 && size == 0, "empty file, synced");
	tap_is(hex, HEX_EMPTY, "its digest");
	for (int i = 0; i < 1000000; i++)
		fputc('a', f);
	fclose(f);
	rc = hash_file(path, 0, hex, &size, &e);
	tap_ok(rc == 0 && size == 1000000, "a million bytes");
	tap_is(hex, HEX_MILLION_A, "their digest");
	err_release(&e);
}

static void
test_bad_files(const char *path)
{
	char hex[HASH_HEX_LEN + 1] = "";
	struct err e = {0};
	int64_t size;
	char *want;

	unlink(path);
	tap_ok(hash_file(path, 0, hex, &size, &e) == -1, "missing file");
	want = mem_printf("cannot open '%s': No such file or directory", path);
	tap_is(e.msg, want, "its message");
	free(want);

	tap_ok(hash_file(dir, 1, hex, &size, &e) == -1, "folder");
	want = mem_printf("cannot read '%s': not a regular file", dir);
	tap_is(e.msg, want, "its message");
	tap_ok(e.code == ERR_TROUBLE, "its code");

	mkfifo(path, 0600);
	tap_ok(hash_file(path, 1, hex, &size, &e) == -1, "FIFO, no hang");
	free(want);
	want = mem_printf("cannot read '%s': not a regular file", path);
	tap_is(e.msg, want, "its message");
	free(want);
	err_release(&e);
}

int
main(void)
{
	char *path;

	if (!mkdtemp(dir))
		return 1;
	path = mem_printf("%s/file", dir);
	test_memory();
	test_file(path);
	test_bad_files(path);
	unlink(path);
	rmdir(dir);
	free(path);
	return tap_done();
}
