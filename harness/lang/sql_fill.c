/*
 * Values into statements. A value becomes a literal, escaped for where it stands; no value can end one.
 */
#include "harness/lang/sql_lexer.h"

#include <stdarg.h>

#include "harness/base/clock.h"
#include "harness/base/escape.h"
#include "harness/value/encode.h"
#include "harness/value/json.h"
#include "harness/value/number.h"

struct filler {
	const struct source *source;
	struct sql_mode mode;
	bool writing;
	const struct sql_piece *piece;
	struct strbuf *out;
	struct error *err;
};

static int fail(const struct filler *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

static int fail(const struct filler *f, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return error_at(f->err, ERR_TEMPLATE, f->source, f->piece->placeholder->span, "%s", text);
}

static bool is_injected(const struct value *v)
{
	return (v->flags & VALUE_INJECTED) && v->text.p;
}

/* ---- scalars ---- */

static int add_string(struct filler *f, struct str text)
{
	strbuf_addc(f->out, '\'');
	escape_sql(f->out, text, '\'', f->mode.no_backslash_escapes);
	strbuf_addc(f->out, '\'');
	return 0;
}

static int add_number(struct filler *f, const struct value *v)
{
	struct strbuf digits;
	bool negative;
	int rc = 0;

	strbuf_init(&digits, 4096);
	if (!number_plain(&digits, v) || strbuf_failed(&digits)) {
		rc = fail(f, "the number of '%.*s' cannot be written in SQL: it is infinite, not a number, or too long",
			  STR_ARG(f->piece->placeholder->name));
	} else {
		negative = strbuf_str(&digits).n && digits.p[0] == '-';
		strbuf_adds(f->out, negative ? "(" : "");
		strbuf_add(f->out, strbuf_str(&digits));
		strbuf_adds(f->out, negative ? ")" : "");
	}
	strbuf_release(&digits);
	return rc;
}

static int add_date(struct filler *f, const struct value *v)
{
	struct clock_utc t = clock_to_utc(v->u.wall_us);

	strbuf_addf(f->out, "'%04d-%02d-%02d %02d:%02d:%02d.%06d'", (int)t.year, t.month, t.day, t.hour, t.minute, t.second, t.micro);
	return 0;
}

static int add_json(struct filler *f, const struct value *v)
{
	struct strbuf json;
	int rc;

	strbuf_init(&json, f->out->max_bytes);
	json_write(&json, v);
	rc = strbuf_failed(&json) ? error_set_oom(f->err) : add_string(f, strbuf_str(&json));
	strbuf_release(&json);
	return rc;
}

static int add_bytes(struct filler *f, const struct value *v)
{
	strbuf_adds(f->out, "x'");
	encode_hex(f->out, v->text);
	strbuf_adds(f->out, "'");
	return 0;
}

static int add_null(struct filler *f)
{
	if (f->piece->compared || f->piece->in_list) {
		(void)fail(f, "'%.*s' is null, and no comparison with NULL ever holds", STR_ARG(f->piece->placeholder->name));
		error_note(f->err, "compare with <=>, which takes NULL for equal to NULL");
		return -1;
	}
	strbuf_adds(f->out, "NULL");
	return 0;
}

static int fail_type(const struct filler *f, const struct value *v, const char *where)
{
	return fail(f, "'%.*s' (%s) cannot stand %s", STR_ARG(f->piece->placeholder->name), value_type_word(v->type),
		    where);
}

/* One literal by the value's own kind. */
static int add_literal(struct filler *f, const struct value *v)
{
	if (is_injected(v))
		return add_string(f, v->text);
	switch (v->type) {
	case VALUE_NULL:
		return add_null(f);
	case VALUE_BOOL:
		strbuf_adds(f->out, v->u.boolean ? "TRUE" : "FALSE");
		return 0;
	case VALUE_INT:
	case VALUE_BIGINT:
	case VALUE_DECIMAL:
	case VALUE_FLOAT:
		return add_number(f, v);
	case VALUE_STRING:
		return add_string(f, v->text);
	case VALUE_BYTES:
		return add_bytes(f, v);
	case VALUE_DATE:
		return add_date(f, v);
	case VALUE_OBJECT:
		return add_json(f, v);
	case VALUE_LIST:
		return fail_type(f, v, "inside a list");
	case VALUE_NODESET:
	case VALUE_REDIRECT:
	case VALUE_REGEX:
	case VALUE_UNIT:
	case VALUE_TYPE_COUNT:
		break;
	}
	return fail_type(f, v, "in SQL");
}

/* The text of a number or string, as it was given. */
static int scalar_text(struct filler *f, const struct value *v, struct strbuf *text)
{
	if (value_is_number(v) && !is_injected(v))
		return number_plain(text, v) ? 0 : fail(f, "'%.*s' is no finite number", STR_ARG(f->piece->placeholder->name));
	return value_render(text, v) ? 0 : fail_type(f, v, "in place of this sample");
}

/* digits = "-"? digit+ ( "." digit* )? ( "e" sign? digit+ )? : what SQL reads as one number */
static bool is_sql_number(struct str s)
{
	size_t i = s.n && s.p[0] == '-';
	size_t digits = 0;
	bool point = false, exponent = false;

	for (; i < s.n; i++) {
		char c = s.p[i];
		if (c >= '0' && c <= '9') {
			digits++;
		} else if (c == '.' && digits && !point && !exponent) {
			point = true;
		} else if ((c == 'e' || c == 'E') && digits && !exponent) {
			exponent = true;
			digits = 0;
			i += i + 1 < s.n && (s.p[i + 1] == '-' || s.p[i + 1] == '+');
		} else {
			return false;
		}
	}
	return digits > 0;
}

static int add_number_text(struct filler *f, struct str text)
{
	bool negative = text.n && text.p[0] == '-';

	if (!is_sql_number(text))
		return fail(f, "'%.*s' is no number, but the sample %.*s is one", STR_ARG(f->piece->placeholder->name),
			    (int)(f->piece->sample.n < 40 ? f->piece->sample.n : 40), f->piece->sample.p);
	strbuf_adds(f->out, negative ? "(" : "");
	strbuf_add(f->out, text);
	strbuf_adds(f->out, negative ? ")" : "");
	return 0;
}

/* Is the sample (or the first of its list) a string? */
static bool sample_is_string(const struct sql_piece *piece)
{
	struct str s = piece->sample;

	if (s.n && s.p[0] == '(')
		s = str_trim(str_sub(s, 1, s.n));
	return s.n && (s.p[0] == '\'' || s.p[0] == '"');
}

/* The kind of the sample decides for numbers and strings; other values are what they are. */
static int add_by_sample(struct filler *f, const struct value *v)
{
	bool is_string = sample_is_string(f->piece);
	bool scalar = value_is_number(v) || v->type == VALUE_STRING || is_injected(v);
	struct strbuf text;
	int rc;

	if (!scalar || (!is_string && !f->piece->sample_is_number))
		return add_literal(f, v);
	strbuf_init(&text, f->out->max_bytes);
	rc = scalar_text(f, v, &text);
	if (rc == 0 && strbuf_failed(&text))
		rc = error_set_oom(f->err);
	if (rc == 0)
		rc = is_string ? add_string(f, strbuf_str(&text)) : add_number_text(f, strbuf_str(&text));
	strbuf_release(&text);
	return rc;
}

static int add_one(struct filler *f, const struct value *v)
{
	return f->piece->place == SQL_PLACE_SAMPLE ? add_by_sample(f, v) : add_literal(f, v);
}

/* ---- lists ---- */

/* An empty list alone in IN ( ): no row, in a form in which NOT IN holds too. */
static int add_empty_list(struct filler *f)
{
	const struct str name = f->piece->placeholder->name;

	if (!f->piece->alone_in_list)
		return fail(f, "the list '%.*s' is empty; only alone in IN ( ) an empty list means something", STR_ARG(name));
	if (f->writing && f->piece->not_in)
		return fail(f, "the list '%.*s' is empty: NOT IN would take every row", STR_ARG(name));
	strbuf_adds(f->out, f->writing ? "NULL" : "SELECT NULL FROM DUAL WHERE FALSE");
	return 0;
}

static int add_list(struct filler *f, const struct value *v)
{
	if (v->u.list.count == 0)
		return add_empty_list(f);
	for (size_t i = 0; i < v->u.list.count; i++) {
		const struct value *item = v->u.list.items[i];
		if (item->type == VALUE_NULL && !is_injected(item)) {
			(void)fail(f, "the list '%.*s' holds null, which no comparison finds", STR_ARG(f->piece->placeholder->name));
			error_note(f->err, "leave it out, and ask for NULL apart with <=> or IS NULL");
			return -1;
		}
		if (i)
			strbuf_adds(f->out, ", ");
		if (add_one(f, item))
			return -1;
	}
	return 0;
}

/* ---- places ---- */

/* Outside quotes, and in place of a sample, whose parentheses stay. */
static int fill_bare(struct filler *f, const struct value *v)
{
	bool parens = f->piece->place == SQL_PLACE_SAMPLE && f->piece->sample.n && f->piece->sample.p[0] == '(';

	strbuf_adds(f->out, parens ? "(" : "");
	if (v->type == VALUE_LIST ? add_list(f, v) : add_one(f, v))
		return -1;
	strbuf_adds(f->out, parens ? ")" : "");
	return 0;
}

/* Text of a value that may stand inside quotes. */
static int text_inside(struct filler *f, const struct value *v, struct strbuf *text)
{
	unsigned allowed = TYPES_NUMBER | TYPE_BIT(VALUE_STRING) | TYPE_BIT(VALUE_BOOL) | TYPE_BIT(VALUE_DATE);

	if (!is_injected(v) && !(TYPE_BIT(v->type) & allowed))
		return fail_type(f, v, "inside quotes");
	if (is_injected(v))
		strbuf_add(text, v->text);
	else if (!value_render(text, v))
		return fail_type(f, v, "inside quotes");
	return strbuf_failed(text) ? error_set_oom(f->err) : 0;
}

static int fill_string(struct filler *f, const struct value *v)
{
	struct strbuf text;
	int rc;

	strbuf_init(&text, f->out->max_bytes);
	rc = text_inside(f, v, &text);
	if (rc == 0)
		escape_sql(f->out, strbuf_str(&text), f->piece->quote, f->mode.no_backslash_escapes);
	strbuf_release(&text);
	return rc;
}

#define MAX_NAME 64

static int check_name(const struct filler *f, struct str name)
{
	const struct str variable = f->piece->placeholder->name;

	if (name.n == 0 || utf8_count(name) > MAX_NAME)
		return fail(f, "'%.*s' cannot be a name of SQL: it needs 1 to %d characters", STR_ARG(variable), MAX_NAME);
	if (str_find_char(name, '\0') != SIZE_MAX)
		return fail(f, "'%.*s' cannot be a name of SQL: it holds a NUL", STR_ARG(variable));
	if (name.p[name.n - 1] == ' ')
		return fail(f, "'%.*s' cannot be a name of SQL: it ends in a blank", STR_ARG(variable));
	return 0;
}

static int fill_name(struct filler *f, const struct value *v)
{
	struct strbuf text;
	int rc;

	strbuf_init(&text, f->out->max_bytes);
	rc = text_inside(f, v, &text);
	if (rc == 0)
		rc = check_name(f, strbuf_str(&text));
	for (size_t i = 0; rc == 0 && i < text.n; i++) {
		if (text.p[i] == f->piece->quote)
			strbuf_addc(f->out, text.p[i]);
		strbuf_addc(f->out, text.p[i]);
	}
	strbuf_release(&text);
	return rc;
}

static int fill_piece(struct filler *f, const struct value *v)
{
	switch (f->piece->place) {
	case SQL_PLACE_BARE:
	case SQL_PLACE_SAMPLE:
		return fill_bare(f, v);
	case SQL_PLACE_STRING:
		return fill_string(f, v);
	case SQL_PLACE_NAME:
		return fill_name(f, v);
	}
	return -1;
}

/* The same for people: a secret is hidden. */
static int show_piece(struct filler *f, const struct value *v, struct strbuf *shown)
{
	struct strbuf *out = f->out;
	int rc = 0;

	if (value_is_secret(v)) {
		strbuf_adds(shown, f->piece->quote ? "***" : "'***'");
	} else {
		f->out = shown;
		rc = fill_piece(f, v);
		f->out = out;
	}
	return rc;
}

int sql_statement_fill(struct arena *a, const struct source *s, const struct sql_statement *st, struct sql_mode mode,
		       bool writing, sql_value_of value_of, void *ctx, struct strbuf *out, struct strbuf *shown,
		       struct error *err)
{
	struct filler f = { .source = s, .mode = mode, .writing = writing, .out = out, .err = err };

	(void)a;	/* literals are written straight to `out` */
	for (size_t i = 0; i < st->npieces; i++) {
		f.piece = &st->pieces[i];
		strbuf_add(out, f.piece->text);
		if (shown)
			strbuf_add(shown, f.piece->text);
		if (!f.piece->placeholder)
			continue;
		const struct value *v = value_of(ctx, f.piece->placeholder, err);
		if (!v)
			return -1;
		if (fill_piece(&f, v) || (shown && show_piece(&f, v, shown)))
			return -1;
	}
	return 0;
}
