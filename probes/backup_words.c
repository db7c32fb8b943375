#include "probes/backup_words.h"

struct str backup_name_str(const struct backup_name *n)
{
	return str_make(n->bytes, n->n);
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static size_t word_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_word(s.p[n]))
		n++;
	return n;
}

static struct str skip(struct str s, size_t n)
{
	return str_sub(s, n, SIZE_MAX);
}

static struct str skip_blanks(struct str s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t' || *s.p == '\n' || *s.p == '\r'))
		s = skip(s, 1);
	return s;
}

/* ---- names ---- */

/* Behind the closing quote; 0: there is none, or the name is too long. */
static size_t read_quoted_name(struct str s, struct backup_name *ret)
{
	size_t i = 1;

	for (ret->n = 0; i < s.n; i++) {
		if (s.p[i] == s.p[0]) {
			if (i + 1 == s.n || s.p[i + 1] != s.p[0])
				return i + 1;
			i++;
		}
		if (ret->n == sizeof(ret->bytes))
			return 0;
		ret->bytes[ret->n++] = s.p[i];
	}
	return 0;
}

static size_t read_bare_name(struct str s, struct backup_name *ret)
{
	size_t n = word_length(s);

	if (!n || n > sizeof(ret->bytes))
		return 0;
	memcpy(ret->bytes, s.p, n);
	ret->n = n;
	return n;
}

static bool is_quote(struct str s)
{
	return s.n && (*s.p == '`' || *s.p == '"');
}

static size_t read_one_name(struct str s, struct backup_name *ret)
{
	return is_quote(s) ? read_quoted_name(s, ret) : read_bare_name(s, ret);
}

bool backup_read_name(struct str *rest, struct backup_name *ret)
{
	struct backup_name name;
	struct str s = *rest;
	size_t n = read_one_name(s, &name);

	if (!n)
		return false;
	s = skip(s, n);
	while (s.n > 1 && *s.p == '.') {
		n = read_one_name(skip(s, 1), &name);
		if (!n)
			break;
		s = skip(s, n + 1);
	}
	*ret = name;
	*rest = s;
	return true;
}

/* ---- CREATE ---- */

/* The mark that opens a conditional comment, with its version: slash, star, !50003, or MariaDB's M!100100. */
static size_t mark_length(struct str s)
{
	size_t n = str_starts_with(s, STR("/*!")) ? 3 : str_starts_with(s, STR("/*M!")) ? 4 : 0;

	while (n && n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

/* Length of what stands before a word: a quoted name, a mark, any other sign. */
static size_t passed_length(struct str s)
{
	struct backup_name name;
	size_t n = is_quote(s) ? read_quoted_name(s, &name) : mark_length(s);

	return n ? n : 1;
}

static struct str next_word(struct str s)
{
	while (s.n && !is_word(*s.p))
		s = skip(s, passed_length(s));
	return s;
}

static bool take_word(struct str *rest, const char *word)
{
	struct str s = next_word(*rest);
	struct str w = str_sub(s, 0, word_length(s));

	if (!str_eq_nocase(w, str_from(word)))
		return false;
	*rest = skip(s, w.n);
	return true;
}

static const struct object_word {
	const char *word;
	enum backup_object_kind kind;
} object_words[] = {
	{ "TABLE", BACKUP_OBJECT_TABLE },
	{ "VIEW", BACKUP_OBJECT_VIEW },
	{ "TRIGGER", BACKUP_OBJECT_TRIGGER },
	{ "PROCEDURE", BACKUP_OBJECT_ROUTINE },
	{ "FUNCTION", BACKUP_OBJECT_ROUTINE },
	{ "PACKAGE", BACKUP_OBJECT_ROUTINE },
	{ "EVENT", BACKUP_OBJECT_EVENT },
};

static const struct object_word *find_object_word(struct str *rest)
{
	for (size_t i = 0; i < ARRAY_SIZE(object_words); i++)
		if (take_word(rest, object_words[i].word))
			return &object_words[i];
	return NULL;
}

/* Words that may stand before the kind, DEFINER=`x`@`y` and the like; more would be no CREATE of a dump. */
#define WORDS_BEFORE 12

static const struct object_word *object_of(struct str *rest, size_t *ret_before)
{
	for (size_t i = 0; i < WORDS_BEFORE; i++) {
		const struct object_word *w = find_object_word(rest);

		if (w) {
			*ret_before = i;
			return w;
		}
		struct str s = next_word(*rest);
		if (!s.n)
			return NULL;
		*rest = skip(s, word_length(s));
	}
	return NULL;
}

/* "IF NOT EXISTS", "BODY", and a conditional comment that closes before the name. */
static struct str to_name(struct str s)
{
	static const char *const words[] = { "IF", "NOT", "EXISTS", "BODY" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct str before = skip_blanks(s);

		if (!is_quote(before) && take_word(&before, words[i]))
			s = before;
	}
	s = skip_blanks(s);
	return str_starts_with(s, STR("*/")) ? skip_blanks(skip(s, 2)) : s;
}

bool backup_read_object(struct str statement, struct backup_object *ret)
{
	struct str rest = statement;
	bool conditional = str_starts_with(statement, STR("/*!"));
	size_t before;

	if (!take_word(&rest, "CREATE"))
		return false;
	const struct object_word *w = object_of(&rest, &before);
	if (!w)
		return false;
	rest = to_name(rest);
	ret->kind = w->kind;
	/* conditional CREATE TABLE or CREATE VIEW; the real view says ALGORITHM first */
	ret->stand_in = conditional && before == 0 && w->kind <= BACKUP_OBJECT_VIEW;
	if (ret->stand_in)
		ret->kind = BACKUP_OBJECT_VIEW;
	if (!backup_read_name(&rest, &ret->name))
		return false;
	ret->rest = rest;
	return true;
}

/* ---- columns ---- */

/* A definition stands on a line of its own and begins with the quoted name. */
static bool read_table_column(struct str *rest, struct backup_name *ret)
{
	while (rest->p) {
		struct str line = skip_blanks(str_cut(rest, '\n'));

		if (is_quote(line) && backup_read_name(&line, ret))
			return true;
	}
	return false;
}

/* 1 AS `id`, */
static bool read_view_column(struct str *rest, struct backup_name *ret)
{
	while (rest->p) {
		struct str line = str_cut(rest, '\n');
		size_t as = str_find(line, STR(" AS "));

		if (as == SIZE_MAX)
			continue;
		line = skip_blanks(skip(line, as + 4));
		if (is_quote(line) && backup_read_name(&line, ret))
			return true;
	}
	return false;
}

bool backup_read_column(enum backup_object_kind kind, struct str *rest, struct backup_name *ret)
{
	return kind == BACKUP_OBJECT_VIEW ? read_view_column(rest, ret) :
					    read_table_column(rest, ret);
}

/* ---- INSERT ---- */

static bool take_insert(struct str *rest)
{
	if (!take_word(rest, "INSERT") && !take_word(rest, "REPLACE"))
		return false;
	(void)(take_word(rest, "DELAYED") || take_word(rest, "LOW_PRIORITY"));
	(void)take_word(rest, "IGNORE");
	return take_word(rest, "INTO");
}

enum backup_insert backup_read_insert(struct str head, struct backup_name *ret_table)
{
	struct str s = head;

	if (!take_insert(&s))
		return BACKUP_INSERT_NONE;
	s = skip_blanks(s);
	if (!backup_read_name(&s, ret_table))
		return BACKUP_INSERT_NONE;
	s = str_trim(s);
	return str_ends_with(s, STR("VALUES")) ? BACKUP_INSERT_VALUES : BACKUP_INSERT_COLUMNS;
}

/* ---- replication ---- */

struct str backup_read_quoted(struct str text)
{
	size_t open = str_find_char(text, '\'');

	if (open == SIZE_MAX)
		return (struct str){ 0 };
	text = skip(text, open + 1);
	size_t close = str_find_char(text, '\'');
	return close == SIZE_MAX ? (struct str){ 0 } : str_sub(text, 0, close);
}

static struct str behind(struct str text, struct str word)
{
	size_t at = str_find(text, word);

	return at == SIZE_MAX ? (struct str){ 0 } : skip(text, at + word.n);
}

size_t backup_read_position(struct str text, char *buf, size_t n)
{
	struct str file = backup_read_quoted(behind(text, STR("LOG_FILE=")));
	struct str pos = behind(text, STR("LOG_POS="));

	pos = str_sub(pos, 0, word_length(pos));
	if (!file.n || !pos.n || file.n + 1 + pos.n > n)
		return 0;
	memcpy(buf, file.p, file.n);
	buf[file.n] = ':';
	memcpy(buf + file.n + 1, pos.p, pos.n);
	return file.n + 1 + pos.n;
}
