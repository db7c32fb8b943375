#include "probes/migrations_disk.h"

#include "harness/base/file.h"
#include "harness/base/scan.h"
#include "harness/value/encode.h"
#include "harness/value/json.h"
#include "probes/migrations_disk_impl.h"

struct migration_file *folder_add(
	struct folder_reader *r, const struct folder_item *i, struct str name)
{
	struct migration_folder *f = r->folder;
	struct migration_file *files = arena_grow(
		r->a, f->files, f->count, &f->cap, sizeof(*files));

	if (!files)
		return NULL;
	f->files = files;
	struct migration_file *file = &files[f->count++];
	file->name = arena_str(r->a, name);
	file->key = migration_key(r->tool, file->name);
	file->path = i->path;
	return file->name.p ? file : NULL;
}

static int added(const struct migration_file *file, struct error *err)
{
	return file ? 0 : error_set_oom(err);
}

/* ---- checksums ---- */

static struct str sha256_of(struct arena *a, struct str text)
{
	uint8_t digest[32];
	struct strbuf hex;

	digest_sha256(text, digest);
	strbuf_init(&hex, 2 * sizeof(digest));
	encode_hex(&hex, str_make((const char *)digest, sizeof(digest)));
	struct str sum = arena_str(a, strbuf_str(&hex));
	strbuf_release(&hex);
	return sum;
}

/* With LF, or with CR LF, at the end of each line. */
static struct str with_line_ends(
	struct folder_reader *r, struct str text, const char *end)
{
	struct strbuf out;
	struct str rest = text;

	strbuf_init(&out, 2 * r->limits->max_file_bytes);
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		if (rest.p && str_ends_with(line, STR("\r")))
			line.n--;
		strbuf_add(&out, line);
		strbuf_adds(&out, rest.p ? end : "");
	}
	struct str sum = sha256_of(r->a, strbuf_str(&out));
	bool failed = strbuf_failed(&out);
	strbuf_release(&out);
	return failed ? (struct str){ NULL, 0 } : sum;
}

static void sum_sha256(
	struct folder_reader *r, struct str text, struct migration_file *file)
{
	file->sums[0] = sha256_of(r->a, text);
	if (!str_has_char(text, '\n'))
		return;
	file->sums[1] = with_line_ends(r, text, "\n");
	file->sums[2] = with_line_ends(r, text, "\r\n");
}

static struct str cut_line(struct str *rest)
{
	size_t n = 0;

	while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
		n++;
	struct str line = str_sub(*rest, 0, n);
	n += str_starts_with(str_sub(*rest, n, SIZE_MAX), STR("\r\n")) ? 2 : 1;
	*rest = str_sub(*rest, n, SIZE_MAX);
	return line;
}

/* The CRC of zlib and gzip, bit by bit: the files are small. */
static uint32_t crc32_go_on(uint32_t crc, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		crc ^= (unsigned char)text.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
	}
	return crc;
}

/* Over the lines without their ends. Placeholders are filled in before a repeatable one is summed: unknown here. */
static void sum_crc32(
	struct folder_reader *r, struct str text, struct migration_file *file)
{
	struct str rest = text;
	uint32_t crc = UINT32_MAX;

	if (str_starts_with(file->name, STR("R")) &&
		str_find(text, STR("${")) != SIZE_MAX)
		return;
	if (str_starts_with(rest, STR("\xEF\xBB\xBF")))
		rest = str_sub(rest, 3, SIZE_MAX);
	while (rest.n)
		crc = crc32_go_on(crc, cut_line(&rest));
	file->sums[0] = arena_printf(r->a, "%d", (int)(int32_t)~crc);
}

static void sum_nothing(
	struct folder_reader *r, struct str text, struct migration_file *file)
{
	(void)r;
	(void)text;
	(void)file;
}

static void add_sums(
	struct folder_reader *r, struct str text, struct migration_file *file)
{
	static void (*const by[])(
		struct folder_reader *, struct str, struct migration_file *) = {
		[SUM_NONE] = sum_nothing,
		[SUM_SHA256] = sum_sha256,
		[SUM_CRC32] = sum_crc32,
		[SUM_ATLAS] = sum_nothing, /* atlas.sum has them */
	};

	by[r->tool->sum](r, text, file);
}

/* ---- names of files ---- */

static struct str without_extension(struct str name)
{
	size_t n = name.n;

	while (n && name.p[n - 1] != '.')
		n--;
	return n > 1 ? str_sub(name, 0, n - 1) : name;
}

static size_t count_digits(struct str name)
{
	size_t n = 0;

	while (n < name.n && name.p[n] >= '0' && name.p[n] <= '9')
		n++;
	return n;
}

/* The digits at its start, absent when it has none or no '_' behind them where one must be. */
static struct str number_of(const struct migration_tool *tool, struct str base)
{
	size_t n = count_digits(base);

	if (!n ||
		((tool->files & FILE_UNDERSCORE) &&
			!str_starts_with(str_sub(base, n, SIZE_MAX), STR("_"))))
		return (struct str){ NULL, 0 };
	return str_sub(base, 0, n);
}

/* "20240101120000_init.sql" and "20240101120000.sql" */
static struct str version_of(struct str base)
{
	struct str name = without_extension(base);
	size_t end = str_find_char(name, '_');

	return str_sub(name, 0, end);
}

static struct str plain_name(const struct migration_tool *tool, struct str base)
{
	bool has_mark = str_has_char(base, '_');

	if ((tool->files & FILE_UNDERSCORE) && !has_mark)
		return (struct str){ NULL, 0 };
	return tool->files & FILE_BARE ? without_extension(base) : base;
}

/* Declarations of types, and tests. */
static bool is_beside_the_point(struct str base)
{
	static const char *const ends[] = { ".d.ts", ".d.mts", ".d.cts", "_test.go" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends_with(base, str_from(ends[i])))
			return true;
	return false;
}

static struct str name_of(const struct migration_tool *tool, struct str base)
{
	if ((tool->files & FILE_UP) && str_find(base, STR(".up.")) == SIZE_MAX)
		return (struct str){ NULL, 0 };
	if (tool->files & (FILE_DIGITS | FILE_ZEROS)) {
		struct str number = number_of(tool, base);

		return tool->files & FILE_ZEROS ? number : migration_key(tool, number);
	}
	if (tool->files & FILE_VERSION)
		return version_of(base);
	return plain_name(tool, base);
}

static int read_file_name(
	struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	struct str name = name_of(r->tool, i->base);

	return name.n ? added(folder_add(r, i, name), err) : 0;
}

/* V1_2__x.sql, R__x.sql, B1__x.sql; of a class the name alone. */
static bool is_flyway_name(struct str base)
{
	size_t mark = str_find(base, STR("__"));
	char first = base.n ? base.p[0] : '\0';

	if (mark == SIZE_MAX || mark == 0)
		return false;
	if (first == 'R')
		return mark == 1;
	return (first == 'V' || first == 'B') && mark > 1 &&
		count_digits(str_sub(base, 1, 1)) == 1;
}

static int read_flyway(
	struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	bool is_sql = str_ends_with(i->base, STR(".sql"));

	if (!is_flyway_name(i->base))
		return 0;
	struct migration_file *file = folder_add(
		r, i, is_sql ? i->base : without_extension(i->base));
	if (!file)
		return error_set_oom(err);
	file->optional = i->base.p[0] == 'B';
	if (is_sql)
		add_sums(r, i->text, file);
	return 0;
}

static struct str last_step(struct str path)
{
	size_t n = path.n;

	while (n && path.p[n - 1] != '/')
		n--;
	return str_sub(path, n, SIZE_MAX);
}

static int read_prisma(
	struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	if (!str_is(i->base, "migration.sql") || i->relative.n == i->base.n)
		return 0;
	struct str folder = str_sub(i->relative, 0, i->relative.n - i->base.n - 1);
	struct migration_file *file = folder_add(r, i, last_step(folder));
	if (!file)
		return error_set_oom(err);
	add_sums(r, i->text, file);
	return 0;
}

/* ---- drizzle: a journal names the files ---- */

static int add_drizzle(struct folder_reader *r, const struct folder_item *i,
	const struct value *entry, struct error *err)
{
	const struct value *tag = value_get(entry, "tag");
	const struct value *when = value_get(entry, "when");
	struct str text;

	if (!tag || tag->type != VALUE_STRING || str_has_char(tag->text, '/') || !when ||
		when->type != VALUE_INT)
		return error_set(err, ERR_PARSE,
			"cannot read '%s': an entry needs 'when', a number, and 'tag', the name of a file",
			i->path);
	const char *path = path_resolve(
		r->a, i->path, arena_printf(r->a, "../%.*s.sql", STR_ARG(tag->text)));
	if (!path)
		return error_set_oom(err);
	if (file_read(r->a, path, r->limits->max_file_bytes, &text, err))
		return -1;
	struct migration_file *file = folder_add(r, i, tag->text);
	if (!file)
		return error_set_oom(err);
	file->path = path;
	file->key = arena_printf(r->a, "%lld", (long long)when->u.integer);
	add_sums(r, text, file);
	return 0;
}

static int read_drizzle(
	struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	const struct value *journal;

	if (!str_is(i->base, "_journal.json"))
		return 0;
	if (json_parse(r->a, i->text, r->limits->max_depth, &journal, NULL, err)) {
		error_context(err, "'%s'", i->path);
		return -1;
	}
	const struct value *entries = value_get(journal, "entries");
	if (!entries || entries->type != VALUE_LIST)
		return error_set(err, ERR_PARSE,
			"cannot read '%s': it has no list 'entries'", i->path);
	for (size_t n = 0; n < entries->u.list.count; n++)
		if (add_drizzle(r, i, entries->u.list.items[n], err))
			return -1;
	return 0;
}

/* ---- atlas: a file of sums ---- */

static struct migration_file *file_of(struct folder_reader *r, struct str base)
{
	for (size_t i = 0; i < r->folder->count; i++)
		if (str_eq(last_step(str_from(r->folder->files[i].path)), base))
			return &r->folder->files[i];
	return NULL;
}

/* "20240101_init.sql h1:BASE64=" a line; the first is the sum of all. */
static void note_atlas_sum(struct folder_reader *r, struct str line)
{
	size_t mark = str_find(line, STR(" h1:"));
	struct migration_file *file = mark == SIZE_MAX ?
		NULL :
		file_of(r, str_sub(line, 0, mark));

	if (!file)
		return;
	file->sums[0] = str_trim(str_sub(line, mark + 4, SIZE_MAX));
	file->sums[1] = str_trim(str_sub(line, mark + 1, SIZE_MAX));
}

static int read_atlas_sums(struct folder_reader *r, struct error *err)
{
	const char *path = path_join(r->a, r->folder->path.p, STR("atlas.sum"));
	struct str rest;

	if (!path)
		return error_set_oom(err);
	if (!file_exists(path))
		return 0;
	if (file_read(r->a, path, r->limits->max_file_bytes, &rest, err))
		return -1;
	while (rest.p)
		note_atlas_sum(r, str_cut(&rest, '\n'));
	return 0;
}

/* ---- the folder ---- */

static const struct disk_row {
	bool needs_text;
	folder_read *read;
} disk_rows[] = {
	[DISK_FILE] = { false, read_file_name },
	[DISK_TYPEORM] = { true, read_typeorm },
	[DISK_FLYWAY] = { true, read_flyway },
	[DISK_LIQUIBASE] = { true, read_liquibase },
	[DISK_PRISMA] = { true, read_prisma },
	[DISK_DJANGO] = { true, read_django },
	[DISK_ALEMBIC] = { true, read_alembic },
	[DISK_DOCTRINE] = { true, read_doctrine },
	[DISK_DRIZZLE] = { true, read_drizzle },
};
static_assert(ARRAY_SIZE(disk_rows) == DISK_COUNT, "a way to find names has no row");

static struct str relative_to(struct str folder, const char *path)
{
	struct str s = str_from(path);

	if (str_starts_with(s, folder))
		s = str_sub(s, folder.n, SIZE_MAX);
	while (str_starts_with(s, STR("/")))
		s = str_sub(s, 1, SIZE_MAX);
	return s;
}

static int read_one(struct folder_reader *r, const char *path, struct error *err)
{
	const struct disk_row *row = &disk_rows[r->tool->disk];
	struct folder_item item = { .path = path,
		.relative = relative_to(r->folder->path, path),
		.base = last_step(str_from(path)) };

	if (is_beside_the_point(item.base))
		return 0;
	if (!(r->tool->files & FILE_DEEP) && item.relative.n != item.base.n)
		return 0;
	if (row->needs_text &&
		file_read(r->a, path, r->limits->max_file_bytes, &item.text, err))
		return -1;
	return row->read(r, &item, err);
}

/* Repeatable migrations run after all others. */
static int compare_files(const struct migration_tool *tool,
	const struct migration_file *a, const struct migration_file *b)
{
	int last = 0;

	if (tool->disk == DISK_FLYWAY)
		last = str_starts_with(a->key, STR("R")) -
			str_starts_with(b->key, STR("R"));
	return last ? last : migration_compare_keys(tool, a->key, b->key);
}

/* By insertion: stable, and quick, since files come nearly sorted. */
static void sort_files(const struct migration_tool *tool, struct migration_folder *f)
{
	for (size_t i = 1; i < f->count; i++) {
		struct migration_file file = f->files[i];
		size_t at = i;

		while (at && compare_files(tool, &f->files[at - 1], &file) > 0) {
			f->files[at] = f->files[at - 1];
			at--;
		}
		f->files[at] = file;
	}
}

static int read_all(struct folder_reader *r, struct error *err)
{
	const char *const *paths;
	size_t count;

	if (file_walk(r->a, r->folder->path.p, r->tool->suffixes,
		    r->limits->max_rows_kept, &paths, &count, err))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (read_one(r, paths[i], err))
			return -1;
	return r->tool->sum == SUM_ATLAS ? read_atlas_sums(r, err) : 0;
}

int migration_folder_read(struct arena *a, const struct limits *limits,
	const struct migration_tool *tool, struct str path, struct migration_folder *ret,
	struct error *err)
{
	struct migration_folder folder = { .path = arena_str(a, path) };
	struct folder_reader r = { a, limits, tool, &folder };

	if (!folder.path.p)
		return error_set_oom(err);
	if (!file_is_directory(folder.path.p))
		return error_set(err, ERR_FILE, "cannot read '%s': it is no folder",
			folder.path.p);
	if (read_all(&r, err))
		return -1;
	if (arena_failed(a))
		return error_set_oom(err);
	sort_files(tool, &folder);
	*ret = folder;
	return 0;
}
