#include "probes/db_value.h"

#include "harness/base/scan.h"

typedef const struct value *maker(struct arena *a, struct str cell, bool *ret_bad);

static const struct value *bad(bool *ret_bad)
{
	*ret_bad = true;
	return NULL;
}

/*
 * Digits behind an optional '-', with an optional fraction: what numbers of either kind
 * look like.
 */
static bool is_number(struct str s, bool fraction)
{
	size_t digits = 0;

	for (size_t i = s.n > 0 && s.p[0] == '-'; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (s.p[i] == '.' && fraction)
			fraction = false;
		else
			return false;
	}
	return digits > 0;
}

/* Without the zeros that ZEROFILL puts in front. */
static struct str without_zeros(struct str s)
{
	while (s.n > 1 && s.p[0] == '0' && s.p[1] >= '0' && s.p[1] <= '9')
		s = str_sub(s, 1, SIZE_MAX);
	return s;
}

static const struct value *make_text(struct arena *a, struct str cell, bool *ret_bad)
{
	(void)ret_bad;
	return value_string(a, cell);
}

static const struct value *make_integer(struct arena *a, struct str cell, bool *ret_bad)
{
	return is_number(cell, false) ? value_integer(a, without_zeros(cell)) :
					bad(ret_bad);
}

static const struct value *make_bit(struct arena *a, struct str cell, bool *ret_bad)
{
	uint64_t bits = 0;

	if (cell.n > sizeof(bits))
		return bad(ret_bad);
	for (size_t i = 0; i < cell.n; i++)
		bits = bits << 8 | (uint8_t)cell.p[i];
	return value_uint(a, bits);
}

static const struct value *make_decimal(struct arena *a, struct str cell, bool *ret_bad)
{
	return is_number(cell, true) ? value_decimal(a, without_zeros(cell)) :
				       bad(ret_bad);
}

static const struct value *make_double(struct arena *a, struct str cell, bool *ret_bad)
{
	double d;

	cell = without_zeros(cell);
	return scan_double(cell, false, &d) ? value_float(a, d, cell) : bad(ret_bad);
}

static const struct value *make_float(struct arena *a, struct str cell, bool *ret_bad)
{
	return value_with_flags(a, make_double(a, cell, ret_bad), VALUE_SINGLE);
}

static const struct value *make_temporal(struct arena *a, struct str cell, bool *ret_bad)
{
	return value_with_flags(a, make_text(a, cell, ret_bad), VALUE_TEMPORAL);
}

static const struct value *make_json(struct arena *a, struct str cell, bool *ret_bad)
{
	return value_with_flags(a, make_text(a, cell, ret_bad), VALUE_JSON_TEXT);
}

static const struct value *make_bytes(struct arena *a, struct str cell, bool *ret_bad)
{
	(void)ret_bad;
	return value_with_flags(a, value_bytes(a, cell), VALUE_BINARY);
}

static maker *const makers[] = {
	[DB_TEXT] = make_text,
	[DB_INTEGER] = make_integer,
	[DB_BIT] = make_bit,
	[DB_DECIMAL] = make_decimal,
	[DB_FLOAT] = make_float,
	[DB_DOUBLE] = make_double,
	[DB_TEMPORAL] = make_temporal,
	[DB_JSON] = make_json,
	[DB_BYTES] = make_bytes,
	[DB_NULL] = make_text,
};

const struct value *db_value(
	struct arena *a, enum db_type type, struct str cell, bool *ret_bad)
{
	*ret_bad = false;
	return cell.p ? makers[type](a, cell, ret_bad) : value_null();
}
