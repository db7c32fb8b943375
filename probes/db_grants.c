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

/* ---- one privilege ---- */

/* A name in backticks, quotes, or bare, cut off the front of *rest; what is inside, as it stands. */
static struct str cut_name(struct str *rest)
{
	char quote = rest->n ? rest->p[0] : '\0';
	size_t n = 1;
	struct str name;

	if (quote != '`' && quote != '\'') {
		name = str_sub(*rest, 0, str_find_char(*rest, '.'));
		name = str_sub(name, 0, str_find_char(name, ' '));
		*rest = str_sub(*rest, name.n, SIZE_MAX);
		return name;
	}
	while (n < rest->n && rest->p[n] != quote)
		n++;
	name = str_sub(*rest, 1, n - 1);
	*rest = str_sub(*rest, n + 1, SIZE_MAX);
	return name;
}

/* The patterns of GRANT: % and _ as in LIKE, \ takes the next character as it is. */
static bool like(struct str pattern, struct str s)
{
	size_t p = 0;
	size_t i = 0;
	size_t star = SIZE_MAX;
	size_t star_i = 0;

	while (i < s.n) {
		bool escaped = p + 1 < pattern.n && pattern.p[p] == '\\';
		char c = p < pattern.n ? pattern.p[p + escaped] : '\0';

		if (c == '%' && !escaped) {
			star = p++;
			star_i = i;
		} else if (p < pattern.n && (c == s.p[i] || (c == '_' && !escaped))) {
			p += 1u + escaped;
			i++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			i = ++star_i;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '%')
		p++;
	return p == pattern.n;
}

static bool target_covers(struct str target, struct str database, const char *table)
{
	struct str schema = cut_name(&target);
	struct str name;

	if (str_is(schema, "*"))
		return true;
	if (!like(schema, database) || !str_starts_with(target, STR(".")))
		return false;
	target = str_sub(target, 1, SIZE_MAX);
	name = cut_name(&target);
	return str_is(name, "*") || (table && str_is(name, table));
}

static bool list_holds(struct str list, const char *privilege)
{
	while (list.p) {
		struct str item = next_privilege(&list);

		if (str_eq_nocase(item, STR("ALL PRIVILEGES")) ||
			(privilege ? str_eq_nocase(item, str_from(privilege)) :
				     !str_eq_nocase(item, STR("USAGE"))))
			return true;
	}
	return false;
}

static bool line_holds(
	struct str line, struct str database, const char *table, const char *privilege)
{
	size_t on = str_find(line, STR(" ON "));

	return str_starts_with(line, STR("GRANT ")) &&
		!str_starts_with(line, STR("GRANT PROXY ")) && on != SIZE_MAX &&
		target_covers(str_sub(line, on + 4, SIZE_MAX), database, table) &&
		list_holds(str_sub(line, 6, on - 6), privilege);
}

static struct str grant_line(const struct value *grants, size_t i)
{
	const struct value *row = grants->u.list.items[i];

	if (row->u.object.count == 0 ||
		row->u.object.members[0].value->type != VALUE_STRING)
		return (struct str){ 0 };
	return row->u.object.members[0].value->text;
}

bool db_grants_hold(const struct value *grants, struct str database, const char *table,
	const char *privilege)
{
	for (size_t i = 0; grants && i < grants->u.list.count; i++)
		if (line_holds(grant_line(grants, i), database, table, privilege))
			return true;
	return false;
}

/* ---- all of them ---- */

struct str db_grants_beyond_reading(struct arena *a, const struct value *grants)
{
	struct names names = { 0 };
	struct str text = { 0 };

	for (size_t i = 0; grants && i < grants->u.list.count; i++)
		read_grant(&names, grant_line(grants, i));
	for (size_t i = 0; i < names.count; i++)
		text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), i ? ", " : "",
			STR_ARG(names.items[i]));
	return names.more ? arena_printf(a, "%.*s, ...", STR_ARG(text)) : text;
}
