#include "probes/schema_normal.h"

#include "harness/base/strbuf.h"
#include "harness/value/encode.h"
#include "probes/schema_expr.h"
#include "probes/schema_lex.h"

#define TEXT_MAX ((size_t)16 * 1024 * 1024)

struct str schema_lower(struct arena *a, struct str raw)
{
	char *p = arena_alloc(a, raw.n + 1);

	for (size_t i = 0; p && i < raw.n; i++) {
		p[i] = raw.p[i] >= 'A' && raw.p[i] <= 'Z' ? (char)(raw.p[i] + 32) :
							    raw.p[i];
		if (p[i] == ' ' || p[i] == '_')
			p[i] = '-';
	}
	return p ? str_make(p, raw.n) : (struct str){ 0 };
}

/* ---- types ---- */

static bool begins_with(struct str s, const char *prefix)
{
	struct str p = str_from(prefix);

	return str_eq_nocase(str_sub(s, 0, p.n), p);
}

/* The name before a parenthesis or a blank. */
static struct str type_name(struct str type)
{
	size_t n = 0;

	while (n < type.n && type.p[n] != '(' && type.p[n] != ' ')
		n++;
	return str_sub(type, 0, n);
}

static bool is_one_of(struct str word, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_nocase(word, str_from(*words)))
			return true;
	return false;
}

static const char *const integers[] = { "tinyint", "smallint", "mediumint", "int",
	"integer", "bigint", NULL };
static const char *const numbers[] = { "tinyint", "smallint", "mediumint", "int",
	"integer", "bigint", "decimal", "numeric", "float", "double", "year", NULL };
static const char *const binaries[] = { "binary", "varbinary", "tinyblob", "blob",
	"mediumblob", "longblob", NULL };
static const char *const instants[] = { "datetime", "timestamp", NULL };

static bool has_word(struct str text, const char *word)
{
	return str_find(text, str_from(word)) != SIZE_MAX;
}

static bool keeps_width(struct str name, struct str width, struct str rest)
{
	return has_word(rest, "zerofill") ||
		(str_eq_nocase(name, STR("tinyint")) && str_is(width, "(1)") &&
			!has_word(rest, "unsigned"));
}

/* A remark that the server adds for old formats, and the other server's name of a type. */
static struct str type_without_remarks(struct arena *a, struct str raw)
{
	size_t remark = str_find(raw, STR(" /* mariadb-"));

	raw = str_sub(raw, 0, remark);
	if (begins_with(raw, "geomcollection"))
		return arena_printf(a, "geometrycollection%.*s",
			STR_ARG(str_sub(raw, strlen("geomcollection"), SIZE_MAX)));
	return raw;
}

struct str schema_type(struct arena *a, struct str raw)
{
	struct str type = type_without_remarks(a, raw);
	struct str name = type_name(type);
	struct str rest = str_sub(type, name.n, SIZE_MAX);
	size_t close = str_find_char(rest, ')');
	bool wide = is_one_of(name, integers) || str_eq_nocase(name, STR("year"));
	struct str width;

	if (!wide || close == SIZE_MAX || rest.p[0] != '(')
		return arena_str(a, type);
	width = str_sub(rest, 0, close + 1);
	rest = str_sub(rest, close + 1, SIZE_MAX);
	if (keeps_width(name, width, rest))
		return arena_str(a, type);
	return arena_printf(a, "%.*s%.*s", STR_ARG(name), STR_ARG(rest));
}

/* ---- defaults ---- */

/* N4: current_timestamp(6) and its like as now(6); absent when it is something else. */
static struct str schema_now(struct arena *a, struct str raw)
{
	static const char *const names[] = { "current_timestamp", "now", "localtimestamp",
		"localtime", NULL };
	struct str name = type_name(raw);
	struct str rest = str_sub(raw, name.n, SIZE_MAX);

	if (!is_one_of(name, names))
		return (struct str){ 0 };
	if (rest.n == 0 || str_is(rest, "()") || str_is(rest, "(0)"))
		return STR("now");
	if (rest.n == 3 && rest.p[0] == '(' && rest.p[2] == ')')
		return arena_printf(a, "now%.*s", STR_ARG(rest));
	return (struct str){ 0 };
}

/* By value: 0.00 is 0, 00003 is 3, -0.50 is -0.5. */
static struct str number(struct arena *a, struct str s)
{
	bool negative = s.n && s.p[0] == '-';
	bool fraction = str_has_char(s, '.') && !str_has_char(s, 'e') &&
		!str_has_char(s, 'E');
	struct str digits = str_sub(s, negative, SIZE_MAX);

	while (digits.n > 1 && digits.p[0] == '0' && digits.p[1] != '.')
		digits = str_sub(digits, 1, SIZE_MAX);
	while (fraction && digits.n > 1 && digits.p[digits.n - 1] == '0')
		digits.n--;
	if (fraction && digits.n > 1 && digits.p[digits.n - 1] == '.')
		digits.n--;
	if (str_is(digits, "0") || !negative)
		return digits;
	return arena_printf(a, "-%.*s", STR_ARG(digits));
}

static struct str quoted(struct arena *a, struct str bytes)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	schema_add_string(&sb, bytes);
	return strbuf_take(&sb, a);
}

static bool is_printable(struct str bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		if (bytes.p[i] < ' ' || bytes.p[i] > '~')
			return false;
	return true;
}

/* N6: text where it is ASCII, else hexadecimal. */
static struct str binary(struct arena *a, struct str bytes)
{
	struct strbuf sb;

	if (is_printable(bytes))
		return quoted(a, bytes);
	strbuf_init(&sb, TEXT_MAX);
	strbuf_adds(&sb, "0x");
	encode_hex(&sb, bytes);
	return strbuf_take(&sb, a);
}

/* The bytes of 0x6162; other text as it is. */
static struct str from_hex(struct arena *a, struct str text)
{
	struct strbuf sb;

	if (!begins_with(text, "0x"))
		return text;
	strbuf_init(&sb, TEXT_MAX);
	if (!decode_hex(&sb, str_sub(text, 2, SIZE_MAX))) {
		strbuf_release(&sb);
		return text;
	}
	return strbuf_take(&sb, a);
}

/* A bare value, by the type of its column. */
static struct str value(struct arena *a, struct str type, struct str bytes)
{
	struct str name = type_name(type);

	if (is_one_of(name, numbers))
		return number(a, bytes);
	if (is_one_of(name, binaries))
		return binary(a, from_hex(a, bytes));
	if (str_eq_nocase(name, STR("bit")) && begins_with(bytes, "b'"))
		return arena_str(a, bytes);
	return quoted(a, bytes);
}

/* A plain literal is its value, whatever it is wrapped in; all else is an expression. */
static struct str expression(struct arena *a, const struct schema_default *d)
{
	struct str text = schema_expr(
		a, d->mariadb ? d->text : schema_mysql_expression(a, d->text));
	size_t n;

	if (!schema_is_literal(text))
		return arena_printf(a, "(%.*s)", STR_ARG(text));
	if (text.p[0] == '\'')
		return value(a, d->type, schema_unquote(a, text, &n));
	return value(a, d->type, text);
}

struct str schema_default(struct arena *a, const struct schema_default *d)
{
	bool is_sql = d->mariadb || d->is_expression;
	bool is_instant = is_one_of(type_name(d->type), instants);
	struct str now = { 0 };

	if (!d->text.p || (d->mariadb && str_eq_nocase(d->text, STR("NULL"))))
		return (struct str){ 0 };
	if (is_sql || is_instant)
		now = schema_now(a, d->text);
	if (now.p)
		return now;
	return is_sql ? expression(a, d) : value(a, d->type, d->text);
}

/* ---- MySQL's expressions ---- */

/* The byte of windows-1252 that stands for `c`; false: none does. */
static bool windows_1252_byte(uint32_t c, char *ret)
{
	for (unsigned byte = 0; byte < 256; byte++)
		if (encode_windows_1252((unsigned char)byte) == c) {
			*ret = (char)byte;
			return true;
		}
	return false;
}

struct str schema_mysql_expression(struct arena *a, struct str raw)
{
	char *bytes = arena_alloc(a, raw.n + 1);
	size_t n = 0;
	size_t length;

	for (size_t at = 0; bytes && at < raw.n; at += length) {
		uint32_t c;

		length = utf8_next(raw, at, &c);
		if (length == 0 || !windows_1252_byte(c, &bytes[n++]))
			return raw;
	}
	return bytes && utf8_check(str_make(bytes, n)) == SIZE_MAX ? str_make(bytes, n) :
								     raw;
}

/* ---- EXTRA ---- */

static struct str update_of(struct arena *a, struct str raw)
{
	size_t end = 0;

	while (end < raw.n && raw.p[end] != ' ' && raw.p[end] != ',')
		end++;
	return schema_now(a, str_sub(raw, 0, end));
}

struct schema_extra schema_extra(struct arena *a, struct str raw)
{
	struct str text = schema_lower(a, raw);
	size_t update = str_find(text, STR("on-update-"));

	return (struct schema_extra){
		.auto_increment = has_word(text, "auto-increment"),
		.generated = has_word(text, "virtual") || has_word(text, "stored") ||
			has_word(text, "persistent"),
		.stored = has_word(text, "stored") || has_word(text, "persistent"),
		.is_expression = has_word(text, "default-generated"),
		.invisible = has_word(text, "invisible"),
		.on_update = update == SIZE_MAX ?
			(struct str){ 0 } :
			update_of(
				a, str_sub(raw, update + strlen("on-update-"), SIZE_MAX)),
	};
}

/* ---- character sets ---- */

static const char *const default_collations[] = { "latin1_swedish_ci", "dec8_swedish_ci",
	"swe7_swedish_ci", "hp8_english_ci", "big5_chinese_ci", "gbk_chinese_ci",
	"gb2312_chinese_ci", "gb18030_chinese_ci", "ujis_japanese_ci", "sjis_japanese_ci",
	"cp932_japanese_ci", "eucjpms_japanese_ci", "euckr_korean_ci", "tis620_thai_ci",
	"latin5_turkish_ci", "utf8mb4_0900_ai_ci", "binary", NULL };

/* utf8_bin is utf8mb3_bin */
struct str schema_collation(struct arena *a, struct str collation)
{
	if (str_starts_with(collation, STR("utf8_")))
		return arena_printf(
			a, "utf8mb3_%.*s", STR_ARG(str_sub(collation, 5, SIZE_MAX)));
	return collation;
}

struct str schema_charset(struct arena *a, struct str collation)
{
	struct str canonical = schema_collation(a, collation);

	return str_sub(canonical, 0, str_find_char(canonical, '_'));
}

bool schema_collation_is_default(struct str collation)
{
	return is_one_of(collation, default_collations) ||
		str_ends_with(collation, STR("_uca1400_ai_ci")) ||
		(str_ends_with(collation, STR("_general_ci")) &&
			!is_one_of(collation,
				(const char *const[]){ "latin1_general_ci", NULL }));
}

/* ---- tables ---- */

struct str schema_rule(struct arena *a, const char *key, struct str rule)
{
	static const char *const plain[] = { "", "NO ACTION", "RESTRICT", NULL };

	if (is_one_of(rule, plain))
		return (struct str){ 0 };
	return arena_printf(a, " %s=%.*s", key, STR_ARG(schema_lower(a, rule)));
}

struct str schema_row_format(struct arena *a, struct str create_options)
{
	struct str text = schema_lower(a, create_options);
	size_t at = str_find(text, STR("row-format="));
	struct str format;
	size_t n = 0;

	if (at == SIZE_MAX)
		return (struct str){ 0 };
	format = str_sub(text, at + strlen("row-format="), SIZE_MAX);
	while (n < format.n && format.p[n] >= 'a' && format.p[n] <= 'z')
		n++;
	return str_sub(format, 0, n);
}

/* ---- bodies ---- */

static struct str without_trailing_blanks(struct str line)
{
	while (line.n &&
		(line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t' ||
			line.p[line.n - 1] == '\r'))
		line.n--;
	return line;
}

struct str schema_body(struct arena *a, struct str text)
{
	struct strbuf sb;
	bool first = true;

	strbuf_init(&sb, TEXT_MAX);
	while (text.p) {
		if (!first)
			strbuf_addc(&sb, '\n');
		strbuf_add(&sb, without_trailing_blanks(str_cut(&text, '\n')));
		first = false;
	}
	while (sb.n && sb.p[sb.n - 1] == '\n')
		strbuf_truncate(&sb, sb.n - 1);
	return strbuf_take(&sb, a);
}

struct str schema_hash(struct arena *a, struct str text)
{
	uint8_t digest[32];
	struct strbuf sb;

	digest_sha256(schema_body(a, text), digest);
	strbuf_init(&sb, 2 * sizeof(digest));
	encode_hex(&sb, str_make((const char *)digest, 6));
	return strbuf_take(&sb, a);
}
