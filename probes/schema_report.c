#include "probes/schema_report.h"

struct str schema_summary(struct arena *a, const struct schema_diff *diff,
	const struct schema_contract *contract, const struct schema_database *d)
{
	struct str from = contract->written_on.p ?
		arena_printf(
			a, ", contract written on %.*s", STR_ARG(contract->written_on)) :
		STR("");
	struct str count = diff->count ? arena_printf(a, "%zu", diff->count) : STR("no");

	return arena_printf(a, "%.*s difference%s in %zu fact%s (%.*s%.*s)",
		STR_ARG(count), diff->count == 1 ? "" : "s", diff->facts,
		diff->facts == 1 ? "" : "s", STR_ARG(d->server), STR_ARG(from));
}

static void note_rest(struct arena *a, const struct schema_diff *diff, struct error *err)
{
	if (diff->count == 0) {
		error_note(err, "the other %zu facts hold", diff->facts);
		return;
	}
	error_note(err, "of the other %zu facts %zu differ%s, first: %.*s", diff->facts,
		diff->count, diff->count == 1 ? "s" : "",
		STR_ARG(schema_difference_line(a, &diff->items[0])));
}

static struct str add_unseen(struct arena *a, struct str text,
	const struct schema_database *d, enum schema_kind kind, bool bodies)
{
	struct str what = schema_blindness(a, d, kind, bodies);

	return arena_printf(
		a, "%.*s%s%.*s", STR_ARG(text), text.n ? "; " : "", STR_ARG(what));
}

int schema_check_unseen(struct arena *a, const struct schema_diff *diff,
	const struct schema_database *d, struct error *err)
{
	struct str what = { 0 };

	for (size_t i = 0; i < SCHEMA_KIND_COUNT; i++) {
		if (diff->unseen & SCHEMA_BIT(i))
			what = add_unseen(a, what, d, (enum schema_kind)i, false);
		if (diff->unseen_bodies & SCHEMA_BIT(i))
			what = add_unseen(a, what, d, (enum schema_kind)i, true);
	}
	if (!what.n)
		return 0;
	error_set(err, ERR_SQL, "cannot see %.*s", STR_ARG(what));
	note_rest(a, diff, err);
	return -1;
}

int schema_check_empty(const struct schema_diff *diff, struct error *err)
{
	if (diff->dead) {
		error_set(err, ERR_SQL,
			"'only: %.*s' matches nothing in the contract or the database",
			STR_ARG(diff->dead->text));
		error_note(err, "a comparison of nothing would always hold");
		return -1;
	}
	if (diff->facts > 0 || diff->count > 0 || diff->unseen)
		return 0;
	error_set(err, ERR_SQL, "nothing is left to compare");
	error_note(err, "the contract has no fact that `ignore` and `only` leave");
	return -1;
}

size_t schema_blind_notes(struct arena *a, const struct schema_diff *diff,
	const struct schema_database *d, struct str *ret, size_t max)
{
	unsigned told = diff ? diff->unseen : 0;
	unsigned told_bodies = diff ? diff->unseen_bodies : 0;
	size_t n = 0;

	for (size_t i = 0; i < SCHEMA_KIND_COUNT; i++)
		for (int bodies = 0; bodies < 2; bodies++) {
			unsigned blind = bodies ? d->found.blind_bodies & ~told_bodies :
						  d->found.blind & ~told;

			if (!(blind & SCHEMA_BIT(i)) || n == max)
				continue;
			ret[n++] = arena_printf(a,
				"cannot see %.*s; the contract has none",
				STR_ARG(schema_blindness(
					a, d, (enum schema_kind)i, bodies)));
		}
	return n;
}
