/*
 * The faults that act on requests and answers as such, whatever route they belong to.
 */
#ifndef TESTS_SERVICE_WIRE_H
#define TESTS_SERVICE_WIRE_H

#include <stdbool.h>

struct MHD_Response;
struct exchange;

/*
 * Before a request is looked at; `request_number` counts those of its connection from 1. True when
 * a fault has answered or dropped the exchange, so that nothing else is to happen to it.
 */
bool wire_intercept(struct exchange *x, unsigned long request_number);

/*
 * Between the finished answer (all in x->text, of x->type) and its sending: delays and changes it,
 * or sends something else and drops the exchange.
 */
void wire_spoil(struct exchange *x);

/* The response that sends x->text, which is taken; NULL without memory. */
struct MHD_Response *wire_response(struct exchange *x);

#endif
