#include "harness/judge/judge.h"

#include "harness/judge/judge_impl.h"

/* An assertion of another file (a `when` of a RUN) expands against its own source. */
static struct expander expander_of(const struct expander *x, const struct assertion *as)
{
	struct expander own = *x;
	own.source = as->source;
	return own;
}

static void count_finding(struct judging *j, const struct finding *f)
{
	if (f->assertion && f->assertion->prefer) {
		j->out->not_preferred += !f->ok;
		j->out->held += f->ok;
		return;
	}
	j->out->held += f->ok;
	j->out->not_held += !f->ok;
}

static void judge_one(struct judging *j, const struct assertion *as)
{
	struct finding *f = judge_new_finding(j);
	if (!f)
		return;
	struct expander x = expander_of(j->in->expander, as);
	struct error err = { 0 };
	struct answer ans = { 0 };
	*f = (struct finding){ .assertion = as };
	if (judge_answer(j, &x, as, &ans, &err)) {
		judge_explain_error(j, j->in->entry, as, &err, &ans, f);
	} else {
		f->actual = ans.actual;
		f->expected = explain_expected(j->arena, as, ans.expected);
		f->ok = ans.holds == HOLDS;
		f->note = f->ok ? ans.note : (struct str){ 0 };
		f->at = source_pos(as->source, as->span.at);
		if (!f->ok)
			judge_explain_failure(j, &x, j->in->entry, as, &ans, f);
	}
	count_finding(j, f);
}

int judge_condition(
	const struct expander *x, const struct assertion *a, bool *ret, struct error *err)
{
	struct expander own = expander_of(x, a);
	struct answer ans = { 0 };
	const struct judge_input in = { .expander = x };
	const struct judging j = { .in = &in, .arena = x->eval->arena };
	if (!judge_answer(&j, &own, a, &ans, err)) {
		*ret = ans.holds == HOLDS;
		return 0;
	}
	if (err->code == ERR_TEMPLATE || err->code == ERR_UNSET || err->code == ERR_OOM)
		return -1;
	*err = (struct error){ 0 };
	*ret = false;
	return 0;
}

/* ---- RECEIVE: is it there, and should it be ---- */

static bool is_true(const struct value *v)
{
	return v && v->type == VALUE_BOOL && v->u.boolean;
}

static struct str nearest_message(struct judging *j, const struct value *tree)
{
	const struct value *near = judge_shown(j, value_get(tree, "nearest"));
	struct strbuf sb;
	if (!near)
		return STR("");
	strbuf_init(&sb, 64 * 1024);
	strbuf_adds(&sb, "      most similar: ");
	value_show_content(&sb, near, 2000);
	strbuf_addc(&sb, '\n');
	struct str text = arena_str(j->arena, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

static struct str receive_message(
	struct judging *j, const struct value *tree, bool expect_absent)
{
	const struct value *received = value_get(tree, "received"),
			   *ms = value_get(tree, "duration");
	long long looked = received && received->type == VALUE_INT ?
		(long long)received->u.integer :
		0;
	if (expect_absent)
		return STR("a message came that must not");
	return arena_printf(j->arena, "no message within %lld ms (%lld looked at)",
		ms && ms->type == VALUE_INT ? (long long)ms->u.integer : 0, looked);
}

static bool judge_receive(struct judging *j)
{
	const struct value *tree = j->in->expander->eval->tree;
	const struct value *expect = value_get(tree, "expect_absent");
	bool absent = is_true(value_get(tree, "absent"));
	if (!expect)
		return true;
	if (absent == is_true(expect)) {
		j->out->held++;
		return !absent;
	}
	struct finding *f = judge_new_finding(j);
	if (!f)
		return false;
	struct explanation e = {
		.source = j->in->entry->source,
		.span = j->in->entry->span,
		.title = "Assert failure",
		.note = receive_message(j, tree, is_true(expect)),
		.extra = absent ? nearest_message(j, tree) : STR(""),
	};
	*f = (struct finding){ .kind = "assert.reply",
		.message = e.note,
		.actual = judge_shown(j, value_get(tree, "reply")) };
	f->detail = explain_detail(j->arena, &e);
	judge_finish_place(f, &e);
	j->out->not_held++;
	return false;
}

/* ---- an entry ---- */

static bool status_is_wrong(const struct judging *j)
{
	return j->out->not_held > 0;
}

static void judge_stage(struct judging *j, bool status)
{
	const struct entry *e = j->in->entry;
	for (size_t i = 0; i < e->nasserts; i++)
		if ((e->asserts[i].stage == STAGE_STATUS) == status)
			judge_one(j, &e->asserts[i]);
}

static size_t others(const struct entry *e)
{
	size_t n = 0;
	for (size_t i = 0; i < e->nasserts; i++)
		n += e->asserts[i].stage != STAGE_STATUS;
	return n;
}

static void find_first_bad(struct judging *j)
{
	struct judgement *o = j->out;
	o->findings = j->findings;
	for (size_t i = 0; i < o->nfindings && !o->first_bad; i++) {
		const struct finding *f = &j->findings[i];
		if (!f->ok && !(f->assertion && f->assertion->prefer))
			o->first_bad = f;
	}
}

static int judge_all(struct judging *j, struct error *err)
{
	if (!j->in->no_asserts)
		judge_stage(j, true);
	if (status_is_wrong(j)) {
		j->out->not_evaluated = others(j->in->entry);
		return 0;
	}
	if (!judge_receive(j))
		return 0;
	if (judge_captures(j, err))
		return -1;
	if (j->stop)
		return 0;
	judge_metrics(j);
	if (!j->in->no_asserts)
		judge_stage(j, false);
	return 0;
}

int judge_entry(const struct judge_input *in, struct judgement *ret, struct error *err)
{
	struct judgement out = { 0 };
	struct judging j = { .in = in, .arena = in->expander->eval->arena, .out = &out };
	if (judge_all(&j, err))
		return -1;
	if (arena_failed(j.arena))
		return error_set_arena(err, j.arena, "the judgement of one attempt");
	find_first_bad(&j);
	*ret = out;
	return 0;
}
