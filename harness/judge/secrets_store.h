/*
 * Inside of the secrets: what secrets.c keeps and secrets_mask.c reads. Not for others.
 */
#ifndef HARNESS_JUDGE_SECRETS_STORE_H
#define HARNESS_JUDGE_SECRETS_STORE_H

#include <pthread.h>
#include <stdatomic.h>

#include "harness/judge/secret_set.h"
#include "harness/judge/secrets.h"

struct secrets {
	pthread_mutex_t adding;		/* one at a time prepares; readers go on */
	pthread_rwlock_t lock;		/* written while a step is applied */
	struct arena texts;		/* of patterns and names; only grows, under `adding` */
	struct secret_set set;
	struct secret_set weak;		/* under SECRET_LEAST bytes: whole fields; also as JSON has them */
	struct str *shown;		/* --show; owned. Complete before threads start */
	size_t nshown, shown_cap;
	atomic_ullong work;
};

void secrets_lock_for_reading(const struct secrets *s);	/* no step is applied until it is unlocked */
void secrets_unlock(const struct secrets *s);	/* of who locked it for reading */
void secrets_count_work(const struct secrets *s, size_t work);	/* adds to secrets_work */

#endif
