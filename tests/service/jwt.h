/*
 * Access tokens: JWT, HS256, with the claims sub, email, role, restaurante_id, iat, exp.
 */
#ifndef TESTS_SERVICE_JWT_H
#define TESTS_SERVICE_JWT_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct error;
struct text;

/* Signs the claims and adds the token to `out`. */
int jwt_sign(struct text *out, const char *secret, const cJSON *claims, struct error *err);

/*
 * The claims of a token that was signed with the secret by HS256 and has not expired; NULL for any
 * other token. Owned by the caller.
 */
cJSON *jwt_verify(const char *token, const char *secret);

#endif
