/*
 * Findings as text, once for all reports: the frame around the place, actual and expected with their types, a table or a diff where that says more.
 */
#ifndef HARNESS_JUDGE_EXPLAIN_H
#define HARNESS_JUDGE_EXPLAIN_H

#include "harness/judge/judge.h"

/* What the explanation is made of. Texts are borrowed for the call. */
struct explanation {
	const struct entry *entry;
	const struct assertion *assertion;	/* NULL: the entry's first line */
	const struct source *source;
	struct span span;		/* what the carets are under; ignored with column0 */
	bool column0;
	const char *title;		/* "Assert failure" */
	struct str note;		/* under the carets, or the lines `actual:` and `expected:` */
	struct str help;		/* the way out; absent: none */
	struct str extra;		/* table, diff: behind the frame */
};

/* The whole detail of a finding, in `a`. */
struct str explain_detail(struct arena *a, const struct explanation *e);

/* `actual:   ...` and `expected: ...`, with a third line where the types do not fit. */
struct str explain_values(struct arena *a, const struct assertion *as, const struct value *actual, const struct value *expected,
			  bool mismatch, size_t max_bytes);

/* The expected side for the record: what response lines ask for (ROWS 1..5, HTTP 2xx) in words, all else as it is. */
const struct value *explain_expected(struct arena *a, const struct assertion *as, const struct value *expected);

/* The same in one line: `jsonpath "$.n": expected integer <1>, got string <1>`; `expected no rows, got 2`. */
struct str explain_message(struct arena *a, const struct assertion *as, const struct value *actual, const struct value *expected,
			   size_t max_bytes);

/*
 * Instead of both when what may be seen of the two sides is the same: that they differ, or that it does not hold. In one line as a message
 * (`left`: with the left side as written) or as the note of a frame.
 */
struct str explain_hidden(struct arena *a, const struct assertion *as, bool left);

/* Two sides of a comparison: as they are, and what may be seen of it (NULL where the first is). */
struct explain_sides {
	const struct value *actual, *expected;
	const struct value *shown_actual, *shown_expected;
};

/* Both look the same, though they are not: secrets in them are masked. */
bool explain_looks_same(const struct explain_sides *sides);

/*
 * Around the first byte in which two long texts of one line differ, `-` expected and `+` actual, with its place; empty when both are
 * at most max_bytes long, or one is no text.
 */
struct str explain_text_diff(struct arena *a, const struct value *expected, const struct value *actual, size_t max_bytes);

/* The first block in which two texts differ, `-` expected and `+` actual; empty when both are one line. */
struct str explain_line_diff(struct arena *a, struct str expected, struct str actual, size_t max_lines);

/* The line of `body`, a text of several lines in `s`, where the two differ first; a text of one line as a whole. */
struct span explain_line_place(const struct source *s, struct span body, struct str expected, struct str actual);

/*
 * Where two JSON trees differ, one path a line: "- $.items[0].qty 2" and "+ $.items[0].qty 3"; "~ $.password differs" where that may not
 * be seen.
 */
struct str explain_json_diff(struct arena *a, const struct explain_sides *sides, size_t max_lines);

/* Dotted word of reports for an assertion that did not hold. */
const char *explain_kind(const struct assertion *as);

#endif
