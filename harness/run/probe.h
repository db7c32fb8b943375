/*
 * The contract of probes: a kind of entry that observes something.
 *
 * prepare() has no side effects, reads files only through its environment and finds every mistake it can before anything is sent. It returns data: the spec and
 * what the entry would do; grants, pins and `needs` are checked in one place by the runner. perform() asks the outside and reports what came;
 * it never judges, formats for people, or decides what red is.
 */
#ifndef HARNESS_RUN_PROBE_H
#define HARNESS_RUN_PROBE_H

#include "harness/judge/expand.h"
#include "harness/judge/secrets.h"
#include "harness/lang/ast.h"
#include "harness/lang/kind.h"
#include "harness/report/event.h"
#include "harness/run/connection.h"

struct prepare_env {
	struct arena *arena;			/* the run's: specs live there */
	const struct limits *limits;
	const struct suite *suite;
	const struct file_reader *files;	/* paths against the suite's folder, may leave it */
	bool (*variable_is_known)(void *ctx, struct str name);	/* command line, environment, defaults */
	/* Fills in a path of the entry, which is read before the run: its placeholders must be known. ERR_CHECK at the place. */
	int (*known_text)(void *ctx, const struct entry *e, const struct template *t, struct str *ret, struct error *err);
	void *ctx;
};

struct prepared {
	const void *spec;		/* the kind's own; handed back to perform */
	bool writes;			/* needs --allow-write */
	bool unsafe_method;		/* HTTP other than GET, HEAD, OPTIONS: refused under --read-only */
	bool may_share;			/* may be performed in one packet with its neighbours */
	bool no_retry;			/* `retry` is a check error for it (writes, RECEIVE) */
	struct str connection;		/* name of the connection; absent: the kind's default */
	uint64_t max_time_us;		/* default deadline of one attempt; the option max-time overrules it */
};

/* A command that asks the same by hand: words as they are, secrets included; masked where it is shown. */
struct repro {
	const char *tool;		/* "curl", "mysql", "redis_cli" */
	const struct str *words;
	size_t nwords;
	struct str body;		/* curl: goes behind the words as --data-binary, or as a file when it is large or no text; absent: none */
};

struct probe_item {
	const struct entry *entry;
	const struct prepared *prepared;
	unsigned needs;			/* enum need: what its queries look at */
	bool wants_error;		/* an error of the other side is an observation (ERROR 1062) */
};

/* What was seen for one item. */
struct observation {
	const struct value *tree;	/* value/observation.h; in run->arena */
	const struct error *unusable;	/* why it cannot be judged, while the items behind it can; tree is NULL then. NULL: it can */
	bool transport;			/* HTTP status >= 500: a later pass is flaky */
};

struct session;

struct probe_run {
	/*
	 * Of the item that is asked: its box. observed() moves it on to the next item's, and what was in it is then gone; what outlives an
	 * item (the texts of a packet) is the probe's own.
	 */
	struct arena *arena;
	const struct limits *limits;
	const struct clock *clock;
	const struct expander *expander;	/* to fill templates in; variable scope included */
	struct session *session;		/* session_connection() */
	struct secrets *secrets;
	struct deadline deadline;		/* of this attempt */
	const struct probe_item *items;
	size_t nitems;				/* 1 unless the kind's batch_max says more */
	bool may_write;				/* granted, and the entry asked */

	/* The probe fills these before it reports an item or fails; they are masked and sent as the `exchange` event. */
	struct ev_exchange exchange;
	bool has_exchange;
	struct repro repro;
	struct str warning;			/* what makes the observation less than it should be, whatever the verdict; absent: nothing */

	/* Judges, masks and sends one item; in order, each once; arena and expander are then the next item's. Non-zero: stop (memory). */
	int (*observed)(struct probe_run *run, size_t item, const struct observation *o, struct error *err);
	void *runner;				/* the runner's own */
};

struct probe_kind {
	struct kind syntax;
	const struct connection_kind *connection;	/* NULL: none */
	size_t batch_max;				/* 1 for nearly all */
	/* Judges what the command line says for it, before files are read: ERR_USAGE. NULL: nothing is said. */
	int (*check_settings)(struct arena *a, const struct settings *settings, struct error *err);
	int (*prepare)(const struct prepare_env *, const struct entry *, struct prepared *ret, struct error_list *errors);
	/*
	 * 0: items [0, k) were reported through observed(), k >= 1; the runner comes back with the rest. -1: the first item not reported could
	 * not be observed: err->code says how (ERR_TIMEOUT ...), err->sent when its outcome is unknown.
	 */
	int (*perform)(struct probe_run *run, struct error *err);
};

/*
 * The session's open connection of that kind and name, opened or reopened when needed (never a precious one). `writing`: the second one, never
 * read-only. Borrowed: the session closes it.
 */
int session_connection(struct probe_run *run, const struct connection_kind *kind, struct str name, bool writing, void **ret,
		       struct error *err) MUST_USE;

/* Says that the connection is broken: it is closed now and opened again at the next need. */
void session_drop_connection(struct probe_run *run, const struct connection_kind *kind, struct str name, bool writing);

/* The thread that ends the blocking calls of libraries (watch.h). */
struct watch *session_watch(const struct session *s);

/* What the command line and the environment say. */
const struct settings *session_settings(const struct session *s);

#endif
