#include "harness/run/worker.h"

#define DETAIL_MAX (256u * 1024)

static void add_findings(struct strbuf *sb, const struct judgement *j)
{
	for (size_t i = 0; i < j->nfindings; i++) {
		const struct finding *f = &j->findings[i];
		if (f->ok)
			continue;
		if (sb->n)
			strbuf_addc(sb, '\n');
		strbuf_add(sb, f->detail);
		if (sb->n && sb->p[sb->n - 1] != '\n')
			strbuf_addc(sb, '\n');
	}
	if (j->not_evaluated)
		strbuf_addf(sb, "      %zu assertion%s not evaluated\n", j->not_evaluated,
			j->not_evaluated == 1 ? "" : "s");
}

static uint64_t phase(const struct ev_exchange *x, const char *name)
{
	for (size_t i = 0; i < x->phases_us.count; i++)
		if (str_is(x->phases_us.items[i].name, name) &&
			x->phases_us.items[i].value)
			return (uint64_t)x->phases_us.items[i].value->u.integer;
	return 0;
}

static void add_http(struct strbuf *sb, const struct ev_exchange *x)
{
	strbuf_addf(sb, "%.*s %.*s", STR_ARG(x->method), STR_ARG(x->url));
	if (x->status)
		strbuf_addf(sb, " -> %lld, %llu B, wait %llu ms", (long long)x->status,
			(unsigned long long)x->response_bytes,
			(unsigned long long)(phase(x, "wait") / 1000));
}

static void add_sql(struct strbuf *sb, const struct ev_exchange *x)
{
	if (x->url.n)
		strbuf_addf(sb, "%.*s: ", STR_ARG(x->url));
	strbuf_addf(sb, "%llu row%s in %.1f ms", (unsigned long long)x->rows,
		x->rows == 1 ? "" : "s",
		(double)(phase(x, "exec") + phase(x, "fetch")) / 1000.0);
}

static void add_statement(struct strbuf *sb, const struct ev_exchange *x)
{
	strbuf_add(sb, x->statement);
}

static const struct {
	const char *protocol;
	void (*add)(struct strbuf *sb, const struct ev_exchange *x);
} facts[] = { { "http", add_http }, { "sql", add_sql }, { "redis", add_statement } };

/* One line: what was asked, what came, how much of it held. */
static void add_facts(
	struct strbuf *sb, const struct ev_exchange *x, const struct judgement *j)
{
	size_t before = sb->n;
	strbuf_adds(sb, "      ");
	size_t start = sb->n;
	for (size_t i = 0; x && i < ARRAY_SIZE(facts); i++)
		if (str_is(x->protocol, facts[i].protocol))
			facts[i].add(sb, x);
	if (j && j->held + j->not_held > 1)
		strbuf_addf(sb, "%s%zu of %zu assertions held", sb->n > start ? "; " : "",
			j->held, j->held + j->not_held);
	if (sb->n == start)
		strbuf_truncate(sb, before);
	else
		strbuf_addc(sb, '\n');
}

static void add_attempt(struct strbuf *sb, const struct case_run *cr)
{
	if (cr->attempt > 1)
		strbuf_addf(sb, "      attempt %llu of at most %lld\n",
			(unsigned long long)cr->attempt,
			(long long)(cr->settings.retry < 0 ? (int64_t)cr->attempt :
							     cr->settings.retry + 1));
}

struct str detail_compose(struct case_run *cr, const struct judgement *j,
	const struct error *err, const struct ev_exchange *exchange)
{
	struct strbuf sb;
	strbuf_init(&sb, DETAIL_MAX);
	if (err) {
		struct error placed = *err;
		error_place(&placed, cr->unit->entry->source, cr->unit->entry->span);
		error_print(&sb, &placed);
	}
	if (j)
		add_findings(&sb, j);
	add_facts(&sb, exchange, j);
	add_attempt(&sb, cr);
	struct str text = box_text(cr->box, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}
