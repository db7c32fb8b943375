#define PCRE2_CODE_UNIT_WIDTH 8

#include "harness/value/regex.h"

#include <pcre2.h>

#include "harness/base/dynamic.h"
#include "harness/value/regex_syntax.h"

/* What one search may cost; beyond it is an error, not a hang. */
enum { MATCH_LIMIT = 1000000, DEPTH_LIMIT = 100000, HEAP_LIMIT_KIB = 64 * 1024 };

enum { MOST_PATTERN_BYTES = 64 * 1024 };

#define PCRE2_FUNCTIONS(X)                      \
	X(pcre2_general_context_create)         \
	X(pcre2_compile_context_create)         \
	X(pcre2_set_newline)                    \
	X(pcre2_compile)                        \
	X(pcre2_get_error_message)              \
	X(pcre2_match_data_create_from_pattern) \
	X(pcre2_match_data_free)                \
	X(pcre2_match_context_create)           \
	X(pcre2_match_context_free)             \
	X(pcre2_set_match_limit)                \
	X(pcre2_set_depth_limit)                \
	X(pcre2_set_heap_limit)                 \
	X(pcre2_match)                          \
	X(pcre2_get_ovector_pointer)            \
	X(pcre2_get_ovector_count)              \
	X(pcre2_substring_number_from_name)

struct pcre2 {
	PCRE2_FUNCTIONS(DYNAMIC_MEMBER)
};

#define SYMBOL(name) DYNAMIC_SYMBOL(struct pcre2, name)
static const struct dynamic_symbol symbols[] = { PCRE2_FUNCTIONS(SYMBOL) };

static const struct dynamic_library library = {
	.file = PCRE2_LIBRARY,
	.package = "libpcre2-8-0",
	.use = "regular expressions",
	.symbols = symbols,
	.nsymbols = ARRAY_SIZE(symbols),
};

struct regex {
	struct pcre2 lib;
	struct str pattern;
	const pcre2_code *code;
};

/* ---- memory: the pattern's is the arena's, a search's is freed after it ---- */

static void *arena_malloc(size_t n, void *ctx)
{
	return arena_alloc(ctx, n);
}

static void arena_free(void *p, void *ctx)
{
	(void)p;
	(void)ctx;
}

/* ---- compiling ---- */

static struct str library_text(const struct pcre2 *lib, int code, char *buf, size_t size)
{
	int n = lib->pcre2_get_error_message(code, (PCRE2_UCHAR *)buf, size);

	return n > 0 ? str_make(buf, (size_t)n) : STR("unknown error");
}

static int compile_error(
	const struct pcre2 *lib, int code, struct str pattern, struct error *err)
{
	char buf[160];
	struct str text = library_text(lib, code, buf, sizeof(buf));

	if (code == PCRE2_ERROR_HEAP_FAILED)
		return error_set_oom(err);
	return error_set(err, ERR_CHECK, "invalid regular expression '%.*s': %.*s",
		STR_ARG(str_sub(pattern, 0, 200)), STR_ARG(text));
}

static pcre2_code *compile(const struct pcre2 *lib, struct arena *a, struct str pattern,
	uint32_t options, size_t *ret_at, int *ret_code)
{
	pcre2_general_context *general = lib->pcre2_general_context_create(
		arena_malloc, arena_free, a);
	pcre2_compile_context *context = general ?
		lib->pcre2_compile_context_create(general) :
		NULL;
	PCRE2_SIZE at = 0;
	pcre2_code *code;

	*ret_code = PCRE2_ERROR_HEAP_FAILED;
	if (!context)
		return NULL;
	(void)lib->pcre2_set_newline(
		context, PCRE2_NEWLINE_LF); /* fails only for unknown kinds */
	code = lib->pcre2_compile(
		(PCRE2_SPTR)pattern.p, pattern.n, options, ret_code, &at, context);
	*ret_at = at;
	return code;
}

int regex_compile(struct arena *a, struct str pattern, bool ignore_case,
	const struct regex **ret, size_t *ret_at, struct error *err)
{
	uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY |
		PCRE2_NEVER_BACKSLASH_C;
	struct regex *re = arena_zalloc(a, sizeof(*re));
	struct str ours;
	size_t at = 0;
	int code = 0;

	if (!re)
		return error_set_oom(err);
	if (pattern.n > MOST_PATTERN_BYTES)
		return error_set(err, ERR_CHECK,
			"a regular expression has at most %d bytes", MOST_PATTERN_BYTES);
	if (dynamic_load(&library, &re->lib, err) ||
		regex_translate(a, pattern, &ours, ret_at, err))
		return -1;
	re->pattern = arena_str(a, pattern);
	re->code = compile(&re->lib, a, ours,
		ignore_case ? options | PCRE2_CASELESS : options, &at, &code);
	if (re->code && re->pattern.p) {
		*ret = re;
		return 0;
	}
	if (ret_at)
		*ret_at = at < pattern.n ? at : pattern.n;
	return arena_failed(a) ? error_set_oom(err) :
				 compile_error(&re->lib, code, pattern, err);
}

struct str regex_pattern(const struct regex *re)
{
	return re->pattern;
}

/* ---- searching ---- */

struct match {
	pcre2_match_data *data;
	pcre2_match_context *context;
};

static bool match_init(struct match *m, const struct regex *re)
{
	const struct pcre2 *lib = &re->lib;

	m->data = lib->pcre2_match_data_create_from_pattern(re->code, NULL);
	m->context = lib->pcre2_match_context_create(NULL);
	if (!m->data || !m->context)
		return false;
	/* these three can't fail */
	(void)lib->pcre2_set_match_limit(m->context, MATCH_LIMIT);
	(void)lib->pcre2_set_depth_limit(m->context, DEPTH_LIMIT);
	(void)lib->pcre2_set_heap_limit(m->context, HEAP_LIMIT_KIB);
	return true;
}

static void match_release(struct match *m, const struct regex *re)
{
	re->lib.pcre2_match_data_free(m->data);
	re->lib.pcre2_match_context_free(m->context);
}

static int match_error(const struct regex *re, int code, struct error *err)
{
	char buf[160];
	struct str text = library_text(&re->lib, code, buf, sizeof(buf));

	if (code == PCRE2_ERROR_NOMEMORY)
		return error_set_oom(err);
	return error_set(err, ERR_CHECK, "cannot match '%.*s': %.*s",
		STR_ARG(str_sub(re->pattern, 0, 200)), STR_ARG(text));
}

static struct str group(
	const struct regex *re, const struct match *m, struct str text, uint32_t i)
{
	const PCRE2_SIZE *offsets = re->lib.pcre2_get_ovector_pointer(m->data);

	if (i >= re->lib.pcre2_get_ovector_count(m->data) ||
		offsets[2 * i] == PCRE2_UNSET || offsets[2 * i] > offsets[2 * i + 1])
		return (struct str){ 0 };
	return str_make(text.p + offsets[2 * i], offsets[2 * i + 1] - offsets[2 * i]);
}

static int search(const struct regex *re, struct str text, size_t from, uint32_t options,
	struct match *m)
{
	PCRE2_SPTR subject = (PCRE2_SPTR)(text.p ? text.p : "");

	return re->lib.pcre2_match(
		re->code, subject, text.n, from, options, m->data, m->context);
}

static enum regex_result result_of(const struct regex *re, int found, struct error *err)
{
	if (found >= 0)
		return REGEX_MATCH;
	if (found == PCRE2_ERROR_NOMATCH)
		return REGEX_NO_MATCH;
	(void)match_error(re, found, err);
	return REGEX_ERROR;
}

enum regex_result regex_search(
	const struct regex *re, struct str text, struct str *ret_group, struct error *err)
{
	struct match m = { 0 };
	int found = PCRE2_ERROR_NOMEMORY;
	enum regex_result result;

	if (match_init(&m, re))
		found = search(re, text, 0, 0, &m);
	result = result_of(re, found, err);
	if (result == REGEX_MATCH && ret_group)
		*ret_group = group(re, &m, text, 1);
	match_release(&m, re);
	return result;
}

/* ---- replacing ---- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_';
}

/* Behind '$': the name of a group, and how many bytes it took; 0 when the '$' stands for itself. */
static size_t group_name(struct str s, struct str *ret)
{
	size_t n = 0;

	if (s.n > 0 && s.p[0] == '{') {
		size_t close = str_find_char(s, '}');

		*ret = str_sub(s, 1, close == SIZE_MAX ? 0 : close - 1);
		return close == SIZE_MAX ? 0 : close + 1;
	}
	while (n < s.n && is_name_char(s.p[n]))
		n++;
	*ret = str_sub(s, 0, n);
	return n;
}

/* -1 for an unknown name. */
static int group_number(const struct regex *re, struct str name)
{
	char buf[64];
	int n = 0;

	if (!name.n || name.n >= sizeof(buf))
		return -1;
	for (size_t i = 0; i < name.n && n < 100000; i++) {
		if (name.p[i] < '0' || name.p[i] > '9') {
			memcpy(buf, name.p, name.n);
			buf[name.n] = '\0';
			return re->lib.pcre2_substring_number_from_name(
				re->code, (PCRE2_SPTR)buf);
		}
		n = n * 10 + (name.p[i] - '0');
	}
	return n;
}

static void add_replacement(const struct regex *re, const struct match *m,
	struct str text, struct str with, struct strbuf *out)
{
	for (size_t at = 0; at < with.n; at++) {
		struct str rest = str_sub(with, at + 1, SIZE_MAX);
		struct str name;
		size_t n;
		int number;

		if (with.p[at] != '$') {
			strbuf_addc(out, with.p[at]);
			continue;
		}
		n = group_name(rest, &name);
		number = n ? group_number(re, name) : -1;
		if (number >= 0)
			strbuf_add(out, group(re, m, text, (uint32_t)number));
		else if (!n)
			strbuf_addc(out, '$');
		at += n ? n : rest.n > 0 && rest.p[0] == '$';
	}
}

/* One character on, so that an empty match does not come again at its place. */
static size_t step(struct str text, size_t at, struct strbuf *out)
{
	uint32_t ignored;
	size_t n = utf8_next(text, at, &ignored);

	n = n ? n : 1;
	strbuf_add(out, str_sub(text, at, n));
	return at + n;
}

static int replace_all(const struct regex *re, struct match *m, struct str text,
	struct str with, struct strbuf *out)
{
	size_t at = 0;
	size_t last_end = SIZE_MAX;

	while (at <= text.n && !strbuf_failed(out)) {
		int found = search(re, text, at, at ? PCRE2_NO_UTF_CHECK : 0, m);
		struct str all;
		size_t start;

		if (found == PCRE2_ERROR_NOMATCH)
			break;
		if (found < 0)
			return found;
		all = group(re, m, text, 0);
		start = all.p ? (size_t)(all.p - text.p) : at;
		strbuf_add(out, str_sub(text, at, start - at));
		at = start + all.n;
		if (all.n || start != last_end)
			add_replacement(re, m, text, with, out);
		last_end = at;
		if (!all.n && at >= text.n)
			return 0;
		if (!all.n)
			at = step(text, at, out);
	}
	strbuf_add(out, str_sub(text, at, SIZE_MAX));
	return 0;
}

int regex_replace(const struct regex *re, struct str text, struct str with,
	struct strbuf *out, struct error *err)
{
	struct match m = { 0 };
	int rc = PCRE2_ERROR_NOMEMORY;

	if (match_init(&m, re))
		rc = replace_all(re, &m, text.p ? text : STR(""), with, out);
	match_release(&m, re);
	if (rc < 0)
		return match_error(re, rc, err);
	return 0;
}
