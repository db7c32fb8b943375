/*
 * SQL: the file reader, the lexer in every mode, filling in and the guard.
 *
 * What is filled in must stay what it was: the text that goes out, read by the lexer again, has as many statements as before, and
 * the guard says of it what it said of the text with placeholders.
 */
#include "harness/lang/parser.h"
#include "harness/lang/sql_lexer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct option_row options[] = {
	{ .name = "write", .type = OPTION_BOOL, .extension = true, .in_sql = true },
};
static const struct kind sql_kind = {
	.word = "SQL", .first = FIRST_CONNECTION, .body = BODY_ALLOWED_SQL, .body_required = true, .observes = OBSERVES_SQL,
	.options = options, .noptions = ARRAY_SIZE(options),
};
static const struct kind *const items[] = { &sql_kind };
static const struct kinds kinds = { items, ARRAY_SIZE(items) };

static void must(bool held)
{
	if (!held)
		abort();
}

/* Tokens follow one another, and the end comes. */
static void lex(const struct source *s, struct sql_mode mode)
{
	struct sql_lexer l;
	struct sql_token t;
	size_t at = 0;

	sql_lexer_init(&l, s, SPAN(0, s->text.n), mode);
	do {
		struct error err;
		t = sql_lexer_next(&l, &err);
		must(t.span.at >= at && t.span.at + t.span.n <= s->text.n);
		must(t.kind == SQL_END || t.kind == SQL_BAD || t.span.n > 0);
		at = t.span.at + t.span.n;
	} while (t.kind != SQL_END);
}

struct values {
	struct arena *arena;
	size_t next;
};

/* A hostile value for each placeholder in turn. */
static const struct value *value_of(void *ctx, const struct placeholder *p, struct error *err)
{
	static const char *const texts[] = { "'; DROP TABLE t; -- ", "\\", "\\'", "\"", "`", "*/", "/*! x", "-- ",
					     "#", "\n", "", "5", "-1", "{{a}}", "\x1a", "\xc3\xa9", "''", "');" };
	struct values *v = ctx;

	(void)p;
	(void)err;
	switch (v->next++ % 4) {
	case 0:
		return value_int(v->arena, -5);
	case 1:
		return value_with_flags(v->arena, value_string(v->arena, STR("-7")), VALUE_INJECTED);
	default:
		return value_string(v->arena, str_from(texts[v->next % ARRAY_SIZE(texts)]));
	}
}

/* The kinds of all tokens but comments, literals as one kind: what must not change by filling in. */
static size_t count_kind(const struct source *s, struct sql_mode mode, enum sql_token_kind kind)
{
	struct sql_lexer l;
	struct sql_token t;
	struct error err;
	size_t n = 0;

	sql_lexer_init(&l, s, SPAN(0, s->text.n), mode);
	do {
		t = sql_lexer_next(&l, &err);
		n += t.kind == kind;
	} while (t.kind != SQL_END);
	return n;
}

static void compare(struct arena *a, const struct source *s, const struct sql_statement *st, struct sql_mode mode,
		    struct str filled)
{
	static const enum sql_token_kind same[] = { SQL_NAME, SQL_DELIMITER, SQL_CODE_OPEN, SQL_CODE_CLOSE, SQL_HINT,
						    SQL_VARIABLE, SQL_CLIENT_COMMAND };
	const struct source *before = source_new(a, "before", str_sub(s->text, st->span.at, st->span.n));
	const struct source *after = source_new(a, "after", filled);
	struct error err;

	if (!before || !after)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		must(count_kind(before, mode, same[i]) == count_kind(after, mode, same[i]));
	must(count_kind(after, mode, SQL_BAD) == 0);
	if (sql_guard_read_only(before, SPAN(0, before->text.n), mode, &err) == 0)
		must(sql_guard_read_only(after, SPAN(0, after->text.n), mode, &err) == 0);
}

static void statement(struct arena *a, const struct source *s, struct sql_mode mode)
{
	const struct sql_statement *st = NULL;
	struct values values = { a, s->text.n };
	struct strbuf out, shown;
	struct error err;

	err.code = ERR_NONE;
	must(sql_guard_read_only(s, SPAN(0, s->text.n), mode, &err) == 0 || err.code != ERR_NONE);
	must(sql_guard_rollback(s, SPAN(0, s->text.n), mode, &err) == 0 || err.code != ERR_NONE);
	if (sql_statement_parse(a, s, SPAN(0, s->text.n), mode, &st, &err)) {
		must(err.span.at + err.span.n <= s->text.n);
		return;
	}
	strbuf_init(&out, 1 << 22);
	strbuf_init(&shown, 1 << 22);
	if (sql_statement_fill(a, s, st, mode, false, value_of, &values, &out, &shown, &err) == 0 && !strbuf_failed(&out))
		compare(a, s, st, mode, strbuf_str(&out));
	strbuf_release(&out);
	strbuf_release(&shown);
}

static void file(struct arena *a, const struct source *s)
{
	struct error_list errors, warnings;
	const struct suite *suite;
	const struct parse_input in = { .arena = a, .limits = &limits_default, .kinds = &kinds, .source = s, .type = FILE_SQL };

	error_list_init(&errors, a, 20);
	error_list_init(&warnings, a, 20);
	if (parse_suite(&in, &suite, &errors) == 0) {
		for (size_t i = 0; i < suite->nentries; i++) {
			const struct entry *e = &suite->entries[i];
			must(e->whole.at + e->whole.n <= s->text.n && e->title.n > 0);
		}
		must(check_suite(suite, &errors, &warnings) == 0 || error_list_total(&errors) > 0);
	} else {
		must(error_list_total(&errors) > 0);
	}
	for (size_t i = 0; i < errors.count; i++)
		must(errors.items[i].span.at + errors.items[i].span.n <= s->text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sql_mode modes[] = {
		{ .ansi_quotes = false }, { .ansi_quotes = true }, { .no_backslash_escapes = true },
		{ .ansi_quotes = true, .no_backslash_escapes = true },
	};
	struct arena a;
	const struct source *s;

	arena_init(&a, (size_t)256 << 20);
	s = source_new(&a, "fuzz.sql", str_make((const char *)data, size));
	for (size_t i = 0; s && i < ARRAY_SIZE(modes); i++) {
		lex(s, modes[i]);
		statement(&a, s, modes[i]);
	}
	if (s)
		file(&a, s);
	arena_release(&a);
	return 0;
}
