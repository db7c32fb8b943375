/* A format up to the first line end, a text behind it. What reads as RFC 3339 is written as RFC 3339. */
#include "harness/value/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_BYTES = 1024 * 1024 };

/* Years of four digits; an offset can lead out of them. */
static bool has_plain_year(int64_t us)
{
	return us >= -INT64_C(62135596800000000) && us < INT64_C(253402300800000000);
}

static void check_stable(struct str format, int64_t us)
{
	struct error err;
	struct strbuf first;
	struct strbuf second;
	int64_t again = 0;

	strbuf_init(&first, MOST_BYTES);
	strbuf_init(&second, MOST_BYTES);
	if (!date_format(&first, us, format, &err) &&
		!date_parse(strbuf_str(&first), STR("%+"), &again, &err)) {
		date_render(&second, again);
		assert(date_is_iso(strbuf_str(&second)) || !has_plain_year(again));
	}
	strbuf_release(&first);
	strbuf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);
	struct str format = str_cut(&text, '\n');
	struct error err;
	int64_t us = 0;

	if (!date_parse(text, format, &us, &err))
		check_stable(format, us);
	check_stable(format, 1);
	(void)date_is_iso(text);
	if (date_parse_cookie(text, &us))
		check_stable(STR("%+"), us);
	return 0;
}
