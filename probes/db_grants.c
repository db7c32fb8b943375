#include "probes/db_grants.h"

#define NAMED_MAX 12

/* What a checking account may hold without a word. All else is named, known or not. */
static const char *const harmless[] = {
	"USAGE",
	"SELECT",
	"SHOW VIEW",
	"SHOW DATABASES",
	"PROCESS",
	"REPLICATION CLIENT",
	"BINLOG MONITOR",
	"SLAVE MONITOR",
	"REPLICA MONITOR",
	"SHOW CREATE ROUTINE",
	"SHOW_ROUTINE",
	"EXECUTE",
};

struct names {
	struct str items[NAMED_MAX];
	size_t count;
	bool more;
};

static bool is_harmless(struct str privilege)
{
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
		if (str_eq_nocase(privilege, str_from(harmless[i])))
			return true;
	return false;
}

static void add_name(struct names *n, struct str privilege)
{
	for (size_t i = 0; i < n->count; i++)
		if (str_eq_nocase(n->items[i], privilege))
			return;
	if (n->count < NAMED_MAX)
		n->items[n->count++] = privilege;
	else
		n->more = true;
}

/* Up to the next comma outside parentheses, without a list of columns behind the name. */
static struct str next_privilege(struct str *rest)
{
	size_t depth = 0;
	size_t n = 0;
	struct str item;

	for (; n < rest->n; n++) {
		char c = rest->p[n];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (c == ',' && depth == 0)
			break;
	}
	item = str_sub(*rest, 0, n);
	*rest = n < rest->n ? str_sub(*rest, n + 1, SIZE_MAX) : (struct str){ 0 };
	return str_trim(str_sub(item, 0, str_find_char(item, '(')));
}

/* A role that is granted has a quoted name, and no ON behind it. */
static void read_grant(struct names *n, struct str line)
{
	size_t on = str_find(line, STR(" ON "));
	struct str list;

	if (!str_starts_with(line, STR("GRANT ")) ||
		str_starts_with(line, STR("GRANT PROXY ")) || on == SIZE_MAX)
		return;
	list = str_sub(line, 6, on - 6);
	while (list.p) {
		struct str privilege = next_privilege(&list);

		if (privilege.n > 0 && privilege.p[0] != '`' && privilege.p[0] != '\'' &&
			!is_harmless(privilege))
			add_name(n, privilege);
	}
	if (str_find(line, STR(" WITH GRANT OPTION")) != SIZE_MAX)
		add_name(n, STR("GRANT OPTION"));
}

struct str db_grants_beyond_reading(struct arena *a, const struct value *grants)
{
	struct names names = { 0 };
	struct str text = { 0 };

	for (size_t i = 0; grants && i < grants->u.list.count; i++) {
		const struct value *row = grants->u.list.items[i];

		if (row->u.object.count > 0 &&
			row->u.object.members[0].value->type == VALUE_STRING)
			read_grant(&names, row->u.object.members[0].value->text);
	}
	for (size_t i = 0; i < names.count; i++)
		text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), i ? ", " : "",
			STR_ARG(names.items[i]));
	return names.more ? arena_printf(a, "%.*s, ...", STR_ARG(text)) : text;
}
