/* A variables file: every line is counted; a number keeps its spelling, and a value that is made of text reads the same again. */
#include "harness/run/injected.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ARENA = 1 << 26, MAX_TEXT = 1 << 20 };

static void check_value(struct arena *a, struct str text)
{
	const struct value *v = NULL, *again = NULL;
	struct error err = { 0 };
	struct strbuf shown;

	if (injected_value(a, text, &v, &err)) {
		assert(err.message[0]);
		return;
	}
	assert(v->flags & VALUE_INJECTED);
	if (v->type == VALUE_STRING)
		return;
	strbuf_init(&shown, MAX_TEXT);
	assert(value_render(&shown, v) && str_eq(strbuf_str(&shown), text));
	assert(!injected_value(a, strbuf_str(&shown), &again, &err) && again->type == v->type);
	strbuf_release(&shown);
}

static size_t count_lines(struct str text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size), name, value;
	struct error err = { 0 };
	size_t line = 0, most = count_lines(text);
	struct arena a;
	int found;

	arena_init(&a, MAX_ARENA);
	while ((found = injected_line(&text, &line, &name, &value, &err)) > 0) {
		assert(line <= most && name.n + value.n < size);
		check_value(&a, value);
	}
	assert(found == 0 || err.message[0]);
	assert(line <= most);
	arena_release(&a);
	return 0;
}
