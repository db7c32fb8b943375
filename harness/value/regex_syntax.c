#include "harness/value/regex_syntax.h"

struct translator {
	struct str in;
	size_t at;
	struct strbuf out;
	bool in_class;
	size_t class_start; /* of its first member */
};

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static struct str rest(const struct translator *t)
{
	return str_sub(t->in, t->at, SIZE_MAX);
}

/* \uXXXX or \UXXXXXXXX: the digits behind the letter; absent when they are too few. */
static struct str fixed_digits(struct str s, size_t n)
{
	struct str digits = str_sub(s, 0, n);

	for (size_t i = 0; i < digits.n; i++)
		if (!is_hex(digits.p[i]))
			return (struct str){ 0 };
	return digits.n == n ? digits : (struct str){ 0 };
}

/* At a backslash: takes it and what belongs to it. */
static void translate_escape(struct translator *t)
{
	struct str s = rest(t);
	char letter = s.n > 1 ? s.p[1] : '\0';
	struct str digits = { 0 };
	uint32_t ignored;
	size_t n;

	if (letter == 'u' || letter == 'U')
		digits = fixed_digits(str_sub(s, 2, SIZE_MAX), letter == 'u' ? 4 : 8);
	if (digits.p) {
		strbuf_addf(&t->out, "\\x{%.*s}", STR_ARG(digits));
		t->at += 2 + digits.n;
		return;
	}
	if ((letter == 'u' || letter == 'U') && s.n > 2 && s.p[2] == '{') {
		strbuf_adds(&t->out, "\\x");
		t->at += 2;
		return;
	}
	n = s.n > 1 ? utf8_next(s, 1, &ignored) : 0;
	strbuf_add(&t->out, str_sub(s, 0, 1 + (n ? n : 1)));
	t->at += 1 + (n || s.n == 1 ? n : 1);
}

static void open_class(struct translator *t)
{
	size_t n = 1;
	struct str s = rest(t);

	if (n < s.n && s.p[n] == '^')
		n++;
	if (n < s.n && s.p[n] == ']')
		n++;
	strbuf_add(&t->out, str_sub(s, 0, n));
	t->at += n;
	t->in_class = true;
	t->class_start = t->at;
}

/* [:alpha:] and the like are in both. */
static size_t posix_class(struct str s)
{
	size_t end;

	if (!str_starts_with(s, STR("[:")))
		return 0;
	end = str_find(s, STR(":]"));
	return end == SIZE_MAX ? 0 : end + 2;
}

static bool is_operation(const struct translator *t)
{
	struct str two = str_sub(rest(t), 0, 2);

	if (t->at == t->class_start)
		return false;
	return str_is(two, "&&") || str_is(two, "--") || str_is(two, "~~");
}

static bool translate_in_class(struct translator *t)
{
	struct str s = rest(t);
	size_t n = posix_class(s);

	if (!n && (s.p[0] == '[' || is_operation(t)))
		return false;
	if (s.p[0] == ']')
		t->in_class = false;
	n = n ? n : 1;
	strbuf_add(&t->out, str_sub(s, 0, n));
	t->at += n;
	return true;
}

static bool translate(struct translator *t)
{
	while (t->at < t->in.n) {
		char c = t->in.p[t->at];

		if (c == '\\') {
			translate_escape(t);
		} else if (t->in_class) {
			if (!translate_in_class(t))
				return false;
		} else if (c == '[') {
			open_class(t);
		} else {
			strbuf_addc(&t->out, c);
			t->at++;
		}
	}
	return true;
}

int regex_translate(struct arena *a, struct str pattern, struct str *ret, size_t *ret_at,
	struct error *err)
{
	struct translator t = { .in = pattern };
	bool ok;
	struct str text = { 0 };

	strbuf_init(&t.out, pattern.n * 6 + 16);
	ok = translate(&t);
	if (ok && !strbuf_failed(&t.out))
		text = arena_str(a, strbuf_str(&t.out));
	strbuf_release(&t.out);
	if (!ok) {
		if (ret_at)
			*ret_at = t.at;
		return error_set(err, ERR_CHECK,
			"invalid regular expression '%.*s': classes in "
			"classes and the operations && -- ~~ are not supported; escape the character "
			"if it stands for itself",
			STR_ARG(str_sub(pattern, 0, 200)));
	}
	if (!text.p)
		return error_set_oom(err);
	*ret = text;
	return 0;
}
