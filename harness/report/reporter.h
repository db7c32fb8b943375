/*
 * The contract of reports. A file format is one pure function of the results, called alike for the red placeholder, each
 * renewal and the end; temporary file, fsync, rename and exit status 127 are the harness's (report_file).
 * Live formats (console, jsonl, TAP on a pipe) see each event as it comes.
 *
 * Reporters need neither AST nor probe, decide nothing, and see only masked text.
 */
#ifndef HARNESS_REPORT_REPORTER_H
#define HARNESS_REPORT_REPORTER_H

#include "harness/base/clock.h"
#include "harness/base/error.h"
#include "harness/report/event.h"
#include "harness/report/results.h"

/* `option=value` of --report NAME=PATH,option=value as a row: its name, the values it takes (NULL: any), help. */
struct report_option {
	const char *name;
	const char *const *values;
	const char *help;
};

struct report;

struct reporter {
	const char *name;			/* as in --report NAME=PATH */
	const struct report_option *options;
	size_t noptions;
	void (*render)(const struct report *r, struct strbuf *out);	/* file formats */
	int (*open)(struct report *r, struct error *err);		/* live formats: these three; may be NULL */
	void (*event)(struct report *r, const struct event *e);
	void (*close)(struct report *r);
	const char *help;
	bool streams;			/* event() makes a file of it too, line by line; render() is then only its placeholder */
	void (*tick)(struct report *r);	/* nothing came for a moment: redraw; may be NULL */
	void (*status)(struct report *r);	/* say what is running (SIGUSR1); may be NULL */
};

/* Who reads the console's output. */
struct report_terminal {
	int fd;				/* where results go */
	bool is_terminal;		/* live region, one line redrawn */
	bool colour;
	unsigned columns;
	int verbosity;			/* -1 quiet, 0, 1 -v, 2 -vv */
	const char *ci;			/* "github", "gitlab" ... or NULL: folding and command guard */
};

struct report {
	const struct reporter *reporter;
	const char *path;		/* "-": standard output */
	const char *const *option_values;	/* parallel to reporter->options, NULL where not given */
	const struct results *results;	/* so far */
	struct str run_id;
	const struct clock *clock;
	const struct report_terminal *terminal;	/* console only */
	unsigned mode;			/* of the file it becomes */
	int fd;				/* live formats; -1: a stream whose file is not begun */
	uint64_t bytes;			/* written so far by report_write */
	struct error error;		/* sticky: the first write error (ERR_FILE) */
	void *state;			/* the reporter's own, from open to close */
};

/* The value given for option `name`, NULL when not given. */
const char *report_option_value(const struct report *r, const char *name);

/*
 * Text of a live format, in one write; remembers the first error. The first text of a stream replaces the placeholder as a
 * whole, later ones are added to it. Reporters never call write themselves.
 */
void report_write(struct report *r, struct str s);

#endif
