#include "harness/value/filter.h"

#include "harness/value/filter_impl.h"
#include "harness/value/names.h"
#include "harness/value/query_impl.h"

int filter_take(const struct eval *ev, struct strbuf *sb, enum value_type type,
	const struct value **ret, struct error *err)
{
	bool too_large = strbuf_failed(sb) && sb->n > 0 && sb->n + 1024 >= sb->max_bytes;

	if (too_large) {
		strbuf_release(sb);
		return error_set(err, ERR_LIMIT, "the result of the filter is too large");
	}
	return query_result(value_take(ev->arena, sb, type), ret, err);
}

static int filter_default(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)ev;
	(void)err;
	*ret = input ? input : args[0];
	return 0;
}

static int filter_location(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)args;
	return query_result(value_string(ev->arena, input->text), ret, err);
}

/* ---- the table ---- */

enum {
	INT = TYPE_BIT(VALUE_INT),
	STRING = TYPE_BIT(VALUE_STRING),
	BYTES = TYPE_BIT(VALUE_BYTES),
	LIST = TYPE_BIT(VALUE_LIST),
	OBJECT = TYPE_BIT(VALUE_OBJECT),
	DATE = TYPE_BIT(VALUE_DATE),
	COUNTED = LIST | BYTES | TYPE_BIT(VALUE_NODESET),
	FLOATING = TYPE_BIT(VALUE_FLOAT),
	SCALARS = TYPES_NUMBER | STRING | DATE | TYPE_BIT(VALUE_BOOL) |
		TYPE_BIT(VALUE_NULL),
};

const struct filter filters[] = {
	{ "count", { ARG_NONE }, COUNTED, INT, false, NULL, FILTER_PLAIN, filter_count,
		"how many elements, bytes or nodes" },
	{ "nth", { ARG_INT }, LIST, 0, false, NULL, FILTER_PLAIN, filter_nth,
		"the element at an index: 0 is the first, -1 the last" },
	{ "first", { ARG_NONE }, LIST, 0, false, NULL, FILTER_PLAIN, filter_first,
		"the first element" },
	{ "last", { ARG_NONE }, LIST, 0, false, NULL, FILTER_PLAIN, filter_last,
		"the last element" },
	{ "toInt", { ARG_NONE }, STRING | TYPES_NUMBER, INT, false, NULL, FILTER_PLAIN,
		filter_to_int, "as an integer; a fraction is cut off" },
	{ "toFloat", { ARG_NONE }, STRING | TYPES_NUMBER, FLOATING, false, NULL,
		FILTER_PLAIN, filter_to_float, "as a floating-point number" },
	{ "toString", { ARG_NONE }, SCALARS, STRING, false, NULL, FILTER_PLAIN,
		filter_to_string, "as text, the way a template writes it" },
	{ "split", { ARG_TEXT }, STRING, LIST, false, NULL, FILTER_PLAIN, filter_split,
		"the parts between separators" },
	{ "regex", { ARG_PATTERN }, STRING, STRING, false, NULL, FILTER_PLAIN,
		filter_regex, "first group of the first match" },
	{ "replace", { ARG_TEXT, ARG_TEXT }, STRING, STRING, false, NULL, FILTER_PLAIN,
		filter_replace, "all occurrences of one text replaced by another" },
	{ "replaceRegex", { ARG_PATTERN, ARG_TEXT }, STRING, STRING, false, NULL,
		FILTER_PLAIN, filter_replace_regex,
		"all matches replaced; $1 ${1} $name stand for groups, $$ for $" },
	{ "jsonpath", { ARG_TEXT }, STRING | LIST | OBJECT, 0, false, NULL, FILTER_PLAIN,
		filter_jsonpath, "what the expression finds in the text, read as JSON" },
	{ "xpath", { ARG_TEXT }, STRING, 0, false, NULL, FILTER_PLAIN, filter_xpath,
		"what the XPath expression finds in the text, read as HTML" },
	{ "toDate", { ARG_TEXT }, STRING, DATE, false, NULL, FILTER_PLAIN, filter_to_date,
		"the date that the text is in a format" },
	{ "dateFormat", { ARG_TEXT }, DATE, STRING, false, NULL, FILTER_PLAIN,
		filter_date_format, "the date as text, in UTC" },
	{ "format", { ARG_TEXT }, DATE, STRING, false, "dateFormat", FILTER_PLAIN,
		filter_date_format, "old name of dateFormat" },
	{ "daysAfterNow", { ARG_NONE }, DATE, INT, false, NULL, FILTER_PLAIN,
		filter_days_after_now, "whole days from now to the date" },
	{ "daysBeforeNow", { ARG_NONE }, DATE, INT, false, NULL, FILTER_PLAIN,
		filter_days_before_now, "whole days from the date to now" },
	{ "urlEncode", { ARG_NONE }, STRING, STRING, false, NULL, FILTER_PLAIN,
		filter_url_encode, "percent-encoded" },
	{ "urlDecode", { ARG_NONE }, STRING, STRING, false, NULL, FILTER_PLAIN,
		filter_url_decode, "percent-decoded" },
	{ "urlQueryParam", { ARG_TEXT }, STRING, STRING, false, NULL, FILTER_PLAIN,
		filter_url_query_param,
		"a parameter of the URL's query string, decoded" },
	{ "htmlEscape", { ARG_NONE }, STRING, STRING, false, NULL, FILTER_PLAIN,
		filter_html_escape, "& < > \" ' as character references" },
	{ "htmlUnescape", { ARG_NONE }, STRING, STRING, false, NULL, FILTER_PLAIN,
		filter_html_unescape, "character references as characters" },
	{ "base64Decode", { ARG_NONE }, STRING, BYTES, false, NULL, FILTER_PLAIN,
		filter_base64_decode, "bytes of base64 text, with padding" },
	{ "base64Encode", { ARG_NONE }, BYTES, STRING, false, NULL, FILTER_PLAIN,
		filter_base64_encode, "base64 text of bytes" },
	{ "base64UrlSafeDecode", { ARG_NONE }, STRING, BYTES, false, NULL, FILTER_PLAIN,
		filter_base64url_decode,
		"bytes of base64 text in the URL alphabet, without padding" },
	{ "base64UrlSafeEncode", { ARG_NONE }, BYTES, STRING, false, NULL, FILTER_PLAIN,
		filter_base64url_encode,
		"base64 text in the URL alphabet, without padding" },
	{ "utf8Decode", { ARG_NONE }, BYTES, STRING, false, NULL, FILTER_PLAIN,
		filter_utf8_decode, "text of UTF-8 bytes" },
	{ "utf8Encode", { ARG_NONE }, STRING, BYTES, false, NULL, FILTER_PLAIN,
		filter_utf8_encode, "UTF-8 bytes of text" },
	{ "charsetDecode", { ARG_TEXT }, BYTES, STRING, false, NULL, FILTER_PLAIN,
		filter_charset_decode, "text of bytes in a character set" },
	{ "decode", { ARG_TEXT }, BYTES, STRING, false, "charsetDecode", FILTER_PLAIN,
		filter_charset_decode, "old name of charsetDecode" },
	{ "toHex", { ARG_NONE }, BYTES, STRING, false, NULL, FILTER_PLAIN, filter_to_hex,
		"hex digits of bytes" },
	{ "location", { ARG_NONE }, TYPE_BIT(VALUE_REDIRECT), STRING, false, NULL,
		FILTER_PLAIN, filter_location, "where a redirect leads" },
	{ "plus", { ARG_NUMBER }, TYPES_NUMBER, TYPES_NUMBER, true, NULL, FILTER_PLAIN,
		filter_plus, "the sum, exact on integers and decimals" },
	{ "minus", { ARG_NUMBER }, TYPES_NUMBER, TYPES_NUMBER, true, NULL, FILTER_PLAIN,
		filter_minus, "the difference" },
	{ "times", { ARG_NUMBER }, TYPES_NUMBER, TYPES_NUMBER, true, NULL, FILTER_PLAIN,
		filter_times, "the product" },
	{ "dividedBy", { ARG_NUMBER }, TYPES_NUMBER, TYPES_NUMBER, true, NULL,
		FILTER_PLAIN, filter_divided_by,
		"the quotient, with up to 20 digits after the dot" },
	{ "sum", { ARG_NONE }, LIST, TYPES_NUMBER, true, NULL, FILTER_PLAIN, filter_sum,
		"the sum of a list of numbers" },
	{ "min", { ARG_NONE }, LIST, 0, true, NULL, FILTER_PLAIN, filter_min,
		"the least element" },
	{ "max", { ARG_NONE }, LIST, 0, true, NULL, FILTER_PLAIN, filter_max,
		"the greatest element" },
	{ "likeEscape", { ARG_NONE }, STRING, STRING, true, NULL, FILTER_PLAIN,
		filter_like_escape, "% _ and \\ escaped for LIKE" },
	{ "default", { ARG_LITERAL }, TYPES_ANY, 0, true, NULL, FILTER_DEFAULT,
		filter_default, "a value for when there is none" },
	{ "each", { ARG_NONE }, LIST, 0, true, NULL, FILTER_EACH, NULL,
		"the predicate must hold for every element" },
	{ "any", { ARG_NONE }, LIST, 0, true, NULL, FILTER_ANY, NULL,
		"the predicate must hold for some element" },
	{ "none", { ARG_NONE }, LIST, 0, true, NULL, FILTER_NONE, NULL,
		"the predicate must hold for no element" },
};

const size_t filters_count = ARRAY_SIZE(filters);

static const char *filter_name_at(size_t i)
{
	return filters[i].name;
}

const struct filter *filter_find(struct str name)
{
	size_t i = names_find(filter_name_at, filters_count, name);

	return i == SIZE_MAX ? NULL : &filters[i];
}

const char *filter_suggest(struct str name)
{
	return names_suggest(filter_name_at, filters_count, name);
}

/* ---- applying ---- */

static int wrong_type(const struct eval *ev, const struct filter *f,
	const struct value *input, struct error *err)
{
	struct strbuf text;

	strbuf_init(&text, 700);
	value_types_show(&text, f->takes);
	strbuf_adds(&text, ", but got ");
	value_show(&text, input, ev->limits->max_value_shown);
	(void)error_set(
		err, ERR_CHECK, "filter '%s' needs %s", f->name, strbuf_cstr(&text));
	strbuf_release(&text);
	return -1;
}

static bool is_secret(const struct filter *f, const struct value *input,
	const struct value *const *args)
{
	if (value_is_secret(input))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(f->args) && f->args[i] != ARG_NONE; i++)
		if (value_is_secret(args[i]))
			return true;
	return false;
}

int filter_apply(const struct eval *ev, const struct filter *f, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	const struct value *result = NULL;

	if (!input && f->special != FILTER_DEFAULT)
		return error_set(err, ERR_CHECK, "filter '%s' has no input", f->name);
	if (input && !(TYPE_BIT(input->type) & f->takes))
		return wrong_type(ev, f, input, err);
	if (!f->eval)
		return error_set(err, ERR_INTERNAL,
			"filter '%s' stands before a predicate only", f->name);
	if (f->eval(ev, input, args, &result, err))
		return -1;
	if (result && is_secret(f, input, args)) {
		result = value_with_flags(ev->arena, result, VALUE_SECRET);
		if (!result)
			return error_set_oom(err);
	}
	*ret = result;
	return 0;
}
