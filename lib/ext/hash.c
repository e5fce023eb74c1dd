/* hash.c - SHA-256 by libcrypto. */
#include "ext/hash.h"

#include <assert.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/mem.h"
#include "sys/io.h"

#define HASH_BLOCK ((size_t)256 * 1024)

struct hash {
	EVP_MD_CTX *md;
};

struct hash *
hash_new(void)
{
	struct hash *h = mem_alloc(sizeof(*h));
	int ok;

	/* SHA-256 is in every provider: only a lack of memory can fail. */
	h->md = EVP_MD_CTX_new();
	assert(h->md != NULL);
	ok = EVP_DigestInit_ex(h->md, EVP_sha256(), NULL);
	assert(ok == 1);
	(void)ok;
	return h;
}

void
hash_add(struct hash *h, const void *data, size_t len)
{
	int ok = EVP_DigestUpdate(h->md, data, len);

	assert(ok == 1);
	(void)ok;
}

void
hash_end(struct hash *h, char hex[HASH_HEX_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int ok = EVP_DigestFinal_ex(h->md, raw, &len);

	assert(ok == 1 && len * 2 == HASH_HEX_LEN);
	(void)ok;
	for (unsigned i = 0; i < len; i++) {
		hex[2 * i] = digits[raw[i] >> 4];
		hex[2 * i + 1] = digits[raw[i] & 15];
	}
	hex[HASH_HEX_LEN] = '\0';
	hash_free(h);
}

void
hash_free(struct hash *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->md);
	free(h);
}

void
hash_text(const void *data, size_t len, char hex[HASH_HEX_LEN + 1])
{
	struct hash *h = hash_new();

	hash_add(h, data, len);
	hash_end(h, hex);
}

static int
hash_fd(int fd, const char *path, struct hash *h, int64_t *size,
    struct err *e)
{
	char *block = mem_alloc(HASH_BLOCK);
	ssize_t n;

	*size = 0;
	while ((n = io_read(fd, block, HASH_BLOCK, path, e)) > 0) {
		hash_add(h, block, (size_t)n);
		*size += n;
	}
	free(block);
	return n < 0 ? -1 : 0;
}

int
hash_file(const char *path, int sync, char hex[HASH_HEX_LEN + 1],
    int64_t *size, struct err *e)
{
	struct hash *h = NULL;
	size_t said;
	int fd = io_open_regular(path, &said, e), rc = -1;

	if (fd < 0)
		return -1;
	if (sync && fsync(fd) != 0) {
		err_sys(e, "cannot fsync '%s'", path);
		goto out;
	}
	h = hash_new();
	if (hash_fd(fd, path, h, size, e) < 0)
		goto out;
	hash_end(h, hex);
	h = NULL;
	rc = 0;
out:
	hash_free(h);
	close(fd);
	return rc;
}
