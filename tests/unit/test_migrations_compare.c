#include "probes/migrations_compare.h"

#include "probes/migrations.h"
#include "tests/unit/value_help.h"

static struct arena arena;

static int setup(void **state)
{
	*state = NULL;
	arena_init(&arena, SIZE_MAX);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* The result of a SELECT, from a list of objects in JSON. */
static struct db_result result_of(const char *json)
{
	const struct value *rows = help_json(&arena, json);

	return (struct db_result){
		.has_rows = true, .rows = rows, .row_count = rows->u.list.count
	};
}

static struct migration_history history_of(const char *tool, const char *json)
{
	struct db_result r = result_of(json);
	struct migration_history h;
	struct error err;

	if (migration_history_rows(
		    &arena, migration_tool_find(str_from(tool)), &r, &h, &err))
		fail_msg("%s: %s", tool, err.message);
	return h;
}

/* From names with a blank between; a name may have "=sum" and "<parent" behind it. */
static struct migration_folder folder_of(const char *tool, const char *names)
{
	const struct migration_tool *t = migration_tool_find(str_from(tool));
	struct migration_folder f = { .path = STR("m"),
		.files = arena_array(&arena, 20, sizeof(*f.files)) };
	struct str rest = str_from(names);

	while (rest.n) {
		struct str word = str_cut(&rest, ' ');
		struct migration_file *file = &f.files[f.count++];
		struct str parent = word;
		struct str name = str_cut(&parent, '<');
		struct str sum = name;

		file->name = str_cut(&sum, '=');
		file->key = migration_key(t, file->name);
		file->sums[0] = sum;
		while (parent.n) {
			struct str *parents = arena_array(
				&arena, file->nparents + 1, sizeof(*parents));

			for (size_t i = 0; i < file->nparents; i++)
				parents[i] = file->parents[i];
			parents[file->nparents++] = str_cut(&parent, '<');
			file->parents = parents;
		}
	}
	return f;
}

/* "applied: a b; pending: c": the lists that are not empty. */
static void expect_facts(
	const char *row, const struct migration_facts *f, const char *want)
{
	const struct {
		const char *name;
		const struct names *names;
	} lists[] = {
		{ "applied", &f->applied },
		{ "failed", &f->failed },
		{ "duplicate", &f->duplicate },
		{ "missing", &f->missing },
		{ "unknown", &f->unknown },
		{ "late", &f->out_of_order },
		{ "pending", &f->pending },
		{ "changed", &f->changed },
	};
	struct strbuf got;

	strbuf_init(&got, 10000);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (lists[i].names->count)
			strbuf_addf(&got, "%s%s:", got.n ? "; " : "", lists[i].name);
		for (size_t n = 0; n < lists[i].names->count; n++)
			strbuf_addf(&got, " %.*s", STR_ARG(lists[i].names->items[n]));
	}
	expect_text(row, strbuf_str(&got), want);
	strbuf_release(&got);
}

#define ROWS(...) "[" __VA_ARGS__ "]"
#define N(name) "{\"name\":\"" name "\"}"

static void test_migration_compare_folder(void **state)
{
	static const struct {
		const char *tool, *rows, *files, *want;
	} cases[] = {
		/* healthy, pending, unknown, failed, duplicate */
		{ "knex", ROWS(N("1_a.ts") "," N("2_b.js")), "1_a.js 2_b.js",
			"applied: 1_a.ts 2_b.js" },
		{ "knex", ROWS(N("1_a.js")), "1_a.js 2_b.js",
			"applied: 1_a.js; pending: 2_b.js" },
		{ "knex", ROWS(N("1_a.js") "," N("2_b.js")), "2_b.js",
			"applied: 1_a.js 2_b.js; unknown: 1_a.js" },
		{ "knex", ROWS(N("1_a.js") "," N("1_a.js")), "1_a.js",
			"applied: 1_a.js 1_a.js; duplicate: 1_a.js" },
		{ "knex", ROWS(N("2_b.js") "," N("1_a.js")), "1_a.js 2_b.js",
			"applied: 2_b.js 1_a.js; late: 1_a.js" },
		{ "knex", ROWS(), "", "" },
		{ "prisma",
			ROWS("{\"name\":\"1\",\"checksum\":\"AA\",\"failed\":0},"
			     "{\"name\":\"2\",\"checksum\":\"bb\",\"failed\":0},"
			     "{\"name\":\"3\",\"checksum\":\"zz\",\"failed\":1}"),
			"1=aa 2=bc 3=cc", "applied: 1 2; failed: 3; changed: 2" },
		/* what cannot be compared is not changed */
		{ "flyway",
			ROWS("{\"name\":\"V1__a.sql\",\"checksum\":null},"
			     "{\"name\":\"R__v.sql\",\"checksum\":5}"),
			"V1__a.sql=7 R__v.sql", "applied: V1__a.sql R__v.sql" },
		{ "flyway",
			ROWS("{\"name\":\"\",\"version\":\"2\",\"baseline\":1},"
			     "{\"name\":\"V3__c.sql\",\"checksum\":1}"),
			"V1__a.sql V2__b.sql V3__c.sql=1 V4__d.sql R__v.sql",
			"applied: V3__c.sql; pending: V4__d.sql R__v.sql" },
		{ "flyway", ROWS(N("V10__a.sql") "," N("V9.1__b.sql")),
			"V9.1__b.sql V10__a.sql",
			"applied: V10__a.sql V9.1__b.sql; late: V9.1__b.sql" },
		/* the newest of each line */
		{ "alembic", ROWS(N("c")), "a b<a c<b d<c",
			"applied: a b c; pending: d" },
		{ "alembic", ROWS(N("m")), "m<x<y x<a y<a a", "applied: a x y m" },
		{ "alembic", ROWS(N("gone")), "a b<a",
			"applied: gone; unknown: gone; pending: a b" },
		{ "alembic", ROWS(N("a")), "a<b b<a", "pending: a b" },
		/* the version reached */
		{ "golang-migrate", ROWS("{\"name\":2,\"failed\":0}"), "1 2 3",
			"applied: 1 2; pending: 3" },
		{ "golang-migrate", ROWS("{\"name\":2,\"failed\":1}"), "1 2 3",
			"applied: 1; failed: 2; pending: 3" },
		{ "golang-migrate", ROWS("{\"name\":7,\"failed\":0}"), "1 2",
			"applied: 1 2 7; unknown: 7" },
		{ "golang-migrate", ROWS("{\"name\":-1,\"failed\":0}"), "1",
			"pending: 1" },
		{ "golang-migrate", ROWS(), "1", "pending: 1" },
		/* zeros in front, and where they count */
		{ "goose", ROWS(N("1")), "1", "applied: 1" },
		{ "dbmate", ROWS(N("0001")), "0001", "applied: 0001" },
		/* squashed, and apps of libraries */
		{ "django", ROWS(N("shop.1") "," N("shop.2") "," N("auth.1")),
			"shop.3<shop.1<shop.2", "applied: shop.1 shop.2 auth.1" },
		{ "django", ROWS(N("shop.3")), "shop.1 shop.2 shop.3<shop.1<shop.2",
			"applied: shop.3" },
		{ "django", ROWS(N("shop.1")), "shop.1 shop.3<shop.1<shop.2",
			"applied: shop.1; pending: shop.3" },
		{ "django", ROWS(N("shop.9")), "shop.1",
			"applied: shop.9; unknown: shop.9; pending: shop.1" },
		/* a path may be known by its end */
		{ "liquibase", ROWS(N("db/a.sql::1::x") "," N("classpath:b.sql::1::x")),
			"a.sql::1::x db/b.sql::1::x",
			"applied: db/a.sql::1::x classpath:b.sql::1::x" },
		{ "liquibase", ROWS(N("a.sql::1::x")), "classpath:a.sql::1::x",
			"applied: a.sql::1::x" },
		{ "liquibase", ROWS(N("za.sql::1::x")), "a.sql::1::x",
			"applied: za.sql::1::x; unknown: za.sql::1::x; pending: a.sql::1::x" },
		/* a sum of atlas covers what stands before it */
		{ "atlas",
			ROWS("{\"name\":\"1\",\"checksum\":\"a\"},"
			     "{\"name\":\"2\",\"checksum\":\"b\"},"
			     "{\"name\":\"3\",\"checksum\":\"c\"}"),
			"1=a 2=x 3=y", "applied: 1 2 3; changed: 2" },
		{ "atlas",
			ROWS("{\"name\":\"1\",\"checksum\":\"a\"},"
			     "{\"name\":\"3\",\"checksum\":\"c\"}"),
			"1=a 2=x 3=y", "applied: 1 3; pending: 2" },
		{ "typeorm",
			ROWS(N("B1700000000000") "," N("C1600000000000") "," N("typed")),
			"C1600000000000 B1700000000000",
			"applied: B1700000000000 C1600000000000 typed;"
			" unknown: typed; late: C1600000000000" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct migration_history h = history_of(cases[i].tool, cases[i].rows);
		struct migration_folder folder = folder_of(cases[i].tool, cases[i].files);
		struct migration_facts f = migration_compare(&arena, &h, &folder, NULL);

		expect_facts(cases[i].want, &f, cases[i].want);
	}
}

static void test_migration_compare_lines(void **state)
{
	static const struct {
		const char *rows, *lines, *want;
	} cases[] = {
		{ "a b c", "a\nb\nc", "applied: a b c" },
		{ "a b c", "a\nc\n", "applied: a b c; unknown: b" },
		{ "a b", "a\nb\nc", "applied: a b; missing: c" },
		{ "b a", "a\nb", "applied: b a; late: b" },
		{ "a1 a2 b", "a*\nb", "applied: a1 a2 b" },
		{ "a1 b a2", "a*\nb", "applied: a1 b a2; unknown: a2" },
		{ "a", "a\nx*", "applied: a; missing: x*" },
		{ "a b", "# all\n\n  a  # one\r\nb", "applied: a b" },
		{ "a#1", "a#1", "applied: a#1" },
		{ "a b", "*", "applied: a b" },
		{ "", "a", "missing: a" },
		{ "a", "", "applied: a; unknown: a" },
		{ "a a", "a", "applied: a a; duplicate: a; unknown: a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct migration_lines lines = migration_lines_read(
			&arena, str_from(cases[i].lines));
		struct migration_folder rows = folder_of("sequelize", cases[i].rows);
		struct strbuf json;

		strbuf_init(&json, 1000);
		strbuf_adds(&json, "[");
		for (size_t n = 0; n < rows.count; n++)
			strbuf_addf(&json, "%s{\"name\":\"%.*s\"}", n ? "," : "",
				STR_ARG(rows.files[n].name));
		strbuf_adds(&json, "]");
		struct migration_history h = history_of("sequelize", strbuf_cstr(&json));
		struct migration_facts f = migration_compare(&arena, &h, NULL, &lines);

		expect_facts(cases[i].lines, &f, cases[i].want);
		strbuf_release(&json);
	}
}

static void test_migration_lines_of_any_script(void **state)
{
	struct migration_history h = history_of("knex", ROWS(N("1_a.ts")));
	struct migration_lines lines = migration_lines_read(&arena, STR("1_a.js"));
	struct migration_facts f = migration_compare(&arena, &h, NULL, &lines);

	(void)state;
	assert_int_equal(f.missing.count, 0);
}

static void expect_list(const struct value *tree, const char *member, const char *want)
{
	expect_str(member, help_show(&arena, value_get(tree, member)), str_from(want));
}

static void test_migration_tree(void **state)
{
	struct migration_history h = history_of("prisma",
		ROWS("{\"name\":\"1\"},{\"name\":\"2\",\"failed\":1,"
		     "\"detail\":\"\\n no such table\\nmore\"}"));
	struct migration_folder folder = folder_of("prisma", "1 3");
	struct migration_lines lines = migration_lines_read(&arena, STR("1\n4"));
	struct db_result lock = result_of(
		ROWS("{\"holder\":\"host\",\"since\":\"now\"}"));
	const struct value *tree;

	(void)state;
	migration_history_lock(&arena, &lock, &h);
	struct migration_facts f = migration_compare(&arena, &h, &folder, &lines);
	tree = migration_tree(&arena, h.tool, &f, value_int(&arena, 3));
	expect_list(tree, "tool", "string <prisma>");
	expect_list(tree, "failed", "list <[\"2\",\"(lock held by host since now)\"]>");
	expect_list(tree, "on-disk", "list <[\"1\",\"3\"]>");
	expect_list(tree, "unmet",
		"list <[\"missing     4\",\"failed      2: no such table\","
		"\"failed      (lock held by host since now)\",\"pending     3\","
		"\"unknown     2\"]>");

	h.lock = (struct str){ NULL, 0 };
	f = migration_compare(&arena, &h, NULL, NULL);
	tree = migration_tree(&arena, h.tool, &f, value_int(&arena, 3));
	assert_null(value_get(tree, "pending"));
	assert_null(value_get(tree, "missing"));
	assert_null(value_get(tree, "unknown"));
	assert_null(value_get(tree, "changed"));
	assert_null(value_get(tree, "on-disk"));
	expect_list(tree, "out-of-order", "list <[]>");
}

static void test_migration_many_lines_for_people(void **state)
{
	struct strbuf text;
	struct migration_history h = history_of("knex", ROWS());

	(void)state;
	strbuf_init(&text, 10000);
	for (int i = 0; i < 200; i++)
		strbuf_addf(&text, "n%d\n", i);
	struct migration_lines lines = migration_lines_read(&arena, strbuf_str(&text));
	struct migration_facts f = migration_compare(&arena, &h, NULL, &lines);
	assert_int_equal(f.missing.count, 200);
	assert_int_equal(f.unmet.count, 51);
	expect_text("last", f.unmet.items[50], "... and more");
	strbuf_release(&text);
}

/* ---- finding the history ---- */

#define C(table, column) "{\"s\":\"shop\",\"t\":\"" table "\",\"c\":\"" column "\"}"
#define LARAVEL               \
	C("migrations", "id") \
	"," C("migrations", "migration") "," C("migrations", "batch")
#define TYPEORM \
	C("migrations", "id") "," C("migrations", "timestamp") "," C("migrations", "name")
#define SCHEMA_MIGRATIONS C("schema_migrations", "version")
#define RAILS SCHEMA_MIGRATIONS "," C("ar_internal_metadata", "key")
#define GOLANG SCHEMA_MIGRATIONS "," C("schema_migrations", "dirty")
#define SEQUELIZE C("sequelizemeta", "name")

static void test_migration_recognise(void **state)
{
	static const struct {
		const char *tool, *table, *columns,
			*want; /* the tool, or a part of the error */
	} cases[] = {
		{ NULL, NULL, ROWS(LARAVEL), "laravel" },
		{ NULL, NULL, ROWS(TYPEORM), "typeorm" },
		{ NULL, NULL, ROWS(RAILS), "rails" },
		{ NULL, NULL, ROWS(SCHEMA_MIGRATIONS), "dbmate" },
		{ NULL, NULL, ROWS(GOLANG), "golang-migrate" },
		{ NULL, NULL, ROWS(SEQUELIZE), "sequelize" },
		{ NULL, NULL, ROWS(),
			"no migration history in database 'shop' (looked for: migrations, flyway" },
		{ NULL, NULL, ROWS(C("migrations", "id")), "no migration history" },
		{ NULL, NULL, ROWS(TYPEORM "," SEQUELIZE),
			"more than one migration history in database 'shop': typeorm "
			"('migrations'), sequelize ('sequelizemeta')" },
		{ "sequelize", NULL, ROWS(TYPEORM "," SEQUELIZE), "sequelize" },
		{ "typeorm", NULL, ROWS(LARAVEL),
			"table 'migrations' is not typeorm's: it has no column 'timestamp'" },
		{ "dbmate", NULL, ROWS(GOLANG),
			"table 'schema_migrations' is not dbmate's: it has a column 'dirty'" },
		{ "dbmate", NULL, ROWS(RAILS), "dbmate" },
		{ "knex", NULL, ROWS(), "(looked for: knex_migrations)" },
		{ "sequelize", "my_meta", ROWS(C("my_meta", "name")), "sequelize" },
		{ "sequelize", "my_meta", ROWS(SEQUELIZE), "(looked for: my_meta)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct migration_wish w = { .tool = migration_tool_find(
						    str_from(cases[i].tool)) };
		struct db_result columns = result_of(cases[i].columns);
		struct migration_place place;
		struct error err;

		if (cases[i].table)
			migration_wish_table(&w, str_from(cases[i].table));
		if (migration_recognise(
			    &arena, &columns, &w, STR("shop"), &place, &err)) {
			assert_int_equal(err.code, ERR_SQL);
			if (!strstr(err.message, cases[i].want))
				fail_msg("%s: %s", cases[i].want, err.message);
			assert_true(err.note[0] != '\0');
		} else
			expect_text(
				cases[i].want, str_from(place.tool->name), cases[i].want);
	}
}

static void test_migration_lock_table(void **state)
{
	struct db_result columns = result_of(ROWS(
		C("databasechangelog", "ID") "," C("databasechangelog", "AUTHOR") "," C(
			"databasechangelog", "FILENAME") "," C("databasechangelog",
			"ORDEREXECUTED") "," C("databasechangeloglock", "ID")));
	struct migration_wish w = { 0 };
	struct migration_place place;
	struct error err;

	(void)state;
	assert_int_equal(
		migration_recognise(&arena, &columns, &w, STR("shop"), &place, &err), 0);
	expect_text("table", place.table, "databasechangelog");
	expect_text("lock", place.lock, "databasechangeloglock");
}

static void test_migration_statements(void **state)
{
	struct migration_wish w = { .tool = migration_tool_find(STR("knex")) };
	struct strbuf sql;

	(void)state;
	strbuf_init(&sql, 10000);
	migration_lookup_sql(&sql, &w, false);
	expect_text("look-up", strbuf_str(&sql),
		"SELECT table_schema AS s, table_name AS t, column_name AS c"
		" FROM information_schema.columns WHERE table_schema IN (DATABASE())"
		" AND table_name IN ('knex_migrations', 'knex_migrations_lock')");

	strbuf_clear(&sql);
	migration_wish_table(&w, STR("au'dit.t\\x"));
	migration_lookup_sql(&sql, &w, false);
	assert_non_null(strstr(strbuf_cstr(&sql), "IN ('au\\'dit')"));
	assert_non_null(strstr(strbuf_cstr(&sql), "('t\\\\x', 't\\\\x_lock')"));

	strbuf_clear(&sql);
	migration_lookup_sql(&sql, &(struct migration_wish){ 0 }, false);
	assert_non_null(
		strstr(strbuf_cstr(&sql), "IN (DATABASE(), 'atlas_schema_revisions')"));
	assert_non_null(
		strstr(strbuf_cstr(&sql), "'DATABASECHANGELOG', 'databasechangelog'"));
	assert_non_null(strstr(strbuf_cstr(&sql), "'ar_internal_metadata'"));

	strbuf_clear(&sql);
	migration_fill(&sql, "SELECT 1 FROM @ a, @", STR("s"), STR("t`x"));
	expect_text("fill", strbuf_str(&sql), "SELECT 1 FROM `s`.`t``x` a, `s`.`t``x`");
	strbuf_release(&sql);
}

static void test_migration_history_is_cut(void **state)
{
	struct db_result r = result_of(ROWS(N("a")));
	struct migration_history h;
	struct error err;

	(void)state;
	r.cut = true;
	assert_int_equal(migration_history_rows(
				 &arena, migration_tool_find(STR("knex")), &r, &h, &err),
		-1);
	assert_int_equal(err.code, ERR_LIMIT);
}

/* ---- the table ---- */

static void test_migration_tools_are_whole(void **state)
{
	(void)state;
	assert_int_equal(nmigration_tools, 18);
	for (size_t i = 0; i < nmigration_tools; i++) {
		const struct migration_tool *t = &migration_tools[i];

		expect_true(t->name, migration_tool_find(str_from(t->name)) == t);
		expect_true(
			t->name, t->columns[0] && t->select && t->suffixes[0] && t->help);
		expect_true(t->name, strstr(t->select, "AS name") != NULL);
		expect_true(t->name, strstr(t->select, "FROM @") != NULL);
		expect_true(t->name, !t->lock_suffix == !t->lock_select);
		expect_true(t->name, !t->sum || strstr(t->select, "AS checksum"));
	}
	assert_null(migration_tool_find(STR("typorm")));
	assert_string_equal(migration_tool_suggest(STR("typorm")), "typeorm");
	assert_null(migration_tool_suggest(STR("database")));
}

static void test_migration_keywords_are_the_tools(void **state)
{
	const char *const *words = migrations_probe.syntax.keywords;

	(void)state;
	for (size_t i = 0; i < nmigration_tools; i++)
		assert_string_equal(words[i], migration_tools[i].name);
	assert_null(words[nmigration_tools]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_migration_compare_folder),
		cmocka_unit_test(test_migration_compare_lines),
		cmocka_unit_test(test_migration_lines_of_any_script),
		cmocka_unit_test(test_migration_tree),
		cmocka_unit_test(test_migration_many_lines_for_people),
		cmocka_unit_test(test_migration_recognise),
		cmocka_unit_test(test_migration_lock_table),
		cmocka_unit_test(test_migration_statements),
		cmocka_unit_test(test_migration_history_is_cut),
		cmocka_unit_test(test_migration_tools_are_whole),
		cmocka_unit_test(test_migration_keywords_are_the_tools),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
