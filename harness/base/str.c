#include "harness/base/str.h"

struct str str_from(const char *s)
{
	return (struct str){ s, s ? strlen(s) : 0 };
}

struct str str_make(const char *p, size_t n)
{
	return (struct str){ p, n };
}

bool str_is_empty(struct str s)
{
	return s.n == 0;
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool str_is(struct str s, const char *text)
{
	return str_eq(s, str_from(text));
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts_with(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_make(s.p, prefix.n), prefix);
}

bool str_ends_with(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, suffix.n), suffix);
}

size_t str_find_char(struct str s, char c)
{
	const char *p = s.n ? memchr(s.p, c, s.n) : NULL;

	return p ? (size_t)(p - s.p) : SIZE_MAX;
}

bool str_has_char(struct str s, char c)
{
	return str_find_char(s, c) != SIZE_MAX;
}

size_t str_find(struct str s, struct str needle)
{
	const char *p;

	if (!needle.n)
		return 0;
	p = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return p ? (size_t)(p - s.p) : SIZE_MAX;
}

struct str str_sub(struct str s, size_t from, size_t n)
{
	if (!s.p)
		return s;
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	return str_make(s.p + from, n);
}

static struct str trim(struct str s, struct str set)
{
	while (s.n && str_has_char(set, s.p[s.n - 1]))
		s.n--;
	while (s.n && str_has_char(set, s.p[0]))
		s = str_sub(s, 1, s.n);
	return s;
}

struct str str_trim(struct str s)
{
	return trim(s, STR(" \t\r\n"));
}

struct str str_trim_blanks(struct str s)
{
	return trim(s, STR(" \t"));
}

struct str str_cut(struct str *rest, char sep)
{
	struct str whole = *rest;
	size_t at = str_find_char(whole, sep);

	if (at == SIZE_MAX) {
		*rest = str_make(NULL, 0);
		return whole;
	}
	*rest = str_sub(whole, at + 1, whole.n);
	return str_sub(whole, 0, at);
}

/* The well-formed sequences by first byte (RFC 3629, 4); only the second byte's range varies. */
struct utf8_form {
	unsigned char first_min, first_max;
	unsigned char second_min, second_max;
	unsigned char length;
	unsigned char mask;		/* of the first byte's payload */
};

static const struct utf8_form utf8_forms[] = {
	{ 0x00, 0x7f, 0x00, 0x00, 1, 0x7f },
	{ 0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f },	/* not overlong */
	{ 0xe1, 0xec, 0x80, 0xbf, 3, 0x0f },
	{ 0xed, 0xed, 0x80, 0x9f, 3, 0x0f },	/* no surrogate */
	{ 0xee, 0xef, 0x80, 0xbf, 3, 0x0f },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4, 0x07 },	/* not overlong */
	{ 0xf1, 0xf3, 0x80, 0xbf, 4, 0x07 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4, 0x07 },	/* at most U+10FFFF */
};

static const struct utf8_form *utf8_form_of(unsigned char first)
{
	for (size_t i = 0; i < ARRAY_SIZE(utf8_forms); i++)
		if (first >= utf8_forms[i].first_min && first <= utf8_forms[i].first_max)
			return &utf8_forms[i];
	return NULL;
}

static bool utf8_tail_fits(const struct utf8_form *form, const unsigned char *p)
{
	if (form->length > 1 && (p[1] < form->second_min || p[1] > form->second_max))
		return false;
	for (size_t i = 2; i < form->length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return false;
	return true;
}

size_t utf8_next(struct str s, size_t at, uint32_t *ret)
{
	const struct utf8_form *form;
	const unsigned char *p;
	uint32_t c;

	if (at >= s.n)
		return 0;
	p = (const unsigned char *)s.p + at;
	form = utf8_form_of(p[0]);
	if (!form || form->length > s.n - at || !utf8_tail_fits(form, p))
		return 0;
	c = p[0] & form->mask;
	for (size_t i = 1; i < form->length; i++)
		c = c << 6 | (p[i] & 0x3fu);
	*ret = c;
	return form->length;
}

/* Bytes from `at` on that are ASCII, in whole words: most text is nothing else. */
static size_t ascii_words(struct str s, size_t at)
{
	size_t from = at;
	uint64_t word;

	for (; s.n - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, s.p + at, sizeof(word));
		if (word & 0x8080808080808080u)
			break;
	}
	return at - from;
}

size_t utf8_check(struct str s)
{
	uint32_t c;
	size_t n;

	for (size_t at = ascii_words(s, 0); at < s.n; at += n + ascii_words(s, at + n)) {
		n = utf8_next(s, at, &c);
		if (!n)
			return at;
	}
	return SIZE_MAX;
}

size_t utf8_put(uint32_t c, char buf[4])
{
	static const struct {
		uint32_t max;
		unsigned char lead;
	} lengths[] = { { 0x7f, 0x00 }, { 0x7ff, 0xc0 }, { 0xffff, 0xe0 }, { 0x10ffff, 0xf0 } };
	size_t n = 0;

	assert(c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
	while (c > lengths[n].max)
		n++;
	for (size_t i = n; i > 0; i--, c >>= 6)
		buf[i] = (char)(0x80 | (c & 0x3f));
	buf[0] = (char)(lengths[n].lead | c);
	return n + 1;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;
	uint32_t c;

	for (size_t at = 0; at < s.n; count++) {
		size_t n = utf8_next(s, at, &c);

		at += n ? n : 1;
	}
	return count;
}

enum { DISTANCE_MAX = 64 };

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One cell of the table of edits: rows[0] is being filled, rows[1] and rows[2] are above it. */
static size_t distance_cell(size_t *const rows[3], struct str a, struct str b, size_t i, size_t j)
{
	bool same = a.p[i - 1] == b.p[j - 1];
	size_t best = min_of(rows[1][j], rows[0][j - 1]) + 1;

	best = min_of(best, rows[1][j - 1] + !same);
	if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
		best = min_of(best, rows[2][j - 2] + 1);
	return best;
}

size_t str_distance(struct str a, struct str b, size_t cap)
{
	size_t cells[3][DISTANCE_MAX + 1];
	size_t *rows[3] = { cells[0], cells[1], cells[2] };

	if (a.n > DISTANCE_MAX || b.n > DISTANCE_MAX)
		return cap;
	for (size_t j = 0; j <= b.n; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *oldest = rows[2];

		rows[2] = rows[1];
		rows[1] = rows[0];
		rows[0] = oldest;
		rows[0][0] = i;
		for (size_t j = 1; j <= b.n; j++)
			rows[0][j] = distance_cell(rows, a, b, i, j);
	}
	return min_of(rows[0][b.n], cap);
}
