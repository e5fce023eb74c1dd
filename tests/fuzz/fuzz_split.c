/* Scripts: statements in order, inside the text; each alone is itself. */
#include <string.h>

#include "base/err.h"
#include "fuzz.h"
#include "ub/migrate/split.h"

/* Cut out, it is one statement still, to its last byte. */
static void
check_alone(const struct split_stmt *st)
{
	struct split s = { .name = "f", .text = st->sql, .len = st->len };
	struct split_stmt again;
	struct err err = { 0 };

	fuzz_must(st->len > 0);
	/* At the beginning it would be skipped. */
	if (st->len >= 3 && memcmp(st->sql, "\xef\xbb\xbf", 3) == 0)
		return;
	fuzz_must(split_next(&s, &again, &err) == 1);
	fuzz_must(again.sql == st->sql && again.len == st->len);
	fuzz_must(!again.ended && split_next(&s, &again, &err) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *behind = text;
	const char *rows = text, *rows_end = text;
	struct split s = { .name = "f", .text = text, .len = size };
	struct split_stmt st;
	struct err err = { 0 };
	size_t line, column;
	int r;

	if (size == 0)
		return 0;
	while ((r = split_next(&s, &st, &err)) > 0) {
		fuzz_must(st.sql >= behind);
		behind = st.sql + st.len;
		fuzz_must(behind <= text + size);
		check_alone(&st);
		/* It may stand before the rows of another of its line. */
		fuzz_must(behind <= rows || st.sql >= rows_end);
		if (st.rows) {
			fuzz_must(st.rows >= behind && st.rows >= rows_end);
			rows = st.rows;
			rows_end = st.rows + st.rows_len;
			fuzz_must(rows_end <= text + size);
		}
		split_where(&s, st.sql, &line, &column);
		fuzz_must(line > 0 && column > 0);
	}
	fuzz_must((r < 0) == (err.code != ERR_OK));
	err_release(&err);
	return 0;
}
