/*
 * What a schema is, as facts: a kind, a name, and the rest of its line in canonical form. A
 * contract (schema_text.h) and a catalogue (schema_rows.h) both become this, so that
 * comparing them (schema_diff.h) is comparing texts. Pure.
 *
 *	column outbox.payload json null
 *	^kind  ^object ^name  ^rest
 *
 * The rest consists of words: what stands between blanks outside quotes and parentheses.
 * Facts and their texts live in the arena of the schema.
 */
#ifndef PROBES_SCHEMA_FACTS_H
#define PROBES_SCHEMA_FACTS_H

#include "harness/base/source.h"

/*
 * X(NAME, "word", group, has_name): objects of one group stand together, in this order; a
 * kind with a name of its own is written object.name.
 */
#define SCHEMA_KINDS(X)                                  \
	X(DATABASE, "database", GROUP_DATABASE, false)   \
	X(TABLE, "table", GROUP_TABLES, false)           \
	X(ORDER, "order", GROUP_TABLES, false)           \
	X(COLUMN, "column", GROUP_TABLES, true)          \
	X(PRIMARY, "primary", GROUP_TABLES, false)       \
	X(UNIQUE, "unique", GROUP_TABLES, true)          \
	X(INDEX, "index", GROUP_TABLES, true)            \
	X(FULLTEXT, "fulltext", GROUP_TABLES, true)      \
	X(SPATIAL, "spatial", GROUP_TABLES, true)        \
	X(FOREIGN, "foreign", GROUP_TABLES, true)        \
	X(CHECK, "check", GROUP_TABLES, true)            \
	X(PARTITION, "partition", GROUP_TABLES, true)    \
	X(VIEW, "view", GROUP_VIEWS, false)              \
	X(TRIGGER, "trigger", GROUP_TRIGGERS, false)     \
	X(PROCEDURE, "procedure", GROUP_ROUTINES, false) \
	X(FUNCTION, "function", GROUP_ROUTINES, false)   \
	X(EVENT, "event", GROUP_EVENTS, false)           \
	X(SEQUENCE, "sequence", GROUP_SEQUENCES, false)

enum schema_kind {
#define X(name, word, group, has_name) SCHEMA_##name,
	SCHEMA_KINDS(X)
#undef X
		SCHEMA_KIND_COUNT
};

/* Sets of kinds. */
#define SCHEMA_BIT(kind) (1u << (kind))

/* `@mysql>=8.0.13` in front of a fact: where it is required. */
enum schema_server { SCHEMA_ANY_SERVER, SCHEMA_MYSQL, SCHEMA_MARIADB };
struct schema_condition {
	enum schema_server server;
	char op[3]; /* ">=", "<", "<=", ">"; empty: any version */
	uint32_t version; /* 8.0.13 is 8 << 16 | 0 << 8 | 13 */
};

struct schema_fact {
	enum schema_kind kind;
	struct str object; /* a table, a view ...; absent for the database */
	struct str name; /* of a column, an index ...; absent where the kind has none */
	struct str rest; /* words with one blank between; may be empty */
	struct str
		body; /* the text behind sql= or body=, lines with LF; absent: not kept */
	struct schema_condition when;
	struct span span; /* of its line in the contract */
};

struct schema {
	struct arena *arena;
	struct schema_fact *facts;
	size_t count, cap;
	bool sorted;
};

/* Empty, in `a`. */
void schema_init(struct schema *s, struct arena *a);

/* Adds one; texts are borrowed and live as long as the schema. Failure is the arena's. */
void schema_add(struct schema *s, const struct schema_fact *fact);

/* The order of contracts: by group, object, kind and name, by byte. */
void schema_sort(struct schema *s);
int schema_fact_cmp(const struct schema_fact *a, const struct schema_fact *b);	/* <0, 0, >0; for qsort-like use */

/* The fact of that kind and name, NULL when there is none. The schema is sorted. */
const struct schema_fact *schema_find(const struct schema *s, enum schema_kind kind,
	struct str object, struct str name);

const char *schema_kind_word(enum schema_kind kind);	/* as contracts write it */
bool schema_kind_has_name(enum schema_kind kind);	/* written object.name */
bool schema_kind_is_of_table(enum schema_kind kind); /* a table's: column, index ... */

/* True and *ret when `word` is a kind's. */
bool schema_kind_find(struct str word, enum schema_kind *ret) MUST_USE;

/* A name as contracts have it: as it is, or in backticks when it is not all [A-Za-z0-9_$]. */
void schema_add_name(struct strbuf *out, struct str name);

/* `outbox.payload`, or `outbox`; nothing for the database. */
void schema_add_path(struct strbuf *out, const struct schema_fact *f);

/* The fact's line: condition, kind, path, rest; without a line end. */
void schema_add_line(struct strbuf *out, const struct schema_fact *f);

/*
 * The next word of `rest`, cut off; absent at the end. `unsigned` and `zerofill` belong to the
 * word before them.
 */
struct str schema_word(struct str *rest);

/* True where a fact with that condition is required: on this server, of this version. */
bool schema_condition_holds(
	const struct schema_condition *c, bool mariadb, uint32_t version);

#endif
