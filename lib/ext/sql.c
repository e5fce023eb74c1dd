/* sql.c - libpg_query. */
#include "ext/sql.h"

#include <pthread.h>
#include <string.h>

#include <pg_query.h>

#include "base/mem.h"

/*
 * The parser builds a tree without recursion, but writes it out with: "1+1+1"
 * is a level for each two bytes, and a level takes some 160 bytes of stack.
 * What is short enough for any stack is parsed here, the rest in a thread
 * with a stack that fits its length; pages that are not touched cost nothing.
 */
#define SHORT ((size_t)32 << 10)
#define STACK_FOR(len) (((size_t)8 << 20) + (len) * 256)

struct job {
	char *text;
	int plpgsql;
	struct sql *out;
};

static void
say(struct sql *out, const PgQueryError *e)
{
	out->why = mem_dup(e->message ? e->message : "not understood");
	out->at = e->cursorpos > 0 ? (size_t)e->cursorpos : 0;
}

static void *
work(void *arg)
{
	struct job *j = arg;
	PgQueryPlpgsqlParseResult p;
	PgQueryParseResult r;

	if (j->plpgsql) {
		p = pg_query_parse_plpgsql(j->text);
		if (p.error)
			say(j->out, p.error);
		else
			j->out->tree = mem_dup(p.plpgsql_funcs);
		pg_query_free_plpgsql_parse_result(p);
	} else {
		r = pg_query_parse(j->text);
		if (r.error)
			say(j->out, r.error);
		else
			j->out->tree = mem_dup(r.parse_tree);
		pg_query_free_parse_result(r);
	}
	return NULL;
}

/* In a thread of its own; what it keeps is freed when it ends. */
static void
work_apart(struct job *j, size_t len)
{
	pthread_attr_t a;
	pthread_t t;
	int bad;

	pthread_attr_init(&a);
	bad = pthread_attr_setstacksize(&a, STACK_FOR(len));
	if (!bad)
		bad = pthread_create(&t, &a, work, j);
	pthread_attr_destroy(&a);
	if (bad)
		j->out->why = mem_dup("too long for the memory that is left");
	else
		pthread_join(t, NULL);
}

static int
parse(const char *text, size_t len, int plpgsql, struct sql *out)
{
	struct job j = { .plpgsql = plpgsql, .out = out };

	*out = (struct sql){ 0 };
	if (len > SQL_MAX || memchr(text, '\0', len)) {
		out->why = mem_dup(len > SQL_MAX ? "too long" : "a NUL byte");
		return 0;
	}
	j.text = mem_dupn(text, len);
	if (len <= SHORT)
		work(&j);
	else
		work_apart(&j, len);
	free(j.text);
	return out->tree != NULL;
}

int
sql_parse(const char *text, size_t len, struct sql *out)
{
	return parse(text, len, 0, out);
}

int
sql_parse_plpgsql(const char *text, size_t len, struct sql *out)
{
	return parse(text, len, 1, out);
}

int
sql_grammar(void)
{
	return PG_VERSION_NUM / 10000;
}

void
sql_release(struct sql *s)
{
	free(s->tree);
	free(s->why);
	*s = (struct sql){ 0 };
}
