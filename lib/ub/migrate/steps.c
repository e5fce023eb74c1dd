#include "ub/migrate/steps.h"

#include "base/mem.h"
#include "base/text.h"
#include "ub/migrate/file.h"

#define EXCERPT 60

/* What goes on while the steps are made. */
struct making {
	struct steps *s;
	const struct split_stmt *begin; /* the script's BEGIN that is open */
	int open;    /* the last step takes more statements */
	int single;  /* each statement is a step */
	int control; /* the script has transactions of its own */
	int alone;
};

static struct step *
add_step(struct making *m, enum step_kind kind, size_t first)
{
	struct steps *s = m->s;

	if ((s->n & (s->n - 1)) == 0)
		s->v = mem_grow(s->v, s->n ? 2 * s->n : 1, sizeof(*s->v));
	s->v[s->n] = (struct step){ .kind = kind, .first = first,
		.begin = m->begin };
	return &s->v[s->n++];
}

static int
fail(const struct making *m, const struct split_stmt *st, const char *what,
    struct err *e)
{
	return split_fail(&m->s->split, st->sql, what, e);
}

static void
take_plain(struct making *m, size_t i, enum stmt_kind kind)
{
	int alone = !m->begin && (kind == STMT_ALONE || (m->single &&
	    (kind == STMT_CALL || kind == STMT_MAY)));
	struct step *at;

	if (alone || !m->open || (m->single && !m->begin)) {
		at = add_step(m, alone ? STEP_ALONE : STEP_TX, i);
		m->open = !alone && (!m->single || m->begin);
	}
	at = &m->s->v[m->s->n - 1];
	at->n++;
	m->alone |= alone;
}

static int
take_begin(struct making *m, size_t i, struct err *e)
{
	if (m->begin)
		return fail(m, &m->s->stmts[i], "a BEGIN inside of another",
		    e);
	m->begin = &m->s->stmts[i];
	m->control = 1;
	m->open = 0;
	return 0;
}

static void
take_end(struct making *m, enum stmt_kind kind)
{
	struct steps *s = m->s;

	if (m->begin && m->open && kind == STMT_ROLLBACK)
		s->v[s->n - 1].kind = STEP_ROLLBACK;
	m->control = 1;
	m->begin = NULL;
	m->open = 0;
}

static int
take(struct making *m, size_t i, struct err *e)
{
	const struct split_stmt *st = &m->s->stmts[i];
	enum stmt_kind kind = classify(st);

	switch (kind) {
	case STMT_BEGIN:
		return take_begin(m, i, e);
	case STMT_COMMIT:
	case STMT_ROLLBACK:
		take_end(m, kind);
		return 0;
	case STMT_CHAIN:
		return fail(m, st, "AND CHAIN is not supported", e);
	case STMT_PREPARE:
		return fail(m, st,
		    "a prepared transaction is not supported", e);
	default:
		take_plain(m, i, kind);
		return 0;
	}
}

static int
cut(struct steps *s, struct err *e)
{
	struct split in = s->split;
	size_t room = 0;
	int r;

	in.len = (size_t)(s->body.sql - in.text) + s->body.len;
	in.at = (size_t)(s->body.sql - in.text);
	for (;; s->n_stmts++) {
		if (s->n_stmts == room) {
			room = room ? 2 * room : 8;
			s->stmts = mem_grow(s->stmts, room, sizeof(*s->stmts));
		}
		r = split_next(&in, &s->stmts[s->n_stmts], e);
		if (r <= 0)
			return r;
	}
}

static int
gather(struct steps *s, struct err *e)
{
	struct making m = { .s = s, .single = s->body.no_transaction };
	size_t i;

	for (i = 0; i < s->n_stmts; i++)
		if (take(&m, i, e))
			return -1;
	if (m.begin)
		return fail(&m, m.begin, "a BEGIN without its COMMIT", e);
	s->mode = m.alone || m.single ? STEPS_SPLIT :
	    m.control ? STEPS_OWN : STEPS_ATOMIC;
	/* "BEGIN; …; COMMIT;" says what is done anyway. */
	if (s->n <= 1 && !m.alone && (s->n == 0 || s->v[0].kind == STEP_TX))
		s->mode = STEPS_ATOMIC;
	return 0;
}

int
steps_read(const char *path, const char *name, enum migrate_tool t,
    struct steps *out, struct err *e)
{
	int r;

	out->name = mem_dup(name);
	r = migrate_file_read(path, &out->text, e);
	buf_puts(&out->text, "");
	out->split = (struct split){ .name = out->name,
		.text = out->text.data, .len = out->text.len };
	if (r == 0)
		r = migrate_body_find(t, &out->split, &out->body, e);
	if (r == 0)
		r = cut(out, e);
	if (r == 0)
		r = gather(out, e);
	if (r)
		steps_release(out);
	return r;
}

char *
steps_excerpt(const struct split_stmt *st)
{
	struct buf b = { 0 };
	size_t i, chars = 0;
	char c;

	for (i = 0; i < st->len; i++) {
		c = st->sql[i];
		if (strchr(" \t\r\n\f\v", c) && c)
			c = ' ';
		if (c == ' ' && b.len > 0 && b.data[b.len - 1] == ' ')
			continue;
		if ((c & 0xc0) != 0x80 && ++chars > EXCERPT)
			break;
		buf_putc(&b, c);
	}
	if (i < st->len)
		buf_puts(&b, "…");
	buf_puts(&b, "");
	return buf_detach(&b);
}

const char *
steps_mode_name(enum steps_mode m)
{
	static const char *const names[] = { [STEPS_ATOMIC] = "atomic",
		[STEPS_SPLIT] = "split", [STEPS_OWN] = "own" };

	return names[m];
}

void
steps_release(struct steps *s)
{
	buf_release(&s->text);
	free(s->stmts);
	free(s->v);
	free(s->name);
	*s = (struct steps){ 0 };
}
