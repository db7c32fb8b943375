#include "tests/service/app.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/service/error.h"
#include "tests/service/secret.h"

int app_init(struct app *app, struct error *err)
{
	app->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (app->stop_fd < 0)
		return error_set(err, 0, "creating an event descriptor failed: %s", strerror(errno));
	if (secret_random_hex(app->jwt_secret, sizeof(app->jwt_secret), err)) {
		close(app->stop_fd);
		return -1;
	}
	pthread_rwlock_init(&app->hashing, NULL);
	return 0;
}

void app_release(struct app *app)
{
	pthread_rwlock_destroy(&app->hashing);
	close(app->stop_fd);
}

void app_stop(const struct app *app)
{
	uint64_t one = 1;

	if (write(app->stop_fd, &one, sizeof(one)) < 0)
		return;		/* the counter is full: it was called before */
}

bool app_is_stopping(const struct app *app)
{
	struct pollfd stop = { .fd = app->stop_fd, .events = POLLIN };

	return poll(&stop, 1, 0) > 0;
}

bool app_wait_fd(const struct app *app, int fd, short events, int timeout_ms)
{
	struct pollfd fds[] = { { .fd = app->stop_fd, .events = POLLIN }, { .fd = fd, .events = events } };
	int64_t end = app_clock_ms() + timeout_ms;
	int left = timeout_ms;
	int n;

	while ((n = poll(fds, 2, left)) < 0 && errno == EINTR) {
		int64_t rest = end - app_clock_ms();
		left = rest > 0 ? (int)rest : 0;
	}
	return n <= 0 || fds[0].revents;
}

bool app_wait_ms(const struct app *app, long ms)
{
	(void)app_wait_fd(app, -1, 0, (int)ms);
	return app_is_stopping(app);
}

int64_t app_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void app_log(const char *fmt, ...)
{
	char line[600];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args);		/* a cut line is still one */
	va_end(args);
	(void)fprintf(stderr, "service: %s\n", line);		/* nobody to tell when this fails */
}

const char *app_jwt_secret(const struct app *app)
{
	if (app->config.jwt_secret)
		return app->config.jwt_secret;
	return fault_on(&app->faults, FAULT_WEAK_SECRET) ? APP_WEAK_SECRET : app->jwt_secret;
}
