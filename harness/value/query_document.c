#include "harness/value/query_impl.h"

#include <math.h>

#include "harness/base/escape.h"
#include "harness/value/charset.h"
#include "harness/value/json.h"
#include "harness/value/number.h"
#include "harness/value/xml.h"

enum { START_SHOWN = 200 };

/* ---- what the document is ---- */

static bool has_body(const struct eval *ev)
{
	return query_member(ev, "body") || query_member(ev, "body_error");
}

/* Rows, reply or responses: a value already. */
static const struct value *value_document(const struct eval *ev)
{
	static const char *const names[] = { "rows", "reply", "responses" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct value *v = query_member(ev, names[i]);

		if (v)
			return v;
	}
	return NULL;
}

static int no_document(struct error *err)
{
	return error_set(
		err, ERR_CHECK, "there is nothing to look into: no body, rows or reply");
}

/* ---- text ---- */

/* The charset parameter, without quotes; absent when there is none. */
static struct str charset_of(struct str content_type)
{
	struct str rest = content_type;

	(void)str_cut(&rest, ';');
	while (rest.p) {
		struct str parameter = str_cut(&rest, ';');
		struct str name = str_trim_blanks(str_cut(&parameter, '='));

		if (!parameter.p || !str_eq_nocase(name, STR("charset")))
			continue;
		parameter = str_trim_blanks(parameter);
		if (parameter.n > 1 && parameter.p[0] == '"' &&
			parameter.p[parameter.n - 1] == '"')
			parameter = str_sub(parameter, 1, parameter.n - 2);
		return parameter;
	}
	return (struct str){ 0 };
}

static int utf8_text(struct str bytes, struct str *ret, struct error *err)
{
	size_t bad = utf8_check(bytes);

	if (bad != SIZE_MAX)
		return error_set(err, ERR_CHECK,
			"the body is not UTF-8: invalid byte at offset %zu", bad);
	*ret = bytes;
	return 0;
}

static bool is_utf8_label(struct str label)
{
	return !label.p || str_eq_nocase(label, STR("utf-8")) ||
		str_eq_nocase(label, STR("utf8"));
}

static int decode_body(const struct eval *ev, struct str *ret, struct error *err)
{
	struct str label = charset_of(query_first_header(ev, STR("Content-Type")));
	const struct value *body = NULL;
	const struct value *text;
	struct strbuf sb;

	if (query_body_bytes(ev, &body, err))
		return -1;
	if (is_utf8_label(label))
		return utf8_text(body->text, ret, err);
	strbuf_init(&sb, ev->limits->max_body_bytes);
	if (charset_decode(&sb, label, body->text, err)) {
		strbuf_release(&sb);
		return -1;
	}
	text = value_take(ev->arena, &sb, VALUE_STRING);
	if (!text)
		return error_set_oom(err);
	*ret = text->text;
	return 0;
}

static int write_document(
	const struct eval *ev, const struct value *v, struct str *ret, struct error *err)
{
	const struct value *text;
	struct strbuf sb;

	if (v->type == VALUE_STRING) {
		*ret = v->text;
		return 0;
	}
	strbuf_init(&sb, ev->limits->max_body_bytes);
	json_write(&sb, v);
	text = value_take(ev->arena, &sb, VALUE_STRING);
	if (!text)
		return error_set_oom(err);
	*ret = text->text;
	return 0;
}

static int make_text(const struct eval *ev, struct str *ret, struct error *err)
{
	const struct value *v;

	if (has_body(ev))
		return decode_body(ev, ret, err);
	v = value_document(ev);
	return v ? write_document(ev, v, ret, err) : no_document(err);
}

int query_text(const struct eval *ev, struct str *ret, struct error *err)
{
	struct document *d = ev->document;
	struct str text = { 0 };

	if (d && d->have_text) {
		*ret = d->text;
		return 0;
	}
	if (make_text(ev, &text, err))
		return -1;
	if (d) {
		d->have_text = true;
		d->text = text;
	}
	*ret = text;
	return 0;
}

/* ---- JSON ---- */

static void note_start(struct error *err, struct str text)
{
	struct strbuf start;

	strbuf_init(&start, 8 * START_SHOWN);
	escape_visible_line(&start, str_sub(text, 0, START_SHOWN));
	if (text.n)
		error_note(err, "the body starts with: %s", strbuf_cstr(&start));
	else
		error_note(err, "the body is empty");
	strbuf_release(&start);
}

static int parse_body(const struct eval *ev, const struct value **ret, struct error *err)
{
	struct str text;

	if (query_text(ev, &text, err))
		return -1;
	if (!json_parse(ev->arena, text, ev->limits->max_depth, ret, NULL, err))
		return 0;
	if (err->code == ERR_PARSE) {
		struct error cause = *err;

		(void)error_set(err, ERR_CHECK, "body is not JSON: %s", cause.message);
		note_start(err, text);
	}
	return -1;
}

/* A string that is JSON is what it says; another string is itself. */
static int parse_reply(const struct eval *ev, const struct value *v,
	const struct value **ret, struct error *err)
{
	if (v->type != VALUE_STRING && v->type != VALUE_BYTES) {
		*ret = v;
		return 0;
	}
	if (!json_parse(ev->arena, v->text, ev->limits->max_depth, ret, NULL, err))
		return 0;
	if (err->code != ERR_PARSE)
		return -1;
	*ret = v;
	return 0;
}

static int make_json(const struct eval *ev, const struct value **ret, struct error *err)
{
	const struct value *rows = NULL;
	const struct value *v;

	if (has_body(ev))
		return parse_body(ev, ret, err);
	if (query_all_rows(ev, &rows, err))
		return -1;
	v = value_document(ev);
	return v ? parse_reply(ev, v, ret, err) : no_document(err);
}

static int query_json(const struct eval *ev, const struct value **ret, struct error *err)
{
	struct document *d = ev->document;
	const struct value *json = NULL;

	if (d && d->have_json) {
		*ret = d->json;
		return 0;
	}
	if (make_json(ev, &json, err))
		return -1;
	if (d) {
		d->have_json = true;
		d->json = json;
	}
	*ret = json;
	return 0;
}

int query_jsonpath(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	const struct jsonpath *path;
	const struct value *json;

	if (!ev->tree) {
		*ret = NULL;
		return 0;
	}
	if (jsonpath_compile(ev->arena, args[0]->text, ev->jsonpath, &path, NULL, err))
		return -1;
	if (query_json(ev, &json, err))
		return -1;
	return jsonpath_eval(ev->arena, path, json, ret, err);
}

bool query_hint(struct strbuf *out, const struct eval *ev, const struct query *q,
	const struct value *const *args)
{
	const struct jsonpath *path;
	const struct value *json;
	struct error ignored;

	if (q->eval != query_jsonpath || !ev->tree)
		return false;
	if (jsonpath_compile(
		    ev->arena, args[0]->text, ev->jsonpath, &path, NULL, &ignored) ||
		query_json(ev, &json, &ignored))
		return false;
	return jsonpath_hint(out, path, json);
}

/* ---- XML, regular expressions ---- */

static int document_xml(
	const struct eval *ev, struct xml_document **ret, struct error *err)
{
	struct str type = query_first_header(ev, STR("Content-Type"));
	bool html = str_eq_nocase(str_sub(type, 0, 9), STR("text/html"));
	struct str text;

	if (ev->document->have_xml) {
		*ret = ev->document->xml;
		return 0;
	}
	if (query_text(ev, &text, err) || xml_parse(text, html, ret, err))
		return -1;
	ev->document->have_xml = true;
	ev->document->xml = *ret;
	return 0;
}

int query_xpath(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	struct document own = { 0 };
	struct eval with_document = *ev;
	struct xml_document *xml;
	int rc;

	if (!ev->tree) {
		*ret = NULL;
		return 0;
	}
	if (!ev->document)
		with_document.document = &own;
	rc = document_xml(&with_document, &xml, err) ||
			xml_xpath(ev->arena, xml, args[0]->text, ret, err) ?
		-1 :
		0;
	document_release(&own);
	return rc;
}

int query_regex_group(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	const struct regex *re;
	struct str text;
	struct str group = { 0 };

	if (!ev->tree) {
		*ret = NULL;
		return 0;
	}
	if (query_regex(ev, args[0], &re, err) || query_text(ev, &text, err))
		return -1;
	if (regex_search(re, text, &group, err) == REGEX_ERROR)
		return -1;
	if (group.p)
		return query_result(value_string(ev->arena, group), ret, err);
	*ret = NULL;
	return 0;
}

/* ---- Prometheus text ---- */

static void skip_blanks(struct str *s)
{
	while (s->n && (*s->p == ' ' || *s->p == '\t'))
		*s = str_sub(*s, 1, SIZE_MAX);
}

/* One label="value" off the front; escapes stay as written, on both sides alike. */
static bool take_label(struct str *s, struct str *ret_name, struct str *ret_value)
{
	size_t equals = str_find_char(*s, '=');
	size_t end;

	if (equals == SIZE_MAX)
		return false;
	*ret_name = str_trim_blanks(str_sub(*s, 0, equals));
	*s = str_sub(*s, equals + 1, SIZE_MAX);
	skip_blanks(s);
	if (!s->n || *s->p != '"')
		return false;
	for (end = 1; end < s->n && s->p[end] != '"'; end++)
		if (s->p[end] == '\\')
			end++;
	if (end >= s->n)
		return false;
	*ret_value = str_sub(*s, 1, end - 1);
	*s = str_sub(*s, end + 1, SIZE_MAX);
	skip_blanks(s);
	if (s->n && *s->p == ',')
		*s = str_sub(*s, 1, SIZE_MAX);
	skip_blanks(s);
	return true;
}

/* name, or name{labels}: what follows stays in *s; *ret_labels is the inside of the braces. */
static bool take_series(struct str *s, struct str *ret_name, struct str *ret_labels)
{
	struct str inside;
	struct str ignored;
	size_t n = 0;

	while (n < s->n && !strchr("{ \t", s->p[n]))
		n++;
	*ret_name = str_sub(*s, 0, n);
	*ret_labels = STR("");
	*s = str_sub(*s, n, SIZE_MAX);
	skip_blanks(s);
	if (!s->n || *s->p != '{')
		return ret_name->n > 0;
	inside = str_sub(*s, 1, SIZE_MAX);
	*ret_labels = inside;
	skip_blanks(&inside);
	while (inside.n && *inside.p != '}')
		if (!take_label(&inside, &ignored, &ignored))
			return false;
	if (!inside.n)
		return false;
	ret_labels->n = (size_t)(inside.p - ret_labels->p);
	*s = str_sub(inside, 1, SIZE_MAX);
	return true;
}

static bool has_label(struct str labels, struct str name, struct str value)
{
	struct str n;
	struct str v;

	skip_blanks(&labels);
	while (labels.n && take_label(&labels, &n, &v))
		if (str_eq(n, name) && str_eq(v, value))
			return true;
	return false;
}

static bool has_all_labels(struct str labels, struct str wanted)
{
	struct str name;
	struct str value;

	skip_blanks(&wanted);
	while (wanted.n && take_label(&wanted, &name, &value))
		if (!has_label(labels, name, value))
			return false;
	return true;
}

/* The first word: the value; a timestamp may follow. */
static const struct value *sample_value(struct arena *a, struct str s)
{
	const struct value *v = NULL;
	size_t n = 0;

	skip_blanks(&s);
	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
		n++;
	s = str_sub(s, 0, n);
	if (number_parse(a, s, true, &v))
		return v;
	if (str_is(s, "+Inf") || str_is(s, "Inf"))
		return value_float(a, HUGE_VAL, (struct str){ 0 });
	if (str_is(s, "-Inf"))
		return value_float(a, -HUGE_VAL, (struct str){ 0 });
	return str_eq_nocase(s, STR("nan")) ? value_float(a, NAN, (struct str){ 0 }) :
					      NULL;
}

static void collect_sample(const struct eval *ev, struct str line, struct str name,
	struct str labels, struct value_list_builder *found)
{
	struct str line_name;
	struct str line_labels;
	const struct value *v;

	line = str_trim(line);
	if (!line.n || *line.p == '#' || !take_series(&line, &line_name, &line_labels))
		return;
	if (!str_eq(line_name, name) || !has_all_labels(line_labels, labels))
		return;
	v = sample_value(ev->arena, line);
	if (v || arena_failed(ev->arena))
		value_list_add(ev->arena, found, v);
}

int query_prometheus(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	struct str selector = str_trim(args[0]->text);
	struct value_list_builder found = { 0 };
	struct str name;
	struct str labels;
	struct str rest;

	if (!take_series(&selector, &name, &labels) || str_trim(selector).n)
		return error_set(err, ERR_CHECK,
			"'%.*s' selects no sample: expected name{label=\"value\"}",
			STR_ARG(str_sub(args[0]->text, 0, 200)));
	if (!ev->tree) {
		*ret = NULL;
		return 0;
	}
	if (query_text(ev, &rest, err))
		return -1;
	while (rest.p)
		collect_sample(ev, str_cut(&rest, '\n'), name, labels, &found);
	if (found.count > 1 || found.failed)
		return query_result(value_list_finish(ev->arena, &found), ret, err);
	*ret = found.count ? found.items[0] : NULL;
	return 0;
}
