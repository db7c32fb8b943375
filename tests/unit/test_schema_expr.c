#include "probes/schema_expr.h"

#include "tests/unit/expect.h"

/* The left one is MySQL's way or MariaDB's, the right one the contract's. */
static const struct {
	const char *raw, *want;
} expressions[] = {
	{ "((`a` > 0) and (`b` <> 3))", "a > 0 and b <> 3" },
	{ "`a` > 0 and `b` <> 3", "a > 0 and b <> 3" },
	{ "`a` > 0 and (`b` <> 3 or `a` in (1,2))", "a > 0 and (b <> 3 or a in (1, 2))" },
	{ "((`a` > 0) and ((`b` <> 3) or (`a` in (1,2))))", "a > 0 and (b <> 3 or a in (1, 2))" },
	{ "(((`a` > 0) and (`b` > 0)) and (`c` > 0))", "a > 0 and b > 0 and c > 0" },
	{ "((`a` > 0) and ((`b` > 0) and (`c` > 0)))", "a > 0 and b > 0 and c > 0" },
	{ "(`a` - (`b` - `c`))", "a - (b - c)" },
	{ "((`a` - `b`) - `c`)", "a - b - c" },
	{ "((`a` + `b`) * `c`)", "(a + b) * c" },
	{ "(`state` in (_utf8mb4\\'new\\',_utf8mb4\\'it\\\\\\'s\\'))", "state in ('new', 'it''s')" },
	{ "`state` in ('new','it\\'s')", "state in ('new', 'it''s')" },
	{ "(`a` > -(1))", "a > -1" },
	{ "`a` > -1", "a > -1" },
	{ "(`c` like _utf8mb4'x%')", "c like 'x%'" },
	{ "(`c` not like 'x%')", "c not like 'x%'" },
	{ "(`a` between 1 and 10)", "a between 1 and 10" },
	{ "((`a` between 1 and 10) or (`b` is null))", "a between 1 and 10 or b is null" },
	{ "(`a` is not null)", "a is not null" },
	{ "(not((`c` like 'x%')))", "c not like 'x%'" },
	{ "`a` regexp '^x' and `b`", "regexp_like(a, '^x') and b" },
	{ "(regexp_like(`a`,'^x') and `b`)", "regexp_like(a, '^x') and b" },
	{ "`a` not regexp '^x'", "not regexp_like(a, '^x')" },
	{ "(not(regexp_like(`a`,'^x')))", "not regexp_like(a, '^x')" },
	{ "(not(`a` in (1,2)))", "a not in (1, 2)" },
	{ "(not(`a` is null))", "a is not null" },
	{ "(not((`c` like 'x%' or `b`)))", "not (c like 'x%' or b)" },
	{ "(not((`a` in (1) = 2)))", "not a in (1) = 2" },
	{ "(`n` > all (select `k` from `a`))", "n > all(select k from a)" },
	{ "(not((`a` > 0)))", "not a > 0" },
	{ "UCASE(`a`)", "upper(a)" },
	{ "lcase(`a`)", "lower(a)" },
	{ "substr(`a`,1,2)", "substring(a, 1, 2)" },
	{ "pow(`a`,2)", "power(a, 2)" },
	{ "ceil(`a`)", "ceiling(a)" },
	{ "curdate()", "current_date()" },
	{ "now()", "current_timestamp()" },
	{ "cast(`a` as char(10) charset utf8mb4)", "cast(a as char(10) charset utf8mb4)" },
	{ "json_valid(`doc`)", "json_valid(doc)" },
	{ "count(0)", "count(0)" },
	{ "count(distinct `a`)", "count(distinct a)" },
	{ "(case when (`a` > 1) then 'x' else 'y' end)", "case when a > 1 then 'x' else 'y' end" },
	{ "(`d` + interval 1 day)", "d + interval 1 day" },
	{ "(`a` % 2)", "a % 2" },
	{ "`a` MOD 2", "a % 2" },
	{ "`a` != 1", "a <> 1" },
	{ "`a`&&`b`", "a and b" },
	{ "X'6162'", "0x6162" },
	{ "`Odd name` > 1", "`Odd name` > 1" },
	{ "`select` > 1", "`select` > 1" },
	{ "uuid()", "uuid()" },
	{ "(`a` collate utf8mb4_bin)", "a collate utf8mb4_bin" },
	{ "extract(year from `d`)", "extract(year from d)" },
	{ "trim(both 'x' from `a`)", "trim(both 'x' from a)" },
	/* not understood: tokens with a blank between */
	{ "`a` > ", "a >" },
	{ "`a` member of (`b`)", "a member of ( b )" },
	{ "(((", "( ( (" },
	{ "", "" },
	{ "'not closed", "'not closed'" },
};

static void test_schema_expr_rebuilds(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(expressions); i++)
		expect_text(expressions[i].raw, schema_expr(&a, str_from(expressions[i].raw)),
			expressions[i].want);
	arena_release(&a);
}

/* What was rebuilt once stays as it is: contracts can be written by hand. */
static void test_schema_expr_is_stable(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(expressions); i++)
		expect_text(expressions[i].want, schema_expr(&a, str_from(expressions[i].want)),
			expressions[i].want);
	arena_release(&a);
}

static void test_schema_expr_tells_apart(void **state)
{
	static const char *const pairs[][2] = {
		{ "`a` > 0", "`a` >= 0" },
		{ "`a` > 0", "`b` > 0" },
		{ "`a` > 0 and `b` > 0 or `c` > 0", "`a` > 0 and (`b` > 0 or `c` > 0)" },
		{ "`a` - `b` - `c`", "`a` - (`b` - `c`)" },
		{ "`c` like 'x'", "`c` like 'X'" },
		{ "`c` = 'a b'", "`c` = 'a  b'" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		expect_true(pairs[i][0],
			!str_eq(schema_expr(&a, str_from(pairs[i][0])),
				schema_expr(&a, str_from(pairs[i][1]))));
	arena_release(&a);
}

static void test_schema_expr_deep_nesting(void **state)
{
	char text[4001];
	struct arena a;

	(void)state;
	memset(text, '(', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	arena_init(&a, 1 << 24);
	expect_int("tokens", (intmax_t)schema_expr(&a, str_from(text)).n, 2 * 4000 - 1);
	arena_release(&a);
}

/* As MySQL 9.7 and MariaDB 10.11 keep one CREATE VIEW. */
static void test_schema_view_text(void **state)
{
	static const char *const same[][2] = {
		{ "select `shop`.`p`.`a` AS `a` from `shop`.`p` where (`shop`.`p`.`a` > 0)",
			"select `shop`.`p`.`a` AS `a` from `shop`.`p` where `shop`.`p`.`a` > 0" },
		{ "select `a`.`a` AS `a`,`b`.`id` AS `id` from (`shop`.`p` `a` left join `shop`.`c` `b` on((`a`.`id` = `b`.`p`))) where ((`a`.`a` > 1) and ((`a`.`b` <> 2) or (upper(`a`.`c`) = 'x')))",
			"select `a`.`a` AS `a`,`b`.`id` AS `id` from (`shop`.`p` `a` left join `shop`.`c` `b` on(`a`.`id` = `b`.`p`)) where `a`.`a` > 1 and (`a`.`b` <> 2 or ucase(`a`.`c`) = 'x')" },
		{ "/* ALGORITHM=UNDEFINED */ select count(0) AS `n` from `p` group by `p`.`a` having (`n` > 1) order by `n` desc limit 3",
			"select count(0) AS `n` from `p` group by `p`.`a` having `n` > 1 order by `n` desc limit 3" },
		{ "select 1 AS `1` from `p` where (not((`p`.`s` like 'a%'))) and exists(select 1 from `c` where `c`.`p` = 1 limit 1)",
			"select 1 AS `1` from `p` where `p`.`s` not like 'a%' and exists(select 1 from `c` where (`c`.`p` = 1))" },
		{ "select 1 AS `1` from `p` where exists(select 1 from `c` where (`c`.`p` = `p`.`id`))",
			"select 1 AS `1` from `p` where exists(select 1 from `c` where `c`.`p` = `p`.`id` )" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		expect_str(same[i][0], schema_view_text(&a, str_from(same[i][0]), STR("shop")),
			schema_view_text(&a, str_from(same[i][1]), STR("shop")));
	expect_text("text",
		schema_view_text(&a, str_from(same[1][0]), STR("shop")),
		"select a.a as a, b.id as id from p a left join c b on a.id = b.p where a.a > 1 and (a.b <> 2 or upper(a.c) = 'x')");
	expect_text("a table with the database's name",
		schema_view_text(&a, STR("select `shop`.`a` AS `a`,`shop`.`shop`.`b` AS `b`,`shop`.`f`(1) AS `f` from (`shop`.`shop` join `shop`.`c`)"), STR("shop")),
		"select shop.a as a, shop.b as b, f(1) as f from shop join c");
	expect_text("other database",
		schema_view_text(&a, STR("select `other`.`t`.`a` AS `a` from `other`.`t`"), STR("shop")),
		"select other.t.a as a from other.t");
	arena_release(&a);
}

static void test_schema_is_literal(void **state)
{
	static const char *const literals[] = { "'x'", "'it''s'", "1", "-1.5", "b'101'", "0x6162" };
	static const char *const others[] = { "", "-", "uuid()", "'a' + 'b'", "current_date", "1 + 1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(literals); i++)
		expect_true(literals[i], schema_is_literal(str_from(literals[i])));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		expect_true(others[i], !schema_is_literal(str_from(others[i])));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_expr_rebuilds),
		cmocka_unit_test(test_schema_expr_is_stable),
		cmocka_unit_test(test_schema_expr_tells_apart),
		cmocka_unit_test(test_schema_expr_deep_nesting),
		cmocka_unit_test(test_schema_view_text),
		cmocka_unit_test(test_schema_is_literal),
	};

	return cmocka_run_group_tests_name("schema_expr", tests, NULL, NULL);
}
