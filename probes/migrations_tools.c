#include "probes/migrations_tools.h"

#include "harness/base/scan.h"

/* Repeatable migrations have a row for each time they ran; undone and deleted ones keep theirs. */
#define FLYWAY_SELECT                                                                  \
	"SELECT CASE WHEN h.type = 'BASELINE' THEN ''"                                 \
	" WHEN h.type LIKE '%JDBC' THEN SUBSTRING_INDEX(h.script, '.', -1)"            \
	" ELSE SUBSTRING_INDEX(h.script, '/', -1) END AS name,"                        \
	" h.version AS version, h.checksum AS checksum, h.success = 0 AS failed,"      \
	" h.type LIKE '%BASELINE' AS baseline"                                         \
	" FROM @ h WHERE h.type NOT IN ('SCHEMA', 'DELETE')"                           \
	" AND (h.type NOT LIKE 'UNDO%' OR h.success = 0)"                              \
	" AND NOT EXISTS (SELECT 1 FROM @ l WHERE l.installed_rank > h.installed_rank" \
	" AND (l.version = h.version AND l.success = 1"                                \
	" AND (l.type = 'DELETE' OR l.type LIKE 'UNDO%')"                              \
	" OR l.version IS NULL AND h.version IS NULL AND l.script = h.script))"        \
	" ORDER BY h.installed_rank"

#define PRISMA_SELECT                                                          \
	"SELECT migration_name AS name, checksum AS checksum, logs AS detail," \
	" finished_at IS NULL AS failed FROM @ WHERE rolled_back_at IS NULL"   \
	" ORDER BY started_at, migration_name"

/* The latest row of a version says whether it is applied; row 0 is the start mark. */
#define GOOSE_SELECT                                                                    \
	"SELECT h.version_id AS name FROM @ h WHERE h.version_id <> 0 AND h.is_applied" \
	" AND NOT EXISTS (SELECT 1 FROM @ l WHERE l.version_id = h.version_id"          \
	" AND l.id > h.id AND NOT l.is_applied) ORDER BY h.id"

/* type is a set of bits; 1: a baseline */
#define ATLAS_SELECT                                                        \
	"SELECT version AS name, hash AS checksum, error AS detail,"        \
	" type & 1 AS baseline,"                                            \
	" (error IS NOT NULL AND error <> '') OR applied < total AS failed" \
	" FROM @ WHERE version NOT LIKE '.%' ORDER BY version"

const struct migration_tool migration_tools[] = {
	{
		.name = "typeorm",
		.table = "migrations",
		.columns = { "id", "timestamp", "name" },
		.order = ORDER_STAMP,
		.select = "SELECT name AS name FROM @ ORDER BY id",
		.disk = DISK_TYPEORM,
		.files = FILE_DEEP,
		.suffixes = { ".ts", ".js", ".mjs", ".cjs", ".mts", ".cts" },
		.help = "property `name`, else the class; ends in 13 digits",
	},
	{
		.name = "laravel",
		.table = "migrations",
		.columns = { "id", "migration", "batch" },
		.order = ORDER_TEXT,
		.select = "SELECT migration AS name FROM @ ORDER BY batch, migration",
		.files = FILE_BARE | FILE_UNDERSCORE,
		.suffixes = { ".php" },
		.help = "the file without .php",
	},
	{
		.name = "flyway",
		.table = "flyway_schema_history",
		.columns = { "installed_rank", "version", "script", "success", "type" },
		.order = ORDER_VERSION,
		.sum = SUM_CRC32,
		.select = FLYWAY_SELECT,
		.disk = DISK_FLYWAY,
		.files = FILE_DEEP,
		.suffixes = { ".sql", ".java", ".kt" },
		.help = "the script: V<version>__*.sql, R__*.sql",
	},
	{
		.name = "liquibase",
		.table = "DATABASECHANGELOG",
		.columns = { "ID", "AUTHOR", "FILENAME", "ORDEREXECUTED" },
		.select = "SELECT CONCAT(FILENAME, '::', ID, '::', AUTHOR) AS name FROM @"
			  " ORDER BY ORDEREXECUTED, DATEEXECUTED",
		.lock_suffix = "LOCK",
		.lock_select =
			"SELECT LOCKEDBY AS holder, LOCKGRANTED AS since FROM @ WHERE LOCKED = 1",
		.disk = DISK_LIQUIBASE,
		.files = FILE_DEEP,
		.suffixes = { ".sql", ".xml", ".yaml", ".yml", ".json" },
		.help = "change sets: file::id::author",
	},
	{
		.name = "knex",
		.table = "knex_migrations",
		.columns = { "id", "name", "batch", "migration_time" },
		.order = ORDER_TEXT,
		.select = "SELECT name AS name FROM @ ORDER BY id",
		.lock_suffix = "_lock",
		.lock_select =
			"SELECT NULL AS holder, NULL AS since FROM @ WHERE is_locked = 1",
		.files = FILE_ANY_SCRIPT,
		.suffixes = { ".ts", ".js", ".mjs", ".cjs", ".coffee", ".ls" },
		.help = "the file, with extension",
	},
	{
		.name = "prisma",
		.table = "_prisma_migrations",
		.columns = { "migration_name", "finished_at", "rolled_back_at",
			"checksum" },
		.order = ORDER_TEXT,
		.sum = SUM_SHA256,
		.select = PRISMA_SELECT,
		.disk = DISK_PRISMA,
		.files = FILE_DEEP,
		.suffixes = { "migration.sql" },
		.help = "the folder that holds migration.sql",
	},
	{
		.name = "sequelize",
		.table = "SequelizeMeta",
		.columns = { "name" },
		.select = "SELECT name AS name FROM @ ORDER BY name",
		.suffixes = { ".ts", ".js", ".mjs", ".cjs" },
		.help = "the file, with extension",
	},
	{
		.name = "golang-migrate",
		.table = "schema_migrations",
		.columns = { "version", "dirty" },
		.form = HISTORY_VERSION,
		.select = "SELECT version AS name, dirty AS failed FROM @",
		.files = FILE_DIGITS | FILE_UNDERSCORE | FILE_UP,
		.suffixes = { "" },
		.help = "the number of <digits>_*.up.*",
	},
	{
		.name = "goose",
		.table = "goose_db_version",
		.columns = { "id", "version_id", "is_applied" },
		.order = ORDER_NUMBER,
		.select = GOOSE_SELECT,
		.files = FILE_DIGITS | FILE_UNDERSCORE,
		.suffixes = { ".sql", ".go" },
		.help = "the number of <digits>_*.sql or .go",
	},
	{
		.name = "atlas",
		.table = "atlas_schema_revisions",
		.columns = { "version", "applied", "total", "hash", "error" },
		.schema = "atlas_schema_revisions",
		.sum = SUM_ATLAS,
		.select = ATLAS_SELECT,
		.files = FILE_VERSION,
		.suffixes = { ".sql" },
		.help = "the version of <version>_*.sql",
	},
	{
		.name = "rails",
		.table = "schema_migrations",
		.columns = { "version" },
		.not_column = "dirty",
		.beside = "ar_internal_metadata",
		.select = "SELECT version AS name FROM @"
			  " ORDER BY CAST(version AS UNSIGNED), version",
		.files = FILE_DIGITS | FILE_UNDERSCORE | FILE_DEEP,
		.suffixes = { ".rb" },
		.help = "the number of <digits>_*.rb",
	},
	{
		.name = "dbmate",
		.table = "schema_migrations",
		.columns = { "version" },
		.not_column = "dirty",
		.not_beside = "ar_internal_metadata",
		.select = "SELECT version AS name FROM @ ORDER BY version",
		.files = FILE_ZEROS,
		.suffixes = { ".sql" },
		.help = "the digits of <digits>*.sql",
	},
	{
		.name = "django",
		.table = "django_migrations",
		.columns = { "id", "app", "name", "applied" },
		.select = "SELECT CONCAT(app, '.', name) AS name FROM @ ORDER BY id",
		.disk = DISK_DJANGO,
		.files = FILE_DEEP,
		.suffixes = { ".py" },
		.help = "app.name of <app>/migrations/<name>.py",
	},
	{
		.name = "alembic",
		.table = "alembic_version",
		.columns = { "version_num" },
		.form = HISTORY_HEADS,
		.select = "SELECT version_num AS name FROM @ ORDER BY version_num",
		.disk = DISK_ALEMBIC,
		.files = FILE_DEEP,
		.suffixes = { ".py" },
		.help = "`revision`",
	},
	{
		.name = "doctrine",
		.table = "doctrine_migration_versions",
		.columns = { "version", "executed_at" },
		.order = ORDER_TEXT,
		.select = "SELECT version AS name FROM @ ORDER BY executed_at, version",
		.disk = DISK_DOCTRINE,
		.files = FILE_DEEP,
		.suffixes = { ".php" },
		.help = "namespace and class",
	},
	{
		.name = "phinx",
		.table = "phinxlog",
		.columns = { "version", "migration_name", "start_time" },
		.select = "SELECT version AS name FROM @ ORDER BY version",
		.files = FILE_DIGITS | FILE_UNDERSCORE,
		.suffixes = { ".php" },
		.help = "the number of <digits>_*.php",
	},
	{
		.name = "mikro-orm",
		.table = "mikro_orm_migrations",
		.columns = { "id", "name", "executed_at" },
		.order = ORDER_TEXT,
		.select = "SELECT name AS name FROM @ ORDER BY id",
		.files = FILE_BARE | FILE_ANY_SCRIPT,
		.suffixes = { ".ts", ".js", ".mjs", ".cjs" },
		.help = "the file without extension",
	},
	{
		.name = "drizzle",
		.table = "__drizzle_migrations",
		.columns = { "id", "hash", "created_at" },
		.order = ORDER_NUMBER,
		.sum = SUM_SHA256,
		.select =
			"SELECT created_at AS name, hash AS checksum FROM @ ORDER BY id",
		.disk = DISK_DRIZZLE,
		.files = FILE_DEEP,
		.suffixes = { "_journal.json" },
		.help = "`tag` of meta/_journal.json; without a folder its time",
	},
};
const size_t nmigration_tools = ARRAY_SIZE(migration_tools);

const struct migration_tool *migration_tool_find(struct str name)
{
	for (size_t i = 0; i < nmigration_tools; i++)
		if (str_is(name, migration_tools[i].name))
			return &migration_tools[i];
	return NULL;
}

const char *migration_tool_suggest(struct str name)
{
	const char *best = NULL;
	size_t least = 3;

	for (size_t i = 0; i < nmigration_tools; i++) {
		size_t d = str_distance(name, str_from(migration_tools[i].name), 3);

		if (d < least) {
			least = d;
			best = migration_tools[i].name;
		}
	}
	return best;
}

/* ---- what is compared ---- */

static struct str without_script_suffix(struct str name)
{
	static const char *const suffixes[] = { ".ts", ".js", ".mjs", ".cjs" };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (str_ends_with(name, str_from(suffixes[i])))
			return str_sub(name, 0, name.n - strlen(suffixes[i]));
	return name;
}

static struct str without_zeros(struct str name)
{
	size_t at = 0;

	while (at + 1 < name.n && name.p[at] == '0')
		at++;
	return str_sub(name, at, SIZE_MAX);
}

/* Liquibase does not tell whether a file was read through the class path. */
static struct str without_class_path(struct str name)
{
	struct str prefix = STR("classpath:");

	return str_starts_with(name, prefix) ? str_sub(name, prefix.n, SIZE_MAX) : name;
}

struct str migration_key(const struct migration_tool *tool, struct str name)
{
	if (tool->disk == DISK_LIQUIBASE)
		return without_class_path(name);
	if (tool->files & FILE_ANY_SCRIPT)
		return without_script_suffix(name);
	return tool->files & FILE_DIGITS ? without_zeros(name) : name;
}

/* ---- their order ---- */

static int order_of(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_number(struct str a, struct str b)
{
	uint64_t x;
	uint64_t y;

	return scan_digits(a, &x) && scan_digits(b, &y) ? order_of(x, y) : 0;
}

enum { STAMP_DIGITS = 13 };

static int by_stamp(struct str a, struct str b)
{
	if (a.n < STAMP_DIGITS || b.n < STAMP_DIGITS)
		return 0;
	return by_number(str_sub(a, a.n - STAMP_DIGITS, SIZE_MAX),
		str_sub(b, b.n - STAMP_DIGITS, SIZE_MAX));
}

/* "V1_10__x.sql" to "1_10"; absent for a repeatable migration. */
static struct str version_of(struct str name)
{
	size_t end = str_find(name, STR("__"));

	if (!str_starts_with(name, STR("V")) && !str_starts_with(name, STR("B")))
		return (struct str){ NULL, 0 };
	return str_sub(name, 1, end == SIZE_MAX ? SIZE_MAX : end - 1);
}

static uint64_t cut_number(struct str *rest)
{
	uint64_t number = 0;
	size_t n = scan_digits(*rest, &number);

	*rest = str_sub(*rest, n, SIZE_MAX);
	if (rest->n)
		*rest = str_sub(*rest, 1, SIZE_MAX);
	return number;
}

static int by_version(struct str a, struct str b)
{
	struct str x = version_of(a);
	struct str y = version_of(b);
	int order = 0;

	if (!x.n || !y.n)
		return 0;
	while (!order && (x.n || y.n))
		order = order_of(cut_number(&x), cut_number(&y));
	return order;
}

static int by_nothing(struct str a, struct str b)
{
	(void)a;
	(void)b;
	return 0;
}

int migration_compare_keys(const struct migration_tool *tool, struct str a, struct str b)
{
	static int (*const by[])(struct str, struct str) = {
		[ORDER_NONE] = by_nothing,
		[ORDER_TEXT] = str_cmp,
		[ORDER_NUMBER] = by_number,
		[ORDER_STAMP] = by_stamp,
		[ORDER_VERSION] = by_version,
	};

	return by[tool->order](a, b);
}
