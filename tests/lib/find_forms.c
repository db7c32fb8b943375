/*
 * Looks for secrets in files, in every form that a secret may take on its way out.
 *
 *	find_forms FILE... <SECRETS
 *
 * SECRETS are ended by NUL bytes each. Forms: raw; each line of it; percent-encoded in both cases, and with '+' for a
 * blank; base64 and base64url at all three alignments; hex; escaped for JSON (twice, too), XML, a shell and SQL; and JSON
 * and XML escapes of those. Prints a line for each form that is found; exit status 1 when there was one, 2 for trouble.
 * It shares no code with what it tests.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FORM_MIN = 8, FORMS_MAX = 4096 };

struct text {
	unsigned char *p;
	size_t n, cap;
};

struct form {
	const char *name;
	struct text text;
};

static struct form forms[FORMS_MAX];
static size_t nforms;

static void add(struct text *t, const void *p, size_t n)
{
	if (t->n + n + 1 > t->cap) {
		t->cap = 2 * (t->n + n + 1);
		t->p = realloc(t->p, t->cap);
		if (!t->p)
			exit(2);
	}
	if (n)
		memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

static void add_text(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

/* A form is kept once; one that is too short would be found everywhere. */
static void keep(const char *name, struct text t)
{
	if (t.n < FORM_MIN || nforms == FORMS_MAX)
		return;
	for (size_t i = 0; i < nforms; i++)
		if (forms[i].text.n == t.n && !memcmp(forms[i].text.p, t.p, t.n))
			return;
	forms[nforms++] = (struct form){ name, t };
}

/* ---- encodings ---- */

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
}

static struct text percent(struct text s, const char *digits, bool plus)
{
	struct text t = { 0 };
	for (size_t i = 0; i < s.n; i++) {
		char code[3] = { '%', digits[s.p[i] >> 4], digits[s.p[i] & 15] };
		if (s.p[i] == ' ' && plus)
			add(&t, "+", 1);
		else if (s.p[i] && is_plain(s.p[i]))
			add(&t, &s.p[i], 1);
		else
			add(&t, code, 3);
	}
	return t;
}

static struct text hex(struct text s, const char *digits)
{
	struct text t = { 0 };
	for (size_t i = 0; i < s.n; i++) {
		add(&t, &digits[s.p[i] >> 4], 1);
		add(&t, &digits[s.p[i] & 15], 1);
	}
	return t;
}

/* What base64 of anything holds when the secret stands in it behind `skip` bytes (modulo three). */
static struct text base64(struct text s, size_t skip, const char *last)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	struct text t = { 0 };
	size_t first = (8 * skip + 5) / 6;
	for (size_t bit = 6 * first; bit + 6 <= 8 * (s.n + skip); bit += 6) {
		unsigned value = 0;
		for (size_t i = bit; i < bit + 6; i++)
			value = value << 1 | ((unsigned)s.p[i / 8 - skip] >> (7 - i % 8) & 1u);
		add(&t, value < 62 ? &letters[value] : &last[value - 62], 1);
	}
	return t;
}

/* Each byte of `from` becomes its text in `to`. */
static struct text replaced(struct text s, const char *from, const char *const *to)
{
	struct text t = { 0 };
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(from, s.p[i]) : NULL;
		if (at)
			add_text(&t, to[at - from]);
		else
			add(&t, &s.p[i], 1);
	}
	return t;
}

static struct text json(struct text s)
{
	static const char *const to[] = { "\\\"", "\\\\", "\\n", "\\t", "\\r" };
	return replaced(s, "\"\\\n\t\r", to);
}

/* ... with all beyond ASCII as \uXXXX (of two bytes of UTF-8 at most). */
static struct text json_ascii(struct text s, const char *digits)
{
	struct text quoted = json(s), t = { 0 };
	for (size_t i = 0; i < quoted.n; i++) {
		unsigned char c = quoted.p[i];
		if (c >= 0xc0 && c < 0xe0 && i + 1 < quoted.n) {
			unsigned u = (c & 0x1fu) << 6 | (quoted.p[++i] & 0x3fu);
			char code[] = { '\\', 'u', '0', digits[u >> 8], digits[u >> 4 & 15], digits[u & 15], '\0' };
			add_text(&t, code);
		} else {
			add(&t, &c, 1);
		}
	}
	return t;
}

static struct text xml(struct text s, const char *quote, const char *apostrophe)
{
	const char *const to[] = { "&amp;", "&lt;", "&gt;", quote, apostrophe };
	return replaced(s, "&<>\"'", to);
}

static void keep_escaped(const char *name, struct text s)
{
	keep(name, s);
	keep("JSON", json(s));
	keep("JSON, twice", json(json(s)));
	keep("JSON, ASCII", json_ascii(s, "0123456789abcdef"));
	keep("JSON, ASCII", json_ascii(s, "0123456789ABCDEF"));
	keep("XML", xml(s, "\"", "'"));
	keep("XML, quotes too", xml(s, "&quot;", "'"));
	keep("XML, quotes too", xml(s, "&quot;", "&apos;"));
	keep("XML, quotes too", xml(s, "&quot;", "&#39;"));
}

static void keep_all(struct text s)
{
	static const char *const shell[] = { "'\\''" };
	static const char *const shell_mixed[] = { "'\"'\"'" };
	static const char *const sql[] = { "\\'", "\\\"", "\\\\" };
	static const char *const sql_doubled[] = { "''" };

	keep_escaped("raw", s);
	keep_escaped("shell", replaced(s, "'", shell));
	keep_escaped("shell", replaced(s, "'", shell_mixed));
	keep_escaped("SQL", replaced(s, "'\"\\", sql));
	keep_escaped("SQL", replaced(s, "'", sql_doubled));
	for (int lower = 0; lower < 2; lower++) {
		const char *digits = lower ? "0123456789abcdef" : "0123456789ABCDEF";
		keep("percent", percent(s, digits, false));
		keep("percent, +", percent(s, digits, true));
		keep("hex", hex(s, digits));
	}
	for (size_t skip = 0; skip < 3; skip++) {
		keep("base64", base64(s, skip, "+/"));
		keep("base64url", base64(s, skip, "-_"));
	}
}

static void keep_lines(struct text s)
{
	size_t start = 0;
	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '\n')
			continue;
		struct text line = { 0 };
		add(&line, s.p + start, i - start);
		keep_all(line);
		start = i + 1;
	}
}

/* ---- files ---- */

static struct text read_all(FILE *f)
{
	struct text t = { 0 };
	char buf[65536];
	for (size_t n; (n = fread(buf, 1, sizeof(buf), f)) > 0;)
		add(&t, buf, n);
	if (ferror(f))
		exit(2);
	return t;
}

static void read_secrets(void)
{
	struct text all = read_all(stdin);
	for (size_t at = 0; at < all.n;) {
		struct text secret = { 0 };
		add(&secret, all.p + at, strlen((const char *)all.p + at));
		at += secret.n + 1;
		keep_all(secret);
		keep_lines(secret);
	}
}

static size_t search(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t found = 0;
	if (!f) {
		perror(path);
		exit(2);
	}
	struct text content = read_all(f);
	(void)fclose(f);
	for (size_t i = 0; i < nforms; i++) {
		const struct form *form = &forms[i];
		if (!content.n || !memmem(content.p, content.n, form->text.p, form->text.n))
			continue;
		printf("%s: %s: %.*s\n", path, form->name, (int)form->text.n, (const char *)form->text.p);
		found++;
	}
	free(content.p);
	return found;
}

int main(int argc, char **argv)
{
	size_t found = 0;
	read_secrets();
	if (!nforms) {
		fprintf(stderr, "find_forms: no secret to look for\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		found += search(argv[i]);
	(void)fflush(stdout);
	_exit(found ? 1 : 0); /* what it built is not worth freeing */
}
