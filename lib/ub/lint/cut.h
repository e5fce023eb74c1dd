/* cut.h - a script as the statements that the lint goes through. */
#ifndef UB_UB_LINT_CUT_H
#define UB_UB_LINT_CUT_H

#include <stddef.h>

#include "ub/lint.h"
#include "ub/lint/comments.h"

struct cut_stmt {
	const char *sql;
	size_t len;
	size_t line, column, end_line;
	char *wrong; /* it cannot be cut, and neither can what follows */
};

/* Valid as {0}. */
struct cut {
	const char *text; /* of the whole file; bad bytes are replaced in it */
	const char *end;  /* of the part that runs */
	struct cut_stmt *v;
	struct comments_span *spans; /* of the same statements */
	size_t n;
	int wrapped; /* exactly one BEGIN … COMMIT around everything */
	int own;     /* other transaction control */
	int no_transaction;
	struct lint_refusal bytes; /* that no server would take */
	char *copy;                /* without them; or NULL */
};

/* The input must outlive it. What cannot be cut is the last statement. */
void cut_read(struct cut *c, const struct lint_input *in);
void cut_release(struct cut *c);

/* A statement's beginning, on one line, for people. Caller owns. */
char *cut_text(const char *sql, size_t len);

#endif
