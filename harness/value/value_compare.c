#include "harness/value/value.h"

#include "harness/base/mem.h"
#include "harness/value/number.h"

/* A time of day without the zeros at the end of its fraction: 10:00:00.500 and 10:00:00.5 are one. */
static struct str without_fraction_zeros(struct str s)
{
	size_t dot = str_find_char(s, '.');

	if (dot == SIZE_MAX || str_find_char(s, ':') > dot)
		return s;
	while (s.n > dot + 1 && s.p[s.n - 1] == '0')
		s.n--;
	if (s.n == dot + 1)
		s.n--;
	return s;
}

static int compare_text(const struct value *a, const struct value *b)
{
	if ((a->flags | b->flags) & VALUE_TEMPORAL)
		return str_cmp(
			without_fraction_zeros(a->text), without_fraction_zeros(b->text));
	return str_cmp(a->text, b->text);
}

static bool equal_lists(const struct value *a, const struct value *b)
{
	if (a->u.list.count != b->u.list.count)
		return false;
	for (size_t i = 0; i < a->u.list.count; i++)
		if (!value_equal(a->u.list.items[i], b->u.list.items[i]))
			return false;
	return true;
}

static bool equal_sorted(const struct value *a, const struct value_member **ma,
	const struct value *b, const struct value_member **mb)
{
	size_t n = value_sort_members(a, ma);

	if (value_sort_members(b, mb) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!str_eq(ma[i]->key, mb[i]->key) ||
			!value_equal(ma[i]->value, mb[i]->value))
			return false;
	return true;
}

/* Each member that counts is in `other` and equal there; slow, but needs no memory. */
static bool is_subset(const struct value *v, const struct value *other)
{
	for (size_t i = 0; i < v->u.object.count; i++) {
		struct str key = v->u.object.members[i].key;
		const struct value *found = value_get_str(other, key);

		if (!found || !value_equal(value_get_str(v, key), found))
			return false;
	}
	return true;
}

static bool equal_objects(const struct value *a, const struct value *b)
{
	enum { SMALL = 16 };
	const struct value_member *small[2 * SMALL];
	size_t na = a->u.object.count;
	size_t nb = b->u.object.count;
	const struct value_member **sorted;
	bool equal;

	if (na <= SMALL && nb <= SMALL)
		return equal_sorted(a, small, b, small + SMALL);
	sorted = mem_calloc(na + nb, sizeof(*sorted));
	if (!sorted)
		return is_subset(a, b) && is_subset(b, a);
	equal = equal_sorted(a, sorted, b, sorted + na);
	mem_free(sorted);
	return equal;
}

static bool equal_same_type(const struct value *a, const struct value *b)
{
	switch (a->type) {
	case VALUE_NULL:
	case VALUE_UNIT:
		return true;
	case VALUE_BOOL:
		return a->u.boolean == b->u.boolean;
	case VALUE_STRING:
		return compare_text(a, b) == 0;
	case VALUE_BYTES:
	case VALUE_REGEX:
		return str_eq(a->text, b->text);
	case VALUE_DATE:
		return a->u.wall_us == b->u.wall_us;
	case VALUE_LIST:
		return equal_lists(a, b);
	case VALUE_OBJECT:
		return equal_objects(a, b);
	case VALUE_NODESET:
		return a->u.nodes == b->u.nodes;
	case VALUE_REDIRECT:
		return a->u.integer == b->u.integer && str_eq(a->text, b->text);
	case VALUE_INT:
	case VALUE_BIGINT:
	case VALUE_DECIMAL:
	case VALUE_FLOAT:
	case VALUE_TYPE_COUNT:
		break;
	}
	return false;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (!a || !b)
		return !a && !b;
	if (value_is_number(a) && value_is_number(b))
		return number_compare(a, b) == 0;
	return a->type == b->type && equal_same_type(a, b);
}

bool value_order(const struct value *a, const struct value *b, int *ret)
{
	int c;

	if (!a || !b)
		return false;
	if (value_is_number(a) && value_is_number(b))
		c = number_compare(a, b);
	else if (a->type == VALUE_STRING && b->type == VALUE_STRING)
		c = compare_text(a, b);
	else if (a->type == VALUE_DATE && b->type == VALUE_DATE)
		c = (a->u.wall_us > b->u.wall_us) - (a->u.wall_us < b->u.wall_us);
	else
		return false;
	*ret = c;
	return true;
}
