#include "harness/base/scan.h"
#include "probes/migrations_disk_impl.h"
#include "probes/migrations_names.h"
#include "probes/migrations_source.h"

static int added(const struct migration_file *file, struct error *err)
{
	return file ? 0 : error_set_oom(err);
}

/* ---- typeorm ---- */

enum { STAMP_DIGITS = 13 };

static bool ends_in_stamp(struct str name)
{
	uint64_t stamp;

	return name.n > STAMP_DIGITS &&
		scan_digits(str_sub(name, name.n - STAMP_DIGITS, SIZE_MAX), &stamp) ==
		STAMP_DIGITS;
}

struct typeorm_scan {
	struct folder_reader *r;
	const struct folder_item *item;
	struct error *err;
	struct str class_name; /* the class around, absent: none */
	bool named; /* it has a property already */
	size_t found;
};

static int typeorm_found(struct typeorm_scan *s, struct str name)
{
	s->found++;
	s->named = true;
	return added(folder_add(s->r, s->item, name), s->err);
}

/* A class is over when the next begins: what had no property has its own name. */
static int typeorm_end_class(struct typeorm_scan *s)
{
	if (s->named || !ends_in_stamp(s->class_name))
		return 0;
	return typeorm_found(s, s->class_name);
}

/* name = '...', name: string = '...' */
static int typeorm_property(struct typeorm_scan *s, struct code_lexer *l)
{
	struct code_lexer at = *l;
	struct code_token t = code_lexer_next(&at);

	if (code_is(t, ":") && code_lexer_next(&at).kind == CODE_WORD)
		t = code_lexer_next(&at);
	if (!code_is(t, "="))
		return 0;
	t = code_lexer_next(&at);
	if (t.kind != CODE_STRING || !ends_in_stamp(t.text) ||
		(s->named && s->class_name.p))
		return 0;
	*l = at;
	return typeorm_found(s, t.text);
}

static int typeorm_class(struct typeorm_scan *s, struct code_lexer *l)
{
	struct code_lexer at = *l;
	struct code_token t = code_lexer_next(&at);

	if (t.kind != CODE_WORD)
		return 0;
	if (typeorm_end_class(s))
		return -1;
	s->class_name = t.text;
	s->named = false;
	*l = at;
	return 0;
}

static int typeorm_token(
	struct typeorm_scan *s, struct code_lexer *l, struct code_token t)
{
	if (code_is(t, "class"))
		return typeorm_class(s, l);
	return code_is(t, "name") ? typeorm_property(s, l) : 0;
}

/* "1690000000000-make-canonical-schema.ts" to MakeCanonicalSchema1690000000000; absent: no such name. */
static struct str typeorm_guess(struct arena *a, struct str base)
{
	uint64_t stamp;
	bool upper = true;
	struct strbuf sb;
	struct str name = { NULL, 0 };

	if (scan_digits(base, &stamp) != STAMP_DIGITS || !str_has_char(base, '-'))
		return name;
	strbuf_init(&sb, base.n + 1);
	for (size_t i = STAMP_DIGITS; i < base.n && base.p[i] != '.'; i++) {
		char c = base.p[i];
		bool is_gap = c == '-' || c == '_' || c == ' ';

		if (!is_gap)
			strbuf_addc(&sb,
				upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') :
								c);
		upper = is_gap;
	}
	strbuf_add(&sb, str_sub(base, 0, STAMP_DIGITS));
	name = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return name;
}

static int typeorm_fall_back(struct typeorm_scan *s)
{
	struct str name = typeorm_guess(s->r->a, s->item->base);
	struct migration_file *file;

	if (!name.p)
		return 0;
	file = folder_add(s->r, s->item, name);
	if (file)
		file->guessed = true;
	return added(file, s->err);
}

int read_typeorm(struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	struct typeorm_scan s = { .r = r, .item = i, .err = err };
	struct code_lexer l;
	struct code_token t;

	code_lexer_init(&l, i->text, CODE_SCRIPT);
	while (t = code_lexer_next(&l), t.kind != CODE_END)
		if (typeorm_token(&s, &l, t))
			return -1;
	if (typeorm_end_class(&s))
		return -1;
	return s.found ? 0 : typeorm_fall_back(&s);
}

/* ---- doctrine ---- */

int read_doctrine(struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	struct str namespace_ = { NULL, 0 };
	struct code_lexer l;
	struct code_token t;

	if (!str_starts_with(i->base, STR("Version")))
		return 0;
	code_lexer_init(&l, i->text, CODE_PHP);
	while (t = code_lexer_next(&l), t.kind != CODE_END && !code_is(t, "class"))
		if (code_is(t, "namespace"))
			namespace_ = code_lexer_next(&l).text;
	t = code_lexer_next(&l);

	struct str file_name = str_sub(i->base, 0, i->base.n - strlen(".php"));
	struct str class_name = t.kind == CODE_WORD ? t.text : file_name;
	struct migration_file *file = folder_add(r, i,
		arena_printf(r->a, "%.*s%s%.*s", STR_ARG(namespace_),
			namespace_.n ? "\\" : "", STR_ARG(class_name)));
	if (file)
		file->guessed = t.kind != CODE_WORD;
	return added(file, err);
}

/* ---- python ---- */

/* Behind the '=' of an assignment that may say its type: `revision: Union[str, None] = `. */
static bool skip_to_value(struct code_lexer *l)
{
	struct code_lexer at = *l;
	struct code_token t = code_lexer_next(&at);

	while (t.kind != CODE_END && !t.line_start && !code_is(t, "="))
		t = code_lexer_next(&at);
	if (!code_is(t, "="))
		return false;
	*l = at;
	return true;
}

/* All strings of the value: 'a', ('a', 'b'), [('app', 'name')], None. */
static void read_strings(struct arena *a, struct code_lexer *l, struct names *ret)
{
	int depth = 0;

	do {
		struct code_token t = code_lexer_next(l);

		if (t.kind == CODE_END)
			return;
		if (t.kind == CODE_STRING)
			names_add(a, ret, t.text);
		depth += code_is(t, "(") || code_is(t, "[");
		depth -= code_is(t, ")") || code_is(t, "]");
	} while (depth > 0);
}

static void note_assignment(struct arena *a, struct code_lexer *l, struct code_token t,
	struct names *revision, struct names *parents)
{
	struct names *to = code_is(t, "revision") ? revision :
		code_is(t, "down_revision")       ? parents :
						    NULL;

	if (to && t.line_start && skip_to_value(l))
		read_strings(a, l, to);
}

/* A file without a revision (env.py) is none. */
int read_alembic(struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	struct names revision = { 0 };
	struct names parents = { 0 };
	struct code_lexer l;
	struct code_token t;

	code_lexer_init(&l, i->text, CODE_PYTHON);
	while (t = code_lexer_next(&l), t.kind != CODE_END)
		note_assignment(r->a, &l, t, &revision, &parents);
	if (!revision.count)
		return arena_failed(r->a) ? error_set_oom(err) : 0;
	struct migration_file *file = folder_add(r, i, revision.items[0]);
	if (!file)
		return error_set_oom(err);
	file->parents = parents.items;
	file->nparents = parents.count;
	return 0;
}

/* ---- django ---- */

/* The last step of a path, cut off it. */
static struct str cut_last(struct str *path)
{
	size_t n = path->n;

	while (n && path->p[n - 1] != '/')
		n--;
	struct str last = str_sub(*path, n, SIZE_MAX);
	*path = str_sub(*path, 0, n ? n - 1 : 0);
	return last;
}

/* [('app', 'name'), ...] to "app.name". */
static int read_replaces(
	struct folder_reader *r, struct code_lexer *l, struct migration_file *file)
{
	struct names parts = { 0 };
	struct str *names;

	if (!skip_to_value(l))
		return 0;
	read_strings(r->a, l, &parts);
	names = arena_array(r->a, parts.count / 2 + 1, sizeof(*names));
	if (!names)
		return -1;
	for (size_t i = 0; i + 1 < parts.count; i += 2)
		names[i / 2] = arena_printf(r->a, "%.*s.%.*s", STR_ARG(parts.items[i]),
			STR_ARG(parts.items[i + 1]));
	file->parents = names;
	file->nparents = parts.count / 2;
	return 0;
}

/* A migration defines the class Migration; what stands beside it (__init__.py, helpers) does not. */
int read_django(struct folder_reader *r, const struct folder_item *i, struct error *err)
{
	struct str path = str_from(i->path);
	struct str name = cut_last(&path);
	struct str folder = cut_last(&path);
	struct str app = cut_last(&path);
	struct migration_file *file = NULL;
	struct code_lexer l;
	struct code_token t;

	if (!str_is(folder, "migrations") || !app.n)
		return 0;
	name.n -= strlen(".py");
	code_lexer_init(&l, i->text, CODE_PYTHON);
	while (t = code_lexer_next(&l), t.kind != CODE_END)
		if (code_is(t, "class") && !file) {
			if (!code_is(code_lexer_next(&l), "Migration"))
				continue;
			file = folder_add(r, i,
				arena_printf(
					r->a, "%.*s.%.*s", STR_ARG(app), STR_ARG(name)));
			if (!file)
				return error_set_oom(err);
		} else if (file && code_is(t, "replaces") && read_replaces(r, &l, file))
			return error_set_oom(err);
	return 0;
}
