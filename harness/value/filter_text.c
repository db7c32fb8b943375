#include "harness/value/filter_impl.h"

#include "harness/value/encode.h"
#include "harness/value/json.h"
#include "harness/value/query_impl.h"
#include "harness/value/xml.h"

int filter_to_string(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct strbuf sb;

	(void)args;
	strbuf_init(&sb, ev->limits->max_text_bytes);
	if (!value_render(&sb, input)) {
		strbuf_release(&sb);
		return error_set(err, ERR_CHECK, "a %s cannot be rendered",
			value_type_word(input->type));
	}
	return filter_take(ev, &sb, VALUE_STRING, ret, err);
}

/* ---- split, replace ---- */

/* With an empty separator: every character, and an empty text at both ends. */
static void split_characters(
	const struct eval *ev, struct str text, struct value_list_builder *parts)
{
	size_t at = 0;

	value_list_add(ev->arena, parts, value_string(ev->arena, STR("")));
	while (at < text.n) {
		uint32_t ignored;
		size_t n = utf8_next(text, at, &ignored);

		n = n ? n : 1;
		value_list_add(
			ev->arena, parts, value_string(ev->arena, str_sub(text, at, n)));
		at += n;
	}
	value_list_add(ev->arena, parts, value_string(ev->arena, STR("")));
}

static void split_at(const struct eval *ev, struct str text, struct str separator,
	struct value_list_builder *parts)
{
	size_t at;

	while ((at = str_find(text, separator)) != SIZE_MAX) {
		value_list_add(
			ev->arena, parts, value_string(ev->arena, str_sub(text, 0, at)));
		text = str_make(text.p + at + separator.n, text.n - at - separator.n);
	}
	value_list_add(ev->arena, parts, value_string(ev->arena, text));
}

int filter_split(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct value_list_builder parts = { 0 };

	if (args[0]->text.n)
		split_at(ev, input->text, args[0]->text, &parts);
	else
		split_characters(ev, input->text, &parts);
	return query_result(value_list_finish(ev->arena, &parts), ret, err);
}

static void replace_found(
	struct strbuf *out, struct str text, struct str from, struct str to)
{
	size_t at;

	while ((at = str_find(text, from)) != SIZE_MAX) {
		strbuf_add(out, str_sub(text, 0, at));
		strbuf_add(out, to);
		text = str_make(text.p + at + from.n, text.n - at - from.n);
	}
	strbuf_add(out, text);
}

/* The empty text is found before every character and at the end. */
static void replace_nothing(struct strbuf *out, struct str text, struct str to)
{
	size_t at = 0;

	strbuf_add(out, to);
	while (at < text.n && !strbuf_failed(out)) {
		uint32_t ignored;
		size_t n = utf8_next(text, at, &ignored);

		n = n ? n : 1;
		strbuf_add(out, str_sub(text, at, n));
		strbuf_add(out, to);
		at += n;
	}
}

int filter_replace(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct strbuf sb;

	strbuf_init(&sb, ev->limits->max_text_bytes);
	if (args[0]->text.n)
		replace_found(&sb, input->text, args[0]->text, args[1]->text);
	else
		replace_nothing(&sb, input->text, args[1]->text);
	return filter_take(ev, &sb, VALUE_STRING, ret, err);
}

int filter_replace_regex(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	const struct regex *re;
	struct strbuf sb;

	if (query_regex(ev, args[0], &re, err))
		return -1;
	strbuf_init(&sb, ev->limits->max_text_bytes);
	if (regex_replace(re, input->text, args[1]->text, &sb, err)) {
		strbuf_release(&sb);
		return -1;
	}
	return filter_take(ev, &sb, VALUE_STRING, ret, err);
}

int filter_like_escape(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct strbuf sb;

	(void)args;
	strbuf_init(&sb, ev->limits->max_text_bytes);
	for (size_t i = 0; i < input->text.n; i++) {
		char c = input->text.p[i];

		if (c == '%' || c == '_' || c == '\\')
			strbuf_addc(&sb, '\\');
		strbuf_addc(&sb, c);
	}
	return filter_take(ev, &sb, VALUE_STRING, ret, err);
}

/* ---- looking in ---- */

int filter_regex(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	const struct regex *re;
	struct str group = { 0 };

	if (query_regex(ev, args[0], &re, err))
		return -1;
	if (regex_search(re, input->text, &group, err) == REGEX_ERROR)
		return -1;
	if (group.p)
		return query_result(value_string(ev->arena, group), ret, err);
	*ret = NULL;
	return 0;
}

static int parse_input(const struct eval *ev, const struct value *input,
	const struct value **ret, struct error *err)
{
	struct error cause;

	if (input->type != VALUE_STRING) {
		if (!ev->lenient_jsonpath_filter)
			return error_set(err, ERR_CHECK,
				"filter 'jsonpath' needs a string, but got a %s",
				value_type_word(input->type));
		*ret = input;
		return 0;
	}
	if (!json_parse(ev->arena, input->text, ev->limits->max_depth, ret, NULL, err))
		return 0;
	cause = *err;
	if (cause.code != ERR_PARSE)
		return -1;
	return error_set(err, ERR_CHECK, "the string is not JSON: %s", cause.message);
}

int filter_jsonpath(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	const struct jsonpath *path;
	const struct value *json = NULL;

	if (jsonpath_compile(ev->arena, args[0]->text, ev->jsonpath, &path, NULL, err) ||
		parse_input(ev, input, &json, err))
		return -1;
	return jsonpath_eval(ev->arena, path, json, ret, err);
}

int filter_xpath(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct xml_document *xml = NULL;
	int rc;

	if (xml_parse(input->text, true, &xml, err))
		return -1;
	rc = xml_xpath(ev->arena, xml, args[0]->text, ret, err);
	xml_free(xml);
	return rc;
}

/* ---- URLs ---- */

static bool is_http_url(struct str url)
{
	return str_starts_with(url, STR("http://")) ||
		str_starts_with(url, STR("https://"));
}

/* Names compare decoded. True and the value, decoded, in `out`. */
static bool is_parameter(struct str pair, struct str name, struct strbuf *out)
{
	struct str value = pair;
	struct str raw_name = str_cut(&value, '=');
	bool same;

	strbuf_clear(out);
	decode_percent(out, raw_name, true);
	same = str_eq(strbuf_str(out), name);
	strbuf_clear(out);
	if (same && value.p)
		decode_percent(out, value, true);
	return same;
}

int filter_url_query_param(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct str rest = input->text;
	struct strbuf sb;

	if (!is_http_url(input->text))
		return error_set(err, ERR_CHECK, "'%.*s' is no http URL",
			STR_ARG(str_sub(input->text, 0, 200)));
	rest = str_cut(&rest, '#');
	(void)str_cut(&rest, '?');
	strbuf_init(&sb, ev->limits->max_text_bytes);
	while (rest.p)
		if (is_parameter(str_cut(&rest, '&'), args[0]->text, &sb))
			return filter_take(ev, &sb, VALUE_STRING, ret, err);
	strbuf_release(&sb);
	*ret = NULL;
	return 0;
}
