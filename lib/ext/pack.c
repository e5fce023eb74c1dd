/* pack.c - what writing, reading and extracting have in common. */
#include "ext/pack.h"

#include "base/mem.h"
#include "base/text.h"
#include "ext/pack_priv.h"

void
pack_stats_release(struct pack_stats *s)
{
	vec_release(&s->changed);
	*s = (struct pack_stats){0};
}

void
pack_locale_enter(struct pack_locale *l)
{
	l->ours = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	/* A system without it may have UTF-8 all the same. */
	l->old = l->ours ? uselocale(l->ours) : (locale_t)0;
}

void
pack_locale_leave(struct pack_locale *l)
{
	if (!l->ours)
		return;
	uselocale(l->old);
	freelocale(l->ours);
}

const char *
pack_why(struct archive *a)
{
	const char *why = archive_error_string(a);

	return why ? why : "no reason given";
}

int
pack_damage(const char *file, const char *why, struct err *e)
{
	return err_set(e, ERR_NO, "verify.archive", "cannot decode '%s': %s",
	    file, why);
}

void
pack_count(struct pack_stats *s, struct archive_entry *entry)
{
	int64_t size = archive_entry_size(entry);

	s->entries++;
	if (archive_entry_filetype(entry) != AE_IFREG ||
	    archive_entry_hardlink(entry) || size < 0)
		return;
	/* A hostile size must not overflow. */
	s->bytes = size > INT64_MAX - s->bytes ? INT64_MAX : s->bytes + size;
}

/* A name that stays inside: "." is the tree itself. */
static int
is_inside(const char *name)
{
	size_t n;

	if (*name == '/' || *name == '\0')
		return 0;
	for (; *name; name += n + (name[n] == '/')) {
		n = strcspn(name, "/");
		if (n == 2 && name[0] == '.' && name[1] == '.')
			return 0;
	}
	return 1;
}

static int
bad_name(const char *file, const char *name, const char *why, struct err *e)
{
	char *clean = text_utf8_clean(name, strlen(name));

	err_set(e, ERR_NO, "verify.name", "cannot trust '%s': '%s' %s", file,
	    clean, why);
	free(clean);
	return -1;
}

/* Without "./" in front and slashes behind; the tree itself is ".". */
static char *
plain_name(const char *name)
{
	size_t n;

	while (name[0] == '.' && name[1] == '/')
		name += 1 + strspn(name + 1, "/");
	n = strlen(name);
	while (n > 0 && name[n - 1] == '/')
		n--;
	return n ? mem_dupn(name, n) : mem_dup(".");
}

static int
is_known_type(struct archive_entry *entry)
{
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
	case AE_IFDIR:
	case AE_IFLNK:
	case AE_IFIFO:
	case AE_IFCHR:
	case AE_IFBLK:
		return 1;
	default:
		return archive_entry_hardlink(entry) != NULL;
	}
}

int
pack_check_entry(const char *file, struct archive_entry *entry,
    struct pack_name *out, struct err *e)
{
	const char *name = archive_entry_pathname(entry);
	const char *link = archive_entry_hardlink(entry);

	*out = (struct pack_name){0};
	if (!name)
		return bad_name(file, "", "cannot be a name", e);
	if (!is_inside(name))
		return bad_name(file, name, "leads out of the tree", e);
	if (link && !is_inside(link))
		return bad_name(file, name,
		    "is a hard link that leads out of the tree", e);
	if (!is_known_type(entry))
		return bad_name(file, name, "is of an unknown type", e);
	out->name = plain_name(name);
	if (strcmp(out->name, ".") == 0 &&
	    archive_entry_filetype(entry) != AE_IFDIR) {
		pack_name_release(out);
		return bad_name(file, name, "is no folder", e);
	}
	out->link = link ? plain_name(link) : NULL;
	return 0;
}

void
pack_name_release(struct pack_name *n)
{
	free(n->name);
	free(n->link);
	*n = (struct pack_name){0};
}
