#include "harness/base/error.h"

#include <stdarg.h>

#include "harness/base/escape.h"

static const char *const kinds[] = {
#define X(code, kind) [ERR_##code] = kind,
	ERROR_CODES(X)
#undef X
};
static_assert(ARRAY_SIZE(kinds) == ERR_COUNT, "an error code has no kind");

const char *error_kind(enum error_code code)
{
	assert(code < ERR_COUNT);
	return kinds[code];
}

const char *error_of_system(int errnum)
{
#ifdef __GLIBC__
	const char *text = strerrordesc_np(errnum);

	return text ? text : "unknown error";
#else
	return strerror(errnum);
#endif
}

/* Cuts what snprintf left of a longer text, so that it ends with "..." and in no half character. */
static void mark_cut(char *text, size_t size)
{
	static const char dots[] = "...";
	size_t n = size - sizeof(dots);

	while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(text + n, dots, sizeof(dots));
}

static void put_text(char *text, size_t size, const char *fmt, va_list ap) PRINTF_LIKE(3, 0);

/* By way of a text of its own, since an argument may be the one that is overwritten. */
static void put_text(char *text, size_t size, const char *fmt, va_list ap)
{
	char made[sizeof(((struct error *)0)->message)] = "";
	int n;

	assert(size <= sizeof(made));
	n = vsnprintf(made, size, fmt, ap);
	if (n < 0)
		made[0] = '\0';
	else if ((size_t)n >= size)
		mark_cut(made, size);
	memcpy(text, made, size);
}

static int fill(struct error *err, struct error next, const char *fmt, va_list ap)
	PRINTF_LIKE(3, 0);

static int fill(struct error *err, struct error next, const char *fmt, va_list ap)
{
	put_text(next.message, sizeof(next.message), fmt, ap);
	*err = next;
	return -1;
}

int error_set(struct error *err, enum error_code code, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = fill(err, (struct error){ .code = code }, fmt, ap);
	va_end(ap);
	return rc;
}

int error_at(struct error *err, enum error_code code, const struct source *s, struct span span,
	     const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = fill(err, (struct error){ .code = code, .source = s, .span = span }, fmt, ap);
	va_end(ap);
	return rc;
}

int error_set_oom(struct error *err)
{
	return error_set(err, ERR_OOM, "out of memory");
}

int error_set_arena(struct error *err, const struct arena *a, const char *what)
{
	if (!arena_is_full(a))
		return error_set_oom(err);
	return error_set(err, ERR_LIMIT, "%s takes more than %zu MiB of memory", what, a->max_bytes >> 20);
}

void error_title(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_text(err->title, sizeof(err->title), fmt, ap);
	va_end(ap);
}

void error_note(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_text(err->note, sizeof(err->note), fmt, ap);
	va_end(ap);
}

static void set_message(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void set_message(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_text(err->message, sizeof(err->message), fmt, ap);
	va_end(ap);
}

void error_context(struct error *err, const char *fmt, ...)
{
	char context[200];
	va_list ap;

	va_start(ap, fmt);
	put_text(context, sizeof(context), fmt, ap);
	va_end(ap);
	set_message(err, "in %s: %s", context, err->message);
}

void error_place(struct error *err, const struct source *s, struct span span)
{
	if (err->source)
		return;
	err->source = s;
	err->span = span;
}

/* Text behind a lead-in; further lines stand under its first one. */
static void add_hanging(struct strbuf *out, const char *lead, const char *text)
{
	struct str rest = str_from(text);

	strbuf_adds(out, lead);
	escape_visible(out, str_cut(&rest, '\n'));
	strbuf_addc(out, '\n');
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		if (line.n)
			strbuf_add_repeat(out, ' ', strlen(lead));
		escape_visible(out, line);
		strbuf_addc(out, '\n');
	}
}

void error_print(struct strbuf *out, const struct error *err)
{
	bool titled = err->title[0] != '\0';
	struct str message = str_from(err->message);

	add_hanging(out, "error: ", titled && err->source ? err->title : err->message);
	if (err->source)
		source_frame(out, err->source, &(struct source_frame){
				.span = err->span,
				.note = titled ? message : str_make(NULL, 0) });
	if (err->note[0])
		add_hanging(out, "   = help: ", err->note);
}

void error_list_init(struct error_list *l, struct arena *a, size_t max_items)
{
	*l = (struct error_list){ .arena = a, .max_items = max_items };
}

void error_list_add(struct error_list *l, const struct error *err)
{
	struct error *items = NULL;

	if (l->count < l->max_items)
		items = arena_grow(l->arena, l->items, l->count, &l->cap, sizeof(*items));
	if (!items) {
		l->out_of_memory |= l->count < l->max_items;
		l->dropped++;
		return;
	}
	l->items = items;
	l->items[l->count++] = *err;
}

size_t error_list_total(const struct error_list *l)
{
	return l->count + l->dropped;
}
