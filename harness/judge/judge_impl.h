/*
 * Inside of judge: what its files share while an entry is judged. Not for others.
 *
 * judge_answer.c asks (query, filters, predicate), judge_finding.c tells what did not hold, judge_capture.c keeps values; judge.c has the
 * order of it all.
 */
#ifndef HARNESS_JUDGE_JUDGE_IMPL_H
#define HARNESS_JUDGE_JUDGE_IMPL_H

#include "harness/judge/explain.h"
#include "harness/judge/judge.h"

/* While an entry is judged. What is made is in `arena`, which remembers when it failed. */
struct judging {
	const struct judge_input *in;
	struct arena *arena;
	struct judgement *out;
	struct finding *findings;
	size_t cap;
	struct bound *metrics;
	size_t metrics_cap;
	bool stop; /* .hurl: a capture failed */
};

/* What a predicate made of an assertion. */
struct answer {
	enum holds holds;
	const struct value *actual, *expected;
	struct str extra; /* table or diff */
	struct str summary; /* instead of expected/got; absent: none */
	struct str note; /* "over an empty list" */
	struct str hint; /* the query found nothing: the nearest key */
};

/* ---- judge_answer.c ---- */

/* A query with its filters: *ret NULL is no value. The place of a failure is in err. */
int judge_query(const struct expander *x, const struct call *query, const struct call *chain, size_t nfilters,
		const struct value **ret, struct error *err) MUST_USE;

/*
 * Asks one assertion: whether it holds, and both sides. `ans` is zeroed before; after a failure it may hold a hint already. `x` expands
 * against the assertion's own source.
 */
int judge_answer(const struct judging *j, const struct expander *x, const struct assertion *as, struct answer *ans,
		 struct error *err) MUST_USE;

/* What may be seen of a value: masked before it is laid out and cut; without secrets as it is. */
const struct value *judge_shown(const struct judging *j, const struct value *v);

/* Lines as they stand behind a frame: six blanks before each. */
struct str judge_indented(struct arena *a, struct str text);

/* ---- judge_finding.c ---- */

/* The place of a new finding, NULL when memory is out. Valid until the next one. */
struct finding *judge_new_finding(struct judging *j);

/* Where it is, from the place that its explanation frames. */
void judge_finish_place(struct finding *f, const struct explanation *e);

/* Kind, message, detail and place of an assertion that could not be asked (`err`) ... */
void judge_explain_error(struct judging *j, const struct entry *entry, const struct assertion *as, const struct error *err,
			 const struct answer *ans, struct finding *f);

/* ... and of one that does not hold, with what may be seen of both sides. */
void judge_explain_failure(struct judging *j, const struct expander *x, const struct entry *entry, const struct assertion *as,
			   struct answer *ans, struct finding *f);

/* ---- judge_capture.c ---- */

/* The captures of the entry, each bound as soon as it has its value. One without a value is a finding; -1 only for memory and `bind`. */
int judge_captures(struct judging *j, struct error *err) MUST_USE;

/* Its metrics. One that is no number is a finding. */
void judge_metrics(struct judging *j);

#endif
