#include "ub/load/shadow.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/proc.h"

static int
link_contents(const struct load_shadow *s, const char *dir, struct err *e)
{
	char *toc = path_join(s->dump, "toc.dat");
	char *to = path_join(dir, "toc.dat");
	int r = symlink(toc, to) ? err_sys(e, "cannot create '%s'", to) : 0;

	free(toc);
	free(to);
	return r;
}

/* A file without rows for each id, and the list of them. */
static int
make_files(const struct load_shadow *s, const char *dir, struct err *e)
{
	char *path = path_join(dir, "list"), *name;
	struct buf list = { 0 };
	size_t i;
	int r;

	for (i = 0; i < s->n; i++)
		buf_printf(&list, "%" PRId64 ";\n", s->ids[i]);
	r = io_create(path, buf_text(&list), list.len, e);
	for (i = 0; i < s->n && r == 0; i++) {
		name = mem_printf("%s/%" PRId64 ".dat", dir, s->ids[i]);
		if (symlink("/dev/null", name))
			r = err_sys(e, "cannot create '%s'", name);
		free(name);
	}
	buf_release(&list);
	free(path);
	return r;
}

static int
write_script(const struct pgtools *t, const char *dir, FILE *f,
    struct err *e)
{
	struct proc p = { .stdout_fd = fileno(f) };
	int r;

	vec_add(&p.argv, t->restore);
	vec_add(&p.argv, "-f");
	vec_add(&p.argv, "-");
	vec_add(&p.argv, "-L");
	vec_take(&p.argv, path_join(dir, "list"));
	vec_add(&p.argv, "--");
	vec_add(&p.argv, dir);
	vec_add(&p.env, "LC_ALL=C");
	r = proc_demand(&p, "load.script", e);
	proc_release(&p);
	return r;
}

static int
read_script(FILE *f, size_t n, struct load_script *out, struct err *e)
{
	rewind(f);
	if (load_script_read(f, out, e))
		return -1;
	if (out->copies.n == n)
		return 0;
	return err_set(e, ERR_TROUBLE, "load.script",
	    "pg_restore writes %zu COPY statements for %zu tables",
	    out->copies.n, n);
}

int
load_shadow_script(const struct load_shadow *s, struct load_script *out,
    struct err *e)
{
	char *dir = path_join(s->tmp, "shadow");
	FILE *f = tmpfile();
	int r = f ? 0 : err_sys(e, "cannot create a temporary file");

	if (r == 0)
		r = path_mkdir(dir, 0700, e);
	if (r == 0)
		r = link_contents(s, dir, e);
	if (r == 0)
		r = make_files(s, dir, e);
	if (r == 0)
		r = write_script(s->tools, dir, f, e);
	if (r == 0)
		r = read_script(f, s->n, out, e);
	if (f)
		fclose(f);
	free(dir);
	return r;
}
