#include "harness/judge/judge_impl.h"

static void bad_capture(struct judging *j, const struct error *err,
	struct span query_span, const char *title)
{
	struct finding *f = judge_new_finding(j);
	if (!f)
		return;
	bool hurl = j->in->file_type == FILE_HURL;
	struct explanation e = {
		.entry = j->in->entry,
		.source = err->source ? err->source : j->in->entry->source,
		.span = err->source ? err->span : query_span,
		.title = title,
		.note = str_from(err->message),
		.help = str_from(err->note),
	};
	/* rows that were counted but not kept: what is asked for came, and was not looked at */
	bool is_error = hurl || err->code == ERR_LIMIT;
	*f = (struct finding){ .kind = is_error ? "error.capture" : "assert.other" };
	f->message = arena_str(j->arena, str_from(err->message));
	f->detail = explain_detail(j->arena, &e);
	judge_finish_place(f, &e);
	j->out->not_held++;
	j->out->is_error |= is_error;
	j->stop |= hurl;
}

static struct span filters_span(const struct call *chain, size_t n)
{
	return span_join(chain[0].span, chain[n - 1].span);
}

static int capture_value(struct judging *j, const struct capture *c,
	const struct value **ret, struct error *err)
{
	const struct expander *x = j->in->expander;
	if (judge_query(x, &c->query, c->filters, c->nfilters, ret, err))
		return -1;
	if (!*ret)
		return error_at(err, ERR_CAPTURE, x->source,
			c->nfilters ? filters_span(c->filters, c->nfilters) :
				      c->query.span,
			"no value to capture");
	if (!c->redact)
		return 0;
	if ((*ret)->type != VALUE_STRING)
		return error_at(err, ERR_CAPTURE, x->source, c->name_span,
			"only a string can be redacted, this is %s",
			value_type_word((*ret)->type));
	*ret = value_with_flags(j->arena, *ret, VALUE_SECRET);
	return *ret ? 0 : error_set_oom(err);
}

int judge_captures(struct judging *j, struct error *err)
{
	const struct entry *e = j->in->entry;
	struct bound *bound = arena_array(j->arena, e->ncaptures + 1, sizeof(*bound));
	if (!bound)
		return error_set_oom(err);
	for (size_t i = 0; i < e->ncaptures && !j->stop; i++) {
		struct error bad = { 0 };
		struct bound *b = &bound[j->out->ncaptures];
		if (expand_text(
			    j->in->expander, e->captures[i].name, &b->name, NULL, &bad) ||
			capture_value(j, &e->captures[i], &b->value, &bad))
			bad_capture(j, &bad, e->captures[i].query.span, "No capture");
		else if (j->in->bind(j->in->bind_ctx, b->name, b->value, err))
			return -1;
		else
			j->out->ncaptures++;
	}
	j->out->captures = bound;
	return 0;
}

static void add_metric(struct judging *j, struct bound metric)
{
	if (j->out->nmetrics == j->metrics_cap)
		j->metrics = arena_grow(j->arena, j->metrics, j->out->nmetrics,
			&j->metrics_cap, sizeof(*j->metrics));
	if (j->metrics)
		j->metrics[j->out->nmetrics++] = metric;
}

/* `name by column`: a series, one value a row. */
static int metric_series(struct judging *j, const struct metric *m,
	const struct value *values, struct error *err)
{
	const struct value *rows = value_get(j->in->expander->eval->tree, "rows");
	if (!rows || values->type != VALUE_LIST)
		return 0;
	for (size_t i = 0; i < values->u.list.count && i < rows->u.list.count; i++) {
		struct strbuf sb;
		const struct value *label = value_get_str(
			rows->u.list.items[i], m->label_column);
		strbuf_init(&sb, 4096);
		if (!label || !value_render(&sb, label))
			strbuf_adds(&sb, "?");
		add_metric(j,
			(struct bound){ .name = m->name,
				.label = arena_str(j->arena, strbuf_str(&sb)),
				.value = values->u.list.items[i] });
		strbuf_release(&sb);
		if (!value_is_number(values->u.list.items[i]))
			return error_at(err, ERR_CAPTURE, j->in->expander->source,
				m->span, "metric '%.*s' is not a number: %s",
				STR_ARG(m->name),
				value_type_word(values->u.list.items[i]->type));
	}
	return 0;
}

static int metric_value(struct judging *j, const struct metric *m, struct error *err)
{
	const struct value *v;
	if (judge_query(j->in->expander, &m->query, m->filters, m->nfilters, &v, err))
		return -1;
	if (m->label_column.p && v && v->type == VALUE_LIST)
		return metric_series(j, m, v, err);
	if (!v || !value_is_number(v))
		return error_at(err, ERR_CAPTURE, j->in->expander->source, m->span,
			"metric '%.*s' is not a number: %s", STR_ARG(m->name),
			v ? value_type_word(v->type) : "no value");
	add_metric(j, (struct bound){ .name = m->name, .value = v });
	return 0;
}

void judge_metrics(struct judging *j)
{
	const struct entry *e = j->in->entry;
	for (size_t i = 0; i < e->nmetrics; i++) {
		struct error bad = { 0 };
		if (!metric_value(j, &e->metrics[i], &bad))
			continue;
		bad_capture(j, &bad, e->metrics[i].query.span, "No metric");
		j->out->is_error = true;
	}
	j->out->metrics = j->metrics;
}
