#include "harness/run/queue.h"

#include <errno.h>
#include <pthread.h>

#include "harness/base/mem.h"

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t came, went;
	struct box *first, **last;
	size_t count, max;
	size_t senders;
};

struct queue *queue_new(size_t max, struct error *err)
{
	struct queue *q = mem_calloc(1, sizeof(*q));
	if (!q) {
		error_set_oom(err);
		return NULL;
	}
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->came, &attr);
	pthread_cond_init(&q->went, &attr);
	pthread_condattr_destroy(&attr);
	q->last = &q->first;
	q->max = max;
	return q;
}

void queue_free(struct queue *q)
{
	if (!q)
		return;
	while (q->first) {
		struct box *b = q->first;
		q->first = b->next;
		box_free(b);
	}
	pthread_cond_destroy(&q->came);
	pthread_cond_destroy(&q->went);
	pthread_mutex_destroy(&q->lock);
	mem_free(q);
}

void queue_send(struct queue *q, struct box *b)
{
	b->next = NULL;
	pthread_mutex_lock(&q->lock);
	while (q->count >= q->max)
		pthread_cond_wait(&q->went, &q->lock);
	*q->last = b;
	q->last = &b->next;
	q->count++;
	pthread_cond_signal(&q->came);
	pthread_mutex_unlock(&q->lock);
}

static struct timespec in_us(uint64_t us)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	uint64_t ns = (uint64_t)t.tv_nsec + us % 1000000 * 1000;
	t.tv_sec += (time_t)(us / 1000000 + ns / 1000000000);
	t.tv_nsec = (long)(ns % 1000000000);
	return t;
}

void queue_wait(struct queue *q, uint64_t timeout_us, bool *ret_done)
{
	struct timespec until = in_us(timeout_us);
	pthread_mutex_lock(&q->lock);
	while (!q->first && q->senders)
		if (pthread_cond_timedwait(&q->came, &q->lock, &until) == ETIMEDOUT)
			break;
	*ret_done = !q->first && !q->senders;
	pthread_mutex_unlock(&q->lock);
}

struct box *queue_take(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	struct box *b = q->first;
	if (b) {
		q->first = b->next;
		if (!q->first)
			q->last = &q->first;
		q->count--;
		pthread_cond_signal(&q->went);
	}
	pthread_mutex_unlock(&q->lock);
	return b;
}

bool queue_is_empty(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	bool empty = !q->first;
	pthread_mutex_unlock(&q->lock);
	return empty;
}

void queue_sender_begins(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->senders++;
	pthread_mutex_unlock(&q->lock);
}

void queue_sender_ends(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->senders--;
	pthread_cond_signal(&q->came);
	pthread_mutex_unlock(&q->lock);
}
