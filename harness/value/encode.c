#define OPENSSL_SUPPRESS_DEPRECATED	/* see digest_sha256 */
#include "harness/value/encode.h"

#include <errno.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include "harness/value/html_names.h"

static const char base64_standard[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char hex_digits[] = "0123456789abcdef";

/* ---- base64 ---- */

static void encode_group(struct strbuf *out, const unsigned char *p, size_t n,
	const char *alphabet, bool pad)
{
	uint32_t bits = (uint32_t)p[0] << 16;

	if (n > 1)
		bits |= (uint32_t)p[1] << 8;
	if (n > 2)
		bits |= p[2];
	for (size_t i = 0; i < 4; i++) {
		if (i <= n)
			strbuf_addc(out, alphabet[(bits >> (18 - 6 * i)) & 63]);
		else if (pad)
			strbuf_addc(out, '=');
	}
}

static void encode64(struct strbuf *out, struct str bytes, const char *alphabet, bool pad)
{
	const unsigned char *p = (const unsigned char *)bytes.p;

	for (size_t at = 0; at < bytes.n && !strbuf_failed(out); at += 3)
		encode_group(
			out, p + at, bytes.n - at < 3 ? bytes.n - at : 3, alphabet, pad);
}

void encode_base64(struct strbuf *out, struct str bytes)
{
	encode64(out, bytes, base64_standard, true);
}

void encode_base64url(struct strbuf *out, struct str bytes)
{
	encode64(out, bytes, base64_url, false);
}

struct decoder {
	uint32_t bits;
	unsigned count; /* digits so far */
};

static bool decode_digit(
	struct strbuf *out, struct decoder *d, char c, const char *alphabet)
{
	const char *digit = c ? strchr(alphabet, c) : NULL;

	if (!digit)
		return false;
	d->bits = (d->bits << 6) | (uint32_t)(digit - alphabet);
	if (d->count++ % 4)
		strbuf_addc(out, (char)(d->bits >> (6 - 2 * ((d->count - 1) % 4))));
	return true;
}

/* The digits of the last group that stand for no whole byte must be zero, and one digit alone stands for nothing. */
static bool ends_well(const struct decoder *d)
{
	static const uint32_t unused[] = { 0, 0, 15, 3 };

	return d->count % 4 != 1 && !(d->bits & unused[d->count % 4]);
}

static struct str without_padding(struct str s, size_t *ret_padding)
{
	size_t n = s.n;

	while (n > 0 && s.n - n < 2 && s.p[n - 1] == '=')
		n--;
	*ret_padding = s.n - n;
	return str_make(s.p, n);
}

static bool decode64(struct strbuf *out, struct str text, const char *alphabet)
{
	struct decoder d = { 0 };

	for (size_t i = 0; i < text.n; i++)
		if (!decode_digit(out, &d, text.p[i], alphabet))
			return false;
	return ends_well(&d);
}

bool decode_base64(struct strbuf *out, struct str text)
{
	size_t padding = 0;
	struct str digits = without_padding(text, &padding);

	return text.n % 4 == 0 && decode64(out, digits, base64_standard);
}

bool decode_base64url(struct strbuf *out, struct str text)
{
	return decode64(out, text, base64_url);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool decode_base64_lenient(struct strbuf *out, struct str text)
{
	struct decoder d = { 0 };
	size_t padding = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (is_blank(text.p[i]))
			continue;
		if (text.p[i] == '=') {
			padding++;
			continue;
		}
		if (padding || !decode_digit(out, &d, text.p[i], base64_standard))
			return false;
	}
	return ends_well(&d) && (!padding || (d.count + padding) % 4 == 0) && padding < 3;
}

/* ---- hex and percent ---- */

void encode_hex(struct strbuf *out, struct str bytes)
{
	for (size_t i = 0; i < bytes.n && !strbuf_failed(out); i++) {
		unsigned char c = (unsigned char)bytes.p[i];

		strbuf_addc(out, hex_digits[c >> 4]);
		strbuf_addc(out, hex_digits[c & 15]);
	}
}

/* -1 for what is no hex digit. */
static int hex_value(char c)
{
	const char *digit;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	digit = c ? strchr(hex_digits, c) : NULL;
	return digit ? (int)(digit - hex_digits) : -1;
}

bool decode_hex(struct strbuf *out, struct str text)
{
	int high = -1;

	for (size_t i = 0; i < text.n; i++) {
		int digit = hex_value(text.p[i]);

		if (digit < 0 && is_blank(text.p[i]))
			continue;
		if (digit < 0)
			return false;
		if (high >= 0)
			strbuf_addc(out, (char)(high * 16 + digit));
		high = high < 0 ? digit : -1;
	}
	return high < 0;
}

void decode_percent(struct strbuf *out, struct str text, bool plus_is_blank)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		int high = c == '%' && text.n - i > 2 ? hex_value(text.p[i + 1]) : -1;
		int low = high >= 0 ? hex_value(text.p[i + 2]) : -1;

		if (low >= 0) {
			strbuf_addc(out, (char)(high * 16 + low));
			i += 2;
		} else {
			strbuf_addc(out, c == '+' && plus_is_blank ? ' ' : c);
		}
	}
}

/* ---- HTML references ---- */

/* Bytes of windows-1252 that pages write as if they were characters. */
static const uint16_t c1_characters[32] = {
	0x20AC,
	0x81,
	0x201A,
	0x0192,
	0x201E,
	0x2026,
	0x2020,
	0x2021,
	0x02C6,
	0x2030,
	0x0160,
	0x2039,
	0x0152,
	0x8D,
	0x017D,
	0x8F,
	0x90,
	0x2018,
	0x2019,
	0x201C,
	0x201D,
	0x2022,
	0x2013,
	0x2014,
	0x02DC,
	0x2122,
	0x0161,
	0x203A,
	0x0153,
	0x9D,
	0x017E,
	0x0178,
};

static bool is_noncharacter(uint32_t c)
{
	bool control = c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r';

	return control || (c >= 0x7F && c < 0xA0) || (c >= 0xFDD0 && c <= 0xFDEF) ||
		(c & 0xFFFE) == 0xFFFE;
}

uint32_t encode_windows_1252(unsigned char byte)
{
	return byte >= 0x80 && byte < 0xA0 ? c1_characters[byte - 0x80] : byte;
}

/* A number that names no character stands for U+FFFD or, where HTML forbids it, for nothing. */
static void add_character(struct strbuf *out, uint32_t c)
{
	if (c >= 0x80 && c < 0xA0)
		strbuf_add_utf8(out, encode_windows_1252((unsigned char)c));
	else if (!c || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		strbuf_add_utf8(out, 0xFFFD);
	else if (!is_noncharacter(c))
		strbuf_add_utf8(out, c);
}

/* Behind "&#": bytes that were read, 0 when there is no number. */
static size_t decode_numeric(struct strbuf *out, struct str s)
{
	bool hex = s.n > 0 && (s.p[0] == 'x' || s.p[0] == 'X');
	size_t start = hex ? 1 : 0;
	size_t at = start;
	uint32_t c = 0;

	for (; at < s.n; at++) {
		int digit = hex_value(s.p[at]);

		if (digit < 0 || (!hex && digit > 9))
			break;
		if (c <= 0x10FFFF)
			c = c * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (at == start)
		return 0;
	add_character(out, c);
	return at < s.n && s.p[at] == ';' ? at + 1 : at;
}

static const struct html_name *find_name(struct str name)
{
	size_t low = 0;
	size_t high = html_names_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = str_cmp(name, str_from(html_names[middle].name));

		if (!c)
			return &html_names[middle];
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The longest name that starts here: with its ';', else one of the old names that need none. */
static size_t decode_named(struct strbuf *out, struct str s)
{
	enum { LONGEST = 33 };
	size_t n = 0;

	while (n < s.n && n < LONGEST && s.p[n] != ';' && s.p[n] != '&' &&
		!is_blank(s.p[n]))
		n++;
	if (n < s.n && s.p[n] == ';')
		n++;
	for (; n > 1; n--) {
		const struct html_name *found = find_name(str_make(s.p, n));

		if (found) {
			strbuf_adds(out, found->text);
			return n;
		}
	}
	return 0;
}

void decode_html(struct strbuf *out, struct str text)
{
	for (size_t at = 0; at < text.n && !strbuf_failed(out);) {
		struct str rest = str_sub(text, at + 1, SIZE_MAX);
		size_t n = 0;

		if (text.p[at] == '&' && rest.n > 0 && rest.p[0] == '#') {
			n = decode_numeric(out, str_sub(rest, 1, SIZE_MAX));
			n += n > 0;
		} else if (text.p[at] == '&') {
			n = decode_named(out, rest);
		}
		if (!n)
			strbuf_addc(out, text.p[at]);
		at += n + 1;
	}
}

/* ---- digests, random ---- */

/*
 * The plain functions, not EVP: that one starts the library's providers and error strings, a fifth of the time of a run with one
 * request, and every run has ids to hash.
 */
void digest_sha256(struct str bytes, uint8_t out[32])
{
	SHA256_CTX c;

	if (SHA256_Init(&c) != 1 || SHA256_Update(&c, bytes.p ? bytes.p : "", bytes.n) != 1 ||
		SHA256_Final(out, &c) != 1)
		memset(out, 0, 32);
}

void digest_md5(struct str bytes, uint8_t out[16])
{
	MD5_CTX c;

	if (MD5_Init(&c) != 1 || MD5_Update(&c, bytes.p ? bytes.p : "", bytes.n) != 1 ||
		MD5_Final(out, &c) != 1)
		memset(out, 0, 16);
}

static bool fill_random(uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
	return true;
}

bool encode_new_uuid(char out[37])
{
	uint8_t bytes[16];
	size_t at = 0;

	if (!fill_random(bytes, sizeof(bytes)))
		return false;
	bytes[6] = (uint8_t)((bytes[6] & 0x0F) | 0x40);
	bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		out[at++] = hex_digits[bytes[i] >> 4];
		out[at++] = hex_digits[bytes[i] & 15];
	}
	out[at] = '\0';
	return true;
}
