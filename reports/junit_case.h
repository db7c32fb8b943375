/*
 * JUnit XML, one test case: what its element holds in each dialect.
 */
#ifndef REPORTS_JUNIT_CASE_H
#define REPORTS_JUNIT_CASE_H

#include "harness/report/results.h"
#include "reports/xml_writer.h"

/* What readers of a dialect take. */
struct junit_dialect {
	const char *name;
	bool root_attributes;	/* testsuites: name, tests, failures, errors, time */
	bool root_extra;	/* ... skipped, assertions, timestamp */
	bool suite_file;
	bool suite_package;
	bool suite_streams;	/* system-out and system-err in each suite, none in test cases */
	bool zoned_time;	/* timestamps with fraction and Z */
	bool case_extra;	/* testcase: file, line, assertions, timestamp, properties */
	bool reruns;		/* flakyFailure, rerunFailure */
};

/* How much is shown; the next row is tried when a file gets too large. */
struct junit_level {
	size_t system_out;	/* larger ones are left out */
	size_t text;		/* of a detail */
};

/* The verdict element of a test case. */
enum junit_class {
	JUNIT_PASS,
	JUNIT_FAILURE,
	JUNIT_ERROR,
	JUNIT_SKIPPED,
	JUNIT_CLASS_COUNT
};

struct junit_tally {
	uint64_t tests, failures, errors, skipped, assertions;
};

struct junit {
	struct xml_writer x;
	const struct results *results;
	const struct junit_dialect *dialect;
	const struct junit_level *level;
};

/* What a case counts as: by how it ended. */
enum junit_class junit_class_of(const struct result_case *c);

/* One test more of that class. */
void junit_count(struct junit_tally *t, enum junit_class class);

/* The test case of an entry. */
void junit_case(struct junit *j, const struct result_case *c);

/* One test case for all entries of a suite (per=file), and its class. */
enum junit_class junit_file_class(const struct junit *j, const struct result_suite *s);
void junit_file_case(struct junit *j, const struct result_suite *s, struct str name);	/* writes it */

/* A test case that no entry stands for. */
struct junit_special {
	struct str suite, file;
	const char *name;
	enum junit_class class;
	const char *type;
	struct str message;	/* one line of it is the message, all of it the text */
};
void junit_special_case(struct junit *j, const struct junit_special *s);	/* writes it */

/* Attributes and texts that suites share. */
void junit_attr_time(struct junit *j, uint64_t us);
void junit_attr_timestamp(struct junit *j, int64_t wall_us);	/* UTC */

#endif
