/*
 * The read-only guard. What passes is a closed list: a statement starts with one of a few words and holds none of the forms
 * that do harm inside them. Comments are left out before anything is looked at; everything else that is not understood is
 * refused.
 */
#include "harness/lang/sql_lexer.h"

#include <stdarg.h>

/* ---- tokens without comments ---- */

#define LOOKAHEAD 4

struct guard {
	const struct source *source;
	struct sql_lexer lexer;
	struct sql_token ring[LOOKAHEAD];	/* the token at hand and those behind it */
	struct sql_token before;		/* the one before, SQL_END at the start */
	bool rollback;				/* writing is meant: only what no ROLLBACK undoes is refused */
	struct error *err;
};

static struct sql_token read_token(struct guard *g)
{
	struct sql_token t;

	do
		t = sql_lexer_next(&g->lexer, g->err);
	while (t.kind == SQL_COMMENT || t.kind == SQL_HINT);	/* hints were judged before */
	return t;
}

static void advance(struct guard *g)
{
	g->before = g->ring[0];
	memmove(g->ring, g->ring + 1, (LOOKAHEAD - 1) * sizeof(g->ring[0]));
	/* behind a bad token nothing is read: its error is the one to keep */
	if (g->ring[LOOKAHEAD - 2].kind != SQL_BAD)
		g->ring[LOOKAHEAD - 1] = read_token(g);
}

static struct str text_of(const struct guard *g, const struct sql_token *t)
{
	return str_sub(g->source->text, t->span.at, t->span.n);
}

static bool is_word(const struct guard *g, size_t k, const char *word)
{
	return g->ring[k].kind == SQL_WORD && str_eq_nocase(text_of(g, &g->ring[k]), str_from(word));
}

static bool is_punct(const struct guard *g, size_t k, const char *text)
{
	return g->ring[k].kind == SQL_PUNCT && str_is(text_of(g, &g->ring[k]), text);
}

static int refuse(const struct guard *g, struct span span, const char *fmt, ...) PRINTF_LIKE(3, 4);

static int refuse(const struct guard *g, struct span span, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)error_at(g->err, ERR_CHECK, g->source, span, "%s", text);
	if (g->rollback)
		error_note(g->err, "a file with `write: rollback` holds only what ROLLBACK undoes");
	else
		error_note(g->err, "if it is meant to, say `write: true` (in an .sql file `-- write: true`) and run with --allow-write");
	return -1;
}

/* ---- what does harm inside a statement (8.2) ---- */

/* A function is meant when a parenthesis follows; a placeholder may become one: a negative number is written (-1). */
static bool opens_call(const struct guard *g, size_t k)
{
	return is_punct(g, k, "(") || g->ring[k].kind == SQL_PLACEHOLDER || g->ring[k].kind == SQL_SAMPLE;
}

static const struct {
	const char *name;
	const char *why;
} functions[] = {
	{ "GET_LOCK", "takes a lock" },
	{ "RELEASE_LOCK", "gives a lock up" },
	{ "RELEASE_ALL_LOCKS", "gives locks up" },
	{ "SLEEP", "keeps the server waiting" },
	{ "BENCHMARK", "keeps the server busy" },
	{ "LOAD_FILE", "reads files of the server" },
	{ "NEXTVAL", "moves a sequence" },
	{ "SETVAL", "moves a sequence" },
	{ "SYS_EXEC", "starts a program on the server" },
	{ "SYS_EVAL", "starts a program on the server" },
	{ "SYS_SET", "changes the server's environment" },
	{ "SYS_GET", "reads the server's environment" },
};

/*
 * A name as some servers compare it: by a collation, for which an accented letter equals the plain one. Each character
 * beyond ASCII may stand for any letter, so it is kept as a wildcard.
 */
#define WILDCARD '\1'
#define MAX_NAME 64
struct folded {
	char text[MAX_NAME];
	size_t n;
};

static struct folded fold_name(struct str name)
{
	struct folded f = { .n = 0 };

	for (size_t at = 0; at < name.n && f.n < MAX_NAME; f.n++) {
		uint32_t c = 0;
		size_t step = utf8_next(name, at, &c);
		bool lower = c >= 'a' && c <= 'z';
		f.text[f.n] = step == 1 ? (char)(lower ? c - 'a' + 'A' : c) : WILDCARD;
		at += step ? step : 1;
	}
	return f;
}

/* Does `part` (capitals) stand at `at` in the name? */
static bool matches_at(const struct folded *f, size_t at, const char *part)
{
	for (size_t i = 0; part[i]; i++)
		if (at + i >= f->n || (f->text[at + i] != part[i] && f->text[at + i] != WILDCARD))
			return false;
	return true;
}

static bool name_contains(const struct folded *f, const char *part)
{
	for (size_t at = 0; at < f->n; at++)
		if (matches_at(f, at, part))
			return true;
	return false;
}

static bool name_is(const struct folded *f, const char *name)
{
	return f->n == strlen(name) && matches_at(f, 0, name);
}

static bool name_ends(const struct folded *f, const char *end)
{
	size_t n = strlen(end);

	return f->n >= n && matches_at(f, f->n - n, end);
}

/* Names of a family of functions: waiting for replication, steering a group. */
static const char *why_pattern(const struct folded *f)
{
	if (name_ends(f, "_POS_WAIT") || (name_contains(f, "GTID") && name_contains(f, "WAIT")) ||
	    matches_at(f, 0, "WAIT_UNTIL_SQL_THREAD"))
		return "keeps the server waiting";
	if (matches_at(f, 0, "GROUP_REPLICATION_SET_") || matches_at(f, 0, "GROUP_REPLICATION_SWITCH_") ||
	    matches_at(f, 0, "ASYNCHRONOUS_CONNECTION_FAILOVER_"))
		return "changes replication";
	return NULL;
}

static const char *why_function(const struct folded *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (name_is(f, functions[i].name))
			return functions[i].why;
	return why_pattern(f);
}

/* The name without its quotes. */
static struct str plain_name(const struct guard *g)
{
	struct str text = text_of(g, &g->ring[0]);

	return g->ring[0].kind == SQL_NAME && text.n >= 2 ? str_sub(text, 1, text.n - 2) : text;
}

/* function = name "(" : native functions can be called by a quoted name too */
static int check_function(const struct guard *g)
{
	struct str name = plain_name(g);
	struct folded folded = fold_name(name);
	struct span span = g->ring[0].span;
	const char *why;

	if (!opens_call(g, 1))
		return 0;
	why = why_function(&folded);
	if (why)
		return refuse(g, span, "`%.*s` %s", STR_ARG(name), why);
	if (!g->rollback && name_is(&folded, "LAST_INSERT_ID") && !is_punct(g, 2, ")"))
		return refuse(g, span, "`LAST_INSERT_ID` with an argument changes what it gives to others");
	return 0;
}

/* INTO OUTFILE, INTO DUMPFILE; when reading, INTO anything but a user variable */
static int check_into(const struct guard *g)
{
	bool file = is_word(g, 1, "outfile") || is_word(g, 1, "dumpfile");
	bool variable = g->ring[1].kind == SQL_VARIABLE && !str_starts_with(text_of(g, &g->ring[1]), STR("@@"));
	/* EXPLAIN INSERT INTO: only planned, else the first word had been refused */
	bool planned = g->before.kind == SQL_WORD && (str_eq_nocase(text_of(g, &g->before), STR("insert")) ||
						      str_eq_nocase(text_of(g, &g->before), STR("replace")));

	if (file)
		return refuse(g, span_join(g->ring[0].span, g->ring[1].span), "`INTO %.*s` writes a file on the server",
			      STR_ARG(text_of(g, &g->ring[1])));
	if (!g->rollback && !variable && !planned)
		return refuse(g, g->ring[0].span, "`INTO` may put rows anywhere; only INTO @variable passes");
	return 0;
}

static int check_locking_read(const struct guard *g)
{
	if (g->rollback)
		return 0;
	if (is_word(g, 0, "for") && (is_word(g, 1, "update") || is_word(g, 1, "share")))
		return refuse(g, span_join(g->ring[0].span, g->ring[1].span), "`FOR %.*s` locks rows",
			      STR_ARG(text_of(g, &g->ring[1])));
	if (is_word(g, 0, "lock") && is_word(g, 1, "in") && is_word(g, 2, "share"))
		return refuse(g, span_join(g->ring[0].span, g->ring[2].span), "`LOCK IN SHARE MODE` locks rows");
	return 0;
}

/* NEXT VALUE FOR, PREVIOUS VALUE FOR, and sequence.NEXTVAL */
static int check_sequence(const struct guard *g)
{
	bool dot = g->before.kind == SQL_PUNCT && str_is(text_of(g, &g->before), ".");

	if ((is_word(g, 0, "next") || is_word(g, 0, "previous")) && is_word(g, 1, "value") && is_word(g, 2, "for"))
		return refuse(g, span_join(g->ring[0].span, g->ring[2].span), "`%.*s VALUE FOR` uses a sequence",
			      STR_ARG(text_of(g, &g->ring[0])));
	if (dot && is_word(g, 0, "nextval"))
		return refuse(g, g->ring[0].span, "`.NEXTVAL` moves a sequence");
	return 0;
}

/* Are all quotes of a hint closed inside it? The server's own reader of hints goes on behind an open one. */
static bool quotes_are_closed(struct str text)
{
	char open = '\0';

	for (size_t i = 0; i < text.n; i++) {
		if (open ? text.p[i] == open : strchr("'\"`", text.p[i]) != NULL)
			open = open ? '\0' : text.p[i];
	}
	return !open;
}

static int check_hint(const struct guard *g, const struct sql_token *t)
{
	static const char *const hints[] = { "SET_VAR", "RESOURCE_GROUP" };
	struct str text = text_of(g, t);

	if (!quotes_are_closed(text))
		return refuse(g, t->span, "a quote of this hint is not closed inside it");
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		for (size_t at = 0; at < text.n; at++)
			if (str_eq_nocase(str_sub(text, at, strlen(hints[i])), str_from(hints[i])))
				return refuse(g, t->span, "the hint `%s` changes the session", hints[i]);
	return 0;
}

static int check_name(const struct guard *g)
{
	if (check_function(g))
		return -1;
	if (g->ring[0].kind == SQL_NAME)
		return 0;
	if (is_word(g, 0, "into") && check_into(g))
		return -1;
	if (check_locking_read(g))
		return -1;
	return check_sequence(g);
}

/* The delimiter may end the statement, nothing may follow it. */
static int check_delimiter(const struct guard *g)
{
	if (g->ring[1].kind == SQL_END || g->ring[1].kind == SQL_DELIMITER)
		return 0;
	return refuse(g, g->ring[1].span, "a second statement stands behind the delimiter");
}

static int check_token(const struct guard *g)
{
	switch (g->ring[0].kind) {
	case SQL_WORD:
	case SQL_NAME:
		return check_name(g);
	case SQL_DELIMITER:
		return check_delimiter(g);
	case SQL_BAD:
		return -1;	/* the lexer said why */
	case SQL_END:
	case SQL_STRING:
	case SQL_NUMBER:
	case SQL_VARIABLE:
	case SQL_PUNCT:
	case SQL_PLACEHOLDER:
	case SQL_SAMPLE:
	case SQL_COMMENT:
	case SQL_HINT:
	case SQL_CODE_OPEN:
	case SQL_CODE_CLOSE:
	case SQL_CLIENT_COMMAND:
		return 0;
	}
	return -1;
}

/* All tokens from the start on. */
static int check_inside(struct guard g)
{
	for (;;) {
		if (check_token(&g))
			return -1;
		if (g.ring[0].kind == SQL_END)
			return 0;
		advance(&g);
	}
}

/* ---- how a statement starts (8.1) ---- */

/* Why a first word is refused; what is in no row is refused as unknown. */
static const struct {
	const char *word;
	const char *why;
} verbs[] = {
	{ "INSERT", "changes rows" }, { "UPDATE", "changes rows" }, { "DELETE", "changes rows" }, { "REPLACE", "changes rows" },
	{ "LOAD", "loads rows from a file" }, { "IMPORT", "loads tables from files" },
	{ "CREATE", "changes the schema" }, { "ALTER", "changes the schema" }, { "DROP", "changes the schema" },
	{ "RENAME", "changes the schema" }, { "TRUNCATE", "removes all rows of a table" },
	{ "CALL", "may change data" }, { "DO", "evaluates for its effects only" }, { "HANDLER", "keeps a table open" },
	{ "START", "opens a transaction or starts replication" }, { "BEGIN", "opens a transaction or a block of code" },
	{ "COMMIT", "ends a transaction" }, { "ROLLBACK", "ends a transaction" }, { "SAVEPOINT", "belongs to a transaction" },
	{ "RELEASE", "belongs to a transaction" }, { "XA", "steers a distributed transaction" },
	{ "PREPARE", "prepares a statement that is not seen here" }, { "EXECUTE", "runs a statement that is not seen here" },
	{ "DEALLOCATE", "belongs to prepared statements" },
	{ "LOCK", "locks tables" }, { "UNLOCK", "gives locks up" }, { "FLUSH", "flushes the server's state" },
	{ "KILL", "ends other people's connections" },
	{ "OPTIMIZE", "rebuilds tables" }, { "REPAIR", "changes tables" }, { "CHECK", "may mark tables as broken" },
	{ "CACHE", "changes key caches" },
	{ "CHANGE", "changes replication" }, { "STOP", "stops replication" }, { "RESET", "resets replication or settings" },
	{ "PURGE", "removes logs" }, { "BINLOG", "replays logged changes" }, { "CLONE", "copies a server" },
	{ "INSTALL", "installs a plugin" }, { "UNINSTALL", "removes a plugin" },
	{ "GRANT", "changes rights" }, { "REVOKE", "changes rights" },
	{ "SHUTDOWN", "stops the server" }, { "RESTART", "restarts the server" },
	{ "BACKUP", "steers backup locks" }, { "SIGNAL", "belongs to routines" }, { "RESIGNAL", "belongs to routines" },
	{ "GET", "belongs to routines" },
};

static int refuse_verb(const struct guard *g)
{
	struct str word = text_of(g, &g->ring[0]);
	struct span span = g->ring[0].span;

	for (size_t i = 0; g->ring[0].kind == SQL_WORD && i < ARRAY_SIZE(verbs); i++)
		if (str_eq_nocase(word, str_from(verbs[i].word)))
			return refuse(g, span, "`%.*s` %s", STR_ARG(word), verbs[i].why);
	if (g->ring[0].kind == SQL_END)
		return refuse(g, SPAN(span.at, 0), "there is no statement here");
	if (g->ring[0].kind == SQL_PLACEHOLDER || g->ring[0].kind == SQL_SAMPLE)
		return refuse(g, span, "a placeholder is a value and cannot start a statement");
	return refuse(g, span, "`%.*s` is not known to change nothing", (int)(word.n < 60 ? word.n : 60), word.p);
}

static bool is_any_word(const struct guard *g, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_word(g, 0, words[i]))
			return true;
	return false;
}

static void skip_parens(struct guard *g)
{
	while (is_punct(g, 0, "("))
		advance(g);
}

/* What may be said in a transaction that is rolled back. */
static bool is_row_change(const struct guard *g)
{
	static const char *const words[] = { "INSERT", "UPDATE", "DELETE", "REPLACE" };

	return is_any_word(g, words, ARRAY_SIZE(words));
}

/* Steps over a group in parentheses; false at the end. */
static bool skip_group(struct guard *g)
{
	size_t depth = 0;

	do {
		if (is_punct(g, 0, "("))
			depth++;
		if (is_punct(g, 0, ")"))
			depth--;
		if (g->ring[0].kind == SQL_END || g->ring[0].kind == SQL_BAD)
			return false;
		advance(g);
	} while (depth > 0);
	return true;
}

/* The verb behind WITH: SELECT; when writing is meant, a row change too. */
static int check_outer_verb(struct guard *g)
{
	skip_parens(g);
	if (is_word(g, 0, "SELECT") || (g->rollback && is_row_change(g)))
		return 0;
	if (g->ring[0].kind == SQL_BAD)
		return -1;
	return refuse(g, g->ring[0].span, "`WITH` passes only before SELECT, here it is `%.*s`",
		      (int)(g->ring[0].span.n < 60 ? g->ring[0].span.n : 60), text_of(g, &g->ring[0]).p);
}

/* with = "WITH" "RECURSIVE"? name columns? "AS" group ( "," name columns? "AS" group )* SELECT */
static int check_with(struct guard *g)
{
	advance(g);
	if (is_word(g, 0, "RECURSIVE"))
		advance(g);
	for (;;) {
		if (g->ring[0].kind != SQL_WORD && g->ring[0].kind != SQL_NAME)
			break;
		advance(g);
		if (is_punct(g, 0, "(") && !skip_group(g))
			break;
		if (!is_word(g, 0, "AS"))
			break;
		advance(g);
		if (!is_punct(g, 0, "(") || !skip_group(g))
			break;
		if (!is_punct(g, 0, ","))
			return check_outer_verb(g);
		advance(g);
	}
	if (g->ring[0].kind == SQL_BAD)
		return -1;
	return refuse(g, g->ring[0].span, "this WITH is not understood; expected name AS ( ... )");
}

/* What EXPLAIN and ANALYZE may be followed by before the statement they are about. */
static bool skip_explain_word(struct guard *g, bool *analyze)
{
	static const char *const options[] = { "EXTENDED", "PARTITIONS" };

	if (is_word(g, 0, "ANALYZE")) {
		*analyze = true;
		advance(g);
		return true;
	}
	if (is_word(g, 0, "FORMAT") && is_punct(g, 1, "=")) {
		for (int i = 0; i < 3; i++)
			advance(g);
		return true;
	}
	if (!is_any_word(g, options, ARRAY_SIZE(options)))
		return false;
	advance(g);
	return true;
}

/* Statements that EXPLAIN only plans; with ANALYZE they run. */
static int check_explain(struct guard *g)
{
	bool analyze = is_word(g, 0, "ANALYZE");

	advance(g);
	while (skip_explain_word(g, &analyze))
		;
	/* INTO @x, FOR SCHEMA and whatever else may come between: none of it may hide an ANALYZE */
	for (struct guard rest = *g; rest.ring[0].kind != SQL_END && rest.ring[0].kind != SQL_BAD; advance(&rest))
		if (is_word(&rest, 0, "ANALYZE"))
			analyze = true;
	if (!analyze)
		return 0;
	skip_parens(g);
	if (is_word(g, 0, "SELECT"))
		return 0;
	if (is_word(g, 0, "WITH"))
		return check_with(g);
	return refuse(g, g->ring[0].span, "`ANALYZE` runs what it explains and passes only before SELECT");
}

/* set = "SET" @x ( "=" | ":=" ) expression ( "," @x ... )* */
static int check_set(struct guard *g)
{
	size_t depth = 0;
	bool target = true;

	for (advance(g); g->ring[0].kind != SQL_END && g->ring[0].kind != SQL_DELIMITER; advance(g)) {
		struct str text = text_of(g, &g->ring[0]);
		if (g->ring[0].kind == SQL_BAD)
			return -1;
		if (target && (g->ring[0].kind != SQL_VARIABLE || str_starts_with(text, STR("@@")) ||
			       !(is_punct(g, 1, "=") || is_punct(g, 1, ":="))))
			return refuse(g, g->ring[0].span, "`SET` may change the session or the server; only SET @variable = ... passes");
		target = depth == 0 && is_punct(g, 0, ",");
		depth += is_punct(g, 0, "(");
		depth -= is_punct(g, 0, ")") && depth > 0;
	}
	return target ? refuse(g, g->ring[0].span, "`SET` without a variable") : 0;
}

static int check_checksum(struct guard *g)
{
	if (is_word(g, 1, "TABLE") || is_word(g, 1, "TABLES"))
		return 0;
	return refuse(g, g->ring[0].span, "`CHECKSUM` passes only as CHECKSUM TABLE");
}

/* Session variables, where writing is meant: all but those that end or change the transaction, or outlive the session. */
static int check_set_rollback(struct guard *g)
{
	static const char *const words[] = { "AUTOCOMMIT", "COMPLETION_TYPE", "GLOBAL", "PERSIST", "PERSIST_ONLY", "PASSWORD", "ROLE",
					     "DEFAULT", "TRANSACTION", "STATEMENT", "RESOURCE", "SQL_LOG_BIN", "GTID_NEXT" };
	static const char *const parts[] = { "AUTOCOMMIT", "COMPLETION_TYPE", "GLOBAL", "PERSIST", "SQL_LOG_BIN", "GTID" };

	for (advance(g); g->ring[0].kind != SQL_END && g->ring[0].kind != SQL_BAD; advance(g)) {
		if (is_any_word(g, words, ARRAY_SIZE(words)))
			return refuse(g, g->ring[0].span, "`SET %.*s` cannot be rolled back", STR_ARG(text_of(g, &g->ring[0])));
		struct folded name = fold_name(text_of(g, &g->ring[0]));
		for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
			if ((g->ring[0].kind == SQL_VARIABLE || g->ring[0].kind == SQL_NAME) && name_contains(&name, parts[i]))
				return refuse(g, g->ring[0].span, "`SET` of this variable cannot be rolled back");
	}
	return 0;
}

/* start = "("* first word ... */
static int check_start(struct guard *g)
{
	static const char *const plain[] = { "SELECT", "TABLE", "VALUES", "SHOW", "HELP", "USE" };
	static const char *const explain[] = { "DESC", "DESCRIBE", "EXPLAIN", "ANALYZE" };

	skip_parens(g);
	if (is_any_word(g, plain, ARRAY_SIZE(plain)))
		return 0;
	if (is_word(g, 0, "WITH"))
		return check_with(g);
	if (is_any_word(g, explain, ARRAY_SIZE(explain)))
		return check_explain(g);
	if (is_word(g, 0, "CHECKSUM"))
		return check_checksum(g);
	if (is_word(g, 0, "SET"))
		return g->rollback ? check_set_rollback(g) : check_set(g);
	if (g->rollback && is_row_change(g))
		return 0;
	if (g->ring[0].kind == SQL_BAD)
		return -1;
	return refuse_verb(g);
}

/* What is looked at once, wherever it stands: tokens that the checks of words never see. */
static int check_odd_token(const struct guard *g, const struct sql_token *t)
{
	if (t->kind == SQL_HINT)
		return check_hint(g, t);
	if (t->kind == SQL_CODE_OPEN)
		return refuse(g, t->span, "code in a comment runs on some servers only");
	if (t->kind == SQL_CLIENT_COMMAND)
		return refuse(g, t->span, "`%.*s` is a command of the mysql client",
			      (int)(t->span.n < 60 ? t->span.n : 60), text_of(g, t).p);
	return 0;
}

static int check_odd_tokens(const struct guard *g)
{
	struct sql_lexer l = g->lexer;

	for (;;) {
		struct sql_token t = sql_lexer_next(&l, g->err);
		if (t.kind == SQL_BAD)
			return -1;
		if (t.kind == SQL_END)
			return 0;
		if (check_odd_token(g, &t))
			return -1;
	}
}

static int run_guard(const struct source *s, struct span span, struct sql_mode mode, bool rollback, struct error *err)
{
	struct guard g = { .source = s, .err = err, .rollback = rollback, .before = { .kind = SQL_END } };
	struct guard first;

	sql_lexer_init(&g.lexer, s, span, mode);
	if (check_odd_tokens(&g))
		return -1;
	for (size_t i = 0; i < LOOKAHEAD; i++)
		g.ring[i] = read_token(&g);
	first = g;
	return check_start(&first) || check_inside(g) ? -1 : 0;
}

int sql_guard_read_only(const struct source *s, struct span span, struct sql_mode mode, struct error *err)
{
	return run_guard(s, span, mode, false, err);
}

int sql_guard_rollback(const struct source *s, struct span span, struct sql_mode mode, struct error *err)
{
	return run_guard(s, span, mode, true, err);
}
