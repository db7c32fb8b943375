/*
 * A piece of text that errors point into: an input file, or a text that we made ourselves (a packet
 * of statements).
 *
 * Inside the program a place is a byte offset (struct span); line and column are worked out when
 * something is printed. Lines end with LF or CR LF. Lines and columns count from 1; a column counts
 * Unicode scalar values (a bad byte is one, a tab too).
 */
#ifndef HARNESS_BASE_SOURCE_H
#define HARNESS_BASE_SOURCE_H

#include "harness/base/arena.h"
#include "harness/base/strbuf.h"

struct span {
	size_t at;	/* byte offset */
	size_t n;	/* bytes; 0 is a place between two characters */
};

#define SPAN(at, n) ((struct span){ (at), (n) })

struct source {
	const char *name;		/* as shown: the path as it was given */
	struct str text;		/* BOM already dropped */
	const size_t *line_starts;	/* offset of each line's first byte */
	size_t nlines;			/* at least 1 */
};

struct source_pos {
	size_t line;
	size_t column;
};

/*
 * Takes `text` (borrowed for the life of the source) and finds its lines; name and line table are
 * copied into `a`. A leading byte order mark is left out of `text`, so that offset 0 is behind it.
 * NULL when memory is out.
 */
const struct source *source_new(struct arena *a, const char *name, struct str text) MUST_USE;

/* Line and column of a byte offset; an offset beyond the end is the end. */
struct source_pos source_pos(const struct source *s, size_t at);

/* The line alone, without looking at what stands in it. */
size_t source_line_at(const struct source *s, size_t at);

/* A line's text without its line end; line counts from 1, an unknown line is empty. */
struct str source_line(const struct source *s, size_t line);

/* The smallest span that holds both and what is between. */
struct span span_join(struct span a, struct span b);

/*
 * The frame around a place:
 *
 *	  --> suites/orders.suite:14:8
 *	   |
 *	   | GET {{base}}/orders		(only with entry.n > 0 and on another line)
 *	   | ...				(when lines are left out between)
 *	14 | status nth 0 == 200
 *	   |        ^^^ text of `note`
 *	   |
 *
 * The number field is as wide as the largest line number of the file, at least 2. Carets cover the
 * span as far as its first line goes, at least one column. `note` may have several lines; those
 * after the first are indented under it. With column0 the place is the line as a whole: column 0 is
 * printed, no carets, and each line of `note` stands by itself under the source line, two blanks in
 * ("   |   actual: ..."). Tabs of the source line are shown as four spaces; controls and bad UTF-8,
 * also of name and note, are made visible (escape_visible).
 */
struct source_frame {
	struct span span;
	struct span entry;	/* first line of the entry around it; n == 0: none */
	struct str note;
	bool column0;
};

/* Appends the frame to `out`; it ends with the bar line and its line end. */
void source_frame(struct strbuf *out, const struct source *s, const struct source_frame *frame);

#endif
