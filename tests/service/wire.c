#include "tests/service/wire.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/service/app.h"
#include "tests/service/exchange.h"

#define HANG_MAX_MS 3600000
#define SEND_MAX_MS 5000

static int descriptor(const struct exchange *x)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

/* Sends bytes past the HTTP library and drops the exchange. A client that is gone gets no more. */
static void send_raw(struct exchange *x, const char *p, size_t n)
{
	int fd = descriptor(x);

	x->dropped = true;
	while (n) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EAGAIN)
			return;
		if (sent < 0 && app_wait_fd(x->app, fd, POLLOUT, SEND_MAX_MS))
			return;
		p += sent < 0 ? 0 : sent;
		n -= sent < 0 ? 0 : (size_t)sent;
	}
}

/* The answer with a length of our choice before as many of its bytes as told. */
static void send_cut(struct exchange *x, size_t length, size_t bytes)
{
	struct text raw = { 0 };

	text_addf(&raw, "HTTP/1.1 %u OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", x->status,
		  x->type, length);
	text_addn(&raw, text_get(&x->text), bytes);
	send_raw(x, text_get(&raw), raw.n);
	text_release(&raw);
}

static void hang(struct exchange *x)
{
	(void)app_wait_fd(x->app, descriptor(x), POLLRDHUP, HANG_MAX_MS);
	x->dropped = true;
}

static void reset(struct exchange *x)
{
	struct sockaddr unspecified = { .sa_family = AF_UNSPEC };

	/* Dissolving the association sends RST at once. */
	(void)connect(descriptor(x), &unspecified, sizeof(unspecified));
	x->dropped = true;
}

static void garbage(struct exchange *x)
{
	static const char bytes[] = "\x16\x03\x01 this is not HTTP\r\n\x00\xff\xfe";

	send_raw(x, bytes, sizeof(bytes) - 1);
}

static void redirect(struct exchange *x)
{
	text_clear(&x->text);
	(void)exchange_text(x, MHD_HTTP_FOUND, "text/plain");
}

static void flap(struct exchange *x)
{
	struct faults *faults = &x->app->faults;

	if (fault_occasion(faults, FAULT_FLAP) <= (unsigned long)faults->value[FAULT_FLAP])
		(void)exchange_refuse(x, 503, "Service Unavailable");
}

/* P of a hundred, spread evenly: the n-th fails when n * P / 100 has grown by one. */
static void error_rate(struct exchange *x)
{
	struct faults *faults = &x->app->faults;
	unsigned long p = (unsigned long)faults->value[FAULT_ERROR_RATE];
	unsigned long n = fault_occasion(faults, FAULT_ERROR_RATE);

	if (n * p / 100 > (n - 1) * p / 100)
		(void)exchange_refuse(x, 500, "Internal server error");
}

struct act {
	enum fault fault;
	void (*act)(struct exchange *x);
};

static const struct act interceptions[] = {
	{ FAULT_HANG, hang }, { FAULT_RESET, reset }, { FAULT_GARBAGE, garbage },
	{ FAULT_REDIRECT_LOOP, redirect }, { FAULT_FLAP, flap }, { FAULT_ERROR_RATE, error_rate },
};

bool wire_intercept(struct exchange *x, unsigned long request_number)
{
	const struct faults *faults = &x->app->faults;

	if (fault_on(faults, FAULT_KEEPALIVE_CLOSE) &&
	    request_number > (unsigned long)faults->value[FAULT_KEEPALIVE_CLOSE])
		x->dropped = true;
	for (size_t i = 0; i < sizeof(interceptions) / sizeof(interceptions[0]); i++) {
		if (x->dropped || x->status)
			break;
		if (fault_on(faults, interceptions[i].fault))
			interceptions[i].act(x);
	}
	return x->dropped || x->status;
}

static void slow(struct exchange *x)
{
	(void)app_wait_ms(x->app, x->app->faults.value[FAULT_SLOW]);	/* the end of the program is no reason */
}

static void slow_tail(struct exchange *x)
{
	struct faults *faults = &x->app->faults;

	if (fault_due(faults, FAULT_SLOW_TAIL))
		(void)app_wait_ms(x->app, faults->second[FAULT_SLOW_TAIL]);
}

static void half_body(struct exchange *x)
{
	send_cut(x, x->text.n, x->text.n / 2);
}

static void wrong_length(struct exchange *x)
{
	send_cut(x, x->text.n > 2 ? x->text.n - 2 : 0, x->text.n);
}

static void json_broken(struct exchange *x)
{
	if (x->text.n)
		x->text.p[--x->text.n] = '\0';
}

static void html_error(struct exchange *x)
{
	text_clear(&x->text);
	text_add(&x->text, "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>"
			   "<body><h1>Bad Gateway</h1></body></html>\n");
	(void)exchange_text(x, MHD_HTTP_OK, "text/html; charset=utf-8");
}

static void wrong_type(struct exchange *x)
{
	x->type = "text/plain; charset=utf-8";
}

static const struct act spoilers[] = {
	{ FAULT_SLOW, slow }, { FAULT_SLOW_TAIL, slow_tail }, { FAULT_JSON_BROKEN, json_broken },
	{ FAULT_HTML_ERROR, html_error }, { FAULT_WRONG_TYPE, wrong_type },
	{ FAULT_HALF_BODY, half_body }, { FAULT_WRONG_LENGTH, wrong_length },
};

void wire_spoil(struct exchange *x)
{
	for (size_t i = 0; i < sizeof(spoilers) / sizeof(spoilers[0]) && !x->dropped; i++) {
		if (fault_on(&x->app->faults, spoilers[i].fault))
			spoilers[i].act(x);
	}
}

struct drip {
	const struct app *app;
	struct text text;
};

static ssize_t drip_byte(void *state, uint64_t at, char *buffer, size_t size)
{
	struct drip *drip = state;

	if (!size || app_wait_ms(drip->app, drip->app->faults.value[FAULT_SLOW_BODY]))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	*buffer = drip->text.p[at];
	return 1;
}

static void drip_free(void *state)
{
	struct drip *drip = state;

	text_release(&drip->text);
	free(drip);
}

static struct MHD_Response *dripping(struct exchange *x)
{
	struct drip *drip = calloc(1, sizeof(*drip));

	if (!drip)
		return NULL;
	drip->app = x->app;
	drip->text = x->text;
	x->text = (struct text){ 0 };
	return MHD_create_response_from_callback(drip->text.n, 64, drip_byte, drip, drip_free);
}

struct MHD_Response *wire_response(struct exchange *x)
{
	if (fault_on(&x->app->faults, FAULT_SLOW_BODY) && x->text.n)
		return dripping(x);
	size_t n = x->text.n;
	char *p = text_take(&x->text);
	if (!p)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	return MHD_create_response_from_buffer(n, p, MHD_RESPMEM_MUST_FREE);
}
