/* sql.c - the statements that make a database and its properties. */
#include "ub/props/sql.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

static void
add_ident(struct buf *b, const char *name)
{
	char *s = db_ident(name);

	buf_puts(b, s);
	free(s);
}

static void
add_literal(struct buf *b, const char *value)
{
	char *s = db_literal(value);

	buf_puts(b, s);
	free(s);
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static const char *
skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

/*
 * One element of a list of names, as SplitGUCList() of pg_dump reads it: in
 * double quotes, or up to a blank or a comma. NULL if it is none.
 */
static const char *
element(const char *s, struct buf *out)
{
	buf_reset(out);
	if (*s != '"') {
		while (*s && *s != ',' && !is_blank(*s))
			buf_putc(out, *s++);
		return out->len ? s : NULL;
	}
	for (s++; *s; s++) {
		if (*s == '"' && s[1] != '"')
			return s + 1;
		if (*s == '"')
			s++;
		buf_putc(out, *s);
	}
	return NULL;
}

static int
split(const char *s, struct vec *out)
{
	struct buf one = { 0 };
	int rc = -1;

	for (s = skip_blanks(s);; s = skip_blanks(s + 1)) {
		s = element(s, &one);
		if (!s)
			break;
		vec_add(out, buf_text(&one));
		s = skip_blanks(s);
		if (!*s)
			rc = 0;
		if (*s != ',')
			break;
	}
	buf_release(&one);
	return rc;
}

/*
 * A list of names is stored with the quotes that its elements need. As one
 * literal it would be taken for one name (variable_is_guc_list_quote() of
 * PostgreSQL's dumputils.c; the same set in versions 12 to 18).
 */
static int
is_name_list(const char *name)
{
	static const char *const lists[] = { "local_preload_libraries",
		"search_path", "session_preload_libraries",
		"shared_preload_libraries", "temp_tablespaces",
		"unix_socket_directories" };
	size_t i;

	for (i = 0; i < UB_LEN(lists); i++)
		if (strcmp(name, lists[i]) == 0)
			return 1;
	return 0;
}

static void
add_setting(struct buf *b, const struct props_setting *s)
{
	struct vec list = { 0 };
	size_t i;

	add_ident(b, s->name);
	buf_puts(b, " TO ");
	if (is_name_list(s->name) && split(s->value, &list) == 0) {
		for (i = 0; i < list.n; i++) {
			buf_puts(b, i ? ", " : "");
			add_literal(b, list.v[i]);
		}
	} else {
		add_literal(b, s->value);
	}
	vec_release(&list);
}

static void
add_locale(struct buf *b, const struct props *p, int version)
{
	const char *provider = p->provider;

	/* template0 may have another one, so that it must be said. */
	if (!provider && version >= 150000)
		provider = "libc";
	if (version && version < 150000 && provider &&
	    strcmp(provider, "libc") == 0)
		provider = NULL;
	if (!provider)
		return;
	buf_printf(b, " LOCALE_PROVIDER %s", provider);
	if (p->locale) {
		buf_puts(b, strcmp(provider, "builtin") == 0 ?
		    " BUILTIN_LOCALE " : " ICU_LOCALE ");
		add_literal(b, p->locale);
	}
	if (p->icu_rules) {
		buf_puts(b, " ICU_RULES ");
		add_literal(b, p->icu_rules);
	}
}

char *
props_sql_create(const struct props *p, const char *name, int version)
{
	struct buf b = { 0 };

	buf_printf(&b, "CREATE DATABASE %s TEMPLATE template0 ENCODING ",
	    name);
	add_literal(&b, p->encoding);
	buf_puts(&b, " LC_COLLATE ");
	add_literal(&b, p->collate);
	buf_puts(&b, " LC_CTYPE ");
	add_literal(&b, p->ctype);
	add_locale(&b, p, version);
	buf_puts(&b, " OWNER ");
	add_ident(&b, p->owner);
	if (p->tablespace) {
		buf_puts(&b, " TABLESPACE ");
		add_ident(&b, p->tablespace);
	}
	return buf_detach(&b);
}

static void
add_grants(const struct props *p, const char *name, struct vec *out)
{
	struct buf b = { 0 };
	size_t i;

	if (!p->has_acl)
		return;
	vec_addf(out, "REVOKE ALL ON DATABASE %s FROM PUBLIC", name);
	buf_printf(&b, "REVOKE ALL ON DATABASE %s FROM ", name);
	add_ident(&b, p->owner);
	vec_take(out, buf_detach(&b));
	for (i = 0; i < p->n_grants; i++) {
		buf_printf(&b, "GRANT %s ON DATABASE %s TO ",
		    p->grants[i].privilege, name);
		if (p->grants[i].grantee)
			add_ident(&b, p->grants[i].grantee);
		else
			buf_puts(&b, "PUBLIC");
		if (p->grants[i].grantable)
			buf_puts(&b, " WITH GRANT OPTION");
		vec_take(out, buf_detach(&b));
	}
}

void
props_sql_alter(const struct props *p, const char *name, struct vec *out)
{
	struct buf b = { 0 };
	size_t i;

	if (p->comment) {
		buf_printf(&b, "COMMENT ON DATABASE %s IS ", name);
		add_literal(&b, p->comment);
		vec_take(out, buf_detach(&b));
	}
	for (i = 0; i < p->n_settings; i++) {
		if (p->settings[i].role) {
			buf_puts(&b, "ALTER ROLE ");
			add_ident(&b, p->settings[i].role);
			buf_printf(&b, " IN DATABASE %s SET ", name);
		} else {
			buf_printf(&b, "ALTER DATABASE %s SET ", name);
		}
		add_setting(&b, &p->settings[i]);
		vec_take(out, buf_detach(&b));
	}
	add_grants(p, name, out);
	if (p->conn_limit != -1)
		vec_addf(out, "ALTER DATABASE %s CONNECTION LIMIT %d", name,
		    p->conn_limit);
}

/* A word of a psql meta-command, which ends at the line's end. */
static void
add_psql_word(struct buf *b, const char *s)
{
	buf_putc(b, '\'');
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			buf_printf(b, "%c%c", *s, *s);
		else if ((unsigned char)*s < ' ')
			buf_printf(b, "\\%03o", (unsigned)*s);
		else
			buf_putc(b, *s);
	}
	buf_putc(b, '\'');
}

char *
props_sql(const struct props *p, const char *dbname)
{
	struct buf b = { 0 }, body = { 0 };
	struct vec alter = { 0 };
	char *create = props_sql_create(p, ":\"db\"", 0);
	size_t i;

	props_sql_alter(p, ":\"db\"", &alter);
	buf_printf(&body, "%s;\n", create);
	for (i = 0; i < alter.n; i++)
		buf_printf(&body, "%s;\n", alter.v[i]);
	buf_puts(&b, "\\if :{?db}\n\\else\n\\set db ");
	add_psql_word(&b, dbname);
	buf_puts(&b, "\n\\endif\n");
	/* Else what follows would change a database that was there before. */
	buf_puts(&b, "\\set ON_ERROR_STOP on\n");
	/* A SQL_ASCII database may have names of any bytes. */
	buf_printf(&b, "\\encoding %s\n",
	    text_utf8_ok(buf_text(&b), b.len) &&
	    text_utf8_ok(buf_text(&body), body.len) ? "UTF8" : "SQL_ASCII");
	buf_puts(&b, buf_text(&body));
	free(create);
	vec_release(&alter);
	buf_release(&body);
	return buf_detach(&b);
}
