/*
 * The reader of mysqldump's and mariadb-dump's text: fed with blocks, cut anywhere, in constant memory. It
 * knows lines, statements, strings, comments and DELIMITER, and counts the tuples of INSERTs exactly. What it
 * finds is in the facts, damages with their line.
 *
 * What makes it sure: the tool escapes line ends and zero bytes inside strings, so that a row never spans
 * lines; it writes its headings only between statements; bodies of triggers, routines and events stand
 * between DELIMITER lines and are not looked into.
 *
 *	backup_dump_init(&d, &facts);
 *	while (...)
 *		backup_dump_feed(&d, block, err) ...
 *	backup_dump_end(&d, err);
 *	backup_dump_release(&d);
 */
#ifndef PROBES_BACKUP_DUMP_H
#define PROBES_BACKUP_DUMP_H

#include "harness/base/strbuf.h"
#include "probes/backup_lines.h"

enum backup_mode {
	BACKUP_LINE_START,	/* the first bytes of a line, until they tell what it is */
	BACKUP_LINE,		/* a line that is taken as a whole */
	BACKUP_CODE,		/* inside a statement */
	BACKUP_VALUES,		/* inside the rows of an INSERT */
	BACKUP_QUOTED,		/* in a string or a quoted name; then back to `outside` */
	BACKUP_ESCAPED,		/* behind a backslash in a string */
	BACKUP_COMMENT,		/* in a comment inside a statement */
};

struct backup_dump {
	struct backup_lines lines;
	enum backup_mode mode;
	enum backup_mode outside;	/* CODE or VALUES: what QUOTED and COMMENT return to */
	char quote;
	char previous;			/* byte before, in COMMENT */
	int opening;			/* how much of a comment's opening came, in CODE: 0, 1, 2 */

	struct strbuf line;		/* the line, or its first part */
	uint64_t number;		/* of the line that is being read, from 1 */
	bool at_start;			/* this line began at its column 0 */
	bool in_statement;
	uint64_t statement_line;
	struct strbuf head;		/* the statement, up to a ceiling */
	bool head_cut;
	bool maybe_insert;
	struct backup_table *table;	/* whose rows they are */
	uint64_t depth;			/* of parentheses in VALUES */

	char delimiter[8];		/* absent (""): `;` */
	uint64_t delimiter_line;
	bool body_open;			/* a statement between DELIMITER lines is */
	uint64_t offset;		/* of the next block in the text */
	uint64_t zero_at;		/* offset of the first zero byte, UINT64_MAX: there was none */
};

/* Fills *facts (which see) from then on. */
void backup_dump_init(struct backup_dump *d, struct backup_facts *facts);
void backup_dump_release(struct backup_dump *d);	/* also after a failure */

/* The next bytes of the text. -1 only for memory, ceilings, and a dump that can't be read at all. */
int backup_dump_feed(struct backup_dump *d, struct str block, struct error *err) MUST_USE;

/* No more comes: what is open becomes damage. */
int backup_dump_end(struct backup_dump *d, struct error *err) MUST_USE;

/* Lines so far, one without its end included. */
uint64_t backup_dump_lines(const struct backup_dump *d);

#endif
