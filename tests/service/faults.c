#include "tests/service/faults.h"

#include <assert.h>
#include <string.h>

#include "tests/service/error.h"
#include "tests/service/scan.h"
#include "tests/service/text.h"

#define NAME_MAX_LENGTH 40
#define SECOND_DEFAULT_MS 1000
#define SECOND_MAX_MS 600000

struct fault_row {
	const char *name;
	unsigned programs;
	const char *value;
	long standard;
	long max;
	const char *help;
};

#define FAULT_ROW(id, name, programs, value, standard, max, help) \
	[FAULT_##id] = { name, programs, value, standard, max, help },
static const struct fault_row rows[FAULT_COUNT] = { FAULT_LIST(FAULT_ROW) };
#undef FAULT_ROW

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits that make b of a; both are at most NAME_MAX_LENGTH bytes. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t row[NAME_MAX_LENGTH + 1];

	assert(na <= NAME_MAX_LENGTH && nb <= NAME_MAX_LENGTH);
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t above = row[j];
			size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
			row[j] = least(least(above, row[j - 1]) + 1, replaced);
			diagonal = above;
		}
	}
	return row[nb];
}

static const char *nearest(const char *name, size_t n)
{
	const char *best = NULL;
	size_t best_distance = 5;

	for (size_t i = 0; i < FAULT_COUNT && n <= NAME_MAX_LENGTH; i++) {
		size_t d = distance(name, n, rows[i].name, strlen(rows[i].name));
		if (d < best_distance) {
			best_distance = d;
			best = rows[i].name;
		}
	}
	return best;
}

static int find(const char *name, size_t n, enum fault *ret, struct error *err)
{
	for (unsigned i = 0; i < FAULT_COUNT; i++) {
		if (strlen(rows[i].name) == n && !memcmp(rows[i].name, name, n)) {
			*ret = (enum fault)i;
			return 0;
		}
	}
	const char *hint = nearest(name, n);
	int shown = (int)least(n, NAME_MAX_LENGTH);
	if (!hint)
		return error_set(err, 0, "unknown fault '%.*s'; --list-faults shows all", shown, name);
	return error_set(err, 0, "unknown fault '%.*s'; did you mean '%s'?", shown, name, hint);
}

/* VALUE := first [ ":" second ], the second only where the row's value names two. */
static int parse_value(const struct fault_row *row, const char *value, long *ret, long *ret_second)
{
	struct text first = { 0 };
	const char *colon = strchr(row->value, ':') ? strchr(value, ':') : NULL;
	int rc = -1;

	text_addn(&first, value, colon ? (size_t)(colon - value) : strlen(value));
	if (!text_failed(&first) && !scan_integer(text_get(&first), 1, row->max, ret))
		rc = colon ? scan_integer(colon + 1, 1, SECOND_MAX_MS, ret_second) : 0;
	text_release(&first);
	return rc;
}

int faults_add(struct faults *f, const char *text, struct error *err)
{
	const char *equals = strchr(text, '=');
	enum fault id = FAULT_COUNT;

	if (find(text, equals ? (size_t)(equals - text) : strlen(text), &id, err))
		return -1;
	assert(id < FAULT_COUNT);
	const struct fault_row *row = &rows[id];
	long value = row->standard;
	long second = SECOND_DEFAULT_MS;
	if (equals && !*row->value)
		return error_set(err, 0, "fault '%s' takes no value", row->name);
	if (equals && parse_value(row, equals + 1, &value, &second))
		return error_set(err, 0, "fault '%s' wants =%s with numbers from 1 to %ld, not '%s'",
				 row->name, row->value, row->max, equals + 1);
	f->on[id] = true;
	f->value[id] = value;
	f->second[id] = second;
	return 0;
}

int faults_add_list(struct faults *f, const char *list, struct error *err)
{
	struct text item = { 0 };
	int rc = 0;

	while (*list && !rc) {
		size_t n = strcspn(list, ",");
		text_clear(&item);
		text_addn(&item, list, n);
		if (text_failed(&item))
			rc = error_set_memory(err);
		else if (n)
			rc = faults_add(f, text_get(&item), err);
		list += n + (list[n] == ',');
	}
	text_release(&item);
	return rc;
}

void faults_restrict(struct faults *f, unsigned programs)
{
	for (size_t i = 0; i < FAULT_COUNT; i++)
		f->on[i] = f->on[i] && rows[i].programs & programs;
}

void faults_add_names(const struct faults *f, struct text *out)
{
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		if (f->on[i])
			text_addf(out, " %s", rows[i].name);
	}
}

bool fault_on(const struct faults *f, enum fault id)
{
	return f->on[id];
}

unsigned long fault_occasion(struct faults *f, enum fault id)
{
	return f->on[id] ? atomic_fetch_add(&f->seen[id], 1) + 1 : 0;
}

bool fault_due(struct faults *f, enum fault id)
{
	unsigned long occasion = fault_occasion(f, id);

	return occasion && occasion % (unsigned long)f->value[id] == 0;
}

void faults_describe(struct text *out)
{
	static const struct {
		unsigned bit;
		const char *name;
	} programs[] = { { FAULT_API, "api" }, { FAULT_WORKER, "worker" }, { FAULT_MIGRATE, "migrate" } };

	for (size_t i = 0; i < FAULT_COUNT; i++) {
		struct text where = { 0 };
		struct text name = { 0 };
		text_add(&name, rows[i].name);
		if (*rows[i].value)
			text_addf(&name, "[=%s]", rows[i].value);
		for (size_t p = 0; p < sizeof(programs) / sizeof(programs[0]); p++) {
			if (rows[i].programs & programs[p].bit)
				text_addf(&where, "%s%s", where.n ? "," : "", programs[p].name);
		}
		text_addf(out, "%-26s %-11s %s\n", text_get(&name), text_get(&where), rows[i].help);
		text_release(&name);
		text_release(&where);
	}
}
