#include "harness/value/encode.h"
#include "harness/value/json.h"
#include "probes/migrations_disk_impl.h"

/* What a change set is known by; absent parts are not written there. */
struct change_set {
	struct str file; /* logicalFilePath, else the file's own */
	struct str id, author;
};

static int add_change_set(struct folder_reader *r, const struct folder_item *i,
	struct change_set set, struct error *err)
{
	if (!set.id.n || !set.author.n)
		return 0;
	struct str file = set.file.n ? set.file : i->relative;
	struct str name = arena_printf(r->a, "%.*s::%.*s::%.*s", STR_ARG(file),
		STR_ARG(set.id), STR_ARG(set.author));

	return folder_add(r, i, name) ? 0 : error_set_oom(err);
}

static struct str unquoted(struct str s)
{
	static const char quotes[] = "\"'";

	for (const char *q = quotes; *q; q++)
		if (s.n > 1 && s.p[0] == *q && s.p[s.n - 1] == *q)
			return str_sub(s, 1, s.n - 2);
	return s;
}

/* ---- SQL: --liquibase formatted sql, --changeset author:id attribute:value ---- */

/* Behind `--WORD `, letters in any case; absent: another line. */
static struct str behind_mark(struct str line, struct str word)
{
	struct str s = str_trim_blanks(line);

	if (!str_starts_with(s, STR("--")))
		return (struct str){ NULL, 0 };
	s = str_trim_blanks(str_sub(s, 2, SIZE_MAX));
	if (!str_eq_nocase(str_sub(s, 0, word.n), word))
		return (struct str){ NULL, 0 };
	return str_trim_blanks(str_sub(s, word.n, SIZE_MAX));
}

/* Up to `end`, or what stands in quotes; cut off *rest. */
static struct str cut_word(struct str *rest, char end)
{
	size_t n = 0;

	if (str_starts_with(*rest, STR("\""))) {
		size_t close = str_find_char(str_sub(*rest, 1, SIZE_MAX), '"');

		n = close == SIZE_MAX ? rest->n : close + 2;
	}
	while (n < rest->n && rest->p[n] != end)
		n++;
	struct str word = str_sub(*rest, 0, n);
	*rest = str_trim_blanks(str_sub(*rest, n + 1, SIZE_MAX));
	return unquoted(str_trim(word));
}

static struct str logical_path(struct str attributes)
{
	struct str mark = STR("logicalFilePath:");
	size_t at = str_find(attributes, mark);

	if (at == SIZE_MAX)
		return (struct str){ NULL, 0 };
	struct str rest = str_trim_blanks(str_sub(attributes, at + mark.n, SIZE_MAX));
	return cut_word(&rest, ' ');
}

static int read_sql_line(struct folder_reader *r, const struct folder_item *i,
	struct str line, struct str file, struct error *err)
{
	struct str rest = behind_mark(line, STR("changeset "));
	struct change_set set = { .file = file };

	if (!rest.p)
		return 0;
	set.author = cut_word(&rest, ':');
	set.id = cut_word(&rest, ' ');
	struct str own = logical_path(rest);
	if (own.n)
		set.file = own;
	return add_change_set(r, i, set, err);
}

/* SQL without the first line is no change log. */
static int read_sql(
	struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	struct str rest = str_trim(i->text);
	struct str head = behind_mark(
		str_trim(str_cut(&rest, '\n')), STR("liquibase formatted sql"));
	struct str file = logical_path(head);

	while (head.p && rest.p)
		if (read_sql_line(r, i, str_trim(str_cut(&rest, '\n')), file, err))
			return -1;
	return 0;
}

/* ---- XML: <changeSet id="1" author="x"> ---- */

static struct str decoded(struct arena *a, struct str text)
{
	struct strbuf sb;

	if (!str_has_char(text, '&'))
		return text;
	strbuf_init(&sb, text.n + 1);
	decode_html(&sb, text);
	struct str out = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return out;
}

static bool is_name_end(char c)
{
	return strchr(" \t\r\n=>/", c) != NULL;
}

/* name="value" at the front of *rest, cut off it; false: none is left. */
static bool cut_attribute(struct str *rest, struct str *ret_name, struct str *ret_value)
{
	size_t n = 0;
	struct str s = str_trim(*rest);

	while (n < s.n && !is_name_end(s.p[n]))
		n++;
	*ret_name = str_sub(s, 0, n);
	s = str_trim(str_sub(s, n, SIZE_MAX));
	if (!n || !str_starts_with(s, STR("=")))
		return false;
	s = str_trim(str_sub(s, 1, SIZE_MAX));
	if (!s.n || (s.p[0] != '"' && s.p[0] != '\''))
		return false;
	size_t close = str_find_char(str_sub(s, 1, SIZE_MAX), s.p[0]);
	if (close == SIZE_MAX)
		return false;
	*ret_value = str_sub(s, 1, close);
	*rest = str_sub(s, close + 2, SIZE_MAX);
	return true;
}

static struct change_set read_attributes(struct arena *a, struct str rest)
{
	struct change_set set = { 0 };
	struct str name;
	struct str value;

	while (cut_attribute(&rest, &name, &value)) {
		struct str *to = str_is(name, "id")     ? &set.id :
			str_is(name, "author")          ? &set.author :
			str_is(name, "logicalFilePath") ? &set.file :
							  NULL;

		if (to)
			*to = decoded(a, value);
	}
	return set;
}

/* Behind the tag's name when it opens that element; absent: another. */
static struct str opens(struct str tag, struct str name)
{
	if (!str_starts_with(tag, name) || tag.n == name.n || !is_name_end(tag.p[name.n]))
		return (struct str){ NULL, 0 };
	return str_sub(tag, name.n, SIZE_MAX);
}

static int read_xml(
	struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	struct str rest = i->text;
	struct str file = { NULL, 0 };

	while (str_cut(&rest, '<'), rest.p) {
		if (str_starts_with(rest, STR("!--"))) {
			size_t end = str_find(rest, STR("-->"));

			rest = str_sub(rest, end, SIZE_MAX);
			continue;
		}
		struct str root = opens(rest, STR("databaseChangeLog"));
		struct str tag = opens(rest, STR("changeSet"));
		if (root.p)
			file = read_attributes(r->a, root).file;
		if (!tag.p)
			continue;
		struct change_set set = read_attributes(r->a, tag);
		if (!set.file.n)
			set.file = file;
		if (add_change_set(r, i, set, err))
			return -1;
	}
	return 0;
}

/* ---- YAML: `- changeSet:` and the keys indented below it ---- */

static size_t indent_of(struct str line)
{
	size_t n = 0;

	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '-'))
		n++;
	return n;
}

/* The value of `key: value`, without quotes and comment; absent: another key. */
static struct str yaml_value(struct str text, struct str key)
{
	if (!str_starts_with(text, key) ||
		!str_starts_with(str_sub(text, key.n, SIZE_MAX), STR(":")))
		return (struct str){ NULL, 0 };
	struct str value = str_trim(str_sub(text, key.n + 1, SIZE_MAX));
	size_t comment = str_find(value, STR(" #"));
	return unquoted(str_trim(str_sub(value, 0, comment)));
}

struct yaml_scan {
	struct change_set set;
	struct str file; /* of the whole log */
	size_t indent; /* of changeSet; keys of the set stand deeper */
	size_t keys; /* of its own keys; 0: none seen */
	bool inside;
};

static int yaml_end_set(struct yaml_scan *y, struct folder_reader *r,
	const struct folder_item *i, struct error *err)
{
	struct change_set set = y->set;

	if (!y->inside)
		return 0;
	y->inside = false;
	y->set = (struct change_set){ 0 };
	if (!set.file.n)
		set.file = y->file;
	return add_change_set(r, i, set, err);
}

static void yaml_key(struct yaml_scan *y, struct str text, size_t indent)
{
	struct str file = yaml_value(text, STR("logicalFilePath"));
	struct str id = yaml_value(text, STR("id"));
	struct str author = yaml_value(text, STR("author"));

	if (!y->inside && file.n)
		y->file = file;
	if (!y->inside)
		return;
	if (!y->keys)
		y->keys = indent;
	if (indent != y->keys)
		return;
	y->set.file = file.n ? file : y->set.file;
	y->set.id = id.n ? id : y->set.id;
	y->set.author = author.n ? author : y->set.author;
}

static int yaml_line(struct yaml_scan *y, struct folder_reader *r,
	const struct folder_item *i, struct str line, struct error *err)
{
	size_t indent = indent_of(line);
	struct str text = str_trim(str_sub(line, indent, SIZE_MAX));

	if (!text.n || text.p[0] == '#')
		return 0;
	if (y->inside && indent <= y->indent && yaml_end_set(y, r, i, err))
		return -1;
	if (yaml_value(text, STR("changeSet")).p) {
		y->inside = true;
		y->indent = indent;
		y->keys = 0;
	} else
		yaml_key(y, text, indent);
	return 0;
}

static int read_yaml(
	struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	struct yaml_scan y = { 0 };
	struct str rest = i->text;

	while (rest.p)
		if (yaml_line(&y, r, i, str_cut(&rest, '\n'), err))
			return -1;
	return yaml_end_set(&y, r, i, err);
}

/* ---- JSON ---- */

static struct str text_of(const struct value *object, const char *key)
{
	const struct value *v = value_get(object, key);

	return v && (v->type == VALUE_STRING || value_is_number(v)) ?
		v->text :
		(struct str){ NULL, 0 };
}

/* A JSON file that is no change log is somebody else's. */
static int read_json(
	struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	const struct value *root;
	struct error bad;

	if (json_parse(r->a, i->text, r->limits->max_depth, &root, NULL, &bad))
		return 0;
	const struct value *log = value_get(root, "databaseChangeLog");
	if (!log || log->type != VALUE_LIST)
		return 0;
	for (size_t n = 0; n < log->u.list.count; n++) {
		const struct value *v = value_get(log->u.list.items[n], "changeSet");
		struct change_set set = { text_of(v, "logicalFilePath"), text_of(v, "id"),
			text_of(v, "author") };

		if (add_change_set(r, i, set, err))
			return -1;
	}
	return 0;
}

int read_liquibase(
	struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	static const struct {
		const char *suffix;
		folder_read *read;
	} rows[] = {
		{ ".sql", read_sql },
		{ ".xml", read_xml },
		{ ".yaml", read_yaml },
		{ ".yml", read_yaml },
		{ ".json", read_json },
	};

	for (size_t n = 0; n < ARRAY_SIZE(rows); n++)
		if (str_ends_with(i->base, str_from(rows[n].suffix)))
			return rows[n].read(r, i, err);
	return 0;
}
