/*
 * A file of migrations behind the number of its reader (the first byte). A history that has the names of a folder, and
 * no others, leaves nothing pending and knows everything.
 */
#include "probes/migrations_compare.h"
#include "probes/migrations_disk_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_BYTES = 64 * 1024 * 1024 };

static const struct reader {
	const char *tool, *path;
	folder_read *read;
} readers[] = {
	{ "typeorm", "1700000000000-add-phone.ts", read_typeorm },
	{ "doctrine", "Version1.php", read_doctrine },
	{ "alembic", "1_a.py", read_alembic },
	{ "django", "shop/migrations/0001_a.py", read_django },
	{ "liquibase", "a.sql", read_liquibase },
	{ "liquibase", "a.xml", read_liquibase },
	{ "liquibase", "a.yaml", read_liquibase },
	{ "liquibase", "a.json", read_liquibase },
};

static void check_with_itself(struct arena *a, const struct migration_tool *tool,
	const struct migration_folder *folder)
{
	struct migration_history h = { .tool = tool };

	h.rows = arena_array(a, folder->count + 1, sizeof(*h.rows));
	if (!h.rows)
		return;
	for (size_t i = 0; i < folder->count; i++)
		h.rows[h.count++] = (struct migration_row){ .name = folder->files[i].name,
			.key = folder->files[i].key };
	struct migration_facts f = migration_compare(a, &h, folder, NULL);
	if (arena_failed(a))
		return;
	assert(f.on_disk.count == folder->count);
	assert(!f.unknown.count && !f.missing.count && !f.failed.count);
	assert(!f.pending.count || tool->form == HISTORY_HEADS);
}

static void read_one(struct arena *a, const struct reader *reader, struct str text)
{
	struct str path = str_from(reader->path);
	struct migration_folder folder = { .path = STR("m") };
	struct folder_reader r = { a, &limits_default,
		migration_tool_find(str_from(reader->tool)), &folder };
	const struct folder_item item = {
		.path = reader->path, .relative = path, .base = path, .text = text
	};
	struct error err;

	if (!reader->read(&r, &item, &err))
		check_with_itself(a, r.tool, &folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	size_t which = size ? data[0] % ARRAY_SIZE(readers) : 0;

	arena_init(&a, MOST_BYTES);
	read_one(&a, &readers[which],
		size ? str_make((const char *)data + 1, size - 1) : STR(""));
	arena_release(&a);
	return 0;
}
