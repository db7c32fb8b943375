/*
 * Which faults are on, in one process.
 *
 * Faults come from --fault NAME[=VALUE] and from FAULTS=a,b=2; the rows are in fault_list.h.
 * After the start the set is only read, but for the counters behind fault_due(), which are atomic.
 */
#ifndef TESTS_SERVICE_FAULTS_H
#define TESTS_SERVICE_FAULTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "tests/service/fault_list.h"

struct error;
struct text;

#define FAULT_API 1u
#define FAULT_WORKER 2u
#define FAULT_MIGRATE 4u

#define FAULT_ENUM(id, name, programs, value, standard, max, help) FAULT_##id,
enum fault { FAULT_LIST(FAULT_ENUM) FAULT_COUNT };
#undef FAULT_ENUM

struct faults {
	bool on[FAULT_COUNT];
	long value[FAULT_COUNT];	/* the first value, or its default */
	long second[FAULT_COUNT];	/* MS of "P:MS" */
	atomic_ulong seen[FAULT_COUNT];	/* occasions counted by fault_due() */
};

/* Switches one fault on: "NAME" or "NAME=VALUE". An unknown name fails with the nearest known one. */
int faults_add(struct faults *f, const char *text, struct error *err);

/* The same for a list separated by commas; an empty list is fine. */
int faults_add_list(struct faults *f, const char *list, struct error *err);

/* Switches off what lives in none of these programs (FAULT_API and the like, as a set). */
void faults_restrict(struct faults *f, unsigned programs);

/* Adds the names of the faults that are on, each after a blank. */
void faults_add_names(const struct faults *f, struct text *out);

/* Whether a fault is on. */
bool fault_on(const struct faults *f, enum fault id);

/* Counts an occasion; true on each N-th one when the fault is on and N its value. */
bool fault_due(struct faults *f, enum fault id);

/* Counts an occasion and returns its number, beginning with 1; 0 when the fault is off. */
unsigned long fault_occasion(struct faults *f, enum fault id);

/* The table as text, a line a fault: name, programs, effect. */
void faults_describe(struct text *out);

#endif
