/* dsn.c - connection text, read by libpq's own parser. */
#include "ext/dsn.h"

#include <libpq-fe.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/dsn_url.h"

/*
 * What libpq says of wrong text, and what we may say: its own message quotes
 * the text, which can hold a password.
 */
static const struct {
	const char *theirs;
	const char *ours;
} reasons[] = {
	{ "missing \"=\"", "a keyword has no '='" },
	{ "unterminated quoted string", "a quote is not closed" },
	{ "invalid connection option", "it has an unknown keyword" },
	{ "invalid URI query parameter", "it has an unknown parameter" },
	{ "missing key/value separator", "a parameter has no '='" },
	{ "extra key/value separator", "a parameter has two '='" },
	{ "invalid percent-encoded token", "a '%' needs two hex digits" },
	{ "forbidden value %00", "it has an encoded NUL" },
	{ "end of string reached", "a '[' is not closed" },
	{ "unexpected character", "a '/' is missing behind the host" },
};

static int
dsn_refuse(struct err *e, const char *why)
{
	err_set(e, ERR_USAGE, "database.url",
	    "cannot read the connection text: %s", why);
	return err_hint(e, "write postgresql://shop@db/shop, "
	    "'host=db user=shop dbname=shop' or service=shop, with special "
	    "characters in a URL as %%XX, and the password in a file");
}

static const char *
dsn_reason(const char *libpq_says)
{
	for (size_t i = 0; libpq_says && i < UB_LEN(reasons); i++) {
		const char *t = reasons[i].theirs;

		if (strncmp(libpq_says, t, strlen(t)) == 0)
			return reasons[i].ours;
	}
	return "libpq does not understand it";
}

/* Value of a keyword; libpq takes an empty one as not given, so do we. */
static const char *
option(const PQconninfoOption *list, const char *keyword)
{
	for (; list->keyword; list++) {
		if (strcmp(list->keyword, keyword) == 0)
			return list->val && *list->val ? list->val : NULL;
	}
	return NULL;
}

/*
 * Defaults in libpq's own order: service file, environment, compiled in. It
 * takes the service's name from the environment only, so lend it ours.
 */
static PQconninfoOption *
defaults(const char *service)
{
	char *old = mem_dup(getenv("PGSERVICE"));
	PQconninfoOption *list;

	if (service)
		setenv("PGSERVICE", service, 1);
	list = PQconndefaults();
	if (old)
		setenv("PGSERVICE", old, 1);
	else
		unsetenv("PGSERVICE");
	free(old);
	return list;
}

/* The place of a keyword that has its own field, or NULL. */
static char **
field(struct dsn *d, const char *keyword)
{
	if (strcmp(keyword, "host") == 0)
		return &d->host;
	if (strcmp(keyword, "port") == 0)
		return &d->port;
	if (strcmp(keyword, "user") == 0)
		return &d->user;
	if (strcmp(keyword, "dbname") == 0)
		return &d->dbname;
	return NULL;
}

/* Where the value of a keyword is, or NULL. */
static char **
find_pair(const struct dsn *d, const char *keyword)
{
	for (size_t i = 0; i < d->pairs.n; i += 2) {
		if (strcmp(d->pairs.v[i], keyword) == 0)
			return &d->pairs.v[i + 1];
	}
	return NULL;
}

static const char *
dsn_pair(const struct dsn *d, const char *keyword)
{
	char **at = find_pair(d, keyword);

	return at ? *at : NULL;
}

void
dsn_set(struct dsn *d, const char *keyword, const char *value)
{
	char **at = find_pair(d, keyword);

	if (at) {
		mem_wipe(*at);
		*at = mem_dup(value);
		return;
	}
	vec_add(&d->pairs, keyword);
	vec_add(&d->pairs, value);
}

static void
dsn_fill(struct dsn *d, const PQconninfoOption *given,
    const PQconninfoOption *def, const char *passfile)
{
	for (const PQconninfoOption *o = def; o->keyword; o++) {
		const char *value = option(given, o->keyword);
		char **at = field(d, o->keyword);

		if (!value)
			value = option(def, o->keyword);
		if (passfile && strcmp(o->keyword, "passfile") == 0)
			value = passfile;
		if (at) {
			*at = mem_dup(value);
		} else if (value) {
			vec_add(&d->pairs, o->keyword);
			vec_add(&d->pairs, value);
		}
	}
	d->has_password = option(given, "password") != NULL;
	if (!d->dbname)
		d->dbname = mem_dup(d->user);
}

int
dsn_parse(struct dsn *d, const char *text, const char *passfile,
    struct err *e)
{
	PQconninfoOption *given = NULL, *def = NULL;
	struct buf plain = {0};
	char *says = NULL;
	const char *bad;
	int rc = -1;

	dsn_release(d);
	bad = dsn_url_strip(text, &plain, &d->schema);
	if (!bad)
		bad = dsn_url_suspect(text);
	if (bad)
		goto out;
	given = PQconninfoParse(buf_text(&plain), &says);
	def = given ? defaults(option(given, "service")) : NULL;
	if (!def) {
		bad = dsn_reason(says);
		goto out;
	}
	dsn_fill(d, given, def, passfile);
	if (d->port && d->port[strspn(d->port, "0123456789,")])
		bad = "the port is not a number";
	else if (!d->dbname)
		bad = "there is neither a database nor a user in it";
out:
	if (bad) {
		dsn_release(d);
		dsn_refuse(e, bad);
	} else {
		rc = 0;
	}
	PQconninfoFree(given);
	PQconninfoFree(def);
	PQfreemem(says);
	mem_wipe(buf_detach(&plain));
	return rc;
}

void
dsn_for_db(struct dsn *to, const struct dsn *from, const char *dbname)
{
	struct dsn copy = {0};

	copy.host = mem_dup(from->host);
	copy.port = mem_dup(from->port);
	copy.user = mem_dup(from->user);
	copy.dbname = mem_dup(dbname);
	copy.schema = mem_dup(from->schema);
	vec_copy(&copy.pairs, &from->pairs);
	copy.has_password = from->has_password;
	/* Last: to may be from, and dbname may be in it. */
	dsn_release(to);
	*to = copy;
}

char *
dsn_text(const struct dsn *d)
{
	const char *host = d->host ? d->host : dsn_pair(d, "hostaddr");
	const char *port = d->port ? d->port : "5432";

	if (!host)
		return mem_dup(d->dbname);
	if (*host == '/' && strcmp(port, "5432") == 0)
		return mem_printf("%s at %s", d->dbname, host);
	if (strchr(host, ':'))
		return mem_printf("%s at [%s]:%s", d->dbname, host, port);
	return mem_printf("%s at %s:%s", d->dbname, host, port);
}

void
dsn_env(const struct dsn *d, struct vec *env)
{
	/* Only for the list of keywords and their variables. */
	PQconninfoOption *list = PQconndefaults();
	struct dsn copy = *d;

	for (const PQconninfoOption *o = list; o && o->keyword; o++) {
		char **at = field(&copy, o->keyword);
		const char *value = at ? *at : dsn_pair(d, o->keyword);

		if (!o->envvar)
			continue;
		/*
		 * The service's values are all here; named again it would
		 * override them. And pg_dump would take the encoding for
		 * that of the dump.
		 */
		if (strcmp(o->keyword, "service") == 0 ||
		    strcmp(o->keyword, "client_encoding") == 0)
			value = NULL;
		if (value)
			vec_addf(env, "%s=%s", o->envvar, value);
		else
			vec_add(env, o->envvar);
	}
	PQconninfoFree(list);
}

char *
dsn_quote(const char *value)
{
	struct buf b = { 0 };

	buf_putc(&b, '\'');
	for (; *value; value++) {
		if (*value == '\'' || *value == '\\')
			buf_putc(&b, '\\');
		buf_putc(&b, *value);
	}
	buf_putc(&b, '\'');
	return buf_detach(&b);
}

void
dsn_release(struct dsn *d)
{
	free(d->host);
	free(d->port);
	free(d->user);
	free(d->dbname);
	free(d->schema);
	for (size_t i = 0; i < d->pairs.n; i++) {
		mem_wipe(d->pairs.v[i]);
		d->pairs.v[i] = NULL;
	}
	vec_release(&d->pairs);
	*d = (struct dsn){0};
}
