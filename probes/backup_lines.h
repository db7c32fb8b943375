/*
 * What the lines and statements of a dump mean: each kind is a row, told by how it begins. The reader
 * (backup_dump.c) cuts the text into them; the facts are the result.
 */
#ifndef PROBES_BACKUP_LINES_H
#define PROBES_BACKUP_LINES_H

#include "probes/backup_facts.h"
#include "probes/backup_words.h"

struct backup_lines {
	struct backup_facts *facts;
	struct str locked;		/* table of the data section that is open */
	uint64_t lock_line;		/* 0: none is */
	struct {
		bool open;
		enum backup_list list;
		size_t had;		/* names in the list when the section began */
		struct str database;
		uint64_t line;
	} section;
};

/* A comment line (`-- ...`) that began at the start of its line. */
int backup_comment(struct backup_lines *b, struct str line, uint64_t number,
	struct error *err) MUST_USE;

/* The tool itself writes such a comment, and only between statements: one that is open has been cut. */
bool backup_comment_is_tool(struct str line);

/* A message of the tool itself, which standard error brought into the file. */
bool backup_is_message(struct str line);
void backup_message(struct backup_lines *b, struct str line, uint64_t number);	/* its line becomes a damage */

/* A whole statement without rows; `cut`: only its first part was kept. */
int backup_statement(struct backup_lines *b, struct str text, bool cut, uint64_t number,
	struct error *err) MUST_USE;

/* The first line of a statement between DELIMITER lines: a trigger, routine or event. */
int backup_body(struct backup_lines *b, struct str line, uint64_t number, struct error *err) MUST_USE;

/* The end: what is still open, what is missing. */
void backup_lines_end(struct backup_lines *b);

#endif
