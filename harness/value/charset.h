/*
 * Text in other character sets, strictly decoded to UTF-8 (adapter over iconv). Labels are those of the WHATWG
 * Encoding Standard; latin1, iso-8859-1 and ascii all mean windows-1252 there.
 */
#ifndef HARNESS_VALUE_CHARSET_H
#define HARNESS_VALUE_CHARSET_H

#include "harness/base/error.h"
#include "harness/base/strbuf.h"

/* An unknown label or an invalid byte is ERR_CHECK; the message names the label or the offset. */
int charset_decode(struct strbuf *out, struct str label, struct str bytes, struct error *err) MUST_USE;

/* Bytes to UTF-8 with U+FFFD for what is none. */
void charset_utf8_lossy(struct strbuf *out, struct str bytes);

/* Header bytes: UTF-8 when they are, else read as windows-1252. */
void charset_header(struct strbuf *out, struct str bytes);

#endif
