/* test_lint_report.c - what a lint has found, in every format. */
#include "ub/lint/report.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "child.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/tmp.h"
#include "tap.h"

#define N UB_LEN(files)

/* All that a name or a message could do harm with. */
#define HOSTILE "a:b,c%0A \"<]]>&'\n::error::\r\t\x01\x1b[31m\x7f" \
	"\xff\xc2\x85\xc3\xa4\xef\xbf\xbf"

static char *dir;
static struct err e;

static char first_sql[] = "ALTER TABLE orders DROP COLUMN note";
static char second_sql[] = "ALTER TABLE orders DROP COLUMN a, DROP COLUMN b";

static struct lint_stmt stmts[] = {
	{ .line = 3, .column = 1, .end_line = 4, .text = first_sql,
	    .kind = "ALTER TABLE", .analysed = 1 },
	{ .line = 6, .column = 1, .end_line = 6, .text = second_sql,
	    .kind = "ALTER TABLE" },
};

static struct lint_finding found[] = {
	{ .rule = "drop-column", .level = LINT_ERROR, .line = 3, .column = 1,
	    .end_line = 4, .table = (char[]){ "public.orders" },
	    .message = (char[]){ "drops the column \"note\"" },
	    .hint = (char[]){ "drop it later" } },
	{ .rule = "drop-column", .level = LINT_WARNING, .stmt = 1, .line = 6,
	    .column = 9, .end_line = 6, .table = (char[]){ "public.orders" },
	    .message = (char[]){ "drops the column \"a\"" } },
	{ .rule = "drop-column", .level = LINT_ERROR, .stmt = 1, .line = 6,
	    .column = 30, .end_line = 6, .table = (char[]){ "public.orders" },
	    .message = (char[]){ "drops the column \"b\"" },
	    .ignored = (char[]){ "nobody reads it" } },
	{ .rule = "drop-column", .level = LINT_INFO, .stmt = (size_t)-1,
	    .message = (char[]){ "of the file" } },
};

static struct lint_finding hostile[] = {
	{ .rule = "drop-column", .level = LINT_ERROR, .stmt = (size_t)-1,
	    .line = 1, .column = 1, .end_line = 1,
	    .table = (char[]){ HOSTILE }, .message = (char[]){ HOSTILE },
	    .hint = (char[]){ HOSTILE } },
	{ .rule = "drop-column", .level = LINT_ERROR, .stmt = (size_t)-1,
	    .line = 2, .column = 1, .end_line = 2,
	    .message = (char[]){ "second" } },
	{ .rule = "drop-column", .level = LINT_WARNING, .stmt = (size_t)-1,
	    .line = 3, .column = 1, .end_line = 3,
	    .message = (char[]){ HOSTILE },
	    .ignored = (char[]){ HOSTILE } },
};

static struct lint_file files[] = {
	{ .name = (char[]){ "./db/0001.sql" },
	    .verdict = { LINT_LOCK_REWRITE, LINT_COMPAT_BREAKING,
		LINT_DATA_LOSES, LINT_TX_NOT, LINT_PHASE_CONTRACT },
	    .declared_contract = 1, .stmts = stmts, .n_stmts = UB_LEN(stmts),
	    .findings = found, .n_findings = UB_LEN(found),
	    .unanalysed = 1 },
	{ .name = (char[]){ "db/0002.sql" }, .rollback_without_restore = 1 },
	{ .name = (char[]){ HOSTILE }, .rollback_without_restore = 1,
	    .findings = hostile, .n_findings = UB_LEN(hostile) },
};

typedef void writer(const struct lint_file *v, size_t n, struct buf *out);

static char *
written(writer *fn, const struct lint_file *v, size_t n)
{
	struct buf b = { 0 };

	buf_puts(&b, "");
	fn(v, n, &b);
	return buf_detach(&b);
}

static json_t *
parsed(writer *fn, const struct lint_file *v, size_t n)
{
	char *text = written(fn, v, n);
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	tap_ok(j && text[strlen(text) - 1] == '\n', "  is a line of JSON");
	free(text);
	return j;
}

/* What python says of a text; caller owns. */
static char *
python(const char *script, const char *arg, const char *text)
{
	char *file = path_join(dir, "python.in"), *out;
	struct proc p = { 0 };

	tmp_write_file(file, text, strlen(text), &e);
	vec_add(&p.argv, "/usr/bin/python3");
	vec_add(&p.argv, script);
	if (arg)
		vec_add(&p.argv, arg);
	vec_add(&p.argv, file);
	if (proc_demand(&p, "test", &e))
		printf("# %s\n# %s\n", e.msg, buf_text(&p.out));
	out = e.msg ? NULL : mem_dup(buf_text(&p.out));
	err_release(&e);
	proc_release(&p);
	free(file);
	return out;
}

static void
fits(json_t *j, const char *schema)
{
	char *text = json_dumps(j, JSON_COMPACT);
	char *path = mem_printf("tests/schema/%s.json", schema);
	char *out = python("tests/helper/schema.py", path, text);

	tap_is(out, "", "  fits its schema");
	free(out);
	free(path);
	free(text);
}

/* A value by its way, "a.0.b". Borrowed. */
static const json_t *
at(const json_t *j, const char *way)
{
	char *key;
	size_t n;

	for (; *way && j; way += n + (way[n] == '.')) {
		n = strcspn(way, ".");
		key = mem_dupn(way, n);
		j = json_is_array(j) ? json_array_get(j,
		    (size_t)strtoul(key, NULL, 10)) : json_object_get(j, key);
		free(key);
	}
	return j;
}

static const char *
text_at(const json_t *j, const char *way)
{
	return json_string_value(at(j, way));
}

static json_int_t
int_at(const json_t *j, const char *way)
{
	return json_integer_value(at(j, way));
}

static void
test_text(void)
{
	char *got = written(lint_report_text, files, 2);
	char *line = NULL;

	tap_is(got,
	    "./db/0001.sql:3:1: error[drop-column]: drops the column "
	    "\"note\"\n"
	    "    hint: drop it later\n"
	    "./db/0001.sql:6:9: warning[drop-column]: drops the column "
	    "\"a\"\n"
	    "./db/0001.sql:1:1: info[drop-column]: of the file\n"
	    "2 files, 2 statements: 1 error, 1 warning, 1 ignored, "
	    "1 unanalysed\n", "as compilers do");
	free(got);
	got = written(lint_report_text, NULL, 0);
	tap_is(got, "0 files, 0 statements: 0 errors, 0 warnings, "
	    "0 ignored, 0 unanalysed\n", "nothing");
	free(got);
	got = written(lint_report_text, files + 2, 1);
	line = strchr(got, '\n');
	tap_ok(line && strncmp(line + 1, "    hint: ", 10) == 0,
	    "one line, whatever is in it");
	tap_ok(!strpbrk(got, "\r\t\x01\x1b\x7f\xff") &&
	    !strstr(got, "\xc2\x85"), "  and nothing for a terminal");
	free(got);
}

static void
test_json(void)
{
	json_t *j = lint_report_json(files, N);

	fits(j, "lint");
	tap_is(text_at(j, "files.0.name"), "./db/0001.sql", "a name");
	tap_is(text_at(j, "files.0.lock"), "rewrite", "lock");
	tap_is(text_at(j, "files.0.compat"), "breaking", "compat");
	tap_is(text_at(j, "files.0.data"), "loses", "data");
	tap_is(text_at(j, "files.0.tx"), "notx", "tx");
	tap_is(text_at(j, "files.0.phase"), "contract", "phase");
	tap_is(text_at(j, "files.1.phase"), "expand", "  of another");
	tap_ok(json_is_false(at(j, "files.0.rollback_without_restore")) &&
	    json_is_true(at(j, "files.1.rollback_without_restore")) &&
	    json_is_false(at(j, "rollback_without_restore")),
	    "the way back without a restore");
	tap_ok(json_is_true(at(j, "files.0.declared_contract")),
	    "declared");
	tap_ok(int_at(j, "files.0.statements") == 2 &&
	    int_at(j, "files.0.unanalysed") == 1, "statements");
	tap_ok(int_at(j, "files.0.findings.0.line") == 3 &&
	    int_at(j, "files.0.findings.0.column") == 1 &&
	    int_at(j, "files.0.findings.0.end_line") == 4, "a place");
	tap_ok(int_at(j, "files.0.findings.3.line") == 1 &&
	    int_at(j, "files.0.findings.3.column") == 1 &&
	    int_at(j, "files.0.findings.3.end_line") == 1,
	    "no place is the first");
	tap_is(text_at(j, "files.0.findings.0.level"), "error", "a level");
	tap_is(text_at(j, "files.0.findings.0.hint"), "drop it later",
	    "a hint");
	tap_is(text_at(j, "files.0.findings.2.ignored"), "nobody reads it",
	    "what is ignored, and why");
	tap_ok(json_is_null(at(j, "files.0.findings.0.ignored")),
	    "  and what is not");
	tap_ok(int_at(j, "totals.files") == 3 &&
	    int_at(j, "totals.statements") == 2 &&
	    int_at(j, "totals.unanalysed") == 1 &&
	    int_at(j, "totals.errors") == 3 &&
	    int_at(j, "totals.warnings") == 1 &&
	    int_at(j, "totals.infos") == 1 &&
	    int_at(j, "totals.ignored") == 2, "totals");
	json_decref(j);
	j = lint_report_json(files + 1, 1);
	tap_ok(json_is_true(at(j, "rollback_without_restore")),
	    "all can go back");
	json_decref(j);
	j = lint_report_json(NULL, 0);
	fits(j, "lint");
	tap_ok(json_is_true(at(j, "rollback_without_restore")),
	    "nothing was done, so back is easy");
	json_decref(j);
}

static void
test_sarif(void)
{
	json_t *j = parsed(lint_report_sarif, files, N);
	const json_t *r = at(j, "runs.0.results"), *x = at(r, "0");
	char *clean = text_utf8_clean(HOSTILE, strlen(HOSTILE)), *rule;
	static struct lint_file other;

	fits(j, "sarif");
	tap_ok(json_array_size(r) == 7, "every finding");
	rule = mem_printf("runs.0.tool.driver.rules.%d.id",
	    (int)int_at(x, "ruleIndex"));
	tap_is(text_at(j, rule), "drop-column", "  by its rule");
	tap_is(text_at(x, "ruleId"), "drop-column", "  and the rule's name");
	tap_is(text_at(x, "level"), "error", "an error");
	tap_is(text_at(r, "3.level"), "note", "an info is a note");
	tap_is(text_at(x, "message.text"),
	    "drops the column \"note\"\ndrop it later", "words and hint");
	x = at(x, "locations.0.physicalLocation");
	tap_is(text_at(x, "artifactLocation.uri"), "db/0001.sql", "the file");
	tap_is(text_at(x, "artifactLocation.uriBaseId"), "%SRCROOT%",
	    "  from the root");
	tap_ok(int_at(x, "region.startLine") == 3 &&
	    int_at(x, "region.startColumn") == 1 &&
	    int_at(x, "region.endLine") == 4, "  the place");
	tap_ok(json_array_size(at(r, "0.suppressions")) == 0 &&
	    json_is_array(at(r, "0.suppressions")), "not suppressed");
	tap_is(text_at(r, "2.suppressions.0.justification"),
	    "nobody reads it", "suppressed, and why");
	tap_is(text_at(r, "6.suppressions.0.justification"), clean,
	    "any bytes, but valid");
	tap_is(text_at(r, "4.locations.0.physicalLocation."
	    "artifactLocation.uri"), "a%3Ab%2Cc%250A%20%22%3C%5D%5D%3E%26%27"
	    "%0A%3A%3Aerror%3A%3A%0D%09%01%1B%5B31m%7F%FF%C2%85%C3%A4"
	    "%EF%BF%BF", "any name as a URI");
	json_decref(j);
	other = files[1];
	other.name = (char[]){ "/srv/a b.sql" };
	other.findings = (struct lint_finding[]){ found[0] };
	other.n_findings = 1;
	other.findings[0].rule = "not-known";
	j = parsed(lint_report_sarif, &other, 1);
	x = at(j, "runs.0.results.0");
	tap_ok(at(x, "ruleIndex") == NULL, "a rule that is in no table");
	x = at(x, "locations.0.physicalLocation.artifactLocation");
	tap_is(text_at(x, "uri"), "file:///srv/a%20b.sql", "absolute");
	tap_ok(at(x, "uriBaseId") == NULL, "  from no root");
	json_decref(j);
	j = parsed(lint_report_sarif, NULL, 0);
	fits(j, "sarif");
	json_decref(j);
	free(rule);
	free(clean);
}

/* All marks that a format gives, one behind the other. Caller owns. */
static char *
marks(const struct lint_file *v, size_t n)
{
	json_t *j = parsed(lint_report_sarif, v, n), *r, *x;
	struct buf b = { 0 };
	size_t i;

	r = json_object_get(json_array_get(json_object_get(j, "runs"), 0),
	    "results");
	json_array_foreach(r, i, x)
		buf_printf(&b, "%s\n", json_string_value(json_object_get(
		    json_object_get(x, "partialFingerprints"),
		    "ubFinding/v1")));
	json_decref(j);
	return buf_detach(&b);
}

static void
test_marks(void)
{
	struct lint_file twice[] = { files[0], files[1], files[2], files[0] };
	struct lint_finding moved[UB_LEN(found)];
	char words[] = "said in other words";
	char *all = marks(twice, 4), *again, *line, *next;
	struct vec v = { 0 };
	size_t i;

	for (line = all; (next = strchr(line, '\n')); line = next + 1) {
		*next = '\0';
		tap_ok(strlen(line) == 32 && !vec_has(&v, line),
		    "a mark of its own: %s", line);
		vec_add(&v, line);
		*next = '\n';
	}
	tap_ok(v.n == 11, "as many as findings");
	for (i = 0; i < UB_LEN(found); i++) {
		moved[i] = found[i];
		moved[i].line += 40;
		moved[i].end_line += 40;
		moved[i].column += 2;
		moved[i].message = words;
	}
	twice[0].findings = moved;
	twice[0].name = (char[]){ "db/0001.sql" };
	again = marks(twice, 4);
	tap_is(again, all, "the same where the statement has moved to");
	free(again);
	twice[0].name = (char[]){ "db/0009.sql" };
	again = marks(twice, 1);
	tap_ok(strncmp(again, all, 32) != 0, "another in another file");
	free(again);
	free(all);
	vec_release(&v);
}

static void
test_github(void)
{
	char *got = written(lint_report_github, files, 2);

	tap_is(got,
	    "::error file=db/0001.sql,line=3,endLine=4,title=drop-column::"
	    "drops the column \"note\"%0Adrop it later\n"
	    "::warning file=db/0001.sql,line=6,col=9,title=drop-column::"
	    "drops the column \"a\"\n"
	    "::notice file=db/0001.sql,line=1,col=1,title=drop-column::"
	    "of the file\n", "commands of the runner");
	free(got);
	got = written(lint_report_github, files + 2, 1);
#define MESSAGE "a:b,c%250A \"<]]>&'%0A::error::%0D\t??[31m?" \
	"\xef\xbf\xbd\xc2\x85\xc3\xa4\xef\xbf\xbf"
	tap_is(got, "::error file=a%3Ab%2Cc%250A \"<]]>&'%0A%3A%3Aerror"
	    "%3A%3A%0D\t??[31m?\xef\xbf\xbd\xc2\x85\xc3\xa4\xef\xbf\xbf,"
	    "line=1,col=1,title=drop-column::" MESSAGE "%0A" MESSAGE "\n"
	    "::error file=a%3Ab%2Cc%250A \"<]]>&'%0A%3A%3Aerror"
	    "%3A%3A%0D\t??[31m?\xef\xbf\xbd\xc2\x85\xc3\xa4\xef\xbf\xbf,"
	    "line=2,col=1,title=drop-column::second\n",
	    "nothing ends a property or a line");
	free(got);
	got = written(lint_report_github, files + 1, 1);
	tap_is(got, "", "empty without findings");
	free(got);
}

static void
test_gitlab(void)
{
	json_t *j = parsed(lint_report_gitlab, files, N);
	char *want = marks(files, N), *clean;

	fits(j, "gitlab");
	tap_ok(json_array_size(j) == 5, "what is not ignored");
	tap_is(text_at(j, "0.description"),
	    "drops the column \"note\"\ndrop it later", "words and hint");
	tap_is(text_at(j, "0.check_name"), "drop-column", "the rule");
	tap_is(text_at(j, "0.severity"), "critical", "an error");
	tap_is(text_at(j, "1.severity"), "minor", "a warning");
	tap_is(text_at(j, "2.severity"), "info", "an info");
	tap_is(text_at(j, "0.location.path"), "db/0001.sql", "the file");
	tap_ok(int_at(j, "0.location.lines.begin") == 3, "the line");
	tap_ok(strncmp(text_at(j, "0.fingerprint"), want, 32) == 0 &&
	    strncmp(text_at(j, "2.fingerprint"), want + 3 * 33, 32) == 0,
	    "its mark, whether others are ignored or not");
	clean = text_utf8_clean(HOSTILE, strlen(HOSTILE));
	tap_is(text_at(j, "3.location.path"), clean, "any name");
	json_decref(j);
	j = parsed(lint_report_gitlab, NULL, 0);
	tap_ok(json_is_array(j) && json_array_size(j) == 0, "nothing");
	json_decref(j);
	free(clean);
	free(want);
}

static void
test_junit(void)
{
	char *got = written(lint_report_junit, files, N);
	char *read = python("tests/helper/junit.py", NULL, got);
	json_t *j = json_loads(read ? read : "", 0, NULL);
#define KEPT "a:b,c%0A \"<]]>&'\n::error::\t[31m\x7f" \
	"\xef\xbf\xbd\xc2\x85\xc3\xa4"

	tap_ok(json_array_size(j) == 3, "a case for each file");
	tap_is(text_at(j, "0.name"), "./db/0001.sql", "its name");
	tap_is(text_at(j, "0.type"), "drop-column", "it fails by a rule");
	tap_is(text_at(j, "0.message"), "drops the column \"note\"",
	    "  in words");
	tap_is(text_at(j, "0.failure"), "3:1: error[drop-column]: drops the "
	    "column \"note\"\ndrop it later\n", "  with its errors");
	tap_is(text_at(j, "0.out"), "6:9: warning[drop-column]: drops the "
	    "column \"a\"\n1:1: info[drop-column]: of the file\n",
	    "  and the rest");
	tap_is(text_at(j, "1.message"), NULL, "one that passes");
	tap_is(text_at(j, "1.out"), NULL, "  silently");
	tap_is(text_at(j, "2.name"), KEPT, "any name");
	tap_is(text_at(j, "2.message"), KEPT " (and 1 more)",
	    "any message, and how many more");
	tap_is(text_at(j, "2.failure"), "1:1: error[drop-column]: " KEPT "\n"
	    KEPT "\n2:1: error[drop-column]: second\n", "  all of them");
	json_decref(j);
	free(read);
	free(got);
	got = written(lint_report_junit, NULL, 0);
	read = python("tests/helper/junit.py", NULL, got);
	tap_is(read, "[]\n", "no files");
	free(read);
	free(got);
}

#define check(code, want, ...) \
	check_list((const char *const[]){ __VA_ARGS__, NULL }, code, want)

/* In dir; what it says and hints. */
static void
check_list(const char *const *specs, enum err_code code, const char *want)
{
	struct vec v = { 0 };
	char *got;
	size_t i;
	int r;

	for (i = 0; specs[i]; i++)
		vec_add(&v, specs[i]);
	r = lint_report_check(&v, &e);
	got = mem_printf("%s%s%s", e.msg ? e.msg : "", e.hint ? "; " : "",
	    e.hint ? e.hint : "");
	tap_is(got, want, specs[0] ? specs[0] : "no report");
	tap_ok(r == (code ? -1 : 0) && e.code == code, "  with its code");
	free(got);
	vec_release(&v);
	err_release(&e);
}

static void
test_check(void)
{
	path_mkdir("folder", 0700, &e);
	tap_ok(symlink("folder/there", "link") == 0 &&
	    symlink("folder", "way") == 0, "links");
	check_list((const char *const[]){ NULL }, ERR_OK, "");
	check(ERR_OK, "", "text:a", "json:b", "sarif:folder/c:d",
	    "github:/dev/stderr", "gitlab:/dev/null", "junit:way/e",
	    "text:/dev/null", "text:link");
	check(ERR_USAGE, "there is no format 'sarfi' of reports: text, json, "
	    "sarif, github, gitlab, junit; did you mean 'sarif'?", "json:a",
	    "sarfi:b");
	check(ERR_USAGE, "there is no format 'xml' of reports: text, json, "
	    "sarif, github, gitlab, junit", "xml:b");
	check(ERR_USAGE, "there is no format '' of reports: text, json, "
	    "sarif, github, gitlab, junit", "");
	check(ERR_USAGE, "there is no format 'JSON' of reports: text, json, "
	    "sarif, github, gitlab, junit", "JSON:a");
	check(ERR_USAGE, "report 'json' says no file; --report json:FILE",
	    "json");
	check(ERR_USAGE, "report 'json:' says no file; --report json:FILE",
	    "json:");
#define FOR_RESULT "standard output is for the result; give a file, or " \
	"/dev/stderr"
	check(ERR_USAGE, "report '-': " FOR_RESULT, "json:-");
	check(ERR_USAGE, "report '/dev/stdout': " FOR_RESULT,
	    "json:/dev/stdout");
	check(ERR_USAGE, "report '/dev/fd/1': " FOR_RESULT, "json:/dev/fd/1");
	check(ERR_USAGE, "report 'folder': it is a folder", "json:folder");
	check(ERR_USAGE, "report 'way': it is a folder", "json:way");
	check(ERR_USAGE, "there is no folder for the report 'none/a'",
	    "json:none/a");
	check(ERR_USAGE, "there is no folder for the report 'new/'",
	    "json:new/");
	check(ERR_USAGE, "two reports are to be written to 'folder/../a'",
	    "json:a", "text:b", "sarif:folder/../a");
	check(ERR_USAGE, "two reports are to be written to 'way/a'",
	    "json:folder/a", "sarif:way/a");
}

/* With standard output in a file of its own. */
static int
check_stdout(void *ctx)
{
	struct vec v = { 0 };
	int fd = open("result.json", O_CREAT | O_RDWR, 0600), r;

	dup2(fd, 1);
	vec_add(&v, ctx);
	r = lint_report_check(&v, &e) == -1 && e.code == ERR_USAGE;
	vec_release(&v);
	err_release(&e);
	close(fd);
	return r;
}

static char *
slurp(const char *path)
{
	struct buf b = { 0 };

	buf_puts(&b, "");
	if (io_slurp(path, 1 << 20, &b, &e))
		buf_printf(&b, "%s", e.msg);
	err_release(&e);
	return buf_detach(&b);
}

static int
write_reports(const struct vec *v)
{
	return lint_report_write(v, files, 2, &e);
}

static int
write_stderr(void *ctx)
{
	return write_reports(ctx);
}

/* With standard error in a file that has a line already. */
static int
write_log(void *ctx)
{
	int fd = open("log", O_CREAT | O_RDWR, 0600);

	dup2(fd, 2);
	close(fd);
	return io_write(2, "a line\n", 7, "log", &e) || write_reports(ctx);
}

/* As somebody who may not write here. */
static int
check_denied(void *ctx)
{
	struct vec v = { 0 };
	int r;

	vec_add(&v, ctx);
	r = setgid(65534) || setuid(65534);
	r = r || lint_report_check(&v, &e) != -1 || e.code != ERR_TROUBLE;
	vec_release(&v);
	err_release(&e);
	return r;
}

static void
test_denied(void)
{
	struct buf errs = { 0 };

	if (geteuid() == 0) {
		tap_ok(mkdir("closed", 0755) == 0 && chmod(".", 0755) == 0 &&
		    child_run(check_denied, (char[]){ "json:closed/a" },
		    &errs) == 0, "a folder of somebody else's");
		tap_ok(mkfifo("pipe", 0600) == 0 && child_run(check_denied,
		    (char[]){ "json:pipe" }, &errs) == 0,
		    "a pipe of somebody else's");
	}
	buf_release(&errs);
}

static void
same_as(const char *path, writer *fn, const char *what)
{
	char *got = slurp(path), *want = written(fn, files, 2);

	tap_is(got, want, what);
	free(got);
	free(want);
}

static void
test_write(void)
{
	struct vec v = { 0 }, gone = { 0 };
	struct buf errs = { 0 };
	struct stat st;
	char *want, *got;

	tap_ok(child_run(check_stdout, (char[]){ "json:result.json" },
	    &errs) == 1, "the file that is standard output is refused");
	tap_ok(child_run(check_stdout, (char[]){ "json:other.json" },
	    &errs) == 0, "  and no other");
	tmp_write_file("a.txt", "old", 3, &e);
	tap_ok(chmod("a.txt", 0640) == 0 &&
	    symlink("a.txt", "to-a") == 0, "an old report");
	vec_add(&v, "text:to-a");
	vec_add(&v, "sarif:b:c.json");
	vec_add(&v, "github:c");
	vec_add(&v, "gitlab:d");
	vec_add(&v, "junit:e.xml");
	vec_add(&v, "text:/dev/null");
	tap_ok(write_reports(&v) == 0, "all reports");
	same_as("a.txt", lint_report_text, "text, by a link");
	tap_ok(lstat("to-a", &st) == 0 && S_ISLNK(st.st_mode), "  which stays");
	tap_ok(stat("a.txt", &st) == 0 && (st.st_mode & 0777) == 0640,
	    "  and so does the mode");
	same_as("b:c.json", lint_report_sarif, "sarif, with a colon");
	same_as("c", lint_report_github, "github");
	same_as("d", lint_report_gitlab, "gitlab");
	same_as("e.xml", lint_report_junit, "junit");
	tap_ok(stat("e.xml", &st) == 0 && (st.st_mode & 0777) == 0600,
	    "a new one is for its owner");
	vec_release(&v);
	vec_add(&v, "github:/dev/stderr");
	tap_ok(child_run(write_stderr, &v, &errs) == 0, "standard error");
	want = written(lint_report_github, files, 2);
	tap_is(buf_text(&errs), want, "  gets it as it is");
	tap_ok(child_run(write_log, &v, &errs) == 0,
	    "standard error in a file");
	got = slurp("log");
	tap_ok(strncmp(got, "a line\n", 7) == 0 &&
	    strcmp(got + 7, want) == 0, "  goes on with it");
	free(got);
	vec_add(&gone, "json:none/a");
	tap_ok(write_reports(&gone) == -1 && e.code == ERR_TROUBLE,
	    "a folder that is gone since the check");
	free(want);
	vec_release(&v);
	vec_release(&gone);
	buf_release(&errs);
	err_release(&e);
}

/* A limit on files is as good as a disk that is full. */
static void
test_full(void)
{
	struct rlimit old, small;
	struct vec v = { 0 }, names = { 0 };
	char *got;
	size_t i, left = 0;

	tmp_write_file("full.json", "the old one", 11, &e);
	vec_add(&v, "sarif:full.json");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = (struct rlimit){ 100, old.rlim_max };
	setrlimit(RLIMIT_FSIZE, &small);
	i = write_reports(&v) == -1;
	setrlimit(RLIMIT_FSIZE, &old);
	tap_ok(i && e.code == ERR_TROUBLE, "a full disk: %s",
	    e.msg ? e.msg : "-");
	err_release(&e);
	got = slurp("full.json");
	tap_is(got, "the old one", "  the old report stays");
	path_list(".", &names, &e);
	for (i = 0; i < names.n; i++)
		left += strncmp(names.v[i], ".full", 5) == 0;
	tap_ok(left == 0, "  and nothing beside it");
	vec_release(&v);
	vec_add(&v, "text:/dev/full");
	tap_ok(write_reports(&v) == -1 && e.code == ERR_TROUBLE,
	    "a device that is full");
	free(got);
	vec_release(&v);
	vec_release(&names);
	err_release(&e);
}

int
main(void)
{
	dir = tmp_dir("test-lint-report", &e);
	test_text();
	test_json();
	test_sarif();
	test_marks();
	test_github();
	test_gitlab();
	test_junit();
	if (chdir(dir) == 0) {
		test_check();
		test_write();
		test_full();
		test_denied();
	}
	err_release(&e);
	free(dir);
	return tap_done();
}
