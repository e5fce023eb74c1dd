/* gitconf.c - a file in git's config syntax, by libgit2. */
#include "ext/gitconf.h"

#include <fcntl.h>
#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "ext/gitconf_scan.h"
#include "sys/io.h"
#include "sys/path.h"

#define MAX_BYTES (1 << 20)

struct reading {
	gitconf_fn *fn;
	void *ctx;
	struct vec files; /* by depth of include: the one that is read */
	struct vec seen;  /* "file\nkey" of every value so far */
};

/* Under sudo, git trusts what belongs to the one who called it. */
static int
is_sudoer(uid_t uid)
{
	const char *text = getenv("SUDO_UID");
	struct err ignored = { 0 };
	int64_t id = -1;

	if (geteuid() != 0 || !text)
		return 0;
	num_int(text, "SUDO_UID", (struct num_range){ 0, UINT32_MAX }, &id,
	    &ignored);
	err_release(&ignored);
	return id >= 0 && (uid_t)id == uid;
}

/* As git does: what somebody else can write must not decide what we do. */
static int
check_owner(const char *file, struct err *e)
{
	struct stat st;

	if (stat(file, &st)) {
		err_sys(e, "cannot read '%s'", file);
		e->code = ERR_USAGE;
		return -1;
	}
	if (st.st_uid == geteuid() || st.st_uid == 0 || is_sudoer(st.st_uid))
		return 0;
	err_set(e, ERR_REFUSED, "config.owner",
	    "'%s' belongs to somebody else (uid %lu)", file,
	    (unsigned long)st.st_uid);
	return err_hint(e, "read it, then make it yours: chown %lu %s",
	    (unsigned long)geteuid(), file);
}

static int
syntax(const char *file, struct err *e)
{
	const git_error *why = git_error_last();

	return err_set(e, ERR_USAGE, "config.syntax", "cannot read '%s': %s",
	    file, why ? why->message : "unknown error");
}

/* The file that "path" of an include in file means. Caller owns. */
static char *
included(const char *file, const char *path)
{
	const char *home = getenv("HOME");
	char *dir, *found;

	if (path[0] == '/')
		return mem_dup(path);
	if (path[0] == '~' && path[1] == '/' && home)
		return path_join(home, path + 2);
	dir = path_dir(file);
	found = path_join(dir, path);
	free(dir);
	return found;
}

/* Remember which file the values one level deeper will be from. */
static int
enter(struct reading *r, size_t depth, const char *path, struct err *e)
{
	char *file = included(r->files.v[depth], path);
	size_t i;

	for (i = depth + 1; i < r->files.n; i++)
		free(r->files.v[i]);
	r->files.n = depth + 1;
	vec_take(&r->files, file);
	/* git passes over an include that is not there. */
	return path_exists(file) ? check_owner(file, e) : 0;
}

/* How many times the key stood in this file before; and once more now. */
static int
count(struct reading *r, const char *file, const char *key)
{
	char *both = mem_printf("%s\n%s", file, key);
	int n = 0;
	size_t i;

	for (i = 0; i < r->seen.n; i++)
		n += strcmp(r->seen.v[i], both) == 0;
	vec_take(&r->seen, both);
	return n;
}

static int
take(struct reading *r, const git_config_entry *entry, struct err *e)
{
	size_t depth = entry->include_depth;
	struct gitconf_value v = { .key = entry->name, .value = entry->value };
	const char *end = strrchr(entry->name, '.');

	if (depth >= r->files.n)
		depth = r->files.n - 1;
	v.file = r->files.v[depth];
	v.line = gitconf_line(v.file, v.key, count(r, v.file, v.key));
	if (strncmp(v.key, "include", 7) == 0 && end &&
	    strcmp(end, ".path") == 0 && v.value && enter(r, depth, v.value, e))
		return -1;
	v.file = r->files.v[depth];
	return r->fn(r->ctx, &v, e);
}

int
gitconf_each(const char *file, gitconf_fn *fn, void *ctx, struct err *e)
{
	struct reading r = { .fn = fn, .ctx = ctx };
	git_config *config = NULL;
	git_config_iterator *it = NULL;
	git_config_entry *entry;
	int result = check_owner(file, e);

	if (result)
		return -1;
	vec_add(&r.files, file);
	git_libgit2_init(); /* never shut down: each start costs 8 ms */
	if (git_config_new(&config) ||
	    git_config_add_file_ondisk(
		config, file, GIT_CONFIG_LEVEL_APP, NULL, 0) ||
	    git_config_iterator_new(&it, config))
		result = syntax(file, e);
	while (result == 0 && git_config_next(&entry, it) == 0)
		result = take(&r, entry, e);
	git_config_iterator_free(it);
	git_config_free(config);
	vec_release(&r.files);
	vec_release(&r.seen);
	return result;
}

int
gitconf_line(const char *file, const char *key, int n)
{
	struct buf text = { 0 };
	struct err ignored = { 0 };
	struct gitconf_scan s = { 0 };
	int line = 0;

	if (io_slurp(file, MAX_BYTES, &text, &ignored) == 0) {
		s.text = buf_text(&text);
		while (line == 0 && gitconf_scan_next(&s))
			if (strcmp(buf_text(&s.key), key) == 0 && n-- == 0)
				line = s.key_line;
	}
	gitconf_scan_release(&s);
	buf_release(&text);
	err_release(&ignored);
	return line;
}

int
gitconf_lint(const char *file, struct err *e)
{
	struct buf text = { 0 };
	struct gitconf_scan s = { 0 };
	int r = io_slurp(file, MAX_BYTES, &text, e);

	s.text = buf_text(&text);
	while (r == 0 && gitconf_scan_next(&s)) {
		if (!s.cut)
			continue;
		r = err_set(e, ERR_USAGE, "config.cut",
		    "%s:%d: the value of '%s' is cut at a # or ;", file,
		    s.key_line, buf_text(&s.key));
		err_hint(e, "put the value in double quotes, or a blank "
			    "before the comment");
	}
	gitconf_scan_release(&s);
	buf_release(&text);
	return r;
}
