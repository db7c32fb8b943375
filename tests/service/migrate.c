#include "tests/service/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/pool.h"
#include "tests/service/sabotage.h"
#include "tests/service/scan.h"
#include "tests/service/script.h"
#include "tests/service/text.h"

#define MIGRATIONS_MAX 64
#define NAME_SIZE 128
#define STAMP_DIGITS 13
#define FILE_MAX ((size_t)1 << 20)

struct migration {
	char name[NAME_SIZE];
	char file[NAME_SIZE + 16];
	long stamp;
};

struct history {
	struct migration all[MIGRATIONS_MAX];
	size_t count;
	bool applied[MIGRATIONS_MAX];
	size_t applied_count;
};

/* NN-NAME.sql, where NAME ends in its timestamp; -1 for any other file. */
static int parse_name(const char *file, struct migration *ret)
{
	const char *dash = strchr(file, '-');
	size_t n = dash ? strlen(dash + 1) : 0;
	struct migration m = { 0 };

	if (n <= STAMP_DIGITS + 4 || n >= NAME_SIZE || strlen(file) >= sizeof(m.file) ||
	    strcmp(dash + 1 + n - 4, ".sql"))
		return -1;
	memcpy(m.file, file, strlen(file));
	memcpy(m.name, dash + 1, n - 4);
	if (scan_integer(m.name + n - 4 - STAMP_DIGITS, 1, 9999999999999L, &m.stamp))
		return -1;
	*ret = m;
	return 0;
}

static int by_stamp(const void *a, const void *b)
{
	const struct migration *left = a;
	const struct migration *right = b;

	return (left->stamp > right->stamp) - (left->stamp < right->stamp);
}

static int read_folder(const char *folder, struct history *h, struct error *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int rc = 0;

	if (!dir)
		return error_set(err, 0, "reading the folder '%s' failed: %s", folder, strerror(errno));
	while ((entry = readdir(dir)) && !rc) {
		if (parse_name(entry->d_name, &h->all[h->count]))
			continue;
		if (++h->count == MIGRATIONS_MAX)
			rc = error_set(err, 0, "the folder '%s' has more than %d migrations", folder,
				       MIGRATIONS_MAX - 1);
	}
	closedir(dir);
	if (!rc && !h->count)
		rc = error_set(err, 0, "the folder '%s' holds no migration", folder);
	qsort(h->all, h->count, sizeof(h->all[0]), by_stamp);
	return rc;
}

static int read_file(const char *folder, const char *name, struct text *ret, struct error *err)
{
	struct text path = { 0 };

	text_addf(&path, "%s/%s", folder, name);
	FILE *f = fopen(text_get(&path), "re");
	size_t n = 0;
	if (f && !text_reserve(ret, FILE_MAX))
		n = fread(ret->p, 1, FILE_MAX, f);
	bool whole = f && !text_failed(ret) && feof(f);
	if (whole) {
		ret->n = n;
		ret->p[n] = '\0';
	} else {
		(void)error_set(err, 0, "reading '%s' failed: %s", text_get(&path),
				f ? "it has more than a megabyte" : strerror(errno));
	}
	if (f)
		(void)fclose(f);	/* was only read */
	text_release(&path);
	return whole ? 0 : -1;
}

static int read_history(struct db *db, struct history *h, struct error *err)
{
	struct db_rows *rows;

	if (db_exec(db, NULL, err,
		    "CREATE TABLE IF NOT EXISTS migrations (id int NOT NULL AUTO_INCREMENT, "
		    "timestamp bigint NOT NULL, name varchar(255) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB") ||
	    db_query(db, &rows, err, "SELECT name FROM migrations"))
		return -1;
	while (db_next(rows)) {
		h->applied_count++;
		for (size_t i = 0; i < h->count; i++) {
			if (!strcmp(h->all[i].name, db_col(rows, 0)))
				h->applied[i] = true;
		}
	}
	db_rows_free(rows);
	return 0;
}

/* The database's collation for the marks in the files; nothing when it is not of utf8mb4. */
static int read_collation(struct db *db, struct text *ret, struct error *err)
{
	struct db_rows *rows;

	if (db_query(db, &rows, err, "SELECT @@collation_database"))
		return -1;
	const char *name = db_next(rows) ? db_col(rows, 0) : NULL;
	if (name && !strncmp(name, "utf8mb4_", 8))
		text_addf(ret, "COLLATE %s", name);
	db_rows_free(rows);
	return text_failed(ret) ? error_set_memory(err) : 0;
}

static void fill_in(struct text *out, const char *sql, const char *collation)
{
	static const char mark[] = "/*collate*/";
	const char *at;

	while ((at = strstr(sql, mark))) {
		text_addn(out, sql, (size_t)(at - sql));
		text_add(out, collation);
		sql = at + sizeof(mark) - 1;
	}
	text_add(out, sql);
}

static int run_file(struct db *db, const char *folder, const struct migration *m, size_t max,
		    size_t *skipped, struct error *err)
{
	struct text file = { 0 };
	struct text collation = { 0 };
	struct text sql = { 0 };
	int rc = -1;

	if (read_file(folder, m->file, &file, err) || read_collation(db, &collation, err))
		goto out;
	fill_in(&sql, text_get(&file), text_get(&collation));
	rc = text_failed(&sql) ? error_set_memory(err) :
				 script_run(db, text_get(&sql), max, skipped, err);
out:
	text_release(&file);
	text_release(&collation);
	text_release(&sql);
	return rc;
}

static int apply(const struct app *app, struct db *db, const char *folder, const struct history *h,
		 size_t index, struct text *log, struct error *err)
{
	const struct migration *m = &h->all[index];
	size_t skipped = 0;

	if (run_file(db, folder, m, sabotage_statements(app, index, h->count), &skipped, err)) {
		text_addf(log, "failed %s\n", m->name);
		return -1;
	}
	if (sabotage_breaks_off(app, index))
		return error_set(err, 0, "migration %s broke off after its first statement", m->name);
	if (db_exec(db, NULL, err, "INSERT INTO migrations (timestamp, name) VALUES (%lld, %s)",
		    (long long)m->stamp, m->name))
		return -1;
	text_addf(log, "applied %s", m->name);
	if (skipped)
		text_addf(log, " (%zu statements passed over)", skipped);
	text_add(log, "\n");
	return 0;
}

static int apply_missing(const struct app *app, struct db *db, const char *folder, const struct history *h,
			 struct text *log, struct error *err)
{
	size_t applied = 0;

	for (size_t i = 0; i < h->count; i++) {
		if (h->applied[i] || sabotage_leaves_out(app, i, h->count))
			continue;
		if (apply(app, db, folder, h, i, log, err))
			return -1;
		applied++;
	}
	text_addf(log, "%zu migrations applied, %zu were there\n", applied, h->applied_count);
	return 0;
}

int migrate_run(struct app *app, const char *folder, struct text *log, struct error *err)
{
	struct history *h = calloc(1, sizeof(*h));
	struct db *db = NULL;
	int rc = -1;

	if (!h)
		return error_set_memory(err);
	if (read_folder(folder, h, err) || pool_open(app, &db, err) || read_history(db, h, err))
		goto out;
	if (!h->applied_count && sabotage_before(app, db, err))
		goto out;
	rc = apply_missing(app, db, folder, h, log, err) || sabotage_after(app, db, err) ? -1 : 0;
out:
	db_close(db);
	free(h);
	return rc;
}
