#include "tests/unit/value_help.h"

#include "harness/value/json.h"

const struct value *help_json(struct arena *a, const char *text)
{
	const struct value *v = NULL;
	struct error err;

	if (json_parse(a, str_from(text), 100, &v, NULL, &err))
		fail_msg("%s: %s", text, err.message);
	return json_untag(a, v);
}

struct str help_show(struct arena *a, const struct value *v)
{
	struct strbuf sb;
	struct str text;

	strbuf_init(&sb, 64 * 1024);
	value_show(&sb, v, 2000);
	assert_false(strbuf_failed(&sb));
	text = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

struct eval help_eval(struct arena *a, const struct value *tree, struct document *d)
{
	return (struct eval){ .arena = a, .limits = &limits_default, .tree = tree, .document = d };
}

const struct value *help_response(struct arena *a, const char *content_type, struct str body)
{
	struct value_object_builder header = { 0 };
	struct value_object_builder tree = { 0 };
	const struct value **headers = arena_array(a, 1, sizeof(*headers));

	assert_non_null(headers);
	value_object_add(a, &header, STR("name"), value_string(a, STR("Content-Type")));
	value_object_add(a, &header, STR("value"), value_string(a, str_from(content_type)));
	headers[0] = value_object_finish(a, &header);
	value_object_add(a, &tree, STR("status"), value_int(a, 200));
	value_object_add(a, &tree, STR("headers"), value_list(a, headers, 1));
	value_object_add(a, &tree, STR("body"), value_bytes(a, body));
	return value_object_finish(a, &tree);
}
