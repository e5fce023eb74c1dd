#include "ub/only.h"

#include "tap.h"

static const char *const kinds[] = { "db", "files", "config", NULL };

int
main(void)
{
	struct vec only = { 0 }, names = { 0 };
	struct err e = { 0 };

	tap_ok(only_wants(&only, "db", "shop"), "no word means all");
	tap_ok(only_check(&only, kinds, &e) == 0, "no word is right");

	vec_add(&only, "db/shop");
	vec_add(&only, "files");
	tap_ok(only_check(&only, kinds, &e) == 0, "two right words");
	tap_ok(only_wants(&only, "db", "shop"), "the named database");
	tap_ok(!only_wants(&only, "db", "shop2"), "not a longer name");
	tap_ok(!only_wants(&only, "db", "sho"), "not a shorter name");
	tap_ok(only_wants(&only, "files", "media"), "any tree");
	tap_ok(!only_wants(&only, "config", ".env"), "no config file");

	vec_add(&names, "db/shop");
	tap_ok(only_met(&only, &names, &e) == -1, "a kind without a part");
	tap_is(e.msg, "there is no 'files'", "is named");
	tap_ok(e.code == ERR_USAGE, "as wrong usage");
	vec_add(&names, "files/media");
	tap_ok(only_met(&only, &names, &e) == 0, "every word met a part");
	vec_add(&only, "db/sho");
	tap_ok(only_met(&only, &names, &e) == -1, "a part of a name is none");
	tap_is(e.msg, "there is no 'db/sho'", "and is named");

	vec_add(&only, "file");
	tap_ok(only_check(&only, kinds, &e) == -1, "a wrong kind");
	tap_is(e.msg, "there is no kind 'file'", "is named");
	tap_is(e.hint, "did you mean '--only files'?", "with the nearest");
	err_release(&e);
	vec_release(&only);
	vec_release(&names);
	return tap_done();
}
