#include "ub/migrate/early.h"

#include <inttypes.h>

#include "base/mem.h"
#include "sys/io.h"
#include "ub/migrate/sum.h"

#define SCRIPT_MAX ((size_t)1 << 20)
#define SLICE ((size_t)64) /* scripts in an item */

size_t
early_items(const struct migrate_dir *d, enum migrate_tool t)
{
	return sum_is_kept(t) ? (d->n + SLICE - 1) / SLICE : 0;
}

void
early_read(struct migrate_dir *d, enum migrate_tool t, size_t item)
{
	size_t i, end = (item + 1) * SLICE;
	struct err ignored = { 0 };
	struct buf b = { 0 };
	struct migration *m;

	for (i = item * SLICE; i < end && i < d->n; i++) {
		m = &d->v[i];
		free(m->sum);
		m->sum = NULL;
		buf_reset(&b);
		if (io_slurp(m->path, SCRIPT_MAX, &b, &ignored) == 0)
			m->sum = sum_text(t, buf_text(&b), b.len);
		err_release(&ignored);
	}
	buf_release(&b);
}
