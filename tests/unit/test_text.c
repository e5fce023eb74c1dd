/* test_text.c - words. */
#include "base/text.h"

#include "tap.h"

#define BAD "\xef\xbf\xbd"

static void
utf8(const char *s, size_t len, const char *clean, const char *name)
{
	char *got = text_utf8_clean(s, len);
	int valid = strlen(clean) == len && memcmp(s, clean, len) == 0;

	tap_ok(text_utf8_ok(s, len) == valid, "%s: %s", name,
	    valid ? "valid" : "not valid");
	tap_is(got, clean, name);
	free(got);
}

static void
test_utf8(void)
{
	utf8("", 0, "", "nothing");
	utf8("plain", 5, "plain", "ASCII");
	utf8("\xc3\xa4", 2, "\xc3\xa4", "two bytes");
	utf8("\xe2\x82\xac", 3, "\xe2\x82\xac", "three bytes");
	utf8("\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80", "four bytes");
	utf8("\xf4\x8f\xbf\xbf", 4, "\xf4\x8f\xbf\xbf", "U+10FFFF");
	utf8("\xf4\x90\x80\x80", 4, BAD BAD BAD BAD, "above U+10FFFF");
	utf8("\xed\xa0\x80", 3, BAD BAD BAD, "a surrogate");
	utf8("\xc0\xaf", 2, BAD BAD, "two bytes too long");
	utf8("\xe0\x9f\xbf", 3, BAD BAD BAD, "three bytes too long");
	utf8("\xf0\x8f\xbf\xbf", 4, BAD BAD BAD BAD, "four bytes too long");
	utf8("a\x80z", 3, "a" BAD "z", "a lone second byte");
	utf8("a\xe2\x82", 3, "a" BAD BAD, "cut short");
	utf8("\xc3(", 2, BAD "(", "a first byte alone");
	utf8("\xff\xfe", 2, BAD BAD, "bytes that never occur");
	tap_ok(text_utf8_ok("a\0b", 3), "NUL is valid");
}

static void
made(char *got, const char *want, const char *name)
{
	tap_is(got, want, name);
	free(got);
}

static void
test_nearest(void)
{
	static const char *const words[] = { "json", "jobs", "config",
		"show-config", NULL };
	static const char *const none[] = { NULL };

	tap_is(text_nearest("jsno", words), "json", "two letters swapped");
	tap_is(text_nearest("confg", words), "config", "a letter missing");
	tap_is(text_nearest("connfig", words), "config", "a letter too many");
	tap_is(text_nearest("conpig", words), "config", "another letter");
	tap_is(text_nearest("showconfig", words), "show-config", "a long one");
	tap_is(text_nearest("jobs", words), "jobs", "the word itself");
	tap_is(text_nearest("verbose", words), NULL, "nothing near");
	tap_is(text_nearest("", words), NULL, "nothing given");
	tap_is(text_nearest("json", none), NULL, "no words");
}

static void
test_shell(void)
{
	char *argv[] = { (char[]){ "pg_dump" }, (char[]){ "a b" },
		(char[]){ "" }, (char[]){ "--x=/y" }, NULL };

	made(text_shell("plain-1.2_/@%+=:,"), "plain-1.2_/@%+=:,", "plain");
	made(text_shell(""), "''", "an empty word");
	made(text_shell("a b"), "'a b'", "a space");
	made(text_shell("it's"), "'it'\\''s'", "a quote");
	made(text_shell("$(x)"), "'$(x)'", "a substitution");
	made(text_shell("~"), "'~'", "a tilde");
	made(text_shell("a\nb"), "'a\nb'", "a newline");
	made(text_shell("\xc3\xa4"), "'\xc3\xa4'", "a letter beyond ASCII");
	made(text_shell_line(argv), "pg_dump 'a b' '' --x=/y", "a line");
	argv[0] = NULL;
	made(text_shell_line(argv), "", "an empty line");
}

static void
test_names(void)
{
	made(text_name_escape("shop_1.2-x"), "shop_1.2-x", "a plain name");
	made(text_name_escape(""), "%00", "no name");
	made(text_name_escape("."), "%2E", "a dot");
	made(text_name_escape(".."), "%2E.", "two dots");
	made(text_name_escape("-rf"), "%2Drf", "a dash in front");
	made(text_name_escape("a/b"), "a%2Fb", "a slash");
	made(text_name_escape("%2F"), "%252F", "a percent sign");
	made(text_name_escape("\xc3\xa4\n"), "%C3%A4%0A", "other bytes");

	tap_ok(text_glob("*.log", "a/b.log"), "a star matches a slash");
	tap_ok(text_glob("?[ab]", "xb"), "a question mark and a set");
	tap_ok(!text_glob("*.log", "a.logs"), "a glob matches the whole name");
	tap_ok(!text_glob("a", "b"), "another name");

	tap_ok(text_path_inside("a"), "a name is inside");
	tap_ok(text_path_inside("a/b.c/...d"), "a path is inside");
	tap_ok(!text_path_inside(""), "nothing is not inside");
	tap_ok(!text_path_inside("/a"), "an absolute path is not inside");
	tap_ok(!text_path_inside("a/"), "an empty part at the end");
	tap_ok(!text_path_inside("a//b"), "an empty part in the middle");
	tap_ok(!text_path_inside("."), "a dot");
	tap_ok(!text_path_inside("a/./b"), "a dot in the middle");
	tap_ok(!text_path_inside(".."), "two dots");
	tap_ok(!text_path_inside("a/../b"), "two dots in the middle");
	tap_ok(!text_path_inside("a/.."), "two dots at the end");
}

int
main(void)
{
	test_utf8();
	test_nearest();
	test_shell();
	test_names();
	made(text_printable("a\tb\n"), "a\tb\n", "tab and newline are shown");
	made(text_printable("\x1b[31m\r\x7f"), "?[31m??", "controls are not");
	made(text_printable("\xc2\x9b" "1m\xc2\xa0"), "?1m\xc2\xa0",
	    "C1 controls are not");
	made(text_printable("\xff"), BAD, "and what is no UTF-8");
	return tap_done();
}
