#include "harness/value/number.h"

#include <math.h>

#include "harness/base/scan.h"
#include "harness/value/number_view.h"

/* An exponent beyond this is as good as this one, and sums of two still fit. */
static const int64_t max_exponent = INT64_C(1000000000000);

enum { SHORTEST_BYTES = 32 };

/* The shortest text that reads back as `d`, with an exponent ("1.5e+00"), into buf; returns its length. */
static size_t number_shortest(double d, char *buf)
{
	double back = 0;
	int n = 0;

	for (int precision = 1; precision <= 17; precision++) {
		n = snprintf(buf, SHORTEST_BYTES, "%.*e", precision - 1, d);
		if (scan_double(str_make(buf, (size_t)n), true, &back) && back >= d &&
			back <= d)
			break;
	}
	return (size_t)n;
}

/* ---- the view: sign, first to last significant digit, place of the dot ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct cursor {
	const char *p;
	const char *end;
};

static bool cursor_take(struct cursor *c, const char *any_of)
{
	if (c->p == c->end || !*c->p || !strchr(any_of, *c->p))
		return false;
	c->p++;
	return true;
}

static size_t cursor_digits(struct cursor *c)
{
	const char *start = c->p;

	while (c->p < c->end && is_digit(*c->p))
		c->p++;
	return (size_t)(c->p - start);
}

static bool view_exponent(struct cursor *c, int64_t *ret)
{
	bool negative;
	int64_t e = 0;

	if (!cursor_take(c, "eE"))
		return true;
	negative = c->p < c->end && *c->p == '-';
	(void)cursor_take(c, "+-");
	if (c->p == c->end || !is_digit(*c->p))
		return false;
	for (; c->p < c->end && is_digit(*c->p); c->p++)
		e = e < max_exponent ? e * 10 + (*c->p - '0') : max_exponent;
	*ret = negative ? -e : e;
	return true;
}

/* Drops zeros at both ends; `whole` digits stand before the dot. */
static void view_normalise(struct number_view *v, int64_t whole, int64_t exponent)
{
	v->magnitude = whole + exponent;
	while (v->p < v->end && (*v->p == '0' || *v->p == '.')) {
		if (*v->p == '0')
			v->magnitude--;
		v->p++;
	}
	while (v->end > v->p && (v->end[-1] == '0' || v->end[-1] == '.'))
		v->end--;
	if (v->p == v->end)
		v->sign = 0;
}

bool number_view_text(struct number_view *v, struct str text)
{
	struct cursor c = { text.p, text.p + text.n };
	int64_t exponent = 0;
	size_t fraction = 0;
	size_t whole;

	if (!text.n)
		return false;
	v->sign = *text.p == '-' ? -1 : 1;
	(void)cursor_take(&c, "+-");
	v->p = c.p;
	whole = cursor_digits(&c);
	if (cursor_take(&c, "."))
		fraction = cursor_digits(&c);
	v->end = c.p;
	if (whole + fraction == 0 || !view_exponent(&c, &exponent) || c.p != c.end)
		return false;
	view_normalise(v, (int64_t)whole, exponent);
	return true;
}

static bool view_special(struct number_view *v, double d)
{
	v->special = true;
	v->nan = isnan(d);
	v->sign = isnan(d) ? 0 : d < 0 ? -1 : 1;
	return true;
}

static bool view_float(struct number_view *v, const struct value *x)
{
	if (x->text.p && number_view_text(v, x->text))
		return true;
	if (!isfinite(x->u.number))
		return view_special(v, x->u.number);
	return number_view_text(
		v, str_make(v->buf, number_shortest(x->u.number, v->buf)));
}

bool number_view_init(struct number_view *v, const struct value *x)
{
	*v = (struct number_view){ 0 };
	switch (x->type) {
	case VALUE_INT:
		(void)snprintf(v->buf, sizeof(v->buf), "%lld", (long long)x->u.integer);
		return number_view_text(v, str_from(v->buf));
	case VALUE_BIGINT:
	case VALUE_DECIMAL:
		return number_view_text(v, x->text);
	case VALUE_FLOAT:
		return view_float(v, x);
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_STRING:
	case VALUE_BYTES:
	case VALUE_DATE:
	case VALUE_LIST:
	case VALUE_OBJECT:
	case VALUE_NODESET:
	case VALUE_REDIRECT:
	case VALUE_REGEX:
	case VALUE_UNIT:
	case VALUE_TYPE_COUNT:
		break;
	}
	return false;
}

int number_view_digit(struct number_view *v)
{
	if (v->p < v->end && *v->p == '.')
		v->p++;
	return v->p < v->end ? *v->p++ - '0' : -1;
}

/* ---- comparison ---- */

static int sign_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_sizes(struct number_view *a, struct number_view *b)
{
	int c = sign_of(a->magnitude, b->magnitude);

	while (!c) {
		int da = number_view_digit(a);
		int db = number_view_digit(b);

		if (da < 0 && db < 0)
			break;
		c = sign_of(da < 0 ? 0 : da, db < 0 ? 0 : db);
	}
	return c;
}

static int compare_specials(const struct number_view *a, const struct number_view *b)
{
	if (a->nan || b->nan)
		return NUMBER_UNORDERED;
	if (a->special && b->special)
		return sign_of(a->sign, b->sign);
	return a->special ? a->sign : -b->sign;
}

int number_compare(const struct value *a, const struct value *b)
{
	struct number_view va;
	struct number_view vb;

	if (!number_view_init(&va, a) || !number_view_init(&vb, b))
		return NUMBER_UNORDERED;
	if (va.special || vb.special)
		return compare_specials(&va, &vb);
	if (va.sign != vb.sign || !va.sign)
		return sign_of(va.sign, vb.sign);
	return va.sign * compare_sizes(&va, &vb);
}

/* ---- text ---- */

/* The digits alone, in the one spelling that scan_double reads: 0.DIGITSeMAGNITUDE. False beyond its range. */
static bool double_of_view(struct number_view *v, double *ret)
{
	struct strbuf sb;
	int digit;
	bool ok;

	strbuf_init(&sb, (size_t)(v->end - v->p) + 64);
	strbuf_adds(&sb, v->sign < 0 ? "-0." : "0.");
	while ((digit = number_view_digit(v)) >= 0)
		strbuf_addc(&sb, (char)('0' + digit));
	strbuf_addf(&sb, "0e%lld", (long long)v->magnitude);
	ok = !strbuf_failed(&sb) && scan_double(strbuf_str(&sb), false, ret);
	strbuf_release(&sb);
	return ok;
}

double number_to_double(struct str text)
{
	struct number_view v = { 0 };
	double d = 0;

	if (scan_double(text, true, &d))
		return d;
	if (!number_view_text(&v, text) || !v.sign || double_of_view(&v, &d))
		return d;
	return v.magnitude < 0 ? 0 : v.sign < 0 ? -HUGE_VAL : HUGE_VAL;
}

/* An optional '-', then 0 or digits without a leading zero. */
static bool cursor_integer(struct cursor *c)
{
	const char *start;
	size_t n;

	(void)cursor_take(c, "-");
	start = c->p;
	n = cursor_digits(c);
	return n == 1 || (n > 1 && *start != '0');
}

static bool cursor_exponent(struct cursor *c)
{
	if (!cursor_take(c, "eE"))
		return true;
	(void)cursor_take(c, "+-");
	return cursor_digits(c) > 0;
}

bool number_scan(struct str s, bool allow_exponent, size_t *ret_n, bool *ret_integer)
{
	struct cursor c = { s.p, s.p + s.n };
	const char *whole_end;

	if (!s.n || !cursor_integer(&c))
		return false;
	whole_end = c.p;
	if (cursor_take(&c, ".") && !cursor_digits(&c))
		return false;
	if (allow_exponent && !cursor_exponent(&c))
		return false;
	*ret_n = (size_t)(c.p - s.p);
	*ret_integer = c.p == whole_end;
	return true;
}

bool number_parse(
	struct arena *a, struct str s, bool allow_exponent, const struct value **ret)
{
	bool integer = false;
	size_t n = 0;

	if (!number_scan(s, allow_exponent, &n, &integer) || n != s.n)
		return false;
	*ret = integer ? value_integer(a, s) : value_float(a, number_to_double(s), s);
	return true;
}

static void plain_digits(struct strbuf *out, struct number_view *v)
{
	int64_t place = v->magnitude;
	int digit;

	if (v->sign < 0)
		strbuf_addc(out, '-');
	if (place <= 0) {
		strbuf_adds(out, "0.");
		strbuf_add_repeat(out, '0', (size_t)-place);
	}
	while ((digit = number_view_digit(v)) >= 0) {
		if (place-- == 0 && v->magnitude > 0)
			strbuf_addc(out, '.');
		strbuf_addc(out, (char)('0' + digit));
	}
	if (place > 0)
		strbuf_add_repeat(out, '0', (size_t)place);
}

bool number_plain(struct strbuf *out, const struct value *x)
{
	enum { MOST_ZEROS = 10000 };
	struct number_view v;

	if (!number_view_init(&v, x) || v.special)
		return false;
	if (x->type != VALUE_INT && x->text.p &&
		str_find_char(x->text, 'e') == SIZE_MAX &&
		str_find_char(x->text, 'E') == SIZE_MAX) {
		strbuf_add(
			out, *x->text.p == '+' ? str_sub(x->text, 1, SIZE_MAX) : x->text);
		return true;
	}
	if (v.magnitude > MOST_ZEROS || v.magnitude < -MOST_ZEROS)
		return false;
	if (!v.sign)
		strbuf_addc(out, '0');
	else
		plain_digits(out, &v);
	return true;
}
