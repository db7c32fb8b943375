#include "probes/backup_lines.h"

#define SHOWN 200 /* bytes of a line of the dump in a message */

#define NUMBER(n) (unsigned long long)(n)

/* A line or a statement that is being looked at. */
struct text {
	struct str all;
	struct str rest; /* behind the words of its row */
	uint64_t number;
	bool cut;
};

typedef int row_function(struct backup_lines *b, const struct text *t, struct error *err);

struct row {
	struct str begins;
	row_function *function;
	bool tool; /* of a comment: the tool writes it between statements */
};

static const struct row *find_row(const struct row *rows, size_t n, struct str text)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts_with(text, rows[i].begins))
			return &rows[i];
	return NULL;
}

static struct str shown(struct str s)
{
	return str_sub(str_trim(s), 0, SHOWN);
}

/* Keeps a copy; the first one counts. */
static int keep(struct backup_lines *b, struct str *place, struct str s, struct error *err)
{
	if (place->p || !s.n)
		return 0;
	*place = arena_str(b->facts->arena, s);
	return place->p ? 0 : error_set_oom(err);
}

/* ---- sections ---- */

static const char *const list_words[BACKUP_LIST_COUNT] = {
	[BACKUP_TRIGGERS] = "triggers",
	[BACKUP_ROUTINES] = "routines",
	[BACKUP_EVENTS] = "events",
};

/* Lists whose heading stands alone both when there are none and when the account may not see them. */
static void close_section(struct backup_lines *b)
{
	if (b->section.open && b->facts->lists[b->section.list].count == b->section.had)
		backup_note(b->facts,
			"line %llu: the section of %s of '%.*s' is empty: there are none, or the account could not see them; the option contract tells which",
			NUMBER(b->section.line), list_words[b->section.list],
			STR_ARG(shown(b->section.database)));
	b->section.open = false;
}

static int open_section(
	struct backup_lines *b, enum backup_list list, const struct text *t, struct error *err)
{
	close_section(b);
	b->section.database = (struct str){ 0 };
	b->section.open = true;
	b->section.list = list;
	b->section.had = b->facts->lists[list].count;
	b->section.line = t->number;
	return keep(b, &b->section.database, backup_read_quoted(t->rest), err);
}

/* ---- comments ---- */

static int header(struct backup_lines *b, const struct text *t, const char *tool, struct error *err)
{
	struct backup_facts *f = b->facts;
	size_t at = str_find(t->rest, STR("Distrib "));
	struct str version = at == SIZE_MAX ? str_trim(t->rest) : str_sub(t->rest, at + 8, SIZE_MAX);

	if (f->header_line) {
		backup_damage(f,
			"line %llu: a second dump begins here, %s the end of the one of line %llu",
			NUMBER(t->number), f->footers ? "behind" : "before", NUMBER(f->header_line));
		return 0;
	}
	f->header_line = t->number;
	version = shown(str_cut(&version, ','));
	f->tool = arena_printf(f->arena, "%s %.*s", tool, STR_ARG(version));
	return f->tool.p ? 0 : error_set_oom(err);
}

static int mysql_header(struct backup_lines *b, const struct text *t, struct error *err)
{
	return header(b, t, "mysqldump", err);
}

static int mariadb_header(struct backup_lines *b, const struct text *t, struct error *err)
{
	return header(b, t, "mariadb-dump", err);
}

static int host(struct backup_lines *b, const struct text *t, struct error *err)
{
	size_t at = str_find(t->rest, STR("Database: "));

	return at == SIZE_MAX ? 0 :
				keep(b, &b->facts->database,
					str_trim(str_sub(t->rest, at + 10, SIZE_MAX)), err);
}

static int server(struct backup_lines *b, const struct text *t, struct error *err)
{
	return keep(b, &b->facts->server, str_trim(t->rest), err);
}

static int events(struct backup_lines *b, const struct text *t, struct error *err)
{
	return open_section(b, BACKUP_EVENTS, t, err);
}

static int routines(struct backup_lines *b, const struct text *t, struct error *err)
{
	return open_section(b, BACKUP_ROUTINES, t, err);
}

static int heading(struct backup_lines *b, const struct text *t, struct error *err)
{
	(void)t;
	(void)err;
	close_section(b);
	return 0;
}

static int position(struct backup_lines *b, const struct text *t, struct error *err)
{
	char buf[600];
	size_t n = backup_read_position(t->rest, buf, sizeof(buf));

	return keep(b, &b->facts->position, str_make(buf, n), err);
}

/* A set may go over several lines. */
static int gtid(struct backup_lines *b, const struct text *t, struct error *err)
{
	struct str s = backup_read_quoted(t->rest);
	char *p;
	size_t n = 0;

	/* since MySQL 8 a '+' in a conditional comment may stand before the set itself */
	if (str_is(s, "+"))
		s = backup_read_quoted(str_sub(t->rest, str_find(t->rest, STR("'+'")) + 3, SIZE_MAX));
	if (t->cut && !s.p)
		backup_note(b->facts, "line %llu: the GTID set is too long to be shown",
			NUMBER(t->number));
	p = arena_alloc(b->facts->arena, s.n + 1);
	if (!p)
		return error_set_oom(err);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\n' && s.p[i] != '\r' && s.p[i] != ' ')
			p[n++] = s.p[i];
	return keep(b, &b->facts->gtid, str_make(p, n), err);
}

static int damage_line(struct backup_lines *b, const struct text *t, struct error *err)
{
	(void)err;
	backup_damage(b->facts, "line %llu: the dump says that it lacks something: %.*s",
		NUMBER(t->number), STR_ARG(shown(t->all)));
	return 0;
}

/* " on 2026-11-24 12:55:03", the hour padded with a blank, or nothing. */
static bool is_footer_rest(struct str s)
{
	static const char form[] = " on dddd-dd-dd Dd:dd:dd";

	if (!s.n)
		return true;
	if (s.n != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool digit = s.p[i] >= '0' && s.p[i] <= '9';

		if (form[i] == 'd' ? !digit :
				     form[i] == 'D' ? !digit && s.p[i] != ' ' : s.p[i] != form[i])
			return false;
	}
	return true;
}

static int footer(struct backup_lines *b, const struct text *t, struct error *err)
{
	struct backup_facts *f = b->facts;
	struct str rest = t->rest;

	while (rest.n && rest.p[rest.n - 1] == ' ')
		rest.n--;
	close_section(b);
	if (!is_footer_rest(rest))
		return 0;
	f->footers++;
	f->last = BACKUP_LAST_FOOTER;
	f->completed = (struct str){ 0 };
	return keep(b, &f->completed, str_sub(rest, 4, SIZE_MAX), err);
}

static const struct row comments[] = {
	{ STR_INIT("-- MySQL dump "), mysql_header, true },
	{ STR_INIT("-- MariaDB dump "), mariadb_header, true },
	{ STR_INIT("-- Host: "), host, true },
	{ STR_INIT("-- Server version"), server, true },
	{ STR_INIT("-- Current Database: "), heading, true },
	{ STR_INIT("-- Table structure for table "), heading, true },
	{ STR_INIT("-- Temporary view structure for view "), heading, true },
	{ STR_INIT("-- Temporary table structure for view "), heading, true },
	{ STR_INIT("-- Final view structure for view "), heading, true },
	{ STR_INIT("-- Dumping data for table "), heading, true },
	{ STR_INIT("-- Dumping events for database "), events, true },
	{ STR_INIT("-- Dumping routines for database "), routines, true },
	{ STR_INIT("-- CHANGE MASTER TO "), position, false },
	{ STR_INIT("-- CHANGE REPLICATION SOURCE TO "), position, false },
	{ STR_INIT("-- SET GLOBAL gtid_slave_pos="), gtid, false },
	{ STR_INIT("-- failed on view "), damage_line, false },
	{ STR_INIT("-- insufficient privileges to "), damage_line, false },
	{ STR_INIT("-- Dump completed"), footer, true },
};

bool backup_comment_is_tool(struct str line)
{
	const struct row *row = find_row(comments, ARRAY_SIZE(comments), line);

	return row && row->tool;
}

int backup_comment(struct backup_lines *b, struct str line, uint64_t number, struct error *err)
{
	const struct row *row = find_row(comments, ARRAY_SIZE(comments), line);
	struct text t = { .all = line, .number = number };

	b->facts->last = BACKUP_LAST_OTHER;
	if (!row)
		return 0;
	t.rest = str_sub(line, row->begins.n, SIZE_MAX);
	return row->function(b, &t, err);
}

/* ---- messages ---- */

bool backup_is_message(struct str line)
{
	static const struct str begins[] = { STR_INIT("mysqldump: "), STR_INIT("mariadb-dump: "),
		STR_INIT("mysqldump.exe: "), STR_INIT("mariadb-dump.exe: "), STR_INIT("Warning: ") };

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (str_starts_with(line, begins[i]))
			return true;
	return false;
}

void backup_message(struct backup_lines *b, struct str line, uint64_t number)
{
	b->facts->last = BACKUP_LAST_OTHER;
	backup_damage(b->facts, "line %llu: a message of the tool went into the dump: %.*s",
		NUMBER(number), STR_ARG(shown(line)));
}

/* ---- statements ---- */

static void not_unlocked(struct backup_lines *b)
{
	backup_damage(b->facts,
		"line %llu: the data of table '%.*s' is not closed: its LOCK TABLES has no UNLOCK TABLES",
		NUMBER(b->lock_line), STR_ARG(shown(b->locked)));
}

static int lock(struct backup_lines *b, const struct text *t, struct error *err)
{
	struct backup_name name;
	struct str rest = str_trim(t->rest);
	struct backup_table *table;

	if (b->lock_line)
		not_unlocked(b);
	if (!backup_read_name(&rest, &name))
		return 0;
	table = backup_table(b->facts, backup_name_str(&name), err);
	if (!table)
		return -1;
	table->has_data = true;
	b->locked = table->name;
	b->lock_line = t->number;
	return 0;
}

static int unlock(struct backup_lines *b, const struct text *t, struct error *err)
{
	(void)t;
	(void)err;
	b->lock_line = 0;
	return 0;
}

static int use(struct backup_lines *b, const struct text *t, struct error *err)
{
	struct backup_name name;
	struct str rest = str_trim(t->rest);

	return backup_read_name(&rest, &name) ? backup_use(b->facts, backup_name_str(&name), err) : 0;
}

static int read_columns(struct backup_lines *b, const struct backup_object *o,
	struct backup_names *ret, struct error *err)
{
	struct backup_name column;
	struct str rest = o->rest;

	if (!b->facts->want_columns)
		return 0;
	while (backup_read_column(o->kind, &rest, &column))
		if (backup_names_add(b->facts, ret, backup_name_str(&column), err))
			return -1;
	return 0;
}

static int add_table(struct backup_lines *b, const struct backup_object *o, bool cut, struct error *err)
{
	struct backup_table *table = backup_table(b->facts, backup_name_str(&o->name), err);

	if (!table)
		return -1;
	table->created = true;
	table->columns_cut = cut;
	return read_columns(b, o, &table->columns, err);
}

static int add_view(struct backup_lines *b, const struct backup_object *o, uint64_t number,
	struct error *err)
{
	struct backup_view *view = backup_view(b->facts, backup_name_str(&o->name), err);

	if (!view)
		return -1;
	if (!o->stand_in) {
		view->final = true;
		return 0;
	}
	view->stand_in = true;
	view->line = number;
	return read_columns(b, o, &view->columns, err);
}

static int add_object(struct backup_lines *b, const struct backup_object *o, const struct text *t,
	struct error *err)
{
	struct backup_names *lists = b->facts->lists;
	struct str name = backup_name_str(&o->name);

	switch (o->kind) {
	case BACKUP_OBJECT_TABLE:
		return add_table(b, o, t->cut, err);
	case BACKUP_OBJECT_VIEW:
		return add_view(b, o, t->number, err);
	case BACKUP_OBJECT_TRIGGER:
		return backup_names_add_own(b->facts, &lists[BACKUP_TRIGGERS], name, err);
	case BACKUP_OBJECT_ROUTINE:
		return backup_names_add_own(b->facts, &lists[BACKUP_ROUTINES], name, err);
	case BACKUP_OBJECT_EVENT:
		return backup_names_add_own(b->facts, &lists[BACKUP_EVENTS], name, err);
	}
	return 0;
}

static int create(struct backup_lines *b, const struct text *t, struct error *err)
{
	struct backup_object o;

	return backup_read_object(t->all, &o) ? add_object(b, &o, t, err) : 0;
}

static int notes(struct backup_lines *b, const struct text *t, struct error *err)
{
	(void)t;
	(void)err;
	b->facts->last = BACKUP_LAST_NOTES;
	return 0;
}

/* In these a byte of a character may be a backslash or a quote, which only they can tell. */
static int names(struct backup_lines *b, const struct text *t, struct error *err)
{
	static const char *const charsets[] = { "gbk", "sjis", "cp932", "big5", "gb18030" };
	struct str word = str_trim(t->rest);

	(void)b;
	for (size_t i = 0; i < ARRAY_SIZE(charsets); i++) {
		struct str name = str_from(charsets[i]);

		if (!str_eq_nocase(str_sub(word, 0, name.n), name))
			continue;
		error_set(err, ERR_FILE, "the dump is written in the character set %s, which is not supported",
			charsets[i]);
		error_note(err, "make it with --default-character-set=utf8mb4");
		return -1;
	}
	return 0;
}

static const struct row statements[] = {
	{ STR_INIT("LOCK TABLES "), lock, false },
	{ STR_INIT("UNLOCK TABLES"), unlock, false },
	{ STR_INIT("USE "), use, false },
	{ STR_INIT("CREATE "), create, false },
	{ STR_INIT("/*!50001 CREATE "), create, false },
	{ STR_INIT("/*!50003 CREATE"), create, false },
	{ STR_INIT("/*!50106 CREATE"), create, false },
	{ STR_INIT("/*!40101 SET NAMES "), names, false },
	{ STR_INIT("/*!50503 SET NAMES "), names, false },
	{ STR_INIT("/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES"), notes, false },
	{ STR_INIT("SET @@GLOBAL.GTID_PURGED="), gtid, false },
	{ STR_INIT("/* SET @@GLOBAL.GTID_PURGED="), gtid, false },
	{ STR_INIT("SET GLOBAL gtid_slave_pos="), gtid, false },
	{ STR_INIT("CHANGE MASTER TO "), position, false },
	{ STR_INIT("CHANGE REPLICATION SOURCE TO "), position, false },
};

int backup_statement(struct backup_lines *b, struct str text, bool cut, uint64_t number,
	struct error *err)
{
	const struct row *row = find_row(statements, ARRAY_SIZE(statements), text);
	struct text t = { .all = text, .number = number, .cut = cut };

	b->facts->last = BACKUP_LAST_STATEMENT;
	if (!row)
		return 0;
	t.rest = str_sub(text, row->begins.n, SIZE_MAX);
	return row->function(b, &t, err);
}

int backup_body(struct backup_lines *b, struct str line, uint64_t number, struct error *err)
{
	return backup_statement(b, line, true, number, err);
}

/* ---- the end ---- */

void backup_lines_end(struct backup_lines *b)
{
	close_section(b);
	if (b->lock_line)
		not_unlocked(b);
}
