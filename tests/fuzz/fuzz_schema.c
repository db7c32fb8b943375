/* A contract, written again and read again, compared with itself; and the same bytes as SQL of a catalogue. */
#include "probes/schema_create.h"
#include "probes/schema_diff.h"
#include "probes/schema_expr.h"
#include "probes/schema_normal.h"
#include "probes/schema_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_BYTES = 64 * 1024 * 1024, MOST_ERRORS = 20 };

static int read_text(struct arena *a, struct str text, struct schema_contract *ret)
{
	const struct source *source = source_new(a, "fuzz.schema", text);
	struct error_list errors;

	error_list_init(&errors, a, MOST_ERRORS);
	return source ? schema_text_parse(a, source, ret, &errors) : -1;
}

static struct str written(struct arena *a, const struct schema_contract *c)
{
	struct str text = { 0 };
	struct strbuf sb;

	strbuf_init(&sb, MOST_BYTES);
	schema_text_write(&sb, &c->schema, c->written_on);
	if (!strbuf_failed(&sb))
		text = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

static void compare_with_itself(struct arena *a, const struct schema_contract *c)
{
	const struct schema_found found = { .schema = &c->schema, .mariadb = true, .version = 0x0a0b00 };
	const struct schema_rules rules = { 0 };
	struct schema_diff diff;
	struct error err;

	if (schema_compare(a, &c->schema, &found, &rules, &diff, &err))
		return;
	for (size_t i = 0; i < diff.count; i++)
		(void)schema_difference_line(a, &diff.items[i]);
}

static void as_contract(struct arena *a, struct str text)
{
	struct schema_contract first;
	struct schema_contract second;
	struct str once;

	if (read_text(a, text, &first))
		return;
	once = written(a, &first);
	if (!once.p)
		return;
	if (read_text(a, once, &second))
		assert(arena_failed(a));
	else
		assert(arena_failed(a) || str_eq(once, written(a, &second)));
	compare_with_itself(a, &first);
}

static void as_sql(struct arena *a, struct str text)
{
	const struct schema_default d = { .mariadb = true, .text = text, .type = STR("varchar(10)") };
	struct schema_pattern pattern;
	struct error err;
	struct str rule;

	(void)schema_is_literal(schema_expr(a, text));
	(void)schema_view_text(a, text, STR("shop"));
	(void)schema_default(a, &d);
	(void)schema_mysql_expression(a, text);
	(void)schema_type(a, text);
	(void)schema_extra(a, text);
	/* right or wrong, they come back */
	bool found = schema_create_rules(text, STR("f"), &rule, &rule);
	if (schema_pattern_parse(text, &pattern, &err) && !found)
		return;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);
	struct arena a;

	arena_init(&a, MOST_BYTES);
	as_contract(&a, text);
	arena_release(&a);
	arena_init(&a, MOST_BYTES);
	as_sql(&a, text);
	arena_release(&a);
	return 0;
}
