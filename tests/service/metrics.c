#include "tests/service/metrics.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/service/app.h"
#include "tests/service/error.h"
#include "tests/service/exchange.h"
#include "tests/service/routes.h"

#define SERIES_MAX 4096u
#define SLOTS 8192u		/* a power of two, twice the series */
#define PATH_SIZE 160
#define METHOD_SIZE 12

struct series {
	char method[METHOD_SIZE];
	char path[PATH_SIZE];
	unsigned status;	/* 0: the slot is free */
	unsigned long count;
};

struct metrics {
	pthread_mutex_t lock;
	time_t started;
	size_t used;
	struct series slots[SLOTS];
};

int metrics_new(struct metrics **ret, struct error *err)
{
	struct metrics *m = calloc(1, sizeof(*m));

	if (!m)
		return error_set_memory(err);
	pthread_mutex_init(&m->lock, NULL);
	m->started = time(NULL);
	*ret = m;
	return 0;
}

void metrics_free(struct metrics *metrics)
{
	if (!metrics)
		return;
	pthread_mutex_destroy(&metrics->lock);
	free(metrics);
}

static uint32_t mix(uint32_t hash, const char *s)
{
	for (; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 16777619u;
	return hash;
}

/* The series' slot, or the free one where it belongs; half of all slots are always free. */
static struct series *locate(struct metrics *m, const char *method, const char *path, unsigned status)
{
	uint32_t at = mix(mix(2166136261u ^ status, method), path);

	for (;; at++) {
		struct series *s = &m->slots[at % SLOTS];
		if (!s->status ||
		    (s->status == status && !strcmp(s->method, method) && !strcmp(s->path, path)))
			return s;
	}
}

void metrics_count(struct metrics *metrics, const char *method, const char *path, unsigned status)
{
	if (strlen(path) >= PATH_SIZE)
		path = "other";
	if (strlen(method) >= METHOD_SIZE)
		method = "other";
	pthread_mutex_lock(&metrics->lock);
	struct series *s = locate(metrics, method, path, status);
	if (!s->status && metrics->used >= SERIES_MAX)
		s = locate(metrics, "other", "other", status);
	if (!s->status) {
		metrics->used++;
		s->status = status;
		memcpy(s->method, method, strlen(method) + 1);
		memcpy(s->path, path, strlen(path) + 1);
	}
	s->count++;
	pthread_mutex_unlock(&metrics->lock);
}

static void add_label(struct text *out, const char *value)
{
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			text_addn(out, "\\", 1);
		text_addn(out, *value == '\n' ? " " : value, 1);
	}
}

static void add_requests(struct text *out, struct metrics *m, bool reset)
{
	text_add(out, "# HELP http_requests_total Requests by method, path and status.\n"
		      "# TYPE http_requests_total counter\n");
	pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < SLOTS; i++) {
		struct series *s = &m->slots[i];
		if (!s->status)
			continue;
		text_addf(out, "http_requests_total{method=\"%s\",path=\"", s->method);
		add_label(out, s->path);
		text_addf(out, "\",status=\"%u\"} %lu\n", s->status, s->count);
		if (reset)
			s->count = 0;
	}
	pthread_mutex_unlock(&m->lock);
}

static void add_figure(struct text *out, const char *name, const char *type, const char *help,
		       double value)
{
	text_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %.17g\n", name, help, name, type, name, value);
}

static double resident_bytes(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f && fscanf(f, "%*u %lu", &pages) != 1)
		pages = 0;
	if (f)
		(void)fclose(f);	/* was only read */
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void add_process(struct text *out, const struct metrics *m)
{
	struct rusage usage = { 0 };

	(void)getrusage(RUSAGE_SELF, &usage);	/* fails for bad arguments only */
	double user = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
	double kernel = (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
	add_figure(out, "process_cpu_user_seconds_total", "counter", "User CPU time in seconds.", user);
	add_figure(out, "process_cpu_system_seconds_total", "counter", "System CPU time in seconds.",
		   kernel);
	add_figure(out, "process_cpu_seconds_total", "counter", "CPU time in seconds.", user + kernel);
	add_figure(out, "process_start_time_seconds", "gauge", "Start of the process, since 1970.",
		   (double)m->started);
	add_figure(out, "process_resident_memory_bytes", "gauge", "Resident memory in bytes.",
		   resident_bytes());
}

int metrics_show(struct exchange *x, struct error *err)
{
	const struct faults *faults = &x->app->faults;

	if (fault_on(faults, FAULT_METRICS_MISSING))
		return exchange_refuse(x, 404, "Cannot GET /metrics");
	add_process(&x->text, x->app->metrics);
	add_requests(&x->text, x->app->metrics, fault_on(faults, FAULT_METRICS_RESET));
	if (text_failed(&x->text))
		return error_set_memory(err);
	return exchange_text(x, x->route->status, "text/plain; version=0.0.4; charset=utf-8");
}
