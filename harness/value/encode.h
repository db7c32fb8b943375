/*
 * Encodings that filters and probes share: base64 (RFC 4648, 4 and 5), hex, percent, HTML references; and the two
 * digests (adapter over libcrypto, the only file that includes it).
 */
#ifndef HARNESS_VALUE_ENCODE_H
#define HARNESS_VALUE_ENCODE_H

#include "harness/base/strbuf.h"

void encode_base64(struct strbuf *out, struct str bytes);			/* with padding */
void encode_base64url(struct strbuf *out, struct str bytes);			/* without */
bool decode_base64(struct strbuf *out, struct str text) MUST_USE;		/* padding required */
bool decode_base64url(struct strbuf *out, struct str text) MUST_USE;		/* padding is an error */
bool decode_base64_lenient(struct strbuf *out, struct str text) MUST_USE;	/* blanks and line ends ignored, padding optional (`base64,...;`) */
void encode_hex(struct strbuf *out, struct str bytes);				/* lower case */
bool decode_hex(struct strbuf *out, struct str text) MUST_USE;			/* either case, blanks ignored, even number of digits */
void decode_percent(struct strbuf *out, struct str text, bool plus_is_blank);	/* bad sequences stay */
void decode_html(struct strbuf *out, struct str text);	/* named (HTML5, those in common use, also without ';') and numeric references */

/* The character that a byte of windows-1252 stands for, as the WHATWG has it: all 256 stand for one. */
uint32_t encode_windows_1252(unsigned char byte);

void digest_sha256(struct str bytes, uint8_t out[32]);	/* 32 bytes */
void digest_md5(struct str bytes, uint8_t out[16]);	/* 16 bytes */

/* A random UUID version 4, lower case with hyphens, 36 bytes, from the system's generator. False when it fails. */
bool encode_new_uuid(char out[37]) MUST_USE;

#endif
