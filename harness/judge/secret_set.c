#include "harness/judge/secret_set.h"

#include <stdlib.h>

#include "harness/base/mem.h"

/* Bits of the filter: 16 for each pattern, so that one place in twenty is looked at in vain. */
enum { FILTER_LEAST = 16, FILTER_MOST = 28, FILTER_PER_PATTERN = 16 };

void secret_set_release(struct secret_set *s)
{
	for (size_t i = 0; i < s->nruns; i++)
		mem_free(s->runs[i].items);
	mem_free(s->filter);
	*s = (struct secret_set){ 0 };
}

void secret_step_release(struct secret_step *step)
{
	mem_free(step->run.items);
	mem_free(step->filter);
	*step = (struct secret_step){ 0 };
}

/* ---- the filter ---- */

static size_t filter_place(struct str text, unsigned bits)
{
	uint32_t first;
	memcpy(&first, text.p, sizeof(first));
	return (first * UINT32_C(2654435761)) >> (32 - bits);
}

static bool may_begin(const struct secret_set *s, struct str rest)
{
	if (rest.n < SECRET_LEAST || !s->filter)
		return false;
	size_t at = filter_place(rest, s->filter_bits);
	return s->filter[at / 64] >> (at % 64) & 1;
}

static void filter_add(uint64_t *filter, unsigned bits, const struct secret_run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		if (run->items[i].text.n < SECRET_LEAST)
			continue;
		size_t at = filter_place(run->items[i].text, bits);
		filter[at / 64] |= UINT64_C(1) << (at % 64);
	}
}

static unsigned bits_for(size_t count)
{
	unsigned bits = FILTER_LEAST;
	while (bits < FILTER_MOST && (size_t)1 << bits < FILTER_PER_PATTERN * count)
		bits++;
	return bits;
}

/* A larger one is made before it is needed, twice as large each time. */
static bool grow_filter(const struct secret_set *s, size_t n, struct secret_step *step)
{
	unsigned bits = bits_for(s->count + n);
	if (s->filter && bits <= s->filter_bits)
		return true;
	step->filter = mem_calloc(((size_t)1 << bits) / 64, sizeof(*step->filter));
	step->filter_bits = bits;
	for (size_t i = 0; step->filter && i < s->nruns; i++)
		filter_add(step->filter, bits, &s->runs[i]);
	return step->filter;
}

/* ---- adding ---- */

static int by_text(const void *a, const void *b)
{
	const struct secret_pattern *x = a, *y = b;
	return str_cmp(x->text, y->text);
}

/* A text that comes twice stays once: with the name that came first, and whole when one of the two is. */
static void put(struct secret_run *run, const struct secret_pattern *p)
{
	struct secret_pattern *last = run->count ? &run->items[run->count - 1] : NULL;
	if (last && str_eq(last->text, p->text))
		last->whole |= p->whole;
	else
		run->items[run->count++] = *p;
}

static bool merge(const struct secret_run *a, const struct secret_run *b,
	struct secret_run *ret, size_t *work)
{
	size_t i = 0, j = 0;
	*ret = (struct secret_run){ .items = mem_alloc((a->count + b->count + 1) *
					    sizeof(*ret->items)) };
	if (!ret->items)
		return false;
	while (i < a->count || j < b->count) {
		bool first = j == b->count ||
			(i < a->count &&
				str_cmp(a->items[i].text, b->items[j].text) <= 0);
		put(ret, first ? &a->items[i++] : &b->items[j++]);
		++*work;
	}
	return true;
}

/* What a text begins with stands before it, and is on the way up from its neighbour. */
static void link_up(struct secret_run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		size_t up = i;
		while (up &&
			!str_starts_with(run->items[i].text, run->items[up - 1].text))
			up = run->items[up - 1].up;
		run->items[i].up = up;
	}
}

static bool sorted(
	struct secret_pattern *more, size_t n, struct secret_run *ret, size_t *work)
{
	const struct secret_run none = { 0 };
	const struct secret_run all = { more, n };
	if (n)
		qsort(more, n, sizeof(*more), by_text);
	for (size_t left = n; left; left /= 2)
		*work += n; /* what sorting compares */
	return merge(&all, &none, ret, work);
}

bool secret_set_prepare(const struct secret_set *s, struct secret_pattern *more, size_t n,
	struct secret_step *ret, size_t *work)
{
	*ret = (struct secret_step){ .keep = s->nruns };
	bool ok = sorted(more, n, &ret->run, work) && grow_filter(s, n, ret);
	while (ok && ret->keep &&
		(s->runs[ret->keep - 1].count < 2 * ret->run.count ||
			ret->keep == SECRET_RUNS)) {
		struct secret_run joined;
		ok = merge(&s->runs[ret->keep - 1], &ret->run, &joined, work);
		if (!ok)
			break;
		mem_free(ret->run.items);
		ret->run = joined;
		ret->keep--;
	}
	if (ok)
		link_up(&ret->run);
	else
		secret_step_release(ret);
	return ok;
}

void secret_set_apply(struct secret_set *s, struct secret_step *step)
{
	for (size_t i = step->keep; i < s->nruns; i++) {
		s->count -= s->runs[i].count;
		mem_free(s->runs[i].items);
	}
	if (step->filter) {
		mem_free(s->filter);
		s->filter = step->filter;
		s->filter_bits = step->filter_bits;
	}
	filter_add(s->filter, s->filter_bits, &step->run);
	s->runs[step->keep] = step->run;
	s->nruns = step->keep + 1;
	s->count += step->run.count;
	*step = (struct secret_step){ 0 };
}

/* ---- finding ---- */

/* How many texts of the run are not behind `text`. */
static size_t not_behind(const struct secret_run *run, struct str text, size_t *work)
{
	size_t low = 0, high = run->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		++*work;
		if (str_cmp(run->items[middle].text, text) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct secret_pattern *longest_of(
	const struct secret_run *run, struct str rest, size_t *work)
{
	size_t at = not_behind(run, rest, work);
	while (at && !str_starts_with(rest, run->items[at - 1].text)) {
		++*work;
		at = run->items[at - 1].up;
	}
	return at ? &run->items[at - 1] : NULL;
}

const struct secret_pattern *secret_set_longest(
	const struct secret_set *s, struct str rest, size_t *work)
{
	const struct secret_pattern *best = NULL;
	if (!may_begin(s, rest))
		return NULL;
	for (size_t i = 0; i < s->nruns; i++) {
		const struct secret_pattern *p = longest_of(&s->runs[i], rest, work);
		if (p && p->text.n >= SECRET_LEAST && (!best || p->text.n > best->text.n))
			best = p;
	}
	return best;
}

const struct secret_pattern *secret_set_get(
	const struct secret_set *s, struct str text, size_t *work)
{
	const struct secret_pattern *found = NULL;
	for (size_t i = 0; i < s->nruns; i++) {
		size_t at = not_behind(&s->runs[i], text, work);
		const struct secret_pattern *p = at ? &s->runs[i].items[at - 1] : NULL;
		if (p && str_eq(p->text, text) && (!found || p->whole))
			found = p;
	}
	return found;
}
