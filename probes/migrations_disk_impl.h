/*
 * What the readers of a folder share: a reader is called for each file whose suffix the tool's row names, and adds
 * the migrations it finds there.
 */
#ifndef PROBES_MIGRATIONS_DISK_IMPL_H
#define PROBES_MIGRATIONS_DISK_IMPL_H

#include "probes/migrations_disk.h"

struct folder_reader {
	struct arena *a;
	const struct limits *limits;
	const struct migration_tool *tool;
	struct migration_folder *folder;
};

/* The file in hand. */
struct folder_item {
	const char *path;
	struct str relative;	/* to the folder */
	struct str base;	/* its last step */
	struct str text;	/* of readers with needs_text */
};

typedef int folder_read(
	struct folder_reader *r, const struct folder_item *i, struct error *err);

folder_read read_typeorm, read_django, read_alembic, read_doctrine;	/* migrations_code.c */
folder_read read_liquibase;	/* migrations_liquibase.c */

/*
 * A further migration with that name, copied; its key is migration_key(). Borrowed until the next call; NULL when
 * memory is out.
 */
struct migration_file *folder_add(
	struct folder_reader *r, const struct folder_item *i, struct str name) MUST_USE;

#endif
