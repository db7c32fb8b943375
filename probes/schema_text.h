/*
 * The contract's text: one fact a line, in byte order, made to be read in diffs.
 *
 *	# postflight schema contract 1
 *	# written on MariaDB 10.11.19
 *	database charset=utf8mb4
 *
 *	table outbox engine=InnoDB charset=utf8mb4
 *	column outbox.payload json null
 *	@mysql>=8.0.13 index outbox.ix ((lower(email)))
 *	trigger t on outbox before insert body=5f1c09aa31b2
 *	  set new.id = 1
 *
 * The first line is the mark of the format. Lines that begin with # are remarks, empty lines are
 * passed over, lines behind a view, trigger or routine that begin with two blanks are its text.
 * Pure.
 */
#ifndef PROBES_SCHEMA_TEXT_H
#define PROBES_SCHEMA_TEXT_H

#include "harness/base/error.h"
#include "probes/schema_facts.h"

#define SCHEMA_MARK "# postflight schema contract 1"

struct schema_contract {
	const struct source *source;
	struct schema schema; /* sorted */
	struct str written_on; /* "MariaDB 10.11.19"; absent: not said */
};

/*
 * Reads a contract; facts may stand in any order. -1: the mistakes are in `errors`, each at its
 * place, up to the list's ceiling. The source lives as long as the contract.
 */
int schema_text_parse(struct arena *a, const struct source *source,
	struct schema_contract *ret, struct error_list *errors) MUST_USE;

/* The whole text of a sorted schema. `written_on` absent: the line is left out. */
void schema_text_write(struct strbuf *out, const struct schema *s, struct str written_on);

#endif
