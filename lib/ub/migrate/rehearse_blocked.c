/* rehearse_blocked.c - how long others would have waited for a table. */
#include "ub/migrate/rehearse_priv.h"

/* Others wait for a table while one of its indexes is locked, too. */
static struct rehearse_rel *
table_of(const struct rehearse_measure *m, const struct rehearse_held *h)
{
	const struct rehearse_rel *r = rehearse_shape_find(&m->shape, h->oid);

	return r ? rehearse_shape_find(&m->shape, r->table) : NULL;
}

static void
block(const struct rehearse_measure *m, const struct rehearse_held *h)
{
	struct rehearse_rel *t = table_of(m, h);

	if (!t)
		return;
	if (h->mode >= REHEARSE_READS && h->us > t->tx_reads_us)
		t->tx_reads_us = h->us;
	if (h->mode >= REHEARSE_WRITES && h->us > t->tx_writes_us)
		t->tx_writes_us = h->us;
}

void
rehearse_blocked_add(struct rehearse_measure *m)
{
	int64_t reads = 0, writes = 0;
	struct rehearse_rel *r;
	size_t i;

	for (i = 0; i < m->held.n; i++)
		block(m, &m->held.v[i]);
	for (i = 0; i < m->shape.n; i++) {
		r = &m->shape.v[i];
		r->tx_reads_us += r->let_reads_us;
		r->tx_writes_us += r->let_writes_us;
		r->let_reads_us = r->let_writes_us = 0;
		if (r->tx_reads_us > reads)
			reads = r->tx_reads_us;
		if (r->tx_writes_us > writes)
			writes = r->tx_writes_us;
		r->reads_us += r->tx_reads_us;
		r->writes_us += r->tx_writes_us;
		r->tx_reads_us = r->tx_writes_us = 0;
	}
	m->out->reads_us += reads;
	m->out->writes_us += writes;
}

/* For how long a table was locked so, and is not any more. */
static int64_t
let_go(const struct rehearse_measure *m, const struct rehearse_rel *table,
    int mode, int64_t now)
{
	int64_t all = 0, still = 0;
	const struct rehearse_held *h;
	size_t i;

	for (i = 0; i < m->held.n; i++) {
		h = &m->held.v[i];
		if (h->mode < mode || table_of(m, h) != table)
			continue;
		if (now - h->us > all)
			all = now - h->us;
		if (h->there && now - h->us > still)
			still = now - h->us;
	}
	return all - still;
}

void
rehearse_blocked_let_go(struct rehearse_measure *m, int64_t now)
{
	struct rehearse_rel *t;
	size_t i, n = 0;

	for (i = 0; i < m->shape.n; i++) {
		t = &m->shape.v[i];
		t->let_reads_us += let_go(m, t, REHEARSE_READS, now);
		t->let_writes_us += let_go(m, t, REHEARSE_WRITES, now);
	}
	for (i = 0; i < m->held.n; i++)
		if (m->held.v[i].there)
			m->held.v[n++] = m->held.v[i];
	m->held.n = n;
}

void
rehearse_blocked_ended(void *ctx)
{
	struct rehearse_measure *m = ctx;
	int64_t now = rehearse_measure_us(m);
	size_t i;

	for (i = 0; i < m->held.n; i++)
		m->held.v[i].us = now - m->held.v[i].us;
	if (m->held.n > 0)
		rehearse_blocked_add(m);
	rehearse_held_release(&m->held);
	m->stale = 1;
}
