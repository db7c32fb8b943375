/*
 * The body of a request from any of its forms: JSON, text, XML, GraphQL, file, base64,
 * hex, [Form], [Multipart].
 */
#ifndef PROBES_HTTP_BODY_H
#define PROBES_HTTP_BODY_H

#include "harness/judge/expand.h"

struct http_body {
	struct str bytes; /* absent: none */
	struct str content_type; /* what it implies; absent: nothing */
	struct str boundary; /* of a multipart body, absent: it is none */
	struct str file; /* the one file it was read from; absent: none */
};

/*
 * Fills in and encodes what the entry says, in `a`. A written body is sent rather than
 * a form, but the form's content type stays. `extended`: in JSON bodies lists and
 * objects may stand in value position (suites).
 */
int http_body_build(struct arena *a, const struct expander *x,
	const struct limits *limits, const struct entry *e, bool extended,
	struct http_body *ret, struct error *err) MUST_USE;

/*
 * "name=value&name=value": names as they are, values percent-encoded ([Query], [Form]).
 * The NULL pointer for no params.
 */
int http_params_encode(struct arena *a, const struct expander *x,
	const struct limits *limits, const struct params *p, struct str *ret,
	struct error *err) MUST_USE;

#endif
