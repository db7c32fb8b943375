#include "tests/service/script.h"

#include <ctype.h>
#include <string.h>

#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/scan.h"
#include "tests/service/text.h"

/* The comment at p, with its end; 0 when there is none. */
static size_t comment_length(const char *p)
{
	const char *end;

	if (p[0] == '-' && p[1] == '-' && (!p[2] || isspace((unsigned char)p[2])))
		return strcspn(p, "\n");
	if (p[0] != '/' || p[1] != '*')
		return 0;
	end = strstr(p + 2, "*/");
	return end ? (size_t)(end + 2 - p) : strlen(p);
}

/* The quoted text at p, with both quotes; 0 when there is none. A doubled quote begins the next one. */
static size_t quote_length(const char *p)
{
	const char *end;

	if (*p != '\'' && *p != '"' && *p != '`')
		return 0;
	end = strchr(p + 1, *p);
	return end ? (size_t)(end + 1 - p) : strlen(p);
}

bool script_next(const char **p, struct text *statement)
{
	bool has_words = false;

	text_clear(statement);
	while (**p && **p != ';') {
		size_t comment = comment_length(*p);
		size_t quote = quote_length(*p);
		size_t n = comment ? comment : quote ? quote : 1;
		has_words = has_words || (!comment && !isspace((unsigned char)**p));
		text_addn(statement, *p, n);
		*p += n;
	}
	*p += **p == ';';
	return has_words;
}

/* The error number that a statement may meet; 0 when it names none. */
static unsigned skipped_error(const char *statement)
{
	static const char mark[] = "-- skip-on: ";
	const char *at = strstr(statement, mark);
	struct text number = { 0 };
	long value = 0;

	if (!at)
		return 0;
	at += sizeof(mark) - 1;
	text_addn(&number, at, strspn(at, "0123456789"));
	if (scan_integer(text_get(&number), 1, 99999, &value))
		value = 0;
	text_release(&number);
	return (unsigned)value;
}

int script_run(struct db *db, const char *script, size_t max, size_t *skipped, struct error *err)
{
	struct text statement = { 0 };
	int rc = 0;

	*skipped = 0;
	for (size_t i = 0; !rc && i < max && script_next(&script, &statement); i++) {
		struct db_rows *rows;
		size_t done;
		rc = db_script(db, &statement, &done, &rows, err);
		db_rows_free(rows);
		if (rc && err->code && err->code == skipped_error(text_get(&statement))) {
			++*skipped;
			rc = 0;
		}
	}
	text_release(&statement);
	return rc;
}
