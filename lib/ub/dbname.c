#include "ub/dbname.h"

#include "base/mem.h"
#include "ext/hash.h"

#define DBNAME_MAX 63 /* NAMEDATALEN - 1 of PostgreSQL */
#define DBNAME_HASH 8

/* The longest beginning of s of at most n bytes that ends a character. */
static int
cut(const char *s, size_t n)
{
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

char *
dbname_beside(const char *live, const char *role, const char *id)
{
	char hex[HASH_HEX_LEN + 1];
	char *tail = mem_printf("__ub_%s_%s", role, id), *name;
	struct hash *h;
	size_t room;

	if (strlen(live) + strlen(tail) <= DBNAME_MAX) {
		name = mem_printf("%s%s", live, tail);
	} else {
		h = hash_new();
		hash_add(h, live, strlen(live));
		hash_end(h, hex);
		room = strlen(tail) + DBNAME_HASH + 1;
		room = room < DBNAME_MAX ? DBNAME_MAX - room : 0;
		name = mem_printf("%.*s_%.*s%s", cut(live, room), live,
		    DBNAME_HASH, hex, tail);
	}
	free(tail);
	return name;
}
