/*
 * Names and types after parsing: what can be known to be wrong before anything is sent.
 */
#include "harness/lang/parser.h"

#include <stdarg.h>

#include "harness/lang/grammar.h"
#include "harness/value/jsonpath.h"
#include "harness/value/regex.h"

struct checker {
	const struct suite *suite;
	const struct entry *entry;	/* NULL: the file's own assertions */
	struct error_list *errors, *warnings;
	size_t count;			/* errors added */
};

/* A finding: an error in suites, a warning where Hurl would only notice when it runs. */
static void found(struct checker *k, const struct source *s, struct span span, const char *fmt, ...) PRINTF_LIKE(4, 5);

static void found(struct checker *k, const struct source *s, struct span span, const char *fmt, ...)
{
	struct error e;
	char text[sizeof(e.message)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)error_at(&e, ERR_CHECK, s, span, "%s", text);
	if (k->suite->type == FILE_HURL) {
		error_list_add(k->warnings, &e);
		return;
	}
	error_list_add(k->errors, &e);
	k->count++;
}

/* ---- types ---- */

/* "a list", "a list or a string": the words of a set, each once. */
static void type_words(struct strbuf *out, unsigned types)
{
	const char *last = "";
	bool first = true;

	for (unsigned i = 0; i < VALUE_TYPE_COUNT; i++) {
		const char *word = value_type_word((enum value_type)i);
		if (!(types & TYPE_BIT(i)) || !strcmp(word, last))
			continue;
		bool plain = i == VALUE_BYTES || i == VALUE_NULL;	/* words that take no article */
		strbuf_addf(out, "%s%s%s", first ? "" : " or ", plain ? "" : strchr("aeio", word[0]) ? "an " : "a ", word);
		last = word;
		first = false;
	}
}

/* "filter 'nth' needs a list, but 'status' yields an integer" */
static void mismatch(struct checker *k, const struct source *s, struct span span, const char *kind, struct str name,
		     unsigned takes, const char *giver, unsigned yields)
{
	struct strbuf needs, gives;

	strbuf_init(&needs, 512);
	strbuf_init(&gives, 512);
	type_words(&needs, takes);
	type_words(&gives, yields);
	found(k, s, span, "%s '%.*s' needs %s, but '%s' yields %s", kind, STR_ARG(name), strbuf_cstr(&needs), giver, strbuf_cstr(&gives));
	strbuf_release(&needs);
	strbuf_release(&gives);
}

/* Anything may come of a table's 0. */
static unsigned types_of(unsigned yields)
{
	return yields ? yields : TYPES_ANY;
}

/* ---- expressions ---- */

#define MAX_SCRATCH ((size_t)16 << 20)

/* Constant patterns and paths can be compiled now; the result is thrown away. */
static void check_expression(struct checker *k, const struct source *s, const struct operand *o, bool is_path)
{
	struct arena scratch;
	struct error why;
	const struct jsonpath *path;
	const struct regex *regex;
	int rc;

	arena_init(&scratch, MAX_SCRATCH);
	rc = is_path ? jsonpath_compile(&scratch, template_text(o->text), JSONPATH_7, &path, NULL, &why)
		: regex_compile(&scratch, template_text(o->text), false, &regex, NULL, &why);
	if (rc && why.code == ERR_CHECK)
		found(k, s, o->span, "%s", why.message);
	arena_release(&scratch);
}

static void check_arguments(struct checker *k, const struct source *s, const struct call *call)
{
	const enum arg_type *types = call->query ? call->query->args : call->filter->args;
	const char *name = call->query ? call->query->name : call->filter->name;

	for (size_t i = 0; i < call->nargs; i++) {
		const struct operand *o = &call->args[i];
		bool is_path = !strcmp(name ? name : "", "jsonpath");
		if (o->kind == OPERAND_IS_TEXT && template_is_constant(o->text) && (is_path || types[i] == ARG_PATTERN))
			check_expression(k, s, o, is_path);
	}
}

/* ---- chains ---- */

/* What flows through a chain: the set of types so far, and who gave it. */
struct flow {
	unsigned types;
	const char *giver;
	bool each;		/* behind each, any or none: on the elements, whose types are unknown */
};

static void check_filter(struct checker *k, const struct source *s, const struct call *call, struct flow *flow)
{
	const struct filter *f = call->filter;

	if (!(types_of(f->takes) & flow->types)) {
		mismatch(k, s, call->name_span, "filter", str_from(f->name), f->takes, flow->giver, flow->types);
		flow->types = TYPES_ANY;
		return;
	}
	if (f->special == FILTER_EACH || f->special == FILTER_ANY || f->special == FILTER_NONE) {
		if (flow->each)
			found(k, s, call->name_span, "'%s' stands behind another of each, any and none", f->name);
		flow->each = true;
	}
	/* default passes on what came, or its own value */
	flow->types = f->special == FILTER_PLAIN ? types_of(f->yields) : TYPES_ANY;
	flow->giver = f->name;
}

static void check_query(struct checker *k, const struct source *s, const struct call *call)
{
	unsigned observes = k->entry && !k->entry->kind->is_container ? k->entry->kind->observes : OBSERVES_ANY;

	if (!call->query->name || (call->query->observes & observes))
		return;
	found(k, s, call->name_span, "%s has no query '%s'", k->entry->kind->word ? k->entry->kind->word : "an HTTP entry",
	      call->query->name);
}

static struct flow check_chain(struct checker *k, const struct source *s, const struct call *query, const struct call *chain,
			       size_t n)
{
	struct flow flow = { .types = types_of(query->query->yields), .giver = query->query->name };

	check_arguments(k, s, query);
	for (size_t i = 0; i < n; i++) {
		check_arguments(k, s, &chain[i]);
		check_filter(k, s, &chain[i], &flow);
	}
	return flow;
}

static void check_assertion(struct checker *k, const struct assertion *a, bool own_observation)
{
	struct flow flow;

	if (!a->query.query->name)
		return;
	if (own_observation)
		check_query(k, a->source, &a->query);
	flow = check_chain(k, a->source, &a->query, a->filters, a->nfilters);
	if (a->predicate == &predicates[PREDICATE_MATCHES] && a->expected.kind == OPERAND_IS_TEXT &&
	    template_is_constant(a->expected.text))
		check_expression(k, a->source, &a->expected, false);
	if (a->predicate->name && !(types_of(a->predicate->takes) & flow.types))
		mismatch(k, a->source, a->predicate_span, "predicate", str_from(a->predicate->name), a->predicate->takes, flow.giver, flow.types);
}

static void check_capture(struct checker *k, const struct capture *c)
{
	const struct source *s = k->entry->source;

	check_query(k, s, &c->query);
	struct flow flow = check_chain(k, s, &c->query, c->filters, c->nfilters);
	if (flow.each)
		found(k, s, c->span, "each, any and none stand before a predicate; a capture has none");
	if (c->redact && !(flow.types & TYPE_BIT(VALUE_STRING)))
		mismatch(k, s, c->name_span, "filter", STR("redact"), TYPE_BIT(VALUE_STRING), flow.giver, flow.types);
}

static void check_metric(struct checker *k, const struct metric *m)
{
	const struct source *s = k->entry->source;

	check_query(k, s, &m->query);
	struct flow flow = check_chain(k, s, &m->query, m->filters, m->nfilters);
	/* `name by column` is a series: a list of numbers */
	unsigned allowed = TYPES_NUMBER | (m->label_column.p ? TYPE_BIT(VALUE_LIST) : 0);
	if (flow.each || !(flow.types & allowed))
		mismatch(k, s, m->span, "metric", m->name, TYPES_NUMBER, flow.giver, flow.types);
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
		found(k, k->entry->source, o->span, "option '%s' means something only with 'retry'", o->row->name);
}

static void check_options(struct checker *k)
{
	const struct entry *e = k->entry;
	const struct option *retry = entry_option(e, &common_options[COMMON_RETRY]);
	const struct option *write = named_option(e, "write");
	bool writes = (write && !is_set(write, "false")) ||
		      (!write && k->suite->type == FILE_SQL && k->suite->write != SQL_WRITE_NONE);

	if (retry && !is_set(retry, "0") && writes && !retry->from_file)
		found(k, e->source, retry->span, "'retry' with 'write': nothing that changes data is sent twice");
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
