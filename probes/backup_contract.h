/*
 * A dump held against a schema contract (schema_text.h): are all its tables, their columns, views, triggers, routines
 * and events in the file? Names only: what the account that made the dump could not see is not in it, and nothing else
 * tells.
 */
#ifndef PROBES_BACKUP_CONTRACT_H
#define PROBES_BACKUP_CONTRACT_H

#include "probes/backup_facts.h"
#include "probes/schema_facts.h"

/*
 * What the contract has and the dump has not becomes a damage, the other way round a note. Facts with a condition
 * (`@mysql>=8`) count on the server that the dump names. The columns were wanted when the facts were read. `name` is
 * the contract's, for the messages.
 */
void backup_contract_check(struct backup_facts *f, const struct schema *contract, struct str name);

#endif
