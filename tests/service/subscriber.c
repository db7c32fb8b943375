#include "tests/service/subscriber.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/app.h"
#include "tests/service/broker.h"
#include "tests/service/error.h"

#define RETRY_MS 1000
#define WAIT_MS 60000

struct subscriber {
	const struct app *app;
	pthread_t thread;
	struct broker *broker;	/* NULL while there is no connection */
	size_t heard;
};

const char *subscriber_url(const struct app *app)
{
	return fault_on(&app->faults, FAULT_REDIS_DOWN) ? "redis://127.0.0.1:1" : app->config.redis_url;
}

static void attach(struct subscriber *s)
{
	struct broker *broker;
	struct error err;

	if (broker_open(subscriber_url(s->app), &broker, &err)) {
		app_log("not listening for events: %s", err.message);
		return;
	}
	if (broker_subscribe(broker, "pedido:*", "mesa:*", &err)) {
		app_log("not listening for events: %s", err.message);
		broker_close(broker);
		return;
	}
	s->broker = broker;
}

static void detach(struct subscriber *s)
{
	broker_close(s->broker);
	s->broker = NULL;
}

static void listen_once(struct subscriber *s)
{
	struct error err;
	size_t messages = 0;

	if (app_wait_fd(s->app, broker_fd(s->broker), POLLIN, WAIT_MS))
		return;
	if (!broker_read(s->broker, &messages, &err)) {
		s->heard += messages;
		return;
	}
	app_log("no longer listening for events: %s", err.message);
	detach(s);
}

static void *run(void *arg)
{
	struct subscriber *s = arg;

	while (!app_is_stopping(s->app)) {
		if (s->broker)
			listen_once(s);
		else if (!app_wait_ms(s->app, RETRY_MS))
			attach(s);
	}
	return NULL;
}

int subscriber_start(const struct app *app, struct subscriber **ret, struct error *err)
{
	struct subscriber *s = calloc(1, sizeof(*s));

	if (!s)
		return error_set_memory(err);
	s->app = app;
	attach(s);
	int rc = pthread_create(&s->thread, NULL, run, s);
	if (rc) {
		detach(s);
		free(s);
		return error_set(err, 0, "starting a thread failed: %s", strerror(rc));
	}
	*ret = s;
	return 0;
}

void subscriber_stop(struct subscriber *subscriber)
{
	if (!subscriber)
		return;
	pthread_join(subscriber->thread, NULL);
	app_log("heard %zu messages", subscriber->heard);
	detach(subscriber);
	free(subscriber);
}
