/* deploy_again.c - under the locks, and after a loss, all is looked at anew. */
#include "base/mem.h"
#include "ext/hash.h"
#include "sys/sig.h"
#include "ub/migrate/deploy_priv.h"
#include "ub/migrate/trail.h"

#define BACK_TRIES 20
#define BACK_MS 500
#define BACK_LOCK_MS 30000

static void
add(struct hash *h, const char *text)
{
	hash_add(h, text ? text : "", text ? strlen(text) + 1 : 1);
}

/* What a ledger says, in short. */
static void
sum(const struct project *p, char out[HASH_HEX_LEN + 1])
{
	const struct ledger *l = &p->ledger;
	struct hash *h = hash_new();
	size_t i;

	add(h, p->has_ledger ? "yes" : "no");
	for (i = 0; i < l->n; i++) {
		add(h, l->v[i].version);
		add(h, l->v[i].name);
		add(h, l->v[i].checksum);
		hash_add(h, &l->v[i].state, sizeof(l->v[i].state));
	}
	hash_end(h, out);
}

/* The items have moved. */
static void
point_again(const struct project *p, struct judged *j)
{
	size_t i, at = 0;

	for (i = 0; i < p->state.n && at < j->n; i++)
		if (p->state.v[i].file &&
		    p->state.v[i].state != MIGRATE_APPLIED)
			j->of[at++] = &p->state.v[i];
}

/* More than somebody has agreed to is not run. */
static int
check_agreed(const struct deploy *d, const struct vec *agreed,
    struct err *e)
{
	const char *name;
	size_t i;

	for (i = 0; i < d->count; i++) {
		name = d->judged.of[i]->file->name;
		if (!vec_has(agreed, name))
			return err_set(e, ERR_REFUSED, "migrate.changed",
			    "while we waited, '%s' has become pending", name);
	}
	return 0;
}

static int
prepare_again(struct cli *c, struct project *p, const struct deploy_opts *o,
    struct deploy *d, struct err *e)
{
	struct vec agreed = { 0 };
	size_t i;
	int r;

	/* The items are gone; the files are not. */
	for (i = 0; i < d->count; i++)
		vec_add(&agreed, d->names.v[i]);
	deploy_release(d);
	r = deploy_prepare(c, p, o, d, e);
	if (r == 0)
		r = check_agreed(d, &agreed, e);
	vec_release(&agreed);
	return r;
}

int
deploy_look_again(struct cli *c, struct project *p,
    const struct deploy_opts *o, struct deploy *d, struct err *e)
{
	char before[HASH_HEX_LEN + 1], now[HASH_HEX_LEN + 1];

	sum(p, before);
	if (project_look(p, e))
		return -1;
	sum(p, now);
	if (strcmp(before, now) != 0)
		return prepare_again(c, p, o, d, e);
	point_again(p, &d->judged);
	return deploy_gate(c, p, o, d, e);
}

/*
 * The lost session may be at its COMMIT still. It holds the locks until it
 * has ended: who has them, sees the end.
 */
static int
look(struct project *p, struct err *e)
{
	struct locks l = { 0 };

	if (project_connect(p, e) || deploy_preflight(p, e))
		return -1;
	deploy_locks(p, &l);
	return locks_take(p->db, &l, BACK_LOCK_MS, e) ? -1 :
	    project_look(p, e);
}

/* Of one that is not in: its steps that are. */
static int
read_rest(const struct project *p, const struct migration *m,
    struct applied *a, struct err *e)
{
	struct trail t = { 0 };
	size_t i, done = 0;
	int r = trail_read(p->db, &p->ledger, m->name, &t, e);

	for (i = 0; i < t.n; i++)
		done += t.v[i].state == TRAIL_DONE;
	if (r == 0) {
		a->changed = t.begun;
		a->steps_done = done > a->resumed ? done - a->resumed : 0;
	}
	trail_release(&t);
	return r;
}

int
deploy_look_back(struct project *p, const struct migration *m,
    struct applied *a, int *applied)
{
	struct err lost = { 0 };
	const struct migrate_item *it = NULL;
	int i, r = -1;

	for (i = 0; i < BACK_TRIES && r; i++) {
		err_release(&lost);
		r = look(p, &lost);
		if (r && sig_sleep(BACK_MS, &lost))
			break;
	}
	if (r == 0)
		r = project_find(p, m->name, &it, &lost);
	*applied = r == 0 && it && it->state == MIGRATE_APPLIED;
	a->changed &= !*applied;
	if (r == 0 && !*applied)
		r = read_rest(p, m, a, &lost);
	a->unknown = r != 0;
	err_release(&lost);
	return r;
}
