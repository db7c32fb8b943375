#include "harness/value/json.h"

#include <math.h>

#include "harness/base/escape.h"
#include "harness/value/date.h"
#include "harness/value/encode.h"
#include "harness/value/json_number.h"
#include "harness/value/number.h"

/* ---- values ---- */

struct printer {
	struct strbuf *out;
	bool masked;
	bool pretty;
	size_t indent;
};

static void print(struct printer *p, const struct value *v);

static void quoted(struct strbuf *out, struct str s)
{
	strbuf_addc(out, '"');
	escape_json(out, s);
	strbuf_addc(out, '"');
}

static void print_string(struct printer *p, struct str s)
{
	size_t room = p->out->max_bytes - p->out->n;

	quoted(p->out,
		p->masked && s.n > room ? str_sub(s, 0, room > 2 ? room - 2 : 0) : s);
}

static bool is_json_number(struct str s)
{
	bool integer;
	size_t n = 0;

	return s.p && number_scan(s, true, &n, &integer) && n == s.n;
}

bool json_number(struct strbuf *out, const struct value *v)
{
	if (v->type == VALUE_INT) {
		strbuf_addf(out, "%lld", (long long)v->u.integer);
		return true;
	}
	if (is_json_number(v->text)) {
		strbuf_add(out, v->text);
		return true;
	}
	if (v->type == VALUE_FLOAT && isfinite(v->u.number)) {
		value_render_float(out, v->u.number);
		return true;
	}
	return v->type != VALUE_FLOAT && number_plain(out, v);
}

static void print_number(struct printer *p, const struct value *v)
{
	if (json_number(p->out, v))
		return;
	strbuf_addc(p->out, '"');
	(void)!value_render(p->out, v);
	strbuf_addc(p->out, '"');
}

static void print_bytes(struct printer *p, struct str bytes)
{
	size_t room = p->out->max_bytes - p->out->n;

	strbuf_addc(p->out, '"');
	encode_hex(p->out, p->masked ? str_sub(bytes, 0, room / 2) : bytes);
	strbuf_addc(p->out, '"');
}

static void print_date(struct printer *p, int64_t wall_us)
{
	strbuf_addc(p->out, '"');
	date_render(p->out, wall_us);
	strbuf_addc(p->out, '"');
}

static void new_line(struct printer *p)
{
	if (!p->pretty)
		return;
	strbuf_addc(p->out, '\n');
	strbuf_add_repeat(p->out, ' ', 2 * p->indent);
}

static void print_list(struct printer *p, const struct value *v)
{
	size_t n = v->u.list.count;

	strbuf_addc(p->out, '[');
	p->indent++;
	for (size_t i = 0; i < n && !strbuf_failed(p->out); i++) {
		if (i)
			strbuf_addc(p->out, ',');
		new_line(p);
		print(p, v->u.list.items[i]);
	}
	p->indent--;
	if (n)
		new_line(p);
	strbuf_addc(p->out, ']');
}

static void print_object(struct printer *p, const struct value *v)
{
	size_t n = v->u.object.count;

	strbuf_addc(p->out, '{');
	p->indent++;
	for (size_t i = 0; i < n && !strbuf_failed(p->out); i++) {
		const struct value_member *m = &v->u.object.members[i];

		if (i)
			strbuf_addc(p->out, ',');
		new_line(p);
		print_string(p, m->key);
		strbuf_adds(p->out, p->pretty ? ": " : ":");
		print(p, m->value);
	}
	p->indent--;
	if (n)
		new_line(p);
	strbuf_addc(p->out, '}');
}

static void print_redirect(struct printer *p, const struct value *v)
{
	strbuf_addf(p->out, "{\"status\":%lld,\"location\":", (long long)v->u.integer);
	print_string(p, v->text);
	strbuf_addc(p->out, '}');
}

static void print_plain(struct printer *p, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
	case VALUE_UNIT:
	case VALUE_TYPE_COUNT:
		strbuf_adds(p->out, "null");
		break;
	case VALUE_BOOL:
		strbuf_adds(p->out, v->u.boolean ? "true" : "false");
		break;
	case VALUE_INT:
	case VALUE_BIGINT:
	case VALUE_DECIMAL:
	case VALUE_FLOAT:
		print_number(p, v);
		break;
	case VALUE_STRING:
	case VALUE_REGEX:
		print_string(p, v->text);
		break;
	case VALUE_BYTES:
		print_bytes(p, v->text);
		break;
	case VALUE_DATE:
		print_date(p, v->u.wall_us);
		break;
	case VALUE_LIST:
		print_list(p, v);
		break;
	case VALUE_OBJECT:
		print_object(p, v);
		break;
	case VALUE_NODESET:
		strbuf_addf(p->out, "%zu", v->u.nodes);
		break;
	case VALUE_REDIRECT:
		print_redirect(p, v);
		break;
	}
}

static void print(struct printer *p, const struct value *v)
{
	if (!v)
		strbuf_adds(p->out, "null");
	else if (p->masked && (v->flags & VALUE_SECRET))
		strbuf_adds(p->out, "\"***\"");
	else
		print_plain(p, v);
}

void json_write(struct strbuf *out, const struct value *v)
{
	print(&(struct printer){ .out = out }, v);
}

void json_write_masked(struct strbuf *out, const struct value *v)
{
	print(&(struct printer){ .out = out, .masked = true }, v);
}

void json_write_pretty(struct strbuf *out, const struct value *v)
{
	print(&(struct printer){ .out = out, .pretty = true }, v);
}

/* ---- the writer ---- */

void json_writer_init(struct json_writer *w, struct strbuf *out)
{
	*w = (struct json_writer){ .out = out };
}

/* Before any value: in an object a key went before, in a list a comma may be due. */
static void before_value(struct json_writer *w)
{
	assert(!w->depth || !w->is_object[w->depth - 1] || w->after_key);
	if (w->depth && !w->is_object[w->depth - 1]) {
		if (w->need_comma[w->depth - 1])
			strbuf_addc(w->out, ',');
		w->need_comma[w->depth - 1] = true;
	}
	w->after_key = false;
}

static void open_level(struct json_writer *w, char bracket, bool is_object)
{
	before_value(w);
	assert(w->depth < JSON_WRITER_DEPTH);
	w->need_comma[w->depth] = false;
	w->is_object[w->depth] = is_object;
	w->depth++;
	strbuf_addc(w->out, bracket);
}

static void close_level(struct json_writer *w, char bracket, bool is_object)
{
	assert(w->depth > 0 && w->is_object[w->depth - 1] == is_object && !w->after_key);
	w->depth--;
	strbuf_addc(w->out, bracket);
}

void json_open_object(struct json_writer *w)
{
	open_level(w, '{', true);
}

void json_close_object(struct json_writer *w)
{
	close_level(w, '}', true);
}

void json_open_list(struct json_writer *w)
{
	open_level(w, '[', false);
}

void json_close_list(struct json_writer *w)
{
	close_level(w, ']', false);
}

void json_key_str(struct json_writer *w, struct str key)
{
	assert(w->depth && w->is_object[w->depth - 1] && !w->after_key);
	if (w->need_comma[w->depth - 1])
		strbuf_addc(w->out, ',');
	w->need_comma[w->depth - 1] = true;
	w->after_key = true;
	quoted(w->out, key);
	strbuf_addc(w->out, ':');
}

void json_key(struct json_writer *w, const char *key)
{
	json_key_str(w, str_from(key));
}

void json_string(struct json_writer *w, struct str s)
{
	before_value(w);
	quoted(w->out, s);
}

void json_int(struct json_writer *w, int64_t i)
{
	before_value(w);
	strbuf_addf(w->out, "%lld", (long long)i);
}

void json_uint(struct json_writer *w, uint64_t u)
{
	before_value(w);
	strbuf_addf(w->out, "%llu", (unsigned long long)u);
}

void json_bool(struct json_writer *w, bool b)
{
	before_value(w);
	strbuf_adds(w->out, b ? "true" : "false");
}

void json_null(struct json_writer *w)
{
	before_value(w);
	strbuf_adds(w->out, "null");
}

void json_raw(struct json_writer *w, struct str json)
{
	before_value(w);
	strbuf_add(w->out, json);
}
