/*
 * Inside of filter: the functions of its table, by what they work on. Not for other modules.
 */
#ifndef HARNESS_VALUE_FILTER_IMPL_H
#define HARNESS_VALUE_FILTER_IMPL_H

#include "harness/value/filter.h"

typedef int filter_eval(const struct eval *, const struct value *input, const struct value *const *args,
	const struct value **ret, struct error *err);

/* filter_list.c */
filter_eval filter_count, filter_nth, filter_first, filter_last, filter_sum, filter_min, filter_max;

/* filter_number.c */
filter_eval filter_to_int, filter_to_float, filter_plus, filter_minus, filter_times, filter_divided_by;

/* filter_text.c */
filter_eval filter_to_string, filter_split, filter_regex, filter_replace, filter_replace_regex,
	filter_jsonpath, filter_xpath, filter_url_query_param, filter_like_escape;

/* filter_encode.c */
filter_eval filter_url_encode, filter_url_decode, filter_html_escape, filter_html_unescape,
	filter_base64_decode, filter_base64_encode, filter_base64url_decode, filter_base64url_encode,
	filter_utf8_decode, filter_utf8_encode, filter_charset_decode, filter_to_hex;

/* filter_date.c */
filter_eval filter_to_date, filter_date_format, filter_days_after_now, filter_days_before_now;

/* The text that was built, as a value in the arena; releases `sb`. */
int filter_take(const struct eval *ev, struct strbuf *sb, enum value_type type, const struct value **ret,
	struct error *err) MUST_USE;

#endif
