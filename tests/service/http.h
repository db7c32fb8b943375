/*
 * The HTTP side: listening, reading requests, the routing table, sending answers.
 *
 * A thread per connection; at most 1024 of them. Bodies are at most 100 kB.
 */
#ifndef TESTS_SERVICE_HTTP_H
#define TESTS_SERVICE_HTTP_H

struct app;
struct error;
struct http;

/* Listens on 127.0.0.1 at the configured port and answers from then on. */
int http_start(struct app *app, struct http **ret, struct error *err);

/* The port in use. */
unsigned http_port(const struct http *http);

/*
 * Takes no more connections, waits up to three seconds for the answers under way, closes all.
 * app_stop() was called before. Accepts NULL.
 */
void http_stop(struct http *http);

#endif
