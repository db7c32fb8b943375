#include "tests/service/jwt.h"

#include <string.h>
#include <time.h>

#include "tests/service/error.h"
#include "tests/service/json.h"
#include "tests/service/secret.h"
#include "tests/service/text.h"

static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

int jwt_sign(struct text *out, const char *secret, const cJSON *claims, struct error *err)
{
	struct text payload = { 0 };
	struct text token = { 0 };
	int rc = -1;

	if (json_print(&payload, claims, err))
		goto out;
	secret_add_base64url(&token, header, sizeof(header) - 1);
	text_add(&token, ".");
	secret_add_base64url(&token, text_get(&payload), payload.n);
	size_t signed_bytes = token.n;
	text_add(&token, ".");
	if (secret_add_hmac(&token, secret, text_get(&token), signed_bytes, err))
		goto out;
	text_addn(out, text_get(&token), token.n);
	rc = text_failed(&token) ? error_set_memory(err) : 0;
out:
	text_release(&payload);
	text_release(&token);
	return rc;
}

/* One of the first two parts, decoded and parsed. */
static cJSON *part(const char *p, size_t n)
{
	struct text bytes = { 0 };
	cJSON *json = NULL;

	if (!secret_add_unbase64url(&bytes, p, n) && !text_failed(&bytes))
		json = json_parse(text_get(&bytes), bytes.n);
	text_release(&bytes);
	return json;
}

static bool is_signed(const char *token, size_t n, const char *signature, const char *secret)
{
	struct text expected = { 0 };
	struct error ignored;
	bool equal = !secret_add_hmac(&expected, secret, token, n, &ignored) &&
		     secret_equal(text_get(&expected), signature);

	text_release(&expected);
	return equal;
}

static bool is_hs256(const char *p, size_t n)
{
	cJSON *json = part(p, n);
	const char *alg = json_string(json, "alg");
	bool yes = alg && !strcmp(alg, "HS256");

	cJSON_Delete(json);
	return yes;
}

cJSON *jwt_verify(const char *token, const char *secret)
{
	const char *first = strchr(token, '.');
	const char *second = first ? strchr(first + 1, '.') : NULL;
	double expires;

	if (!second || !is_hs256(token, (size_t)(first - token)) ||
	    !is_signed(token, (size_t)(second - token), second + 1, secret))
		return NULL;
	cJSON *claims = part(first + 1, (size_t)(second - first - 1));
	if (!json_number(claims, "exp", &expires) && expires > (double)time(NULL))
		return claims;
	cJSON_Delete(claims);
	return NULL;
}
