/*
 * How reports shorten text and write figures. Everything here appends to `out` and does not depend on the locale.
 */
#ifndef HARNESS_REPORT_TEXT_H
#define HARNESS_REPORT_TEXT_H

#include "harness/base/strbuf.h"

/*
 * Adds `s`, shortened when it has more than max_bytes bytes or max_lines lines (SIZE_MAX: no limit): three quarters of the
 * room go to its head and one to its tail, on the borders of characters and, where there are any, of lines; between them
 * stands how much was left out and the digest of the whole; of a text that was cut before, the line that says so is kept as
 * it is. True when it was shortened.
 */
bool text_cut(struct strbuf *out, struct str s, size_t max_bytes, size_t max_lines);

/* As text_cut; the line about the cut ends with `, full: PATH`, where the whole is kept. Absent: nowhere. */
bool text_cut_of(struct strbuf *out, struct str s, size_t max_bytes, size_t max_lines, struct str full);

/* Bytes that are no text: 64 of them at most, sixteen a line, in hex and as characters. */
void text_hex_dump(struct strbuf *out, struct str bytes);

/* ", sha256 " and the digest. */
void text_digest(struct strbuf *out, struct str bytes);

/* Adds the first line of `s`; more than max_chars characters end with "...". */
void text_cut_line(struct strbuf *out, struct str s, size_t max_chars);

/* Releases a part that was built for `whole`; when building it failed, so did the whole. */
void text_release(struct strbuf *part, struct strbuf *whole);

/* 18344 as "18 344". */
void text_grouped(struct strbuf *out, uint64_t n);

/* Microseconds as seconds with three decimals: "0.041"; as milliseconds with three: "41.000". Rounded to the last digit shown. */
void text_seconds(struct strbuf *out, uint64_t us);
void text_milliseconds(struct strbuf *out, uint64_t us);

#endif
