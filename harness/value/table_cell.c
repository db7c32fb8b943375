#include "harness/value/table.h"

#include "harness/base/escape.h"
#include "harness/value/encode.h"
#include "harness/value/json.h"
#include "harness/value/number.h"
#include "harness/value/number_view.h"

/* What one comparison of JSON may take. */
enum { SCRATCH_BYTES = 64 * 1024 * 1024, JSON_DEPTH = 200 };

/* ---- numbers ---- */

static bool as_number(struct str text, struct value *ret)
{
	struct number_view view = { 0 };

	*ret = (struct value){ .type = VALUE_DECIMAL, .text = text };
	return number_view_text(&view, text);
}

/* Binary fractions are never quite the decimal that was meant. */
static bool is_near(const struct value *found, const struct value *expected)
{
	static const struct value double_percent = { .type = VALUE_DECIMAL,
		.text = STR_INIT("0.0000001") };
	static const struct value single_percent = { .type = VALUE_DECIMAL,
		.text = STR_INIT("0.0001") };

	if (found->type != VALUE_FLOAT)
		return false;
	return number_within(found, expected,
		found->flags & VALUE_SINGLE ? &single_percent : &double_percent, true);
}

static bool equal_numbers(const struct value *found, const struct value *expected)
{
	return number_compare(found, expected) == 0 || is_near(found, expected);
}

/* TINYINT(1) is how SQL says boolean. */
static bool is_truth(struct str text, int64_t truth)
{
	return truth == 1 ? str_eq_nocase(text, STR("true")) :
			    truth == 0 && str_eq_nocase(text, STR("false"));
}

static bool text_is_number(struct str text, const struct value *found)
{
	struct value expected;

	if (found->type == VALUE_INT && is_truth(text, found->u.integer))
		return true;
	return as_number(text, &expected) && equal_numbers(found, &expected);
}

static bool text_is_bool(struct str text, bool found)
{
	return is_truth(text, found) || str_is(text, found ? "1" : "0");
}

/* ---- JSON ---- */

/* False as well when either is no JSON. */
static bool equal_json(struct str found, struct str expected)
{
	const struct value *f = NULL;
	const struct value *e = NULL;
	struct error ignored;
	struct arena scratch;
	bool equal;

	arena_init(&scratch, SCRATCH_BYTES);
	equal = !json_parse(&scratch, found, JSON_DEPTH, &f, NULL, &ignored) &&
		!json_parse(&scratch, expected, JSON_DEPTH, &e, NULL, &ignored) &&
		value_equal(f, e);
	arena_release(&scratch);
	return equal;
}

static bool json_is(struct str found, const struct value *expected)
{
	const struct value *f = NULL;
	struct error ignored;
	struct arena scratch;
	bool equal;

	arena_init(&scratch, SCRATCH_BYTES);
	equal = !json_parse(&scratch, found, JSON_DEPTH, &f, NULL, &ignored) &&
		value_equal(f, expected);
	arena_release(&scratch);
	return equal;
}

static bool text_is_json(struct str text, const struct value *found)
{
	struct strbuf sb;
	bool equal;

	strbuf_init(&sb, SCRATCH_BYTES);
	json_write(&sb, found);
	equal = !strbuf_failed(&sb) && equal_json(strbuf_str(&sb), text);
	strbuf_release(&sb);
	return equal;
}

/* ---- text cells: the kind of what was found decides ---- */

static bool text_is_string(struct str text, const struct value *found)
{
	struct value expected = { .type = VALUE_STRING, .text = text };

	return value_equal(found, &expected) ||
		((found->flags & VALUE_JSON_TEXT) && equal_json(found->text, text));
}

static bool text_is_date(struct str text, const struct value *found)
{
	struct strbuf sb;
	bool equal;

	strbuf_init(&sb, 64);
	equal = value_render(&sb, found) && str_eq(strbuf_str(&sb), text);
	strbuf_release(&sb);
	return equal;
}

static bool text_matches(struct str text, const struct value *found)
{
	switch (found->type) {
	case VALUE_STRING:
		return text_is_string(text, found);
	case VALUE_INT:
	case VALUE_BIGINT:
	case VALUE_DECIMAL:
	case VALUE_FLOAT:
		return text_is_number(text, found);
	case VALUE_BOOL:
		return text_is_bool(text, found->u.boolean);
	case VALUE_BYTES:
		return str_eq(found->text, text);
	case VALUE_DATE:
		return text_is_date(text, found);
	case VALUE_LIST:
	case VALUE_OBJECT:
		return text_is_json(text, found);
	case VALUE_NULL:
	case VALUE_NODESET:
	case VALUE_REDIRECT:
	case VALUE_REGEX:
	case VALUE_UNIT:
	case VALUE_TYPE_COUNT:
		break;
	}
	return false;
}

static bool string_matches(const struct cell *c, const struct value *found)
{
	struct value expected = { .type = VALUE_STRING, .text = c->text };

	return value_equal(found, &expected);
}

/* ---- the other kinds ---- */

/* The text form: what a template writes, 0x... for bytes, JSON for the rest. */
static void text_form(struct strbuf *out, const struct value *v)
{
	if (v->type == VALUE_BYTES) {
		strbuf_adds(out, "0x");
		encode_hex(out, v->text);
	} else if (!value_render(out, v)) {
		json_write(out, v);
	}
}

static bool regex_matches(const struct cell *c, const struct value *found)
{
	struct error ignored;
	struct strbuf sb;
	bool match;

	if (found->type == VALUE_NULL)
		return false;
	if (found->type == VALUE_STRING)
		return regex_search(c->regex, found->text, NULL, &ignored) == REGEX_MATCH;
	strbuf_init(&sb, SCRATCH_BYTES);
	text_form(&sb, found);
	match = !strbuf_failed(&sb) &&
		regex_search(c->regex, strbuf_str(&sb), NULL, &ignored) == REGEX_MATCH;
	strbuf_release(&sb);
	return match;
}

static bool equal_for_order(const struct cell *c, const struct value *found)
{
	return c->quoted ? string_matches(c, found) : text_matches(c->text, found);
}

static bool order_of(const struct cell *c, const struct value *found, int *ret)
{
	struct value expected = { .type = VALUE_STRING, .text = c->text };

	if (value_is_number(found) && (c->quoted || !as_number(c->text, &expected)))
		return false;
	return value_order(found, &expected, ret) && *ret != NUMBER_UNORDERED;
}

static bool order_matches(const struct cell *c, const struct value *found)
{
	bool equal;
	int order = 0;

	if (found->type == VALUE_NULL)
		return false;
	equal = equal_for_order(c, found);
	if (c->order == CELL_NE)
		return !equal;
	if (equal)
		return c->order == CELL_LE || c->order == CELL_GE;
	if (!order_of(c, found, &order))
		return false;
	return c->order == CELL_LT || c->order == CELL_LE ? order < 0 : order > 0;
}

static bool json_matches(const struct value *expected, const struct value *found)
{
	if (!expected)
		return false;
	if (found->type == VALUE_STRING)
		return json_is(found->text, expected);
	return value_equal(found, expected);
}

/* An injected value has no kind of its own: what people typed on the command line is text. */
static bool value_matches(const struct value *expected, const struct value *found)
{
	if (!expected)
		return false;
	if ((expected->flags & VALUE_INJECTED) && expected->text.p)
		return text_matches(expected->text, found);
	if (value_is_number(expected) && value_is_number(found))
		return equal_numbers(found, expected);
	if (expected->type == VALUE_BOOL && found->type == VALUE_INT)
		return found->u.integer == expected->u.boolean;
	if (expected->type == VALUE_LIST || expected->type == VALUE_OBJECT)
		return json_matches(expected, found);
	return value_equal(found, expected);
}

bool cell_matches(const struct cell *c, const struct value *found)
{
	if (!found)
		return false;
	switch (c->kind) {
	case CELL_TEXT:
		return text_matches(c->text, found);
	case CELL_STRING:
		return string_matches(c, found);
	case CELL_NULL:
		return found->type == VALUE_NULL;
	case CELL_ANY:
		return true;
	case CELL_NOT_NULL:
		return found->type != VALUE_NULL;
	case CELL_REGEX:
		return regex_matches(c, found);
	case CELL_ORDER:
		return order_matches(c, found);
	case CELL_WITHIN:
		return value_is_number(found) &&
			number_within(found, c->number, c->tolerance, c->percent);
	case CELL_JSON:
		return json_matches(c->value, found);
	case CELL_BYTES:
		return found->type == VALUE_BYTES && str_eq(found->text, c->text);
	case CELL_VALUE:
		return value_matches(c->value, found);
	}
	return false;
}

/* ---- showing ---- */

static void show_quoted(struct strbuf *out, struct str text)
{
	strbuf_addc(out, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'')
			strbuf_addc(out, '\'');
		strbuf_addc(out, text.p[i]);
	}
	strbuf_addc(out, '\'');
}

static void show_order(struct strbuf *out, const struct cell *c)
{
	static const char *const words[] = {
		[CELL_LT] = "<",
		[CELL_LE] = "<=",
		[CELL_GT] = ">",
		[CELL_GE] = ">=",
		[CELL_NE] = "!=",
	};

	strbuf_addf(out, "%s ", words[c->order]);
	if (c->quoted)
		show_quoted(out, c->text);
	else
		strbuf_add(out, c->text);
}

static void show_within(struct strbuf *out, const struct cell *c)
{
	strbuf_add(out, c->number->text);
	strbuf_adds(out, " +- ");
	strbuf_add(out, c->tolerance->text);
	if (c->percent)
		strbuf_addc(out, '%');
}

static void show_hex(struct strbuf *out, struct str bytes)
{
	strbuf_adds(out, "0x");
	encode_hex(out, bytes);
}

static void show_regex(struct strbuf *out, const struct cell *c)
{
	strbuf_addc(out, '/');
	strbuf_add(out, regex_pattern(c->regex));
	strbuf_addc(out, '/');
}

void cell_show(struct strbuf *out, const struct cell *c)
{
	enum { MOST_CHARS = 60 };

	switch (c->kind) {
	case CELL_TEXT:
	case CELL_JSON:
		strbuf_add(out, c->text.n ? c->text : STR("''"));
		break;
	case CELL_STRING:
		show_quoted(out, c->text);
		break;
	case CELL_NULL:
		strbuf_adds(out, "NULL");
		break;
	case CELL_ANY:
		strbuf_addc(out, '*');
		break;
	case CELL_NOT_NULL:
		strbuf_adds(out, "!NULL");
		break;
	case CELL_REGEX:
		show_regex(out, c);
		break;
	case CELL_ORDER:
		show_order(out, c);
		break;
	case CELL_WITHIN:
		show_within(out, c);
		break;
	case CELL_BYTES:
		show_hex(out, c->text);
		break;
	case CELL_VALUE:
		cell_show_value(out, c->value, MOST_CHARS);
		break;
	}
}

static size_t leading_blanks(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == ' ')
		n++;
	return n;
}

static size_t trailing_blanks(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[s.n - 1 - n] == ' ')
		n++;
	return n;
}

static void add_dots(struct strbuf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_add_utf8(out, 0xB7);
}

/* Blanks at the ends as dots; controls, tabs and line ends escaped. */
static void show_string(struct strbuf *out, struct str s)
{
	size_t before = leading_blanks(s);
	size_t after = before < s.n ? trailing_blanks(s) : 0;

	if (!s.n || str_is(s, "NULL")) {
		show_quoted(out, s);
		return;
	}
	add_dots(out, before);
	escape_visible_line(out, str_sub(s, before, s.n - before - after));
	add_dots(out, after);
}

/* The longest start with `max` characters. */
static struct str first_chars(struct str s, size_t max)
{
	size_t at = 0;
	uint32_t ignored;

	for (size_t i = 0; i < max && at < s.n; i++) {
		size_t n = utf8_next(s, at, &ignored);

		at += n ? n : 1;
	}
	return str_sub(s, 0, at);
}

static void show_any(struct strbuf *out, const struct value *v, size_t max_chars)
{
	struct str part = first_chars(v->text, max_chars + 1);

	if (v->flags & VALUE_SECRET)
		strbuf_adds(out, "***");
	else if (v->type == VALUE_NULL)
		strbuf_adds(out, "NULL");
	else if (v->type == VALUE_STRING)
		show_string(out, part);
	else if (v->type == VALUE_BYTES)
		show_hex(out, str_sub(v->text, 0, max_chars));
	else
		value_show_content(out, v, 4 * max_chars);
}

void cell_show_value(struct strbuf *out, const struct value *v, size_t max_chars)
{
	struct strbuf whole;
	struct str shown;

	if (!v)
		return;
	strbuf_init(&whole, 64 * max_chars + 64);
	show_any(&whole, v, max_chars);
	shown = strbuf_str(&whole);
	if (utf8_count(shown) > max_chars) {
		strbuf_add(out, first_chars(shown, max_chars > 3 ? max_chars - 3 : 0));
		strbuf_adds(out, "...");
	} else {
		strbuf_add(out, shown);
	}
	strbuf_release(&whole);
}
