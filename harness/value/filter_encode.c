#include "harness/value/filter_impl.h"

#include "harness/base/escape.h"
#include "harness/value/charset.h"
#include "harness/value/encode.h"
#include "harness/value/query_impl.h"

/* What all of these have in common: text or bytes in, text or bytes out, without any argument. */
#define CONVERSION(filter, type, call)                                          \
	int filter(const struct eval *ev, const struct value *input,            \
		const struct value *const *args, const struct value **ret,      \
		struct error *err)                                              \
	{                                                                       \
		struct strbuf out;                                              \
		(void)args;                                                     \
		strbuf_init(&out, ev->limits->max_text_bytes);                  \
		call;                                                           \
		return filter_take(ev, &out, type, ret, err);                   \
	}

CONVERSION(filter_url_encode, VALUE_STRING, escape_percent(&out, input->text, "/"))
CONVERSION(filter_html_escape, VALUE_STRING, escape_html(&out, input->text))
CONVERSION(filter_html_unescape, VALUE_STRING, decode_html(&out, input->text))
CONVERSION(filter_base64_encode, VALUE_STRING, encode_base64(&out, input->text))
CONVERSION(filter_base64url_encode, VALUE_STRING, encode_base64url(&out, input->text))
CONVERSION(filter_utf8_decode, VALUE_STRING, charset_utf8_lossy(&out, input->text))
CONVERSION(filter_utf8_encode, VALUE_BYTES, strbuf_add(&out, input->text))
CONVERSION(filter_to_hex, VALUE_STRING, encode_hex(&out, input->text))

int filter_url_decode(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct strbuf out;

	(void)args;
	strbuf_init(&out, ev->limits->max_text_bytes);
	decode_percent(&out, input->text, false);
	if (utf8_check(strbuf_str(&out)) != SIZE_MAX) {
		strbuf_release(&out);
		return error_set(err, ERR_CHECK, "the decoded text is not UTF-8");
	}
	return filter_take(ev, &out, VALUE_STRING, ret, err);
}

typedef bool decoder(struct strbuf *out, struct str text);

static int decode(const struct eval *ev, decoder *decode_text, const char *what,
	const struct value *input, const struct value **ret, struct error *err)
{
	struct strbuf out;

	strbuf_init(&out, ev->limits->max_text_bytes);
	if (decode_text(&out, input->text))
		return filter_take(ev, &out, VALUE_BYTES, ret, err);
	strbuf_release(&out);
	return error_set(err, ERR_CHECK, "the string is not base64 %s", what);
}

int filter_base64_decode(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)args;
	return decode(ev, decode_base64, "with padding", input, ret, err);
}

int filter_base64url_decode(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)args;
	return decode(ev, decode_base64url, "in the URL alphabet, without padding", input,
		ret, err);
}

int filter_charset_decode(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct strbuf out;

	strbuf_init(&out, ev->limits->max_text_bytes);
	if (charset_decode(&out, args[0]->text, input->text, err)) {
		strbuf_release(&out);
		return -1;
	}
	return filter_take(ev, &out, VALUE_STRING, ret, err);
}
