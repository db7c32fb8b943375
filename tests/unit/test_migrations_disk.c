#include "probes/migrations_disk.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/value_help.h"

/* Each test works in a folder of its own, which is the current one; the migrations are in `m`. */
static struct arena arena;
static char folder[64];

static int setup(void **state)
{
	*state = NULL;
	arena_init(&arena, SIZE_MAX);
	(void)snprintf(folder, sizeof(folder), "/tmp/postflight-migrations-XXXXXX");
	return !mkdtemp(folder) || chdir(folder) || mkdir("m", 0755);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return chdir("/") || nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* With the folders above it. */
static void make(const char *path, const char *text)
{
	char copy[200];
	int fd;

	(void)snprintf(copy, sizeof(copy), "%s", path);
	for (char *c = strchr(copy, '/'); c; c = strchr(c + 1, '/')) {
		*c = '\0';
		(void)mkdir(copy, 0755);
		*c = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static struct migration_folder read_folder(const char *tool, const char *path)
{
	struct migration_folder f = { 0 };
	struct error err;

	if (migration_folder_read(&arena, &limits_default,
		    migration_tool_find(str_from(tool)), str_from(path), &f, &err))
		fail_msg("%s: %s", tool, err.message);
	return f;
}

/* "A, ?B" of the names; `?`: guessed. */
static void expect_names(
	const char *row, const struct migration_folder *f, const char *want)
{
	struct strbuf got;

	strbuf_init(&got, 10000);
	for (size_t i = 0; i < f->count; i++)
		strbuf_addf(&got, "%s%s%.*s", i ? ", " : "",
			f->files[i].guessed ? "?" : "", STR_ARG(f->files[i].name));
	expect_text(row, strbuf_str(&got), want);
	strbuf_release(&got);
}

static void clear(void)
{
	assert_int_equal(nftw("m", remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(mkdir("m", 0755), 0);
}

static void test_migration_names_of_files(void **state)
{
	static const struct {
		const char *tool;
		const char *files[7];
		const char *want;
	} rows[] = {
		{ "laravel",
			{ "2024_01_02_add.php", "2024_01_01_new.php", "helper.php",
				"sub/2024_01_03_no.php", "2024_x.txt" },
			"2024_01_01_new, 2024_01_02_add" },
		{ "knex", { "1_a.js", "1_a.d.ts", "2_b.ts", "notes.md" },
			"1_a.js, 2_b.ts" },
		{ "sequelize", { "2-b.js", "1-a.cjs", ".hidden.js" }, "1-a.cjs, 2-b.js" },
		{ "golang-migrate",
			{ "000001_a.up.sql", "000001_a.down.sql", "000010_c.up.sql",
				"000002_b.up.sql", "x.up.sql", "3.up.sql" },
			"1, 2, 10" },
		{ "goose", { "00001_a.sql", "00002_b.go", "00002_b_test.go", "2b.sql" },
			"1, 2" },
		{ "goose", { "10_b.sql", "9_a.sql" }, "9, 10" },
		{ "atlas", { "2024_a.sql", "2025.sql", "2026.txt" }, "2024, 2025" },
		{ "rails", { "20240102_b.rb", "20240101_a.rb", "deep/20240103_c.rb" },
			"20240101, 20240102, 20240103" },
		{ "dbmate", { "0001_a.sql", "0002.sql", "x.sql" }, "0001, 0002" },
		{ "phinx", { "20240101120000_a.php", "A.php" }, "20240101120000" },
		{ "mikro-orm", { "Migration2.ts", "Migration1.js", ".snapshot-db.json" },
			"Migration1, Migration2" },
		{ "prisma",
			{ "1_a/migration.sql", "2_b/migration.sql", "migration_lock.toml",
				"migration.sql", "3_c/README.md" },
			"1_a, 2_b" },
		{ "flyway",
			{ "V1__a.sql", "V10__c.sql", "V2_1__b.sql", "R__view.sql",
				"B5__base.sql", "sub/V3__Code.java", "U1__a.sql" },
			"V1__a.sql, V2_1__b.sql, V3__Code, B5__base.sql, V10__c.sql, R__view.sql" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (size_t n = 0; n < ARRAY_SIZE(rows[i].files) && rows[i].files[n];
			n++) {
			char path[200];

			(void)snprintf(path, sizeof(path), "m/%s", rows[i].files[n]);
			make(path, "x");
		}
		struct migration_folder f = read_folder(rows[i].tool, "m");

		expect_names(rows[i].tool, &f, rows[i].want);
		clear();
	}
}

static void test_migration_names_in_source(void **state)
{
	static const struct {
		const char *tool, *file, *text, *want;
	} rows[] = {
		{ "typeorm", "1-a.ts",
			"import { X } from 'y';\nexport class Add1700000000000 implements M {\n"
			"  name = 'AddThing1700000000000'\n  async up() { const name = 'zzz'; } }",
			"AddThing1700000000000" },
		{ "typeorm", "1-a.ts", "export class Add1700000000000 implements M { }",
			"Add1700000000000" },
		{ "typeorm", "a.js",
			"class A { constructor() { this.name = \"A1700000000000\"; } }\n"
			"exports.A = A;",
			"A1700000000000" },
		{ "typeorm", "a.js",
			"var A = /** @class */ (function () { function A() {"
			" this.name = 'Old1700000000000'; } return A; }());",
			"Old1700000000000" },
		{ "typeorm", "a.ts", "class A1700000000000 {}\nclass B1600000000000 {}",
			"B1600000000000, A1700000000000" },
		{ "typeorm", "a.ts",
			"class A { readonly name: string = `A1700000000000`; }",
			"A1700000000000" },
		{ "typeorm", "a.ts",
			"// class A1700000000000\n/* name = 'B1700000000000' */", "" },
		{ "typeorm", "index.ts", "export * from './a';", "" },
		{ "typeorm", "1690000000000-make-canonical-schema.ts", "export {}",
			"?MakeCanonicalSchema1690000000000" },
		{ "typeorm", "a.d.ts", "export declare class A1700000000000 {}", "" },
		{ "doctrine", "Version1.php",
			"<?php\n// class No\nnamespace App\\Migrations;\n"
			"final class Version1 extends AbstractMigration {}",
			"App\\Migrations\\Version1" },
		{ "doctrine", "Version2.php", "<?php return 1;", "?Version2" },
		{ "doctrine", "Helper.php", "<?php class Helper {}", "" },
		{ "alembic", "a.py", "revision = 'abc'\ndown_revision = None\n", "abc" },
		{ "alembic", "a.py",
			"\"\"\"doc\nrevision = 'no'\n\"\"\"\n"
			"revision: str = \"abc\"\n"
			"down_revision: Union[str, Sequence[str], None] = ('x', 'y')\n",
			"abc" },
		{ "alembic", "env.py", "from alembic import context\n", "" },
		{ "django", "shop/migrations/0001_a.py",
			"class Migration(migrations.Migration):\n    pass",
			"shop.0001_a" },
		{ "django", "shop/migrations/__init__.py", "", "" },
		{ "django", "shop/models.py", "class Migration: pass", "" },
		{ "liquibase", "a.sql",
			"--liquibase formatted sql\n\n-- changeset bob:1 runOnChange:true\nSELECT 1;\n"
			"--changeset \"b c\":\"x y\"\n--changeset bob:2 logicalFilePath:z.sql\n",
			"a.sql::1::bob, a.sql::x y::b c, z.sql::2::bob" },
		{ "liquibase", "a.sql", "--changeset bob:1\n", "" },
		{ "liquibase", "a.sql",
			"--liquibase formatted sql logicalFilePath:q.sql\n--changeset bob:1",
			"q.sql::1::bob" },
		{ "liquibase", "a.xml",
			"<databaseChangeLog a='b'><!-- <changeSet id=\"0\" author=\"x\"> -->\n"
			"<changeSet\n author='b &amp; c' id = \"1\"><sql>x</sql></changeSet>"
			"<changeSetX id='2' author='x'/></databaseChangeLog>",
			"a.xml::1::b & c" },
		{ "liquibase", "a.xml",
			"<databaseChangeLog logicalFilePath=\"l.xml\">"
			"<changeSet id='1' author='b'/>"
			"<changeSet id='2' author='b' logicalFilePath='m.xml'/>",
			"l.xml::1::b, m.xml::2::b" },
		{ "liquibase", "a.xml",
			"<a><!-- never closed <changeSet id='1' author='b'/>", "" },
		{ "liquibase", "a.yaml",
			"databaseChangeLog:\n- changeSet:\n    id: 1 # one\n    author: 'b'\n"
			"    changes:\n    - x:\n        id: 9\n        author: z\n"
			"- changeSet:\n    author: c\n    id: \"2\"\n",
			"a.yaml::1::b, a.yaml::2::c" },
		{ "liquibase", "a.yml",
			"databaseChangeLog:\n- logicalFilePath: l.yml\n"
			"- changeSet:\n    id: 1\n    author: b\n",
			"l.yml::1::b" },
		{ "liquibase", "a.json",
			"{\"databaseChangeLog\":[{\"changeSet\":{\"id\":1,\"author\":\"b\"}},"
			"{\"include\":{}}]}",
			"a.json::1::b" },
		{ "liquibase", "package.json", "{\"name\": \"x\"", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char path[200];

		(void)snprintf(path, sizeof(path), "m/%s", rows[i].file);
		make(path, rows[i].text);
		struct migration_folder f = read_folder(rows[i].tool, "m");

		expect_names(rows[i].text, &f, rows[i].want);
		clear();
	}
}

static void test_migration_parents(void **state)
{
	(void)state;
	make("m/a.py", "revision = 'c'\ndown_revision = ('a', 'b')\n");
	struct migration_folder f = read_folder("alembic", "m");
	assert_int_equal(f.files[0].nparents, 2);
	expect_text("parents", f.files[0].parents[1], "b");
	clear();

	make("m/shop/migrations/0003_squashed.py",
		"class Migration(migrations.Migration):\n"
		"    replaces = [('shop', '0001_a'), ('shop', '0002_b')]\n");
	f = read_folder("django", "m/shop/migrations");
	assert_int_equal(f.files[0].nparents, 2);
	expect_text("replaces", f.files[0].parents[1], "shop.0002_b");
	expect_text("name", f.files[0].name, "shop.0003_squashed");
}

/* What sha256sum says of the files, and zlib's CRC32 of "onetwo". */
static void test_migration_sums(void **state)
{
	struct migration_folder f;

	(void)state;
	make("m/1_a/migration.sql", "a\nb");
	f = read_folder("prisma", "m");
	expect_text("as it is", f.files[0].sums[0],
		"7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78");
	expect_str("LF", f.files[0].sums[1], f.files[0].sums[0]);
	assert_false(str_eq(f.files[0].sums[2], f.files[0].sums[0]));
	clear();

	make("m/V1__a.sql", "\xEF\xBB\xBFone\r\ntwo\n");
	make("m/V2__a.sql", "onetwo");
	make("m/R__a.sql", "${x}");
	f = read_folder("flyway", "m");
	expect_text("lines", f.files[0].sums[0], "-1945009851");
	expect_text("one line", f.files[1].sums[0], "-1945009851");
	expect_text("name", f.files[2].name, "R__a.sql");
	assert_null(f.files[2].sums[0].p);
	clear();

	make("m/2024_a.sql", "x");
	make("m/atlas.sum", "h1:all=\n2024_a.sql h1:one=\n2025_b.sql h1:two=\n");
	f = read_folder("atlas", "m");
	expect_text("atlas.sum", f.files[0].sums[0], "one=");
	expect_text("with its mark", f.files[0].sums[1], "h1:one=");
}

static void test_migration_journal(void **state)
{
	struct migration_folder f;
	struct error err;
	const struct migration_tool *drizzle = migration_tool_find(STR("drizzle"));

	(void)state;
	make("m/0000_a.sql", "SELECT 1;");
	make("m/meta/_journal.json",
		"{\"entries\":[{\"when\":1704100000000,\"tag\":\"0000_a\"}]}");
	f = read_folder("drizzle", "m");
	expect_names("journal", &f, "0000_a");
	expect_text("key", f.files[0].key, "1704100000000");
	expect_text("sum", f.files[0].sums[0],
		"17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a");

	static const char *const bad[] = {
		"{\"entries\":[{\"when\":1,\"tag\":\"../x\"}]}",
		"{\"entries\":[{\"when\":\"1\",\"tag\":\"0000_a\"}]}", "{\"entries\":7}",
		"{\"entries\":"
	};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		make("m/meta/_journal.json", bad[i]);
		assert_int_equal(migration_folder_read(&arena, &limits_default, drizzle,
					 STR("m"), &f, &err),
			-1);
		assert_int_equal(err.code, ERR_PARSE);
		assert_non_null(strstr(err.message, "_journal.json"));
	}
	make("m/meta/_journal.json", "{\"entries\":[{\"when\":1,\"tag\":\"gone\"}]}");
	assert_int_equal(migration_folder_read(
				 &arena, &limits_default, drizzle, STR("m"), &f, &err),
		-1);
	assert_int_equal(err.code, ERR_FILE);
}

static void test_migration_folder_absent(void **state)
{
	struct migration_folder f;
	struct error err;

	(void)state;
	make("m/file", "x");
	assert_int_equal(
		migration_folder_read(&arena, &limits_default,
			migration_tool_find(STR("knex")), STR("m/none"), &f, &err),
		-1);
	assert_int_equal(err.code, ERR_FILE);
	assert_int_equal(
		migration_folder_read(&arena, &limits_default,
			migration_tool_find(STR("knex")), STR("m/file"), &f, &err),
		-1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_migration_names_of_files, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_migration_names_in_source, setup, teardown),
		cmocka_unit_test_setup_teardown(test_migration_parents, setup, teardown),
		cmocka_unit_test_setup_teardown(test_migration_sums, setup, teardown),
		cmocka_unit_test_setup_teardown(test_migration_journal, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_migration_folder_absent, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
