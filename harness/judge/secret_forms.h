/*
 * The forms in which a secret may turn up in text, for the masker's patterns.
 */
#ifndef HARNESS_JUDGE_SECRET_FORMS_H
#define HARNESS_JUDGE_SECRET_FORMS_H

#include "harness/base/strbuf.h"

/*
 * Calls `add` for each form of `secret` (at least 4 bytes): raw; percent-encoded (either hex case, '+' for a blank); base64 and base64url at all three
 * alignments; JSON-, XML-, HTML-, shell- and SQL-escaped; hex. A form may come twice; texts are borrowed for the call. Non-zero from
 * `add` ends it and is returned.
 */
int secret_forms(struct str secret, int (*add)(void *ctx, struct str form), void *ctx) MUST_USE;

/* Is a field of that name secret: one of the words password, token ... as a whole word, unless it ends in id, at, count, type. */
bool secret_field_name(struct str name);

/* Length of the JWT-shaped text at the start of `s` ("eyJ" two parts with dots between), 0: none. */
size_t secret_jwt_length(struct str s);

#endif
