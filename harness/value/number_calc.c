#include "harness/value/number.h"

#include "harness/value/number_view.h"

/* Operands and results have at most so many digits; what arises between has twice that. */
enum { MOST_DIGITS = 1000, ROOM = 2 * MOST_DIGITS + 64 };

enum { QUOTIENT_DIGITS = 20 };

/* sign * sum(d[i] * 10^(exp + i)): least significant digit first. n may count zeros at the top. */
struct decimal {
	int sign;
	int64_t exp;
	size_t n;
	uint8_t d[ROOM];
};

static void trim_top(struct decimal *x)
{
	while (x->n > 0 && !x->d[x->n - 1])
		x->n--;
	if (!x->n)
		x->sign = 0;
}

static bool from_value(struct decimal *x, const struct value *v)
{
	struct number_view view;
	size_t n = 0;
	int digit;

	if (!number_view_init(&view, v) || view.special ||
		view.end - view.p > MOST_DIGITS + 1)
		return false;
	while ((digit = number_view_digit(&view)) >= 0)
		x->d[n++] = (uint8_t)digit;
	for (size_t i = 0; i < n / 2; i++) {
		uint8_t swap = x->d[i];

		x->d[i] = x->d[n - 1 - i];
		x->d[n - 1 - i] = swap;
	}
	x->n = n;
	x->sign = view.sign;
	x->exp = n ? view.magnitude - (int64_t)n : 0;
	return true;
}

/* The same number with a lower exponent: zeros are put in below. */
static bool lower_exp(struct decimal *x, int64_t exp)
{
	int64_t shift = x->exp - exp;

	if (shift <= 0)
		return true;
	if (!x->n) {
		x->exp = exp;
		return true;
	}
	if (shift > (int64_t)(ROOM - x->n))
		return false;
	memmove(x->d + shift, x->d, x->n);
	memset(x->d, 0, (size_t)shift);
	x->n += (size_t)shift;
	x->exp = exp;
	return true;
}

static bool align(struct decimal *x, struct decimal *y)
{
	return lower_exp(x, y->exp) && lower_exp(y, x->exp);
}

static int digit_at(const struct decimal *x, size_t i)
{
	return i < x->n ? x->d[i] : 0;
}

/* Sizes without sign; both aligned. */
static int compare_sizes(const struct decimal *x, const struct decimal *y)
{
	for (size_t i = x->n > y->n ? x->n : y->n; i > 0; i--) {
		int c = digit_at(x, i - 1) - digit_at(y, i - 1);

		if (c)
			return c;
	}
	return 0;
}

static bool add_sizes(struct decimal *x, const struct decimal *y)
{
	size_t n = x->n > y->n ? x->n : y->n;
	int carry = 0;

	if (n >= ROOM)
		return false;
	for (size_t i = 0; i <= n; i++) {
		int sum = digit_at(x, i) + digit_at(y, i) + carry;

		x->d[i] = (uint8_t)(sum % 10);
		carry = sum / 10;
		if (i >= x->n)
			x->n = i + 1;
	}
	trim_top(x);
	return true;
}

/* x -= y where x is not the smaller one. */
static void subtract_sizes(struct decimal *x, const struct decimal *y)
{
	int borrow = 0;

	for (size_t i = 0; i < x->n; i++) {
		int difference = x->d[i] - digit_at(y, i) - borrow;

		borrow = difference < 0;
		x->d[i] = (uint8_t)(difference + 10 * borrow);
	}
	trim_top(x);
}

static bool add(struct decimal *x, struct decimal *y)
{
	if (!align(x, y))
		return false;
	if (!y->sign)
		return true;
	if (!x->sign || x->sign == y->sign) {
		x->sign = y->sign;
		return add_sizes(x, y);
	}
	if (compare_sizes(x, y) < 0) {
		struct decimal swap = *x;

		*x = *y;
		*y = swap;
	}
	subtract_sizes(x, y);
	return true;
}

static bool subtract(struct decimal *x, struct decimal *y)
{
	y->sign = -y->sign;
	return add(x, y);
}

static bool multiply(struct decimal *x, struct decimal *y)
{
	struct decimal product = { .sign = x->sign * y->sign, .exp = x->exp + y->exp };

	product.n = x->n + y->n;
	if (product.n > ROOM)
		return false;
	for (size_t i = 0; i < x->n; i++) {
		int carry = 0;

		for (size_t j = 0; j < y->n || carry; j++) {
			int sum = product.d[i + j] + x->d[i] * digit_at(y, j) + carry;

			product.d[i + j] = (uint8_t)(sum % 10);
			carry = sum / 10;
		}
	}
	trim_top(&product);
	*x = product;
	return true;
}

/* rest = 10 * rest + digit, then as often y as it holds is taken away: that is the quotient's digit. */
static uint8_t divide_step(struct decimal *rest, uint8_t digit, const struct decimal *y)
{
	uint8_t times = 0;

	memmove(rest->d + 1, rest->d, rest->n);
	rest->d[0] = digit;
	rest->n++;
	rest->sign = 1;
	trim_top(rest);
	while (compare_sizes(rest, y) >= 0) {
		subtract_sizes(rest, y);
		times++;
	}
	return times;
}

static void drop_low_zeros(struct decimal *x)
{
	size_t zeros = 0;

	while (zeros < x->n && !x->d[zeros] && x->exp + (int64_t)zeros < 0)
		zeros++;
	memmove(x->d, x->d + zeros, x->n - zeros);
	x->n -= zeros;
	x->exp = x->n ? x->exp + (int64_t)zeros : 0;
}

/* The last digit is dropped; half or more of a unit goes up, away from zero. */
static bool round_last(struct decimal *x)
{
	struct decimal one = { .sign = 1, .n = 1, .d = { 1 } };
	bool up = x->n > 0 && x->d[0] >= 5;
	int sign = x->sign;

	if (x->n > 0) {
		memmove(x->d, x->d + 1, x->n - 1);
		x->n--;
	}
	x->exp++;
	if (up && !add_sizes(x, &one))
		return false;
	x->sign = sign;
	trim_top(x);
	return true;
}

/* One digit more than is kept, for rounding; y is not zero. */
static bool divide(struct decimal *x, struct decimal *y)
{
	struct decimal rest = { 0 };
	int sign = x->sign * y->sign;
	int64_t below = -(QUOTIENT_DIGITS + 1);

	if (!lower_exp(x, y->exp + below) || !lower_exp(y, x->exp - below))
		return false;
	for (size_t i = x->n; i > 0; i--)
		x->d[i - 1] = divide_step(&rest, x->d[i - 1], y);
	x->sign = sign;
	x->exp = below;
	trim_top(x);
	if (!round_last(x))
		return false;
	drop_low_zeros(x);
	return true;
}

/* ---- results ---- */

static bool fits(const struct decimal *x)
{
	int64_t n = (int64_t)x->n;

	return n <= MOST_DIGITS && x->exp <= MOST_DIGITS - n && x->exp >= -MOST_DIGITS;
}

static struct str to_text(struct arena *a, const struct decimal *x)
{
	int64_t top = x->exp + (int64_t)x->n;
	int64_t low = x->exp < 0 ? x->exp : 0;
	struct str text = { 0 };
	struct strbuf sb;

	strbuf_init(&sb, 2 * ROOM);
	if (x->sign < 0)
		strbuf_addc(&sb, '-');
	for (int64_t place = top > 1 ? top - 1 : 0; place >= low; place--) {
		if (place == -1)
			strbuf_addc(&sb, '.');
		strbuf_addc(&sb,
			(char)('0' +
				(place < x->exp ?
						0 :
						digit_at(x, (size_t)(place - x->exp)))));
	}
	if (!strbuf_failed(&sb))
		text = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

static bool is_float(const struct value *x, const struct value *y)
{
	return x->type == VALUE_FLOAT || y->type == VALUE_FLOAT;
}

static const struct value *to_value(
	struct arena *a, const struct decimal *x, bool as_float, bool as_decimal)
{
	struct str text = to_text(a, x);

	if (!text.p)
		return NULL;
	if (as_float)
		return value_float(a, number_to_double(text), (struct str){ 0 });
	return as_decimal || x->exp < 0 ? value_decimal(a, text) : value_integer(a, text);
}

typedef bool operation(struct decimal *x, struct decimal *y);

static operation *const operations[] = {
	[NUMBER_PLUS] = add,
	[NUMBER_MINUS] = subtract,
	[NUMBER_TIMES] = multiply,
	[NUMBER_DIVIDED_BY] = divide,
};

/* Places after the dot are kept as a person would: 2.50 + 1 is 3.50, 2.50 * 2 is 5.00. */
static void restore_scale(struct decimal *x, int64_t scale)
{
	if (scale > 0 && x->exp > -scale && scale <= MOST_DIGITS)
		(void)lower_exp(x, -scale);
}

static int64_t scale_of(const struct value *v)
{
	size_t dot = v->type == VALUE_DECIMAL ? str_find_char(v->text, '.') : SIZE_MAX;

	return dot == SIZE_MAX ? 0 : (int64_t)(v->text.n - dot - 1);
}

static int64_t scale_after(enum number_op op, int64_t x, int64_t y)
{
	if (op == NUMBER_DIVIDED_BY)
		return 0;
	if (op == NUMBER_TIMES)
		return x + y;
	return x > y ? x : y;
}

int number_calc(struct arena *a, enum number_op op, const struct value *x,
	const struct value *y, const struct value **ret, struct error *err)
{
	bool as_decimal = op != NUMBER_DIVIDED_BY &&
		(x->type == VALUE_DECIMAL || y->type == VALUE_DECIMAL);
	struct decimal dx;
	struct decimal dy;
	const struct value *result;

	if (!from_value(&dx, x) || !from_value(&dy, y))
		return error_set(err, ERR_CHECK,
			"cannot calculate with inf, nan or more than %d digits",
			MOST_DIGITS);
	if (op == NUMBER_DIVIDED_BY && !dy.sign)
		return error_set(err, ERR_CHECK, "division by zero");
	if (!operations[op](&dx, &dy) || !fits(&dx))
		return error_set(err, ERR_CHECK, "the result has more than %d digits",
			MOST_DIGITS);
	if (as_decimal)
		restore_scale(&dx, scale_after(op, scale_of(x), scale_of(y)));
	result = to_value(a, &dx, is_float(x, y), as_decimal);
	if (!result)
		return error_set_oom(err);
	*ret = result;
	return 0;
}

bool number_within(const struct value *a, const struct value *b,
	const struct value *tolerance, bool percent)
{
	struct decimal difference;
	struct decimal middle;
	struct decimal bound;

	if (!from_value(&difference, a) || !from_value(&middle, b) ||
		!from_value(&bound, tolerance))
		return false;
	if (percent) {
		if (!multiply(&bound, &middle))
			return false;
		bound.exp -= 2;
	}
	if (!subtract(&difference, &middle) || !align(&difference, &bound))
		return false;
	return compare_sizes(&difference, &bound) <= 0;
}
