/*
 * Why a dump is not complete, once it was read to its end: the damages that no single line shows are added to
 * the facts. No damage at all is what COMPLETE asks for.
 */
#ifndef PROBES_BACKUP_UNMET_H
#define PROBES_BACKUP_UNMET_H

#include "probes/backup_facts.h"

struct backup_whole {
	bool footer_optional;	/* a dump without comments may end with its last statement */
	struct str head;	/* the first bytes of the text; empty: there is none */
	uint64_t lines;
	const char *format;	/* of the compression, NULL: none */
	bool is_damaged;	/* its compressed data, which was told */
};

/* Adds damages and notes. */
void backup_unmet(struct backup_facts *f, const struct backup_whole *w);

/* The name of a kind of backup that we know but do not read, by its first bytes; NULL: not known. */
const char *backup_foreign(struct str head);

#endif
