#include "tests/unit/schema_help.h"

#define TEXT_MAX (1u << 20)

struct schema_contract help_contract(struct arena *a, const char *facts)
{
	struct schema_contract c = { 0 };
	struct error_list errors;
	struct str text = arena_printf(a, SCHEMA_MARK "\n%s", facts);
	const struct source *source = source_new(a, "test.schema", text);

	error_list_init(&errors, a, 20);
	assert_non_null(source);
	if (schema_text_parse(a, source, &c, &errors))
		fail_msg("%s: %s", facts, errors.items[0].message);
	return c;
}

struct str help_schema_text(struct arena *a, const struct schema *s)
{
	struct strbuf sb;
	struct str text;

	strbuf_init(&sb, TEXT_MAX);
	schema_text_write(&sb, s, (struct str){ 0 });
	assert_false(strbuf_failed(&sb));
	text = arena_str(a, str_sub(strbuf_str(&sb), strlen(SCHEMA_MARK) + 1, SIZE_MAX));
	strbuf_release(&sb);
	return text;
}
