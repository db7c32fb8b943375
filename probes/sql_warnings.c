#include "probes/sql_warnings.h"

static const struct cut {
	int64_t code;
	bool writes; /* of statements that store; else of all */
	const char *remedy;
} cuts[] = {
	{ 1260, false, "select the rows themselves, or raise group_concat_max_len at the server" },
	{ 1301, false, "select less at once, or raise max_allowed_packet at the server" },
	{ 1931, false, "raise the limit that it names, or look at less" },
	{ 1264, true, "write a value that the column can hold" },
	{ 1265, true, "write a value that the column can hold" },
	{ 1292, true, "compare and write values of the column's own kind" },
	{ 1366, true, "write a value that the column can hold" },
	{ 1406, true, "write a value that the column can hold" },
};

static const struct cut *find_cut(const struct value *code, bool writes)
{
	for (size_t i = 0; code && code->type == VALUE_INT && i < ARRAY_SIZE(cuts); i++)
		if (cuts[i].code == code->u.integer && (writes || !cuts[i].writes))
			return &cuts[i];
	return NULL;
}

static int tell(const struct cut *cut, const struct value *row, struct error *err)
{
	const struct value *message = value_get(row, "Message");

	error_set(err, ERR_SQL, "the server cut %s: warning %lld: %.*s",
		cut->writes ? "what was written" : "the result", (long long)cut->code,
		STR_ARG(message ? message->text : STR("")));
	error_note(err, "%s; where it is meant, judge it: `warnings >= 1`", cut->remedy);
	return -1;
}

int sql_warnings_check(const struct value *rows, bool writes, struct error *err)
{
	for (size_t i = 0; rows && i < rows->u.list.count; i++) {
		const struct value *row = rows->u.list.items[i];
		const struct cut *cut = find_cut(value_get(row, "Code"), writes);

		if (cut)
			return tell(cut, row, err);
	}
	return 0;
}
