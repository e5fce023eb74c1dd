/* lint.c - a file is cut, its statements judged, and all of it summed up. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "ub/lint/comments.h"
#include "ub/lint/cut.h"
#include "ub/lint/judge.h"

#define TREE_MAX ((size_t)1 << 20) /* of an INSERT */

struct lint *
lint_new(const struct lint_opts *o)
{
	struct lint *l = mem_alloc(sizeof(*l));

	l->o = *o;
	l->schema = mem_dup(o->schema ? o->schema : "public");
	l->o.schema = l->schema;
	l->m = model_new(o->db, l->schema, o->server_version);
	return l;
}

void
lint_free(struct lint *l)
{
	size_t i;

	if (!l)
		return;
	for (i = 0; i < l->n_keys; i++)
		json_decref(l->keys[i].columns);
	for (i = 0; i < l->files; i++)
		comments_free(l->notes[i]);
	free(l->keys);
	free(l->notes);
	vec_release(&l->added);
	lint_tx_end(l);
	model_free(l->m);
	free(l->schema);
	free(l);
}

static void
judge_sql(struct judge *j)
{
	int insert = j->len > 6 && strncasecmp(j->sql, "insert", 6) == 0;
	char *why = NULL;
	json_t *tree;
	size_t i;

	lint_style_text(j, j->sql, j->len);
	if (insert && j->l->tx.values.n == 0 && lint_plain_insert(j)) {
		j->s->kind = "INSERT";
		return;
	}
	if (insert && j->len > TREE_MAX) {
		j->s->kind = "INSERT";
		lint_guess(j, j->sql, j->len, "too long", 0);
		return;
	}
	tree = tree_parse(j->sql, j->len, &why);
	if (tree_count(tree) > 0)
		j->s->kind = lint_kind(tree_type(tree_stmt(tree, 0)),
		    tree_in(tree_stmt(tree, 0)));
	for (i = 0; i < tree_count(tree); i++)
		lint_node(j, tree_stmt(tree, i));
	if (!tree)
		lint_guess(j, j->sql, j->len, why, 0);
	json_decref(tree);
	free(why);
}

static enum lint_phase
phase_of(int mask)
{
	int v;

	for (v = LINT_PHASE_EXPAND; v < LINT_PHASE_MIXED; v++)
		if (mask == 1 << v)
			return (enum lint_phase)v;
	return mask ? LINT_PHASE_MIXED : LINT_PHASE_EXPAND;
}

/* What takes away comes last, whatever it adds. */
static void
set_phase(struct judge *j)
{
	if (j->phases & 1 << LINT_PHASE_CONTRACT)
		j->phases &= ~(1 << LINT_PHASE_EXPAND);
	j->s->verdict.phase = phase_of(j->phases);
	j->masks[j->stmt] = j->phases;
}

static void
judge_stmt(struct judge *j, const struct cut *c, size_t i)
{
	const struct cut_stmt *from = &c->v[i];

	j->stmt = i;
	j->s = &j->f->stmts[i];
	j->sql = from->sql;
	j->len = from->len;
	j->line = from->line;
	j->column = from->column;
	j->end_line = from->end_line;
	j->phases = 0;
	j->alone = (c->no_transaction || c->own) && !j->l->tx.block;
	*j->s = (struct lint_stmt){ .line = from->line,
		.column = from->column, .end_line = from->end_line,
		.kind = "?", .analysed = 1,
		.text = cut_text(from->sql, from->len) };
	if (from->wrong)
		lint_guess(j, from->sql, from->len, from->wrong, 1);
	else
		judge_sql(j);
	set_phase(j);
	if (j->alone)
		lint_tx_end(j->l);
}

/* The whole script is, whatever its statements say. */
static void
refuse(struct judge *j, const struct lint_refusal *why)
{
	struct lint_stmt none = { 0 };
	struct judge k = *j;

	if (!why->why)
		return;
	k.stmt = (size_t)-1;
	k.s = &none;
	k.line = k.end_line = why->line;
	k.column = why->column;
	lint_unanalysed(&k, &(struct harm){ .fails = 1 }, "%s", why->why);
	j->cap_findings = k.cap_findings;
	j->f->verdict.compat = none.verdict.compat;
	j->f->unanalysed++;
}

static void
sum_up(const struct judge *j, int no_transaction)
{
	struct lint_file *f = j->f;
	struct lint_verdict *v = &f->verdict;
	int phases = 0;
	size_t i;

	if (no_transaction)
		v->tx = LINT_TX_NOT;
	for (i = 0; i < f->n_stmts; i++) {
		const struct lint_verdict *s = &f->stmts[i].verdict;

		v->lock = s->lock > v->lock ? s->lock : v->lock;
		v->compat = s->compat > v->compat ? s->compat : v->compat;
		v->data = s->data > v->data ? s->data : v->data;
		v->tx = s->tx > v->tx ? s->tx : v->tx;
		f->unanalysed += !f->stmts[i].analysed;
		phases |= j->masks[i];
	}
	v->phase = phase_of(phases);
	f->rollback_without_restore = v->compat <= LINT_COMPAT_READER &&
	    v->data == LINT_DATA_KEEPS;
}

/* The session is another migration's now. */
static void
begin_file(struct lint *l)
{
	lint_tx_end(l);
	l->tx.block = 0;
	vec_release(&l->m->path);
	vec_add(&l->m->path, l->schema);
	l->m->utc = -1;
	l->m->moved = 0;
}

static void
end_file(struct judge *j, struct comments *notes)
{
	struct lint *l = j->l;
	size_t i;

	if (l->tx.block) {
		l->tx.block = 0;
		lint_harm(j, NULL, "uncommitted-transaction",
		    &(struct harm){ .fails = 1 }, "no COMMIT: what it did is "
		    "undone at the end");
	}
	for (i = 0; i < j->n_drops; i++)
		free(j->drops[i].what);
	free(j->drops);
	lint_ignores(j, notes);
	/* What it changed may be so already. */
	l->blind |= j->unsure;
	l->notes = mem_grow(l->notes, l->files + 1, sizeof(*l->notes));
	l->notes[l->files++] = notes;
}

int
lint_judge(struct lint *l, const struct lint_input *in,
    struct lint_file *out, struct err *e)
{
	struct judge j = { .l = l, .m = l->m, .f = out,
		.unsure = in->unsure };
	struct comments *notes;
	struct cut c;
	size_t i;

	*out = (struct lint_file){ .name = mem_dup(in->name) };
	cut_read(&c, in);
	begin_file(l);
	notes = comments_read(c.text, c.end, c.spans, c.n);
	out->declared_contract = notes->contract;
	out->stmts = mem_grow(NULL, c.n, sizeof(*out->stmts));
	out->n_stmts = c.n;
	memset(out->stmts, 0, c.n * sizeof(*out->stmts));
	j.wrapped = c.wrapped;
	j.masks = mem_grow(NULL, c.n, sizeof(*j.masks));
	refuse(&j, &in->refused);
	refuse(&j, &c.bytes);
	for (i = 0; i < c.n && l->m->err.code == ERR_OK; i++)
		judge_stmt(&j, &c, i);
	sum_up(&j, in->no_transaction);
	free(j.masks);
	end_file(&j, notes);
	cut_release(&c);
	if (l->m->err.code == ERR_OK)
		return 0;
	err_merge(e, &l->m->err);
	lint_file_release(out);
	return -1;
}

void
lint_file_release(struct lint_file *f)
{
	size_t i, k;

	for (i = 0; i < f->n_stmts; i++) {
		for (k = 0; k < f->stmts[i].n_takes; k++)
			free(f->stmts[i].takes[k].relation);
		free(f->stmts[i].takes);
		free(f->stmts[i].text);
	}
	for (i = 0; i < f->n_findings; i++) {
		free(f->findings[i].table);
		free(f->findings[i].message);
		free(f->findings[i].hint);
		free(f->findings[i].ignored);
	}
	free(f->stmts);
	free(f->findings);
	free(f->name);
	free(f->inside);
	*f = (struct lint_file){ 0 };
}
