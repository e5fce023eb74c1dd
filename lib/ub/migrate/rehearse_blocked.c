/* rehearse_blocked.c - how long others would have waited for a table. */
#include "ub/migrate/rehearse_priv.h"

/* Others wait for a table while one of its indexes is locked, too. */
static void
block(struct rehearse_measure *m, const struct rehearse_held *h,
    int64_t *reads, int64_t *writes)
{
	const struct rehearse_rel *r = rehearse_shape_find(&m->shape, h->oid);
	struct rehearse_rel *t = r ?
	    rehearse_shape_find(&m->shape, r->table) : NULL;

	if (!t)
		return;
	if (h->mode >= REHEARSE_READS && h->us > t->tx_reads_us)
		t->tx_reads_us = h->us;
	if (h->mode >= REHEARSE_WRITES && h->us > t->tx_writes_us)
		t->tx_writes_us = h->us;
	if (t->tx_reads_us > *reads)
		*reads = t->tx_reads_us;
	if (t->tx_writes_us > *writes)
		*writes = t->tx_writes_us;
}

void
rehearse_blocked_add(struct rehearse_measure *m)
{
	int64_t reads = 0, writes = 0;
	struct rehearse_rel *r;
	size_t i;

	for (i = 0; i < m->held.n; i++)
		block(m, &m->held.v[i], &reads, &writes);
	for (i = 0; i < m->shape.n; i++) {
		r = &m->shape.v[i];
		r->reads_us += r->tx_reads_us;
		r->writes_us += r->tx_writes_us;
		r->tx_reads_us = r->tx_writes_us = 0;
	}
	m->out->reads_us += reads;
	m->out->writes_us += writes;
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
