#include "probes/backup_unmet.h"

#include "probes/unpack.h"

#define SHOWN 200
#define NUMBER(n) (unsigned long long)(n)

/* ---- files that are no dump ---- */

static const struct foreign {
	size_t at;
	struct str bytes;
	const char *name;
} foreigners[] = {
	{ 0, STR_INIT("-- PostgreSQL database"), "a dump of PostgreSQL" },
	{ 0, STR_INIT("--\n-- PostgreSQL database"), "a dump of PostgreSQL" },
	{ 0, STR_INIT("PGDMP"), "a dump of PostgreSQL" },
	{ 0, STR_INIT("PRAGMA foreign_keys"), "a dump of SQLite" },
	{ 0, STR_INIT("SQLite format 3"), "a database of SQLite" },
	{ 0, STR_INIT("-- phpMyAdmin SQL Dump"), "a dump of phpMyAdmin" },
	{ 0, STR_INIT("-- Adminer "), "a dump of Adminer" },
	{ 0, STR_INIT("-- MySQLShell dump"), "a dump of MySQL Shell" },
	{ 0, STR_INIT("-- mydumper"), "a dump of mydumper" },
	{ 0, STR_INIT("Started dump at:"), "the metadata of a mydumper dump" },
	{ 0, STR_INIT("# Started dump at:"), "the metadata of a mydumper dump" },
	{ 0, STR_INIT("XBSTCK01"), "a physical copy (xbstream of mariadb-backup or XtraBackup)" },
	{ 0, STR_INIT("backup_type = "), "the checkpoints of a physical copy" },
	{ 0, STR_INIT("\xfe" "bin"), "a binary log" },
	{ 0, STR_INIT("<?xml"), "an XML dump" },
	{ 0, STR_INIT("PK\x03\x04"), "a ZIP archive" },
	{ 0, STR_INIT("7z\xbc\xaf\x27\x1c"), "a 7z archive" },
	{ 0, STR_INIT("Rar!"), "a RAR archive" },
	{ 0, STR_INIT("\x04\x22\x4d\x18"), "lz4 data" },
	{ 0, STR_INIT("\x1f\x9d"), "compress (.Z) data" },
	{ 0, STR_INIT("Salted__"), "encrypted by openssl" },
	{ 0, STR_INIT("age-encryption.org"), "encrypted by age" },
	{ 0, STR_INIT("-----BEGIN PGP"), "encrypted by PGP" },
	{ 257, STR_INIT("ustar"), "a tar archive" },
};

const char *backup_foreign(struct str head)
{
	for (size_t i = 0; i < ARRAY_SIZE(foreigners); i++)
		if (str_starts_with(str_sub(head, foreigners[i].at, SIZE_MAX), foreigners[i].bytes))
			return foreigners[i].name;
	return NULL;
}

/* Text that can't be what a tool wrote, whatever follows. True: it was told. */
static bool is_no_text(struct backup_facts *f, const struct backup_whole *w)
{
	const struct unpacker *again = unpacker_find(w->head);

	if (!w->head.n) {
		if (!w->is_damaged)
			backup_damage(f, "the file is empty");
		return true;
	}
	if (again)
		backup_damage(f, "compressed twice: what comes out of the %s data is %s data again",
			w->format ? w->format : "outer", again->name);
	else if (str_starts_with(w->head, STR("\xff\xfe")) || str_starts_with(w->head, STR("\xfe\xff")))
		backup_damage(f,
			"the text is UTF-16, as a redirection of PowerShell writes it: no client can load it; use --result-file");
	else
		return false;
	return true;
}

/* ---- the frame ---- */

static bool has_objects(const struct backup_facts *f)
{
	return f->ntables || f->nviews || f->lists[BACKUP_TRIGGERS].count ||
		f->lists[BACKUP_ROUTINES].count || f->lists[BACKUP_EVENTS].count;
}

/* Without comments only the last statement can tell. */
static void check_without_header(struct backup_facts *f, const struct backup_whole *w)
{
	if (!has_objects(f))
		backup_damage(f, "line 1: the file does not begin as mysqldump and mariadb-dump begin theirs");
	else if (!w->footer_optional)
		backup_damage(f,
			"cannot tell: the dump has no comments (--skip-comments, --compact), so that nothing in it says that it is complete; with `footer: optional` its last statement counts");
	else if (f->last != BACKUP_LAST_NOTES && f->last != BACKUP_LAST_STATEMENT)
		backup_damage(f, "line %llu: the dump does not end with a statement that is closed",
			NUMBER(w->lines));
	else if (f->last == BACKUP_LAST_STATEMENT)
		backup_note(f, "the dump has no last line of its tool: that it ends with a closed statement was taken for its end");
}

static void check_frame(struct backup_facts *f, const struct backup_whole *w)
{
	if (!f->header_line && !f->footers)
		check_without_header(f, w);
	else if (!f->header_line)
		backup_damage(f, "line 1: the header of the dump is missing");
	else if (!f->footers)
		backup_damage(f,
			"the last line of a dump, `-- Dump completed`, is missing: it ends with line %llu",
			NUMBER(w->lines));
	else if (f->last != BACKUP_LAST_FOOTER)
		backup_damage(f, "something follows behind `-- Dump completed`, which must be the last line; the file ends with line %llu",
			NUMBER(w->lines));
}

/* ---- what is in it ---- */

static void check_views(struct backup_facts *f)
{
	for (size_t i = 0; i < f->nviews; i++) {
		const struct backup_view *v = &f->views[i];

		if (v->stand_in && !v->final)
			backup_damage(f,
				"line %llu: of view '%.*s' there is only what stands in for it; the view itself is missing",
				NUMBER(v->line), STR_ARG(str_sub(v->name, 0, SHOWN)));
	}
}

struct table_counts {
	size_t created, with_data;
};

static struct table_counts count_tables(const struct backup_facts *f)
{
	struct table_counts n = { 0 };

	for (size_t i = 0; i < f->ntables; i++) {
		n.created += f->tables[i].created;
		n.with_data += f->tables[i].has_data;
	}
	return n;
}

static void note_tables_without_data(struct backup_facts *f)
{
	for (size_t i = 0; i < f->ntables; i++)
		if (!f->tables[i].has_data)
			backup_note(f, "table '%.*s' comes without its data",
				STR_ARG(str_sub(f->tables[i].name, 0, SHOWN)));
}

static void check_objects(struct backup_facts *f)
{
	struct table_counts n = count_tables(f);

	if (f->header_line && !has_objects(f))
		backup_damage(f, "there is nothing in the dump: no table, view, trigger, routine or event");
	else if (n.created && !n.with_data)
		backup_damage(f, "there is no data in the dump, only definitions: no INSERT and no data section (--no-data)");
	else
		note_tables_without_data(f);
	if (n.with_data && !n.created)
		backup_note(f, "there are only rows in the dump, no definitions (--no-create-info)");
}

void backup_unmet(struct backup_facts *f, const struct backup_whole *w)
{
	if (is_no_text(f, w))
		return;
	check_frame(f, w);
	check_views(f);
	check_objects(f);
}
