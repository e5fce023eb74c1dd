/* test_operand.c - the set that an operand means. */
#include "ub/operand.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/path.h"
#include "sys/sig.h"
#include "sys/tmp.h"

#include "tap.h"

#define ID "20261121T031105Z"

static char *dir;

static void
make_set(void)
{
	struct manifest m = { .id = mem_dup(ID), .created_at = 1000 };
	struct err e = { 0 };
	char *d = path_join(dir, ID), *f = path_join(d, MANIFEST_NAME);
	char *text = manifest_text(&m);

	if (path_mkdirs(d, &e) || tmp_write_file(f, text, strlen(text), &e))
		abort();
	free(text);
	free(f);
	free(d);
	manifest_release(&m);
}

/* operand_set("-") with that text on standard input. */
static int
piped(const char *text, struct set *s, struct err *e)
{
	struct cli c = { 0 };
	int fd[2], r;

	if (pipe(fd) || write(fd[1], text, strlen(text)) < 0 ||
	    dup2(fd[0], STDIN_FILENO) < 0)
		abort();
	close(fd[0]);
	close(fd[1]);
	r = operand_set(&c, dir, "-", s, e);
	json_decref(c.upstream);
	free(c.run_id);
	free(c.app);
	return r;
}

static void
test_pipe(void)
{
	static const char form[] =
	    "{\"schema\":\"ub.result/1\",\"run_id\":\"r\",\"exit\":%d,"
	    "\"data\":{\"set\":{\"path\":\"%s/" ID "\"}}}\n";
	char *good = mem_printf(form, 0, dir);
	char *bad = mem_printf(form, 5, dir);
	struct set s = { 0 };
	struct err e = { 0 };

	tap_ok(piped(good, &s, &e) == 0, "the set of a good result");
	tap_is(s.m.id, ID, "this one");
	set_release(&s);
	tap_ok(piped(bad, &s, &e) == 1 && !s.dir, "none of a bad one");
	tap_ok(e.code == ERR_OK, "which is no error of ours");
	tap_ok(piped("{\"schema\":\"ub.result/1\",\"run_id\":\"r\","
		     "\"exit\":0,\"data\":{}}", &s, &e) == -1 &&
		e.code == ERR_TROUBLE,
	    "a result without a set is trouble");
	err_release(&e);
	tap_ok(piped("", &s, &e) == -1 && e.code == ERR_TROUBLE,
	    "nothing at all too");
	free(good);
	free(bad);
	err_release(&e);
}

int
main(void)
{
	struct set s = { 0 };
	struct cli c = { 0 };
	struct err e = { 0 };

	sig_init();
	dir = tmp_dir("ub-test", &e);
	make_set();
	tap_ok(operand_set(&c, dir, "latest", &s, &e) == 0, "latest");
	tap_is(s.m.id, ID, "is this one");
	set_release(&s);
	tap_ok(operand_set(&c, dir, "20261121T031106Z", &s, &e) == -1 &&
		e.code == ERR_USAGE,
	    "an unknown set");
	err_release(&e);
	test_pipe();
	free(dir);
	return tap_done();
}
