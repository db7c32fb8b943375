#include "harness/lang/chain.h"

#include "harness/value/jsonpath.h"
#include "harness/value/regex.h"

unsigned chain_types(unsigned types)
{
	return types ? types : TYPES_ANY;
}

int chain_mismatch(const struct chain *chain, const struct source *s, struct span span, const char *kind, struct str name,
		   unsigned takes, struct error *err)
{
	struct strbuf needs, yields;

	strbuf_init(&needs, 512);
	strbuf_init(&yields, 512);
	value_types_show(&needs, takes);
	value_types_show(&yields, chain->types);
	(void)error_at(err, ERR_CHECK, s, span, "%s '%.*s' needs %s, but '%s' yields %s", kind, STR_ARG(name),
		       strbuf_cstr(&needs), chain->giver, strbuf_cstr(&yields));
	strbuf_release(&needs);
	strbuf_release(&yields);
	return -1;
}

/* ---- arguments ---- */

#define MAX_SCRATCH ((size_t)16 << 20)

/* Compiled now, and thrown away. */
static int check_expression(const struct source *s, const struct operand *o, bool is_path, struct error *err)
{
	struct arena scratch;
	struct error why = { 0 };
	const struct jsonpath *path;
	const struct regex *regex;
	int rc;

	arena_init(&scratch, MAX_SCRATCH);
	rc = is_path ? jsonpath_compile(&scratch, template_text(o->text), JSONPATH_7, &path, NULL, &why)
		: regex_compile(&scratch, template_text(o->text), false, &regex, NULL, &why);
	arena_release(&scratch);
	return rc && why.code == ERR_CHECK ? error_at(err, ERR_CHECK, s, o->span, "%s", why.message) : 0;
}

static bool is_known_text(const struct operand *o)
{
	return o->kind == OPERAND_IS_TEXT && template_is_constant(o->text);
}

int chain_pattern(const struct source *s, const struct operand *o, struct error *err)
{
	return is_known_text(o) ? check_expression(s, o, false, err) : 0;
}

int chain_arguments(const struct source *s, const struct call *call, struct error *err)
{
	const enum arg_type *types = call->query ? call->query->args : call->filter->args;
	const char *name = call->query ? call->query->name : call->filter->name;
	bool is_path = name && !strcmp(name, "jsonpath");

	for (size_t i = 0; i < call->nargs; i++)
		if ((is_path || types[i] == ARG_PATTERN) && is_known_text(&call->args[i]) &&
		    check_expression(s, &call->args[i], is_path, err))
			return -1;
	return 0;
}

/* ---- filters ---- */

static bool goes_through_elements(const struct filter *f)
{
	return f->special == FILTER_EACH || f->special == FILTER_ANY || f->special == FILTER_NONE;
}

int chain_filter(struct chain *chain, const struct source *s, const struct call *call, struct error *err)
{
	const struct filter *f = call->filter;
	const struct chain before = *chain;

	/* default passes on what came, or its own value */
	chain->types = f->special == FILTER_PLAIN ? chain_types(f->yields) : TYPES_ANY;
	chain->giver = f->name;
	chain->each |= goes_through_elements(f);
	if (!(chain_types(f->takes) & before.types)) {
		chain->types = TYPES_ANY;
		return chain_mismatch(&before, s, call->name_span, "filter", str_from(f->name), f->takes, err);
	}
	if (before.each && goes_through_elements(f))
		return error_at(err, ERR_CHECK, s, call->name_span, "'%s' stands behind another of each, any and none", f->name);
	return 0;
}

/* ---- placeholders ---- */

static const struct chain starts[] = {
	[PLACEHOLDER_VARIABLE] = { TYPES_ANY, "a variable", false },
	[PLACEHOLDER_NEW_UUID] = { TYPE_BIT(VALUE_STRING), "newUuid", false },
	[PLACEHOLDER_NEW_DATE] = { TYPE_BIT(VALUE_DATE), "newDate", false },
};

int chain_placeholder(const struct source *s, const struct placeholder *p, struct error *err)
{
	struct chain chain = starts[p->kind];

	for (size_t i = 0; i < p->nfilters; i++) {
		const struct call *call = &p->filters[i];
		if (goes_through_elements(call->filter))
			return error_at(err, ERR_CHECK, s, call->name_span,
					"'%s' stands before a predicate, and a placeholder has none", call->filter->name);
		if (chain_arguments(s, call, err) || chain_filter(&chain, s, call, err))
			return -1;
	}
	return 0;
}
