/* test_source.c - what the application consists of, as configured. */
#include "ub/source.h"

#include <stdlib.h>

#include "tap.h"

static struct conf *
conf(const char *const *set)
{
	struct vec v = { 0 };
	struct conf_source src = { .root = "/srv/shop", .set = &v };
	struct conf *c = NULL;
	struct err e = { 0 };

	for (; *set; set++)
		vec_add(&v, *set);
	if (conf_load(&src, &c, &e)) {
		printf("# %s\n", e.msg);
		abort();
	}
	vec_release(&v);
	return c;
}

static void
test_all(void)
{
	static const char *const set[] = { "database.url=dbname=shop",
		"database.audit.url=dbname=logs", "files.media.path=/srv/m",
		"files.media.exclude=*.tmp", "config.path=/srv/.env",
		"container.web.name=shop_web", "container.db.logLines=7",
		NULL };
	struct conf *c = conf(set);
	struct source s = { 0 };
	struct vec only = { 0 };
	struct err e = { 0 };

	tap_ok(source_read(c, NULL, &s, &e) == 0, "all of it");
	tap_ok(s.n_dbs == 2 && s.n_trees == 1 && s.configs.n == 1 &&
		s.n_containers == 2,
	    "is there");
	tap_is(s.dbs[0].name, "shop", "a database has its own name");
	tap_ok(source_find_db(&s, "audit") == &s.dbs[1], "or the section's");
	tap_ok(source_find_tree(&s, "media")->exclude->n == 1, "globs");
	tap_is(s.containers[0].name, "shop_web", "a container's name");
	tap_ok(s.containers[1].log_lines == 7, "its lines");
	tap_ok(!source_is_empty(&s), "it is not empty");
	source_release(&s);

	vec_add(&only, "db/audit");
	tap_ok(source_read(c, &only, &s, &e) == 0 && s.n_dbs == 1 &&
		s.n_trees + s.n_containers + s.configs.n == 0,
	    "one part of it");
	source_release(&s);
	vec_add(&only, "files/none");
	tap_ok(source_read(c, &only, &s, &e) == -1, "a part that is none");
	tap_is(e.msg, "there is no 'files/none'", "is named");
	source_release(&s);
	vec_release(&only);
	conf_free(c);
	err_release(&e);
}

static void
test_wrong(void)
{
	static const char *const no_url[] = { "database.a.binDir=/x", NULL };
	static const char *const twice[] = { "database.url=dbname=shop",
		"database.shop.url=dbname=other", NULL };
	static const char *const none[] = { NULL };
	struct source s = { 0 };
	struct err e = { 0 };
	struct conf *c = conf(no_url);

	tap_ok(source_read(c, NULL, &s, &e) == -1 && e.code == ERR_USAGE,
	    "a database without a url");
	tap_is(e.msg, "[database \"a\"] has no url", "is named");
	tap_is(e.hint, "set database.a.url", "with the key");
	source_release(&s);
	conf_free(c);
	c = conf(twice);
	tap_ok(source_read(c, NULL, &s, &e) == -1, "two of one name");
	tap_is(e.msg, "two databases are named 'shop'", "are refused");
	source_release(&s);
	conf_free(c);
	c = conf(none);
	tap_ok(source_read(c, NULL, &s, &e) == 0 && source_is_empty(&s),
	    "nothing is empty");
	source_release(&s);
	conf_free(c);
	err_release(&e);
}

int
main(void)
{
	unsetenv("PGDATABASE");
	test_all();
	test_wrong();
	return tap_done();
}
