/*
 * Names and types after parsing: what can be known to be wrong before anything is sent.
 */
#include "harness/lang/parser.h"

#include <stdarg.h>
#include <stdio.h>

#include "harness/lang/chain.h"
#include "harness/lang/kind.h"

struct checker {
	const struct suite *suite;
	const struct entry *entry;	/* NULL: the file's own assertions */
	struct error_list *errors, *warnings;
	size_t count;			/* errors added */
};

/* A finding: an error in suites, a warning where Hurl would only notice when it runs. */
static void found(struct checker *k, const struct error *e)
{
	if (k->suite->type == FILE_HURL) {
		error_list_add(k->warnings, e);
		return;
	}
	error_list_add(k->errors, e);
	k->count++;
}

static void found_at(struct checker *k, const struct source *s, struct span span, const char *fmt, ...) PRINTF_LIKE(4, 5);

static void found_at(struct checker *k, const struct source *s, struct span span, const char *fmt, ...)
{
	struct error e = { 0 };
	char text[sizeof(e.message)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)error_at(&e, ERR_CHECK, s, span, "%s", text);
	found(k, &e);
}

static void mismatch(struct checker *k, const struct source *s, struct span span, const char *kind, struct str name,
		     unsigned takes, const struct chain *chain)
{
	struct error e = { 0 };

	(void)chain_mismatch(chain, s, span, kind, name, takes, &e);
	found(k, &e);
}

/* ---- chains ---- */

/* `rows` takes a table's name in a backup, and nothing in a result. `when` looks at any kind. */
static void check_optional_argument(struct checker *k, const struct source *s, const struct call *call, unsigned observes)
{
	const struct query *q = call->query;

	if (q->args[0] != ARG_OPTIONAL_TEXT || observes == OBSERVES_ANY)
		return;
	if ((q->arg_observes & observes) && !call->nargs)
		found_at(k, s, call->name_span, "'%s' of %s needs a name in double quotes: %s \"orders\"", q->name,
		      k->entry->kind->word, q->name);
	if (!(q->arg_observes & observes) && call->nargs)
		found_at(k, s, call->args[0].span, "'%s' of %s takes nothing behind it", q->name, k->entry->kind->word);
}

static void check_query(struct checker *k, const struct source *s, const struct call *call)
{
	unsigned observes = k->entry && !k->entry->kind->is_container ? k->entry->kind->observes : OBSERVES_ANY;

	if (call->query->name && (call->query->observes & observes)) {
		check_optional_argument(k, s, call, observes);
		return;
	}
	if (!call->query->name)
		return;
	found_at(k, s, call->name_span, "%s has no query '%s'", k->entry->kind->word ? k->entry->kind->word : "an HTTP entry",
	      call->query->name);
}

static void check_arguments(struct checker *k, const struct source *s, const struct call *call)
{
	struct error e = { 0 };

	if (chain_arguments(s, call, &e))
		found(k, &e);
}

static struct chain check_chain(struct checker *k, const struct source *s, const struct call *query, const struct call *calls,
				size_t n)
{
	struct chain chain = { .types = chain_types(query->query->yields), .giver = query->query->name };
	struct error e = { 0 };

	check_arguments(k, s, query);
	for (size_t i = 0; i < n; i++) {
		check_arguments(k, s, &calls[i]);
		if (chain_filter(&chain, s, &calls[i], &e))
			found(k, &e);
	}
	return chain;
}

static void check_assertion(struct checker *k, const struct assertion *a, bool own_observation)
{
	struct chain chain;
	struct error e = { 0 };

	if (!a->query.query->name)
		return;
	if (own_observation)
		check_query(k, a->source, &a->query);
	chain = check_chain(k, a->source, &a->query, a->filters, a->nfilters);
	if (a->predicate == &predicates[PREDICATE_MATCHES] && chain_pattern(a->source, &a->expected, &e))
		found(k, &e);
	if (a->predicate->name && !(chain_types(a->predicate->takes) & chain.types))
		mismatch(k, a->source, a->predicate_span, "predicate", str_from(a->predicate->name), a->predicate->takes, &chain);
}

static void check_capture(struct checker *k, const struct capture *c)
{
	const struct source *s = k->entry->source;

	check_query(k, s, &c->query);
	struct chain chain = check_chain(k, s, &c->query, c->filters, c->nfilters);
	if (chain.each)
		found_at(k, s, c->span, "each, any and none stand before a predicate; a capture has none");
	if (c->redact && !(chain.types & TYPE_BIT(VALUE_STRING)))
		mismatch(k, s, c->name_span, "filter", STR("redact"), TYPE_BIT(VALUE_STRING), &chain);
}

static void check_metric(struct checker *k, const struct metric *m)
{
	const struct source *s = k->entry->source;

	check_query(k, s, &m->query);
	struct chain chain = check_chain(k, s, &m->query, m->filters, m->nfilters);
	/* `name by column` is a series: a list of numbers */
	unsigned allowed = TYPES_NUMBER | (m->label_column.p ? TYPE_BIT(VALUE_LIST) : 0);
	if (chain.each || !(chain.types & allowed))
		mismatch(k, s, m->span, "metric", m->name, TYPES_NUMBER, &chain);
}

/* ---- options ---- */

static const struct option *named_option(const struct entry *e, const char *name)
{
	for (size_t i = e->noptions; i > 0; i--)
		if (!strcmp(e->options[i - 1].row->name, name))
			return &e->options[i - 1];
	return NULL;
}

static bool is_set(const struct option *o, const char *text)
{
	return o && o->text && template_is_constant(o->text) && str_is(template_text(o->text), text);
}

/* Options that say nothing without retry. */
static void check_needs_retry(struct checker *k, const struct option *retry, enum common_option id)
{
	const struct option *o = entry_option(k->entry, &common_options[id]);

	if (o && !retry && !o->from_file)
		found_at(k, k->entry->source, o->span, "option '%s' means something only with 'retry'", o->row->name);
}

static void check_options(struct checker *k)
{
	const struct entry *e = k->entry;
	const struct option *retry = entry_option(e, &common_options[COMMON_RETRY]);
	const struct option *write = named_option(e, "write");
	bool writes = (write && !is_set(write, "false")) ||
		      (!write && k->suite->type == FILE_SQL && k->suite->write != SQL_WRITE_NONE);

	if (retry && !is_set(retry, "0") && writes && !retry->from_file)
		found_at(k, e->source, retry->span, "'retry' with 'write': nothing that changes data is sent twice");
	check_needs_retry(k, retry, COMMON_CONSECUTIVE);
	check_needs_retry(k, retry, COMMON_GIVE_UP);
	for (size_t i = 0; i < e->noptions; i++) {
		const struct option *o = &e->options[i];
		if (!o->assertion)
			continue;
		/* `when` looks at the entry before, `match` and `give-up` at this one */
		check_assertion(k, o->assertion, o->row != &common_options[COMMON_WHEN]);
	}
}

/* ---- entries ---- */

static void check_entry(struct checker *k)
{
	const struct entry *e = k->entry;

	check_options(k);
	for (size_t i = 0; i < e->nasserts; i++)
		check_assertion(k, &e->asserts[i], true);
	for (size_t i = 0; i < e->ncaptures; i++)
		check_capture(k, &e->captures[i]);
	for (size_t i = 0; i < e->nmetrics; i++)
		check_metric(k, &e->metrics[i]);
}

int check_suite(const struct suite *s, struct error_list *errors, struct error_list *warnings)
{
	struct checker k = { .suite = s, .errors = errors, .warnings = warnings };

	for (size_t i = 0; i < s->nentries; i++) {
		k.entry = &s->entries[i];
		check_entry(&k);
	}
	return k.count ? -1 : 0;
}
