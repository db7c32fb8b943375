/*
 * One request and its answer, from the moment the request was read.
 *
 * A route is a row; its handler reads the request through the functions below and sets the answer:
 * exchange_answer(), exchange_refuse() or exchange_text(). A handler returns 0 when it has answered,
 * refusals included, or -1 with *err filled for what the client can't help: that becomes a 500, and
 * err a line in the log. A transaction that is still open then is rolled back.
 */
#ifndef TESTS_SERVICE_EXCHANGE_H
#define TESTS_SERVICE_EXCHANGE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "tests/service/secret.h"
#include "tests/service/text.h"

struct MHD_Connection;
struct app;
struct db;
struct error;
struct exchange;

enum role { ROLE_CLIENTE = 1, ROLE_COCINA = 2, ROLE_HOST = 4, ROLE_ADMIN = 8 };

#define ROLES_ANY (ROLE_CLIENTE | ROLE_COCINA | ROLE_HOST | ROLE_ADMIN)
#define ROLES_OPEN 0u		/* no token wanted */

struct route {
	const char *method;
	const char *path;	/* ":id" stands for any one segment */
	unsigned roles;		/* whose token opens it, as a set of enum role */
	unsigned status;	/* of an answer that is no refusal */
	int (*handle)(struct exchange *x, struct error *err);
};

struct exchange {
	struct app *app;
	struct MHD_Connection *connection;
	const struct route *route;
	const char *method;
	const char *path;
	struct text id;			/* what ":id" stood for */
	struct text body;
	bool body_too_large;
	cJSON *json;			/* the body; NULL when it was empty */
	cJSON *claims;			/* of the access token; NULL on open routes */
	struct text tenant_text;
	const char *tenant;		/* whose data is meant; NULL when nobody said */
	struct db *db;			/* lent by the pool, given back afterwards */

	unsigned status;		/* the answer; 0 until there is one */
	cJSON *answer;
	struct text text;		/* in place of `answer` */
	const char *type;		/* media type of `text` */
	bool dropped;			/* no answer: the connection is to be closed */
};

/* A new exchange for a request whose method and path outlive it; NULL without memory. */
struct exchange *exchange_new(struct app *app, struct MHD_Connection *connection, const char *method,
			      const char *path);

/* Gives the connection back and frees all. Accepts NULL. */
void exchange_free(struct exchange *x);

/* Gives the database connection back, rolling back what is open. */
void exchange_release_db(struct exchange *x);

/* A request header, or NULL. */
const char *exchange_header(const struct exchange *x, const char *name);

/* A query parameter, or NULL. */
const char *exchange_query(const struct exchange *x, const char *name);

/* The connection for this exchange, lent at the first call. */
int exchange_db(struct exchange *x, struct db **ret, struct error *err);

/* The tenant by which lists are filtered: NULL when none is named, "0" is named or a fault says so. */
const char *exchange_filter(const struct exchange *x);

/* Finds the tenant: the token's, else that of the headers, the query, the body. */
void exchange_find_tenant(struct exchange *x);

/* Answers with the route's status; the JSON is taken. NULL means that memory ran out: returns -1. */
int exchange_answer(struct exchange *x, cJSON *taken, struct error *err);

/* Refuses with {"statusCode","message","error"}; 413 and 5xx come without "error". Returns 0. */
int exchange_refuse(struct exchange *x, unsigned status, const char *message);

/* The same without "error", as the token guard does. */
int exchange_refuse_plain(struct exchange *x, unsigned status, const char *message);

/* Answers with a text that is already in x->text. `type` must outlive the exchange. */
int exchange_text(struct exchange *x, unsigned status, const char *type);

/* The role of that name as a bit, 0 for an unknown one. */
unsigned role_bit(const char *name);

#endif
