/*
 * Exit statuses: the contract with CI. 4 wins over 3: a release proven bad stays proven bad when something else could not be asked.
 */
#ifndef HARNESS_EXIT_H
#define HARNESS_EXIT_H

enum exit_status {
	EXIT_HELD = 0,
	EXIT_USAGE = 1,		/* command line, missing input file, unwritable report, --pin mismatch */
	EXIT_PARSE = 2,		/* a file does not parse or does not check */
	EXIT_ERROR = 3,		/* something could not be asked */
	EXIT_FAILED = 4,	/* an assertion did not hold */
	EXIT_EMPTY = 5,		/* nothing was selected (--allow-empty: 0) */
	EXIT_INTERNAL = 70,
	EXIT_DEADLINE = 124,
	EXIT_REPORT = 127,	/* a report could not be written, and it would have been 0 */
	EXIT_SIGNAL = 128,	/* + the signal's number */
};

#endif
