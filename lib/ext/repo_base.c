/* repo_base.c - where two lines of history parted, in a shallow clone too. */
#include <git2.h>

#include "base/mem.h"
#include "ext/repo_priv.h"
#include "sys/path.h"

/* A set of commits: a table of 2^n places, zero where it is free. */
struct ids {
	git_oid *v;
	size_t cap;
	size_t n;
};

/* Where it is, or the free place for it. */
static size_t
place(const struct ids *s, const git_oid *id)
{
	size_t at;

	memcpy(&at, id->id, sizeof(at));
	for (at &= s->cap - 1; !git_oid_is_zero(&s->v[at]);
	    at = (at + 1) & (s->cap - 1))
		if (git_oid_equal(&s->v[at], id))
			break;
	return at;
}

static int
has(const struct ids *s, const git_oid *id)
{
	return s->n > 0 && git_oid_equal(&s->v[place(s, id)], id);
}

/* 1 if it was not there. */
static int
add(struct ids *s, const git_oid *id)
{
	struct ids old = *s;
	size_t i;

	if (has(s, id))
		return 0;
	if (2 * (s->n + 1) > s->cap) {
		s->cap = old.cap ? 2 * old.cap : 64;
		s->v = mem_alloc(s->cap * sizeof(*s->v));
		for (i = 0; i < old.cap; i++)
			if (!git_oid_is_zero(&old.v[i]))
				s->v[place(s, &old.v[i])] = old.v[i];
		free(old.v);
	}
	s->v[place(s, id)] = *id;
	s->n++;
	return 1;
}

/* A stack needs no order. */
static void
push(struct ids *s, const git_oid *id)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->v = mem_grow(s->v, s->cap, sizeof(*s->v));
	}
	s->v[s->n++] = *id;
}

/*
 * All commits back from one that are here. Those in stop go to hits instead,
 * and what is behind them is not looked at.
 */
static int
walk(git_repository *repo, const git_oid *from, const struct ids *stop,
    struct ids *seen, struct ids *hits)
{
	struct ids todo = { 0 };
	git_commit *commit;
	git_oid id;
	unsigned i, n;
	int r = 0, common;

	push(&todo, from);
	while (todo.n > 0 && r == 0) {
		id = todo.v[--todo.n];
		if (has(seen, &id))
			continue;
		commit = NULL;
		r = git_commit_lookup(&commit, repo, &id);
		if (r == GIT_ENOTFOUND) {
			r = 0; /* behind the end of the clone */
			continue;
		}
		common = has(stop, &id);
		if (common)
			add(hits, &id);
		n = r || common || !add(seen, &id) ? 0 :
		    git_commit_parentcount(commit);
		for (i = 0; i < n; i++)
			push(&todo, git_commit_parent_id(commit, i));
		git_commit_free(commit);
	}
	free(todo.v);
	return r ? -1 : 0;
}

/* Of several, none that is behind another: that has fewer ancestors. */
static int
best(git_repository *repo, const struct ids *hits, git_oid *out)
{
	struct ids seen, none = { 0 };
	size_t i, most = 0;
	int r = 0;

	for (i = 0; i < hits->cap && r == 0; i++) {
		if (git_oid_is_zero(&hits->v[i]))
			continue;
		seen = (struct ids){ 0 };
		r = walk(repo, &hits->v[i], &none, &seen, &none);
		if (seen.n > most) {
			*out = hits->v[i];
			most = seen.n;
		}
		free(seen.v);
	}
	return r;
}

static int
base_by_hand(git_repository *repo, const git_oid *a, const git_oid *b,
    git_oid *out)
{
	struct ids ours = { 0 }, theirs = { 0 }, hits = { 0 };
	int r = walk(repo, b, &hits, &theirs, &hits);

	if (r == 0)
		r = walk(repo, a, &theirs, &ours, &hits);
	if (r == 0)
		r = hits.n ? best(repo, &hits, out) : 1;
	free(ours.v);
	free(theirs.v);
	free(hits.v);
	return r;
}

/* git_repository_is_shallow() of libgit2 1.5 forgets linked worktrees. */
int
repo_is_shallow(git_repository *repo)
{
	char *file = path_join(git_repository_commondir(repo), "shallow");
	int r = path_exists(file);

	free(file);
	return r;
}

/*
 * libgit2 before 1.7 stops with an error at the end of a shallow clone (and
 * loses memory).
 */
int
repo_base(git_repository *repo, const git_oid *a, const git_oid *b,
    git_oid *out)
{
	int r;

	if (repo_is_shallow(repo))
		return base_by_hand(repo, a, b, out);
	r = git_merge_base(out, repo, a, b);
	return r == GIT_ENOTFOUND ? 1 : r ? -1 : 0;
}
