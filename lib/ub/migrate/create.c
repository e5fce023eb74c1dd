#include "ub/migrate/create.h"

#include <ctype.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "sys/path.h"

#define NAME_MAX_LEN 150
#define TIME_DIGITS 14

static int
clean_name(const char *name, char **out, struct err *e)
{
	struct buf b = { 0 };

	for (; *name && b.len < NAME_MAX_LEN; name++) {
		if (!isalnum((unsigned char)*name) && !strchr("_- ", *name))
			break;
		buf_putc(&b, *name == ' ' || *name == '-' ? '_' : *name);
	}
	*out = NULL;
	if (!*name && b.len > 0) {
		*out = buf_detach(&b);
		return 0;
	}
	buf_release(&b);
	return err_set(e, ERR_USAGE, "migrate.name", *name ?
	    "a name holds letters, digits, '_' and '-', up to 150" :
	    "a migration needs a name");
}

/* "20261121031105", UTC. Caller owns. */
static char *
stamp(void)
{
	char *text = clock_stamp(clock_now()), *to = text, *at;

	for (at = text; *at; at++)
		if (isdigit((unsigned char)*at))
			*to++ = *at;
	*to = '\0';
	return text;
}

/* The name of the last one, by which its tool orders it; or NULL. */
static const char *
last_name(const struct project *p)
{
	size_t i;

	for (i = p->files.n; i > 0; i--)
		if (p->files.v[i - 1].version)
			return p->layout == MIGRATE_PRISMA ?
			    p->files.v[i - 1].version :
			    path_base(p->files.v[i - 1].path);
	return NULL;
}

/* Its number, as written; NULL if it has none, or Prisma's 0 for what was
 * there before the first. */
static char *
number_of(const char *name)
{
	size_t n;

	name += *name == 'V';
	n = strspn(name, "0123456789");
	return strspn(name, "0") < n ? mem_dupn(name, n) : NULL;
}

/* One more than a decimal number, with as many digits. Caller owns. */
static char *
successor(const char *number)
{
	char *out = mem_printf("0%s", number);
	size_t i = strlen(out);

	while (i > 0 && out[i - 1] == '9')
		out[--i] = '0';
	if (i > 0)
		out[i - 1]++;
	if (out[0] == '0' && out[1])
		memmove(out, out + 1, strlen(out));
	return out;
}

/* By time, unless the project counts. */
static char *
count_on(const struct project *p, const char *name)
{
	char *last = name ? number_of(name) : NULL, *now = stamp(), *next;

	if (!last && p->layout == MIGRATE_FLYWAY)
		next = mem_dup("1");
	else if (last && strlen(last) < TIME_DIGITS)
		next = successor(last);
	else if (last && strcmp(last, now) >= 0)
		next = successor(last);
	else
		next = mem_dup(now);
	free(last);
	free(now);
	return next;
}

/* Two tools order by name: there 10_b comes before 9_a. */
static int
next_version(const struct project *p, char **out, struct err *e)
{
	const char *last = last_name(p);
	char *next = count_on(p, last), *name = mem_printf("%s_", next);
	int r = 0;

	if (last && strcmp(name, last) <= 0 && (p->layout == MIGRATE_PRISMA ||
	    p->layout == MIGRATE_DBMATE)) {
		r = err_set(e, ERR_USAGE, "migrate.version",
		    "no number comes after '%s' by name", last);
		err_hint(e, "make the file by hand");
		free(next);
		next = NULL;
	}
	free(name);
	*out = next;
	return r;
}

/* Write a new file; its folder is made if it is not there. */
static int
write_new(const char *path, const char *text, struct err *e)
{
	char *dir = path_dir(path);
	int r = path_mkdirs(dir, e);

	if (r == 0)
		r = io_create(path, text, strlen(text), e);
	/* It goes into the repository, and is no secret. */
	if (r == 0 && chmod(path, 0644))
		r = err_sys(e, "cannot set the mode of '%s'", path);
	if (r == 0)
		r = path_sync(dir, e);
	free(dir);
	return r;
}

int
create_path(const struct project *p, const char *name, char **path,
    struct err *e)
{
	char *clean, *version;

	if (p->layout == MIGRATE_NONE)
		return err_set(e, ERR_USAGE, "migrate.dir",
		    "there is no folder of migrations: set migrate.dir and "
		    "migrate.ledger");
	if (clean_name(name, &clean, e))
		return -1;
	if (next_version(p, &version, e)) {
		free(clean);
		return -1;
	}
	if (p->layout == MIGRATE_PRISMA)
		*path = mem_printf("%s/%s_%s/migration.sql", p->dir, version,
		    clean);
	else if (p->layout == MIGRATE_FLYWAY)
		*path = mem_printf("%s/V%s__%s.sql", p->dir, version, clean);
	else
		*path = mem_printf("%s/%s_%s%s.sql", p->dir, version, clean,
		    p->layout == MIGRATE_GOLANG ? ".up" : "");
	free(version);
	free(clean);
	return 0;
}

int
create_migration(const struct project *p, const char *name, char **path,
    struct err *e)
{
	char *down;
	int r;

	if (create_path(p, name, path, e))
		return -1;
	r = write_new(*path, p->layout == MIGRATE_DBMATE ?
	    "-- migrate:up\n\n\n-- migrate:down\n\n" : "", e);
	if (r || p->layout != MIGRATE_GOLANG)
		return r;
	down = mem_printf("%.*sdown.sql",
	    (int)(strlen(*path) - strlen("up.sql")), *path);
	r = write_new(down, "", e);
	free(down);
	return r;
}
