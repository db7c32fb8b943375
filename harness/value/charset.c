#include "harness/value/charset.h"

#include <errno.h>
#include <iconv.h>

#include "harness/value/encode.h"

static const char windows_1252[] = "windows-1252";
static const char utf_8[] = "UTF-8";

/*
 * An encoding of the WHATWG Encoding Standard, as iconv calls it, and its labels, each between blanks. Where iconv's
 * encoding of the same name is narrower, the wider one stands here.
 */
static const struct charset {
	const char *iconv_name;
	const char *labels;
} charsets[] = {
	{ utf_8,
		" unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 " },
	{ windows_1252,
		" ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 "
		"iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252 " },
	{ "IBM866", " 866 cp866 csibm866 ibm866 " },
	{ "ISO-8859-2",
		" csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 "
		"iso_8859-2:1987 l2 latin2 " },
	{ "ISO-8859-3",
		" csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 "
		"iso_8859-3:1988 l3 latin3 " },
	{ "ISO-8859-4",
		" csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 "
		"iso_8859-4:1988 l4 latin4 " },
	{ "ISO-8859-5",
		" csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 "
		"iso_8859-5 iso_8859-5:1988 " },
	{ "ISO-8859-6",
		" arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 "
		"iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987 " },
	{ "ISO-8859-7",
		" csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 "
		"iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek " },
	{ "ISO-8859-8",
		" csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e "
		"iso-8859-8-i iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 logical visual " },
	{ "ISO-8859-10",
		" csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6 " },
	{ "ISO-8859-13", " iso-8859-13 iso8859-13 iso885913 " },
	{ "ISO-8859-14", " iso-8859-14 iso8859-14 iso885914 " },
	{ "ISO-8859-15",
		" csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 " },
	{ "ISO-8859-16", " iso-8859-16 " },
	{ "KOI8-R", " cskoi8r koi koi8 koi8-r koi8_r " },
	{ "KOI8-U", " koi8-ru koi8-u " },
	{ "MACINTOSH", " csmacintosh mac macintosh x-mac-roman " },
	{ "CP874", " dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 " },
	{ "CP1250", " cp1250 windows-1250 x-cp1250 " },
	{ "CP1251", " cp1251 windows-1251 x-cp1251 " },
	{ "CP1253", " cp1253 windows-1253 x-cp1253 " },
	{ "CP1254",
		" cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 "
		"iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254 " },
	{ "CP1255", " cp1255 windows-1255 x-cp1255 " },
	{ "CP1256", " cp1256 windows-1256 x-cp1256 " },
	{ "CP1257", " cp1257 windows-1257 x-cp1257 " },
	{ "CP1258", " cp1258 windows-1258 x-cp1258 " },
	{ "MAC-CYRILLIC", " x-mac-cyrillic x-mac-ukrainian " },
	{ "GB18030",
		" chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk "
		"gb18030 " },
	{ "BIG5-HKSCS", " big5 big5-hkscs cn-big5 csbig5 x-x-big5 " },
	{ "EUC-JP", " cseucpkdfmtjapanese euc-jp x-euc-jp " },
	{ "ISO-2022-JP", " csiso2022jp iso-2022-jp " },
	{ "CP932",
		" csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis " },
	{ "UHC",
		" cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
		"ksc_5601 windows-949 " },
	{ "UTF-16BE", " unicodefffe utf-16be " },
	{ "UTF-16LE",
		" csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le " },
};

static bool has_label(const char *labels, struct str label)
{
	struct str rest = str_from(labels);

	while (rest.p)
		if (str_eq_nocase(str_cut(&rest, ' '), label))
			return true;
	return false;
}

static const char *find_charset(struct str label)
{
	label = str_trim(label);
	for (size_t i = 0; label.n && i < ARRAY_SIZE(charsets); i++)
		if (has_label(charsets[i].labels, label))
			return charsets[i].iconv_name;
	return NULL;
}

static void decode_1252(struct strbuf *out, struct str bytes)
{
	for (size_t i = 0; i < bytes.n && !strbuf_failed(out); i++)
		strbuf_add_utf8(out, encode_windows_1252((unsigned char)bytes.p[i]));
}

static int invalid_byte(struct error *err, struct str label, size_t at)
{
	return error_set(err, ERR_CHECK,
		"the text is not '%.*s': invalid byte at offset %zu",
		STR_ARG(str_sub(label, 0, 64)), at);
}

static int convert(iconv_t cd, struct strbuf *out, struct str label, struct str bytes,
	struct error *err)
{
	enum { STEP = 16 * 1024 };
	char *in = (char *)(uintptr_t)bytes.p; /* iconv's parameter lacks a const */
	size_t left = bytes.n;

	while (left > 0) {
		size_t want = left < STEP ? left * 4 + 16 : STEP;
		size_t room = want;
		char *to = strbuf_reserve(out, want);
		char *start = to;
		size_t before = left;

		if (!to)
			return error_set(err, ERR_LIMIT, "the decoded text is too large");
		if (iconv(cd, &in, &left, &to, &room) == (size_t)-1 && errno != E2BIG)
			return invalid_byte(err, label, bytes.n - left);
		strbuf_advance(out, (size_t)(to - start));
		if (left == before && room == want)
			return invalid_byte(err, label, bytes.n - left);
	}
	return 0;
}

static int decode_iconv(struct strbuf *out, const char *name, struct str label,
	struct str bytes, struct error *err)
{
	iconv_t cd = iconv_open(utf_8, name);
	int rc;

	if (cd == (iconv_t)-1)
		return error_set(err, ERR_CHECK,
			"this system's iconv does not know the charset '%.*s'",
			STR_ARG(str_sub(label, 0, 64)));
	rc = convert(cd, out, label, bytes, err);
	(void)iconv_close(cd); /* nothing that could fail is left to do */
	return rc;
}

int charset_decode(
	struct strbuf *out, struct str label, struct str bytes, struct error *err)
{
	const char *name = find_charset(label);
	size_t bad;

	if (!name)
		return error_set(err, ERR_CHECK, "unknown charset '%.*s'",
			STR_ARG(str_sub(label, 0, 64)));
	if (name == windows_1252) {
		decode_1252(out, bytes);
		return 0;
	}
	if (name != utf_8)
		return decode_iconv(out, name, label, bytes, err);
	bad = utf8_check(bytes);
	if (bad != SIZE_MAX)
		return invalid_byte(err, label, bad);
	strbuf_add(out, bytes);
	return 0;
}

/* One U+FFFD for each longest start of a character, as the Encoding Standard and Unicode have it. */
static size_t bad_length(struct str s, size_t at)
{
	unsigned char first = (unsigned char)s.p[at];
	size_t most = first >= 0xF0 && first <= 0xF4 ? 3 : first >= 0xE0 ? 2 : 1;
	unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
	unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
	size_t n = 1;

	if (first < 0xC2 || first > 0xF4)
		return 1;
	while (n < most && at + n < s.n) {
		unsigned char c = (unsigned char)s.p[at + n];

		if (c < low || c > high)
			break;
		low = 0x80;
		high = 0xBF;
		n++;
	}
	return n;
}

void charset_utf8_lossy(struct strbuf *out, struct str bytes)
{
	while (bytes.n && !strbuf_failed(out)) {
		size_t bad = utf8_check(bytes);

		strbuf_add(out, str_sub(bytes, 0, bad));
		if (bad == SIZE_MAX)
			return;
		strbuf_add_utf8(out, 0xFFFD);
		bytes = str_sub(bytes, bad + bad_length(bytes, bad), SIZE_MAX);
	}
}

void charset_header(struct strbuf *out, struct str bytes)
{
	if (utf8_check(bytes) == SIZE_MAX)
		strbuf_add(out, bytes);
	else
		decode_1252(out, bytes);
}
