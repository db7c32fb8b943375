/*
 * JSON after RFC 8259: a strict reader that loses nothing, and a writer that knows its own nesting.
 *
 * The reader refuses what the RFC refuses (leading zeros, raw control bytes, invalid UTF-8, text behind the value) and
 * keeps every number's digits. Lone surrogates in \u escapes become U+FFFD (the grammar allows them). Repeated keys are
 * kept in order; value_get finds the last. Nesting is limited.
 */
#ifndef HARNESS_VALUE_JSON_H
#define HARNESS_VALUE_JSON_H

#include "harness/base/error.h"
#include "harness/value/value.h"

/*
 * Parses all of `text` into `a`; strings without escapes are borrowed from `text`. On failure err is ERR_PARSE without a place,
 * its message says what was expected at which byte ("expected ',' or ']' at byte 17"), and *ret_at (may be NULL) is that offset.
 */
int json_parse(struct arena *a, struct str text, size_t max_depth, const struct value **ret, size_t *ret_at,
	       struct error *err) MUST_USE;

/* Only checks; where parsing stopped is in *ret_at. Allocates nothing. `prefix`: text may go on after the value; *ret_at is then its end. */
bool json_scan(struct str text, size_t max_depth, bool prefix, size_t *ret_at);

/* Compact text. Types JSON lacks are written as people would expect (date as a string, bytes as hex string). */
void json_write(struct strbuf *out, const struct value *v);

/*
 * As json_write, for people: secrets are "***", and a string that is longer than the room left in `out` is cut, so that
 * a small buffer shows the start of a large value.
 */
void json_write_masked(struct strbuf *out, const struct value *v);

/* Two blanks an indentation, one member a line. */
void json_write_pretty(struct strbuf *out, const struct value *v);

/*
 * A writer for records: places commas and checks nesting (assert on misuse).
 *
 *	struct json_writer w;
 *	json_writer_init(&w, &sb);
 *	json_open_object(&w);
 *	json_key(&w, "id");
 *	json_string(&w, id);
 *	json_close_object(&w);
 */
#define JSON_WRITER_DEPTH 32
struct json_writer {
	struct strbuf *out;
	unsigned depth;
	bool need_comma[JSON_WRITER_DEPTH];
	bool is_object[JSON_WRITER_DEPTH];
	bool after_key;
};

void json_writer_init(struct json_writer *w, struct strbuf *out);	/* `out` is borrowed */
void json_open_object(struct json_writer *w);	/* { */
void json_close_object(struct json_writer *w);	/* }, of the one opened last */
void json_open_list(struct json_writer *w);	/* [ */
void json_close_list(struct json_writer *w);	/* ], of the one opened last */
void json_key(struct json_writer *w, const char *key);	/* only in an object; its value comes next */
void json_key_str(struct json_writer *w, struct str key);	/* the same, escaped as it must be */
void json_string(struct json_writer *w, struct str s);	/* escaped; bytes that are no UTF-8 become U+FFFD */
void json_int(struct json_writer *w, int64_t i);	/* all 64 bits */
void json_uint(struct json_writer *w, uint64_t u);	/* all 64 bits */
void json_bool(struct json_writer *w, bool b);	/* true or false */
void json_null(struct json_writer *w);	/* null */
void json_raw(struct json_writer *w, struct str json);	/* text that is JSON already */

/*
 * A value for the record: what JSON cannot hold exactly is tagged with its type.
 *
 *	{"ty":"decimal","v":"25.50"}	{"ty":"int","v":"18446744073709551615"}	{"ty":"float","v":"inf"} (inf, nan, odd spellings)
 *	{"ty":"single","v":"1.5"}	float of single precision
 *	{"ty":"datetime","v":"..."}	string from a DATE, DATETIME, TIME column	{"ty":"json","v":"..."}	from a JSON column
 *	{"ty":"date","v":"..."}		an instant
 *	{"ty":"bytes","len":512,"b64":"...","sha256":"..."}, with "sql":true when shown as 0x...
 *	{"ty":"nodeset","v":3}  {"ty":"redirect","status":301,"v":"https://..."}  {"ty":"regex","v":"..."}  {"ty":"unit"}
 *	{"ty":"none"} no value		{"ty":"masked"} secret
 *	{"ty":"object","v":{...}}	an object that has a member "ty" itself
 *
 * Text and bytes beyond max_bytes are cut: {"ty":"string","v":"...","len":70000,"cut":true}, bytes with "cut":true.
 * json_untag reads all of it back, numbers' spellings and string flags included. What was masked comes back as the secret
 * string "***"; cut text as what is left of it. `none` alone comes back as NULL. NULL also when memory is out.
 */
void json_tagged(struct json_writer *w, const struct value *v, size_t max_bytes);

/* The way back; see above. */
const struct value *json_untag(struct arena *a, const struct value *v);

#endif
