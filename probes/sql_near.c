#include "probes/sql_near.h"

#include "harness/base/scan.h"

/*
 * What a server quotes stands between `near '` and `' at line N`, nothing in it is
 * escaped.
 */
static bool quoted_part(struct str message, struct str *ret, uint64_t *ret_line)
{
	static const struct str before = STR_INIT("near '");
	static const struct str after = STR_INIT("' at line ");
	size_t from = str_find(message, before);
	size_t to = SIZE_MAX;

	if (from == SIZE_MAX)
		return false;
	message = str_sub(message, from + before.n, SIZE_MAX);
	/* the last one: the quoted text may hold the same words */
	for (size_t at = 0, i;
		(i = str_find(str_sub(message, at, SIZE_MAX), after)) != SIZE_MAX;
		at += i + 1)
		to = at + i;
	if (to == SIZE_MAX)
		return false;
	*ret = str_sub(message, 0, to);
	return scan_digits(str_sub(message, to + after.n, SIZE_MAX), ret_line) > 0;
}

static size_t line_start(struct str text, uint64_t line)
{
	size_t at = 0;

	for (uint64_t i = 1; i < line; i++) {
		size_t end = str_find_char(str_sub(text, at, SIZE_MAX), '\n');

		if (end == SIZE_MAX)
			return 0;
		at += end + 1;
	}
	return at;
}

/*
 * The first place at or behind `from`, else anywhere. What was filled in later in the
 * quoted text differs from the file: shorter and shorter beginnings of it are looked for,
 * down to 4 characters.
 */
static size_t find_beginning(struct str text, size_t from, struct str quoted)
{
	for (size_t n = quoted.n; n > 0; n = n > 4 && n / 2 < 4 ? 4 : n / 2) {
		struct str part = str_sub(quoted, 0, n);
		size_t at = str_find(str_sub(text, from, SIZE_MAX), part);

		if (at != SIZE_MAX)
			return from + at;
		at = str_find(text, part);
		if (at != SIZE_MAX)
			return at;
		if (n <= 4)
			break;
	}
	return SIZE_MAX;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_' || c == '$' ||
		(unsigned char)c >= 0x80;
}

static size_t word_bytes(struct str text)
{
	size_t n = 0;

	while (n < text.n && is_word(text.p[n]))
		n++;
	return n > 0 ? n : text.n > 0;
}

/* ---- names ---- */

/*
 * Unknown column 'x' in ...; Table 'db.x' doesn't exist: the last part of the first
 * quoted name.
 */
static struct str quoted_name(struct str message)
{
	struct str rest = message;
	struct str name;

	(void)str_cut(&rest, '\'');
	if (!rest.p || str_find_char(rest, '\'') == SIZE_MAX)
		return (struct str){ 0 };
	name = str_cut(&rest, '\'');
	for (size_t i = name.n; i-- > 0;)
		if (name.p[i] == '.')
			return str_sub(name, i + 1, SIZE_MAX);
	return name;
}

static bool is_word_at(struct str text, size_t at, struct str word)
{
	if (at + word.n > text.n || !str_eq_nocase(str_sub(text, at, word.n), word))
		return false;
	return (at == 0 || !is_word(text.p[at - 1])) &&
		(at + word.n == text.n || !is_word(text.p[at + word.n]));
}

/* Where the name stands once; a second place would make the first a guess. */
static size_t find_once(struct str text, struct str word)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < text.n; i++) {
		if (!is_word_at(text, i, word))
			continue;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = i;
	}
	return found;
}

static bool find_name(struct str text, struct str message, struct span *ret)
{
	struct str name = quoted_name(message);
	size_t at = name.n > 0 ? find_once(text, name) : SIZE_MAX;

	if (at == SIZE_MAX)
		return false;
	*ret = SPAN(at, name.n);
	return true;
}

static bool find_quoted(
	struct str text, struct str quoted, uint64_t line, struct span *ret)
{
	size_t at;

	if (quoted.n == 0) { /* something is missing at the end */
		*ret = SPAN(text.n, 0);
		return true;
	}
	at = find_beginning(text, line_start(text, line), quoted);
	if (at == SIZE_MAX)
		return false;
	*ret = SPAN(at, word_bytes(str_sub(text, at, SIZE_MAX)));
	return true;
}

bool sql_near(const struct source *s, struct span statement, struct str message,
	struct span *ret)
{
	struct str text = str_sub(s->text, statement.at, statement.n);
	struct str quoted;
	struct span at = { 0 };
	uint64_t line;

	if (!(quoted_part(message, &quoted, &line) ?
			    find_quoted(text, quoted, line, &at) :
			    find_name(text, message, &at)))
		return false;
	*ret = SPAN(statement.at + at.at, at.n);
	return true;
}
