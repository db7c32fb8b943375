#include "probes/schema_diff.h"

#include "tests/unit/schema_help.h"

struct side {
	struct schema_contract contract;
	struct schema_found found;
};

static struct side database(struct arena *a, const char *facts)
{
	struct side s = { .contract = help_contract(a, facts) };

	s.found = (struct schema_found){ .mariadb = true, .version = 0x0a0b13 };
	return s;
}

static struct str lines(struct arena *a, const struct schema_diff *d)
{
	struct str text = STR("");

	for (size_t i = 0; i < d->count; i++) {
		struct str line = schema_difference_line(a, &d->items[i]);

		text = arena_printf(a, "%.*s%.*s\n", STR_ARG(text), STR_ARG(line));
	}
	return text;
}

static struct schema_diff compare_with(struct arena *a, const char *wanted, struct side *there,
	const struct schema_rules *rules)
{
	struct schema_contract c = help_contract(a, wanted);
	struct schema_diff d;
	struct error err;

	there->found.schema = &there->contract.schema;
	expect_int(wanted, schema_compare(a, &c.schema, &there->found, rules, &d, &err), 0);
	return d;
}

static struct schema_diff compare(struct arena *a, const char *wanted, const char *there)
{
	static const struct schema_rules none;
	struct side s = database(a, there);

	return compare_with(a, wanted, &s, &none);
}

/* A line for each kind: the same, missing, too much, changed. */
static const struct {
	const char *fact, *other, *difference;
} kinds[] = {
	{ "database charset=utf8mb4", "database charset=latin1",
		"different   database                      charset=utf8mb4 expected, charset=latin1 found\n" },
	{ "table t engine=InnoDB", "table t engine=MyISAM",
		"different   table t                       engine=InnoDB expected, engine=MyISAM found\n" },
	{ "order t a, b, c", "order t a, c, b",
		"different   order t                       a, b, c expected, a, c, b found\n" },
	{ "column t.a json null", "column t.a longtext null",
		"different   column t.a                    json expected, longtext found\n" },
	{ "column t.a int null", "column t.a int not-null",
		"different   column t.a                    null expected, not-null found\n" },
	{ "column t.a int null default=1", "column t.a int null",
		"different   column t.a                    default=1 expected, not found\n" },
	{ "column t.a int null", "column t.a int null default=1",
		"different   column t.a                    default=1 found, not expected\n" },
	{ "column t.a bigint unsigned null", "column t.a bigint null",
		"different   column t.a                    bigint unsigned expected, bigint found\n" },
	{ "primary t (a)", "primary t (a, b)",
		"different   primary t                     (a) expected, (a, b) found\n" },
	{ "unique t.u (a)", "unique t.u (b)",
		"different   unique t.u                    (a) expected, (b) found\n" },
	{ "index t.i (a)", "index t.i (a) hidden",
		"different   index t.i                     hidden found, not expected\n" },
	{ "fulltext t.i (a)", "fulltext t.i (b)",
		"different   fulltext t.i                  (a) expected, (b) found\n" },
	{ "spatial t.i (a)", "spatial t.i (b)",
		"different   spatial t.i                   (a) expected, (b) found\n" },
	{ "foreign t.f (a) -> u(id) on-delete=cascade", "foreign t.f (a) -> u(id)",
		"different   foreign t.f                   on-delete=cascade expected, not found\n" },
	{ "check t.c (a > 0)", "check t.c (a >= 0)",
		"different   check t.c                     (a > 0) expected, (a >= 0) found\n" },
	{ "partition t.p 1 value=(10)", "partition t.p 1 value=(20)",
		"different   partition t.p                 value=(10) expected, value=(20) found\n" },
	{ "view v (a) security=definer sql=5f1c09aa31b2", "view v (a) security=definer sql=000000000000",
		"different   view v                        sql=5f1c09aa31b2 expected, sql=000000000000 found\n" },
	{ "trigger g on t before insert body=1", "trigger g on t after insert body=1",
		"different   trigger g                     before expected, after found\n" },
	{ "procedure p (in a int) security=definer body=1", "procedure p (in a bigint) security=definer body=1",
		"different   procedure p                   (in a int) expected, (in a bigint) found\n" },
	{ "function f () returns=int security=definer body=1", "function f () returns=bigint security=definer body=1",
		"different   function f                    returns=int expected, returns=bigint found\n" },
	{ "event e every=1-day status=enabled body=1", "event e every=1-day status=disabled body=1",
		"different   event e                       status=enabled expected, status=disabled found\n" },
	{ "sequence s", "sequence s start=1",
		"different   sequence s                    start=1 found, not expected\n" },
};

static void test_schema_compare_kinds(void **state)
{
	struct arena a;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct schema_diff d;

		arena_init(&a, 1 << 20);
		d = compare(&a, kinds[i].fact, kinds[i].fact);
		expect_int(kinds[i].fact, (intmax_t)d.count, 0);
		expect_int(kinds[i].fact, (intmax_t)d.facts, 1);
		d = compare(&a, kinds[i].fact, kinds[i].other);
		expect_text(kinds[i].fact, lines(&a, &d), kinds[i].difference);
		d = compare(&a, kinds[i].fact, "table other");
		expect_int(kinds[i].fact, (intmax_t)d.count, 2);
		d = compare(&a, "table other", kinds[i].fact);
		expect_int(kinds[i].fact, (intmax_t)d.count, 2);
		arena_release(&a);
	}
}

static void test_schema_compare_tells_once(void **state)
{
	static const struct {
		const char *name, *wanted, *there, *lines;
	} rows[] = {
		{ "a table that is missing", "table t\ncolumn t.a int null\norder t a\nprimary t (a)\ntable u",
			"table u", "missing     table t\n" },
		{ "a table too many", "table u", "table t\ncolumn t.a int null\norder t a\ntable u",
			"unexpected  table t\n" },
		{ "a view in place of a table", "table t\ncolumn t.a int null\ntable u",
			"view t (a) security=definer\ntable u", "missing     table t\nunexpected  view t\n" },
		{ "a new column", "table t\norder t a, b\ncolumn t.a int null\ncolumn t.b int null",
			"table t\norder t n, a, b\ncolumn t.a int null\ncolumn t.b int null\ncolumn t.n int null",
			"unexpected  column t.n int null\n" },
		{ "a new column, and another order", "table t\norder t a, b\ncolumn t.a int null\ncolumn t.b int null",
			"table t\norder t b, a, n\ncolumn t.a int null\ncolumn t.b int null\ncolumn t.n int null",
			"different   order t                       a, b expected, b, a, n found\nunexpected  column t.n int null\n" },
		{ "a renamed index", "table t\nindex t.old (a, b)", "table t\nindex t.new (a, b)",
			"different   index t.old                   same columns under the name new\n" },
		{ "a renamed check", "table t\ncheck t.z (a > 0)", "table t\ncheck t.b (a > 0)",
			"different   check t.z                     same expression under the name b\n" },
		{ "an index that is no longer unique", "table t\nunique t.u (a)", "table t\nindex t.u (a)",
			"missing     unique t.u (a)\nunexpected  index t.u (a)\n" },
		{ "an index of another table", "table t\ntable u\nindex t.i (a)", "table t\ntable u\nindex u.i2 (a)",
			"missing     index t.i (a)\nunexpected  index u.i2 (a)\n" },
		{ "two indexes for one", "table t\nindex t.a (x)\nindex t.b (x)", "table t\nindex t.c (x)",
			"different   index t.a                     same columns under the name c\nmissing     index t.b (x)\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct schema_diff d;

		arena_init(&a, 1 << 20);
		d = compare(&a, rows[i].wanted, rows[i].there);
		expect_text(rows[i].name, lines(&a, &d), rows[i].lines);
		arena_release(&a);
	}
}

static void test_schema_compare_conditions(void **state)
{
	struct arena a;
	struct schema_diff d;

	(void)state;
	arena_init(&a, 1 << 20);
	/* the database is MariaDB 10.11 */
	d = compare(&a, "table t\n@mysql index t.i ((lower(a)))", "table t");
	expect_text("required elsewhere", lines(&a, &d), "");
	d = compare(&a, "table t\n@mysql index t.i ((lower(a)))", "table t\nindex t.i (a)");
	expect_text("ignored here", lines(&a, &d), "");
	d = compare(&a, "table t\n@mariadb index t.i (a)", "table t");
	expect_text("required here", lines(&a, &d), "missing     @mariadb index t.i (a)\n");
	d = compare(&a, "table t\n@mysql index t.i (a)\n@mariadb index t.i (b)", "table t\nindex t.i (a)");
	expect_text("one for each", lines(&a, &d),
		"different   index t.i                     (b) expected, (a) found\n");
	arena_release(&a);
}

static struct schema_pattern pattern(const char *text)
{
	struct schema_pattern p;
	struct error err;

	expect_int(text, schema_pattern_parse(str_from(text), &p, &err), 0);
	return p;
}

static struct schema_diff compare_ruled(struct arena *a, const char *ignore, const char *only,
	const char *wanted, const char *there)
{
	struct schema_pattern patterns[2];
	struct schema_rules rules = { .ignore = &patterns[0], .only = &patterns[1] };
	struct side s = database(a, there);

	if (ignore)
		patterns[rules.nignore++] = pattern(ignore);
	if (only) {
		patterns[1] = pattern(only);
		rules.nonly = 1;
	}
	return compare_with(a, wanted, &s, &rules);
}

static void test_schema_compare_ignore_and_only(void **state)
{
	static const struct {
		const char *ignore, *only, *there, *lines;
	} rows[] = {
		{ "table tmp_*", NULL, "table t\ntable tmp_1\ncolumn tmp_1.a int null", "" },
		{ "table tmp_*", NULL, "table t\ntable keep", "unexpected  table keep\n" },
		{ "column *.legacy_*", NULL, "table t\ncolumn t.legacy_a int null", "" },
		{ "column *.legacy_*", NULL, "table t\ncolumn t.new int null",
			"unexpected  column t.new int null\n" },
		{ "index *", NULL, "table t\nindex t.i (a)\ncolumn t.a int null",
			"unexpected  column t.a int null\n" },
		{ "index t.?", NULL, "table t\nindex t.i (a)\nindex t.ii (a)", "unexpected  index t.ii (a)\n" },
		{ NULL, "table t", "table u\nview v () security=definer", "missing     table t\n" },
		{ NULL, "table t", "table t\nindex t.i (a)\ntable u", "unexpected  index t.i (a)\n" },
		{ NULL, "view *", "table u\nview v () security=definer", "unexpected  view v\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct schema_diff d;
		const char *name = rows[i].ignore ? rows[i].ignore : rows[i].only;

		arena_init(&a, 1 << 20);
		d = compare_ruled(&a, rows[i].ignore, rows[i].only, "table t", rows[i].there);
		expect_text(name, lines(&a, &d), rows[i].lines);
		arena_release(&a);
	}
}

static void test_schema_compare_notes(void **state)
{
	struct schema_rules allowing = { .extra_allowed = true };
	struct side s;
	struct arena a;
	struct schema_diff d;

	(void)state;
	arena_init(&a, 1 << 20);
	d = compare_ruled(&a, "table gone_*", NULL, "table t", "table t");
	expect_int("stale ignore", (intmax_t)d.nnotes, 1);
	expect_true("stale ignore", strstr(d.notes[0].p, "ignore: table gone_*"));
	d = compare_ruled(&a, "table t", NULL, "table t", "table t");
	expect_int("an ignore that is used", (intmax_t)d.nnotes, 0);
	d = compare_ruled(&a, NULL, "table gone", "table t", "table t");
	assert_non_null(d.dead);
	s = database(&a, "table t\ntable u");
	d = compare_with(&a, "table t\ntable w", &s, &allowing);
	expect_text("extra: allowed", lines(&a, &d), "missing     table w\n");
	expect_int("extra: allowed", (intmax_t)d.nnotes, 1);
	expect_text("extra: allowed", d.notes[0], "unexpected  table u");
	arena_release(&a);
}

static void test_schema_compare_names_without_case(void **state)
{
	static const struct schema_rules none;
	struct side s;
	struct arena a;
	struct schema_diff d;

	(void)state;
	arena_init(&a, 1 << 20);
	s = database(&a, "table mesa\ncolumn mesa.Id int null\nforeign mesa.f (a) -> otra(id)");
	d = compare_with(&a, "table Mesa\ncolumn Mesa.Id int null\nforeign Mesa.f (a) -> Otra(id)", &s, &none);
	expect_int("with case", (intmax_t)d.count, 2);
	s.found.fold_tables = true;
	d = compare_with(&a, "table Mesa\ncolumn Mesa.Id int null\nforeign Mesa.f (a) -> Otra(id)", &s, &none);
	expect_text("without", lines(&a, &d), "");
	d = compare_with(&a, "table Mesa\ncolumn Mesa.id int null\nforeign Mesa.f (a) -> Otra(id)", &s, &none);
	expect_int("columns always with case", (intmax_t)d.count, 2);
	arena_release(&a);
}

static void test_schema_compare_unseen(void **state)
{
	static const struct schema_rules none;
	struct side s;
	struct arena a;
	struct schema_diff d;

	(void)state;
	arena_init(&a, 1 << 20);
	s = database(&a, "table t\nview v (a) security=definer");
	s.found.blind = SCHEMA_BIT(SCHEMA_TRIGGER);
	s.found.blind_bodies = SCHEMA_BIT(SCHEMA_VIEW);
	d = compare_with(&a, "table t\nview v (a) security=definer sql=1\ntrigger g on t body=1", &s, &none);
	expect_text("not missing", lines(&a, &d), "");
	expect_int("triggers", d.unseen, SCHEMA_BIT(SCHEMA_TRIGGER));
	expect_int("texts", d.unseen_bodies, SCHEMA_BIT(SCHEMA_VIEW));
	d = compare_with(&a, "table t\nview v (b) security=definer sql=1", &s, &none);
	expect_text("the rest is compared", lines(&a, &d),
		"different   view v                        (b) expected, (a) found\n");
	expect_int("triggers", d.unseen, 0);
	arena_release(&a);
}

static void test_schema_compare_texts(void **state)
{
	struct arena a;
	struct schema_diff d;

	(void)state;
	arena_init(&a, 1 << 20);
	d = compare(&a, "trigger g on t body=1\n  begin\n  set a = 1\n  end", "trigger g on t body=2\n  begin\n  set a = 2\n  end");
	expect_text("line", lines(&a, &d),
		"different   trigger g                     body=1 expected, body=2 found; line 2: 'set a = 1' expected, 'set a = 2' found\n");
	arena_release(&a);
}

static void test_schema_pattern_mistakes(void **state)
{
	static const char *const texts[] = { "", "table", "tabel x", "outbox", "* *" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct schema_pattern p;
		struct error err;

		expect_int(texts[i], schema_pattern_parse(str_from(texts[i]), &p, &err), -1);
		expect_int(texts[i], err.code, ERR_CHECK);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_compare_kinds),
		cmocka_unit_test(test_schema_compare_tells_once),
		cmocka_unit_test(test_schema_compare_conditions),
		cmocka_unit_test(test_schema_compare_ignore_and_only),
		cmocka_unit_test(test_schema_compare_notes),
		cmocka_unit_test(test_schema_compare_names_without_case),
		cmocka_unit_test(test_schema_compare_unseen),
		cmocka_unit_test(test_schema_compare_texts),
		cmocka_unit_test(test_schema_pattern_mistakes),
	};

	return cmocka_run_group_tests_name("schema_diff", tests, NULL, NULL);
}
