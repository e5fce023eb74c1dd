#include "ub/gate.h"

#include "base/mem.h"
#include "base/num.h"
#include "sys/clock.h"

const char *
gate_why_name(enum gate_why why)
{
	static const char *const names[] = { [GATE_OPEN] = "open",
		[GATE_NONE] = "none", [GATE_OTHER] = "other",
		[GATE_OLD] = "old", [GATE_CHANGED] = "changed",
		[GATE_FAILED] = "failed", [GATE_UNVERIFIED] = "unverified" };

	return names[why];
}


static int
is_of(const struct gate *g, const struct set *s)
{
	const struct manifest_db *d;
	size_t i;

	for (i = 0; i < s->m.n_dbs; i++) {
		d = &s->m.dbs[i];
		if (strcmp(d->dbname, g->dbname) == 0 && (!g->system_id ||
		    !d->system_id || strcmp(d->system_id, g->system_id) == 0))
			return 1;
	}
	return 0;
}

/* The newest of this database; none is a result. */
static int
find(const struct gate *g, struct set *out, struct err *e)
{
	struct set_list l = { 0 };
	size_t i;
	int r = set_list(g->backups, &l, e);

	for (i = 0; i < l.n && r == 0; i++) {
		if (!is_of(g, &l.v[i]))
			continue;
		r = set_read(l.v[i].dir, out, e);
		break;
	}
	set_list_release(&l);
	return r;
}

static enum gate_why
judge(const struct gate *g, const struct set *s)
{
	if (!s->dir)
		return GATE_NONE;
	if (!is_of(g, s))
		return GATE_OTHER;
	if (clock_now() - s->m.created_at > g->max_age_ms)
		return GATE_OLD;
	if (g->changed_at && s->m.created_at < g->changed_at)
		return GATE_CHANGED;
	if (s->failed)
		return GATE_FAILED;
	return s->verified < g->level ? GATE_UNVERIFIED : GATE_OPEN;
}

static int
too_old(const struct gate *g, const struct set *s, struct err *e)
{
	char *age = num_duration_text(clock_now() - s->m.created_at);
	char *limit = num_duration_text(g->max_age_ms);

	err_set(e, ERR_REFUSED, "gate.old", "set %s is %s old, and may be %s "
	    "(backup.maxAge)", s->m.id, age, limit);
	free(limit);
	free(age);
	return -1;
}

static int
shut(const struct gate *g, const struct set *s, enum gate_why why,
    struct err *e)
{
	char *at;

	switch (why) {
	case GATE_NONE:
		return err_set(e, ERR_REFUSED, "gate.none",
		    "there is no backup set of database '%s' in '%s'",
		    g->dbname, g->backups);
	case GATE_OTHER:
		return err_set(e, ERR_REFUSED, "gate.other",
		    "set %s is not of this database '%s'", s->m.id,
		    g->dbname);
	case GATE_OLD:
		return too_old(g, s, e);
	case GATE_CHANGED:
		at = clock_rfc3339(g->changed_at);
		err_set(e, ERR_REFUSED, "gate.changed", "set %s is older "
		    "than the last deploy, of %s", s->m.id, at);
		free(at);
		return -1;
	case GATE_FAILED:
		return err_set(e, ERR_REFUSED, "gate.failed",
		    "set %s was found damaged", s->m.id);
	default:
		return err_set(e, ERR_REFUSED, "gate.unverified",
		    "set %s is verified at level %s, and level %s is wanted "
		    "(backup.level)", s->m.id, set_level_name(s->verified),
		    set_level_name(g->level));
	}
}

int
gate_check(const struct gate *g, struct set *out, enum gate_why *why,
    struct err *e)
{
	int r = g->set ? set_read(g->set->dir, out, e) : find(g, out, e);

	*why = GATE_NONE;
	if (r)
		return -1;
	*why = judge(g, out);
	return *why == GATE_OPEN ? 0 : shut(g, out, *why, e);
}
