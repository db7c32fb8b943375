#include "probes/schema_create.h"

/* True when `s` begins with the name in backticks; *ret_n is the length of that. */
static bool begins_with_name(struct str s, struct str name, size_t *ret_n)
{
	size_t at = 1;

	if (s.n == 0 || s.p[0] != '`')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (at >= s.n || s.p[at] != name.p[i])
			return false;
		at++;
		if (name.p[i] == '`' && (at >= s.n || s.p[at++] != '`'))
			return false;
	}
	if (at >= s.n || s.p[at] != '`' || (at + 1 < s.n && s.p[at + 1] == '`'))
		return false;
	*ret_n = at + 1;
	return true;
}

/* CASCADE, SET NULL, SET DEFAULT, RESTRICT, NO ACTION: words of capitals, up to ON or the end. */
static struct str rule_behind(struct str line, struct str mark)
{
	size_t at = str_find(line, mark);
	struct str rest = at == SIZE_MAX ? (struct str){ 0 } :
					   str_sub(line, at + mark.n, SIZE_MAX);
	size_t n = 0;

	while (n < rest.n && ((rest.p[n] >= 'A' && rest.p[n] <= 'Z') || rest.p[n] == ' '))
		n++;
	rest = str_sub(rest, 0, n);
	return str_trim(str_sub(rest, 0, str_find(rest, STR(" ON "))));
}

/*
 * Each part of the statement is a line of its own; a line end inside a name would be one in the
 * catalogue too.
 */
bool schema_create_rules(struct str text, struct str name, struct str *ret_on_delete,
	struct str *ret_on_update)
{
	const struct str mark = STR("CONSTRAINT ");
	const struct str keys = STR(" FOREIGN KEY ");

	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));
		size_t n;

		if (!str_starts_with(line, mark))
			continue;
		line = str_sub(line, mark.n, SIZE_MAX);
		if (!begins_with_name(line, name, &n) ||
			!str_starts_with(str_sub(line, n, SIZE_MAX), keys))
			continue;
		line = str_sub(line, n, SIZE_MAX);
		*ret_on_delete = rule_behind(line, STR(" ON DELETE "));
		*ret_on_update = rule_behind(line, STR(" ON UPDATE "));
		return true;
	}
	return false;
}
