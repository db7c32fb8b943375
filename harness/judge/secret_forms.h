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

/*
 * The pieces of a field with a secret name that are the secret: each cookie of `Cookie`, the value of `Set-Cookie`, what stands behind
 * `Bearer` and the like, else all of it. None is empty.
 */
struct secret_pieces {
	struct str field;		/* its name */
	struct str rest;		/* its value, then what is left of it; absent at the end */
};
struct secret {
	struct str name, value;		/* name: of the cookie, or the field's; what people would call it */
};
bool secret_pieces_next(struct secret_pieces *p, struct secret *ret);	/* false at the end */

/* The first two parts of a JWT, header and claims, are at least so long. */
enum { SECRET_JWT_PART = 8 };

/*
 * Where a JWT-shaped text ("eyJ...", two parts with dots between) ends that begins at `at` or behind it in the same run of base64url
 * characters; 0: none does. *ret_end: where the run ends.
 */
size_t secret_jwt_tail(struct str s, size_t at, size_t *ret_end);

/* The length of a MySQL password's hash ('*' and 40 hex digits, as SHOW GRANTS of MariaDB has it) that begins at `at`; 0: none does. */
size_t secret_hash_length(struct str s, size_t at);

#endif
