#include "harness/judge/expand.h"

#include "harness/base/escape.h"
#include "harness/base/scan.h"
#include "harness/judge/scope.h"
#include "harness/lang/kind.h"
#include "harness/value/encode.h"
#include "harness/value/json.h"
#include "harness/value/number.h"

/* ---- placeholders ---- */

static int new_uuid(const struct expander *x, const struct value **ret, struct error *err)
{
	char uuid[37];
	if (!encode_new_uuid(uuid))
		return error_set(
			err, ERR_INTERNAL, "the system's random generator failed");
	*ret = value_string(
		x->eval->arena, arena_str(x->eval->arena, str_make(uuid, 36)));
	return *ret ? 0 : error_set_oom(err);
}

static int new_date(const struct expander *x, const struct value **ret, struct error *err)
{
	*ret = value_date(x->eval->arena, x->eval->now_wall_us);
	return *ret ? 0 : error_set_oom(err);
}

static int unknown(
	const struct expander *x, const struct placeholder *p, struct error *err)
{
	error_at(err, ERR_UNSET, x->source, p->span, "variable '%.*s' is not set",
		STR_ARG(p->name));
	if (x->eval->variable != scope_variable)
		return -1;
	struct str near = scope_suggest(x->eval->ctx, p->name);
	if (near.p)
		error_note(err, "did you mean '%.*s'?", STR_ARG(near));
	else
		error_note(err,
			"set it with --variable %.*s=VALUE, `variable: %.*s = VALUE` at the top of the file, or a capture",
			STR_ARG(p->name), STR_ARG(p->name));
	return -1;
}

static int lookup(const struct expander *x, const struct placeholder *p,
	const struct value **ret, struct error *err)
{
	if (p->kind == PLACEHOLDER_NEW_UUID)
		return new_uuid(x, ret, err);
	if (p->kind == PLACEHOLDER_NEW_DATE)
		return new_date(x, ret, err);
	const struct value *v = x->eval->variable ?
		x->eval->variable(x->eval->ctx, p->name) :
		NULL;
	if (!v)
		return unknown(x, p, err);
	*ret = v;
	return 0;
}

/* Arguments of a filter or query, evaluated. */
static int arguments(const struct expander *x, const struct call *c,
	const struct value **args, struct error *err)
{
	for (size_t i = 0; i < c->nargs; i++)
		if (expand_operand(x, &c->args[i], &args[i], err))
			return -1;
	return 0;
}

static int apply(const struct expander *x, const struct call *c, const struct value **v,
	struct error *err)
{
	const struct value *args[2] = { 0 };
	if (arguments(x, c, args, err))
		return -1;
	if (!filter_apply(x->eval, c->filter, *v, args, v, err))
		return 0;
	if (err->code == ERR_CHECK)
		err->code = ERR_TEMPLATE;
	error_place(err, x->source, c->span);
	return -1;
}

int expand_placeholder(const struct expander *x, const struct placeholder *p,
	const struct value **ret, struct error *err)
{
	const struct value *v;
	if (lookup(x, p, &v, err))
		return -1;
	for (size_t i = 0; i < p->nfilters; i++)
		if (apply(x, &p->filters[i], &v, err))
			return -1;
	if (!v)
		return error_at(err, ERR_TEMPLATE, x->source, p->span,
			"'%.*s' has no value after its filters", STR_ARG(p->name));
	*ret = v;
	return 0;
}

/* ---- text ---- */

static int render(const struct expander *x, const struct placeholder *p,
	const struct value *v, struct strbuf *sb, struct error *err)
{
	if (value_render(sb, v))
		return 0;
	return error_at(err, ERR_TEMPLATE, x->source, p->span,
		"'%.*s' is %s %s and cannot be rendered as text", STR_ARG(p->name),
		v->type == VALUE_OBJECT || v->type == VALUE_INT ? "an" : "a",
		value_type_word(v->type));
}

/* Takes what was built into the arena. */
static int finish_text(
	const struct expander *x, struct strbuf *sb, struct str *ret, struct error *err)
{
	struct str text = arena_str(x->eval->arena, strbuf_str(sb));
	bool failed = strbuf_failed(sb) || arena_failed(x->eval->arena);
	strbuf_release(sb);
	if (failed)
		return error_set_oom(err);
	*ret = text;
	return 0;
}

int expand_text(const struct expander *x, const struct template *t, struct str *ret,
	bool *ret_secret, struct error *err)
{
	if (template_is_constant(t)) {
		*ret = template_text(t);
		if (ret_secret)
			*ret_secret = false;
		return 0;
	}
	struct strbuf sb;
	bool secret = false;
	strbuf_init(&sb, x->eval->limits->max_text_bytes);
	for (size_t i = 0; i < t->nparts; i++) {
		const struct template_part *part = &t->parts[i];
		const struct value *v;
		strbuf_add(&sb, part->text);
		if (!part->placeholder)
			continue;
		if (expand_placeholder(x, part->placeholder, &v, err) ||
			render(x, part->placeholder, v, &sb, err)) {
			strbuf_release(&sb);
			return -1;
		}
		secret |= value_is_secret(v);
	}
	if (finish_text(x, &sb, ret, err))
		return -1;
	if (ret_secret)
		*ret_secret = secret;
	return 0;
}

/* As expand_text, as a STRING value that carries the secret flag. */
static int expand_string(const struct expander *x, const struct template *t,
	const struct value **ret, struct error *err)
{
	struct str text;
	bool secret;
	if (expand_text(x, t, &text, &secret, err))
		return -1;
	const struct value *v = value_string(x->eval->arena, text);
	if (secret)
		v = value_with_flags(x->eval->arena, v, VALUE_SECRET);
	if (!v)
		return error_set_oom(err);
	*ret = v;
	return 0;
}

/* ---- operands ---- */

static int expand_file(const struct expander *x, const struct operand *o,
	const struct value **ret, struct error *err)
{
	struct str name, bytes;
	if (expand_text(x, o->text, &name, NULL, err))
		return -1;
	if (!x->files)
		return error_at(
			err, ERR_FILE, x->source, o->span, "files cannot be read here");
	if (x->files->read(x->files->ctx, x->eval->arena, x->source, name, &bytes, err)) {
		error_place(err, x->source, o->span);
		return -1;
	}
	*ret = value_bytes(x->eval->arena, bytes);
	return *ret ? 0 : error_set_oom(err);
}

static int expand_list(const struct expander *x, const struct operand *o,
	const struct value **ret, struct error *err)
{
	struct value_list_builder b = { 0 };
	for (size_t i = 0; i < o->nitems; i++) {
		const struct value *v;
		if (expand_operand(x, &o->items[i], &v, err))
			return -1;
		value_list_add(x->eval->arena, &b, v);
	}
	*ret = value_list_finish(x->eval->arena, &b);
	return *ret ? 0 : error_set_oom(err);
}

/* Is the end of this literal text inside a JSON string, when its start is or is not? */
static bool ends_in_string(struct str text, bool in_string)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\' && in_string)
			i++;
		else if (text.p[i] == '"')
			in_string = !in_string;
	}
	return in_string;
}

/* The text of a value, as it stands inside a JSON string. */
static int json_text(const struct expander *x, const struct placeholder *p,
	const struct value *v, struct strbuf *sb, struct error *err)
{
	struct strbuf text;
	strbuf_init(&text, x->eval->limits->max_text_bytes);
	int bad = render(x, p, v, &text, err);
	if (!bad)
		escape_json(sb, strbuf_str(&text));
	strbuf_release(&text);
	return bad;
}

/* In a JSON operand every placeholder writes JSON: in strings its text, else the value. */
static int write_json_operand(const struct expander *x, const struct template *t,
	struct strbuf *sb, struct error *err)
{
	bool in_string = false;
	for (size_t i = 0; i < t->nparts; i++) {
		const struct template_part *part = &t->parts[i];
		const struct value *v;
		strbuf_add(sb, part->text);
		if (!part->placeholder) {
			in_string = ends_in_string(part->text, in_string);
			continue;
		}
		if (expand_placeholder(x, part->placeholder, &v, err))
			return -1;
		if (!in_string)
			json_write(sb, v);
		else if (json_text(x, part->placeholder, v, sb, err))
			return -1;
	}
	return 0;
}

static int parse_json_operand(const struct expander *x, const struct operand *o,
	struct str text, const struct value **ret, struct error *err)
{
	if (!json_parse(
		    x->eval->arena, text, x->eval->limits->max_depth, ret, NULL, err))
		return 0;
	err->code = ERR_TEMPLATE;
	error_place(err, x->source, o->span);
	return -1;
}

static int expand_json(const struct expander *x, const struct operand *o,
	const struct value **ret, struct error *err)
{
	struct strbuf sb;
	struct str text;
	strbuf_init(&sb, x->eval->limits->max_text_bytes);
	if (write_json_operand(x, o->text, &sb, err)) {
		strbuf_release(&sb);
		return -1;
	}
	return finish_text(x, &sb, &text, err) ||
			parse_json_operand(x, o, text, ret, err) ?
		-1 :
		0;
}

static int expand_pattern(const struct expander *x, const struct operand *o,
	const struct value **ret, struct error *err)
{
	*ret = value_regex(x->eval->arena, regex_pattern(o->regex));
	return *ret ? 0 : error_set_oom(err);
}

static int expand_typed(const struct expander *x, const struct operand *o,
	const struct value **ret, struct error *err)
{
	return expand_placeholder(x, o->text->parts[0].placeholder, ret, err);
}

static int expand_constant(const struct expander *x, const struct operand *o,
	const struct value **ret, struct error *err)
{
	(void)x;
	(void)err;
	*ret = o->value;
	return 0;
}

/* An expected JSON body is text too, but its placeholders are filled in as in a request's. */
static int expand_operand_text(const struct expander *x, const struct operand *o,
	const struct value **ret, struct error *err)
{
	const struct body json = { .text = o->text, .json_holes = o->json_holes };
	struct str text;

	if (!o->json_holes)
		return expand_string(x, o->text, ret, err);
	if (expand_json_body(x, &json, x->eval->lenient_jsonpath_filter, &text, err))
		return -1;
	*ret = value_string(x->eval->arena, text);
	return *ret ? 0 : error_set_oom(err);
}

static int expand_nothing(const struct expander *x, const struct operand *o,
	const struct value **ret, struct error *err)
{
	(void)x;
	(void)o;
	(void)err;
	*ret = NULL;
	return 0;
}

int expand_operand(const struct expander *x, const struct operand *o,
	const struct value **ret, struct error *err)
{
	static int (*const by_kind[])(const struct expander *, const struct operand *,
		const struct value **, struct error *) = {
		[OPERAND_IS_NONE] = expand_nothing,
		[OPERAND_IS_CONSTANT] = expand_constant,
		[OPERAND_IS_TEXT] = expand_operand_text,
		[OPERAND_IS_PLACEHOLDER] = expand_typed,
		[OPERAND_IS_FILE] = expand_file,
		[OPERAND_IS_PATTERN] = expand_pattern,
		[OPERAND_IS_LIST] = expand_list,
		[OPERAND_IS_JSON] = expand_json,
		[OPERAND_IS_TABLE] = expand_nothing,
	};
	return by_kind[o->kind](x, o, ret, err);
}

/* ---- a direct JSON body ---- */

static int json_hole(const struct expander *x, const struct placeholder *p,
	const struct value *v, bool extended, struct strbuf *sb, struct error *err)
{
	struct strbuf text;
	size_t at;
	if (extended && (v->type == VALUE_LIST || v->type == VALUE_OBJECT)) {
		json_write(sb, v);
		return 0;
	}
	strbuf_init(&text, x->eval->limits->max_text_bytes);
	int bad = render(x, p, v, &text, err);
	if (!bad &&
		(v->type == VALUE_STRING || v->type == VALUE_DATE ||
			!json_scan(strbuf_str(&text), x->eval->limits->max_depth, false,
				&at))) {
		bad = error_at(err, ERR_TEMPLATE, x->source, p->span,
			"'%.*s' is no JSON value here: %s <%.200s>", STR_ARG(p->name),
			value_type_word(v->type),
			value_is_secret(v) ? "***" : strbuf_cstr(&text));
		error_note(err, "a string goes inside quotes: \"{{%.*s}}\"",
			STR_ARG(p->name));
	}
	if (!bad)
		strbuf_add(sb, strbuf_str(&text));
	strbuf_release(&text);
	return bad;
}

int expand_json_body(const struct expander *x, const struct body *b, bool extended,
	struct str *ret, struct error *err)
{
	struct strbuf sb;
	strbuf_init(&sb, x->eval->limits->max_text_bytes);
	for (size_t i = 0; i < b->text->nparts; i++) {
		const struct template_part *part = &b->text->parts[i];
		const struct value *v;
		strbuf_add(&sb, part->text);
		if (!part->placeholder)
			continue;
		int bad = expand_placeholder(x, part->placeholder, &v, err);
		if (!bad && b->json_holes && b->json_holes[i])
			bad = json_hole(x, part->placeholder, v, extended, &sb, err);
		else if (!bad)
			bad = json_text(x, part->placeholder, v, &sb, err);
		if (bad) {
			strbuf_release(&sb);
			return -1;
		}
	}
	return finish_text(x, &sb, ret, err);
}

/* ---- tables ---- */

static int expand_cell(const struct expander *x, const struct table_cell *in,
	struct cell *out, struct error *err)
{
	struct str text;
	if (!in->text) {
		*out = in->compiled;
		return 0;
	}
	if (template_is_bare(in->text)) {
		*out = (struct cell){ .kind = CELL_VALUE };
		return expand_placeholder(
			x, in->text->parts[0].placeholder, &out->value, err);
	}
	if (expand_text(x, in->text, &text, NULL, err))
		return -1;
	if (!cell_compile(x->eval->arena, text, out, NULL, err))
		return 0;
	error_place(err, x->source, in->span);
	return -1;
}

int expand_table(const struct expander *x, const struct expected_table *t,
	struct table *ret, struct error *err)
{
	struct arena *a = x->eval->arena;
	const struct cell **rows = arena_array(a, t->nrows + 1, sizeof(*rows));
	if (!rows)
		return error_set_oom(err);
	for (size_t i = 0; i < t->nrows; i++) {
		struct cell *row = arena_array(a, t->ncolumns + 1, sizeof(*row));
		if (!row)
			return error_set_oom(err);
		for (size_t j = 0; j < t->ncolumns; j++)
			if (expand_cell(x, &t->rows[i][j], &row[j], err))
				return -1;
		rows[i] = row;
	}
	*ret = (struct table){ .columns = t->columns,
		.ncolumns = t->ncolumns,
		.rows = rows,
		.nrows = t->nrows,
		.order = t->order,
		.includes = t->includes };
	return 0;
}

/* ---- options ---- */

static int option_type_error(const struct expander *x, const struct option *o,
	const struct value *v, const char *wanted, struct error *err)
{
	const struct span at = template_is_bare(o->text) ?
		o->text->parts[0].placeholder->span :
		o->text->span;
	return error_at(err, ERR_TEMPLATE, x->source, at,
		"option '%s' needs %s, but got %s", o->row->name, wanted,
		v ? value_type_word(v->type) : "text");
}

/* The value of a placeholder; *ret NULL for a constant, whose text is *ret_text. */
static int option_value(const struct expander *x, const struct option *o,
	const struct value **ret, struct str *ret_text, struct error *err)
{
	*ret = NULL;
	if (template_is_bare(o->text))
		return expand_placeholder(x, o->text->parts[0].placeholder, ret, err);
	return expand_text(x, o->text, ret_text, NULL, err);
}

int expand_option_bool(
	const struct expander *x, const struct option *o, bool *ret, struct error *err)
{
	const struct value *v;
	struct str text;
	if (option_value(x, o, &v, &text, err))
		return -1;
	if (v && v->type == VALUE_BOOL)
		*ret = v->u.boolean;
	else if (v || !scan_bool(text, ret))
		return option_type_error(x, o, v, "true or false", err);
	return 0;
}

int expand_option_count(
	const struct expander *x, const struct option *o, int64_t *ret, struct error *err)
{
	const struct value *v;
	struct str text;
	int64_t least = o->row->type == OPTION_NATURAL ? 0 : -1;
	if (option_value(x, o, &v, &text, err))
		return -1;
	if (v && v->type == VALUE_INT && v->u.integer >= least)
		*ret = v->u.integer;
	else if (v || !scan_int(text, least, INT64_MAX, ret))
		return option_type_error(x, o, v, "a count (-1: without limit)", err);
	return 0;
}

int expand_option_duration_us(const struct expander *x, const struct option *o,
	uint64_t *ret, struct error *err)
{
	const struct value *v;
	struct str text;
	if (option_value(x, o, &v, &text, err))
		return -1;
	if (v && v->type == VALUE_STRING && (v->flags & VALUE_INJECTED)) {
		text = v->text; /* "250ms" from the command line or a default */
		v = NULL;
	}
	if (v && v->type == VALUE_INT && v->u.integer >= 0 &&
		v->u.integer < INT64_MAX / 3600000000)
		*ret = (uint64_t)v->u.integer *
			(o->row->unit_us ? o->row->unit_us : 1000);
	else if (v || !scan_duration_us(text, o->row->unit_us, ret))
		return option_type_error(x, o, v, "a duration such as 500ms or 2s", err);
	return 0;
}

int expand_option_text(const struct expander *x, const struct option *o, struct str *ret,
	struct error *err)
{
	return expand_text(x, o->text, ret, NULL, err);
}

int expand_option_variable(const struct expander *x, const struct option *o,
	const struct value **ret, struct error *err)
{
	return expand_operand(x, &o->literal, ret, err);
}
