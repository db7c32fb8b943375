/*
 * Messages that subscriptions brought, kept in the order they came until a RECEIVE takes
 * them. It holds text only: no socket, no protocol. A ceiling on count and bytes; over it
 * inbox_add fails, nothing is lost in silence.
 */
#ifndef PROBES_INBOX_H
#define PROBES_INBOX_H

#include "harness/base/error.h"
#include "harness/base/limits.h"

struct inbox;

struct inbox_message {
	struct str channel;
	struct str pattern; /* of the PSUBSCRIBE it came by; absent: SUBSCRIBE */
	struct str payload;
	bool taken;
};

/* Owned by the caller. The limits are borrowed. */
struct inbox *inbox_new(const struct limits *limits, struct error *err) MUST_USE;
void inbox_free(struct inbox *b); /* NULL is fine */

/* Remembers a channel, or with is_pattern a pattern, that was subscribed to. */
int inbox_listen(
	struct inbox *b, struct str name, bool is_pattern, struct error *err) MUST_USE;

/*
 * True when a message on `channel` would come here; the name of a subscribed pattern
 * counts as a channel.
 */
bool inbox_hears(const struct inbox *b, struct str channel);

/*
 * Copies the message in, as the last. ERR_LIMIT over the ceiling: the inbox then stays
 * full for ever.
 */
int inbox_add(struct inbox *b, struct str pattern, struct str channel, struct str payload,
	struct error *err) MUST_USE;

/* How many came, those taken included. */
size_t inbox_count(const struct inbox *b);

const struct inbox_message *inbox_at(
	const struct inbox *b, size_t i); /* valid until the next inbox_add */

/* True when the message came on that channel, or by a pattern of that very name. */
bool inbox_message_is_on(const struct inbox_message *m, struct str channel);

/* Marks the message as taken; it stays where it is. */
void inbox_take(struct inbox *b, size_t i);

#endif
