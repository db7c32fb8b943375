#include "harness/base/strbuf.h"

#include "harness/base/arena.h"
#include "harness/base/mem.h"

enum { FIRST_BYTES = 64 };

void strbuf_init(struct strbuf *sb, size_t max_bytes)
{
	*sb = (struct strbuf){ .max_bytes = max_bytes };
}

void strbuf_release(struct strbuf *sb)
{
	mem_free(sb->p);
	strbuf_init(sb, sb->max_bytes);
}

void strbuf_clear(struct strbuf *sb)
{
	strbuf_truncate(sb, 0);
	sb->failed = false;
}

static size_t grown(size_t cap, size_t need)
{
	size_t twice = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;

	if (twice < FIRST_BYTES)
		twice = FIRST_BYTES;
	return need > twice ? need : twice;
}

/* Room for `n` more bytes and the NUL behind them. */
static bool make_room(struct strbuf *sb, size_t n)
{
	size_t cap;
	char *p;

	if (sb->failed || n > sb->max_bytes - sb->n || n >= SIZE_MAX - sb->n)
		return false;
	if (sb->n + n < sb->cap)
		return true;
	cap = grown(sb->cap, sb->n + n + 1);
	if (cap - 1 > sb->max_bytes)
		cap = sb->max_bytes + 1;
	p = mem_realloc(sb->p, cap);
	if (!p)
		return false;
	sb->p = p;
	sb->cap = cap;
	sb->p[sb->n] = '\0';
	return true;
}

char *strbuf_reserve(struct strbuf *sb, size_t n)
{
	if (!make_room(sb, n)) {
		sb->failed = true;
		return NULL;
	}
	return sb->p + sb->n;
}

void strbuf_advance(struct strbuf *sb, size_t n)
{
	assert(n == 0 || n < sb->cap - sb->n);
	if (!n)
		return;
	sb->n += n;
	sb->p[sb->n] = '\0';
}

void strbuf_add(struct strbuf *sb, struct str s)
{
	char *place;

	if (!s.n)
		return;
	place = strbuf_reserve(sb, s.n);
	if (!place)
		return;
	memcpy(place, s.p, s.n);
	strbuf_advance(sb, s.n);
}

void strbuf_adds(struct strbuf *sb, const char *s)
{
	strbuf_add(sb, str_from(s));
}

void strbuf_addc(struct strbuf *sb, char c)
{
	strbuf_add(sb, str_make(&c, 1));
}

void strbuf_add_repeat(struct strbuf *sb, char c, size_t count)
{
	char *place = count ? strbuf_reserve(sb, count) : NULL;

	if (!place)
		return;
	memset(place, c, count);
	strbuf_advance(sb, count);
}

void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
{
	va_list again;
	char *place;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	place = n >= 0 ? strbuf_reserve(sb, (size_t)n) : NULL;
	if (!place) {
		sb->failed = true;
		return;
	}
	(void)vsnprintf(place, (size_t)n + 1, fmt, ap);	/* its length was measured above */
	strbuf_advance(sb, (size_t)n);
}

void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(sb, fmt, ap);
	va_end(ap);
}

void strbuf_add_utf8(struct strbuf *sb, uint32_t c)
{
	char buf[4];

	size_t n = utf8_put(c, buf);
	strbuf_add(sb, str_make(buf, n));
}

void strbuf_truncate(struct strbuf *sb, size_t n)
{
	if (n >= sb->n)
		return;
	sb->n = n;
	sb->p[n] = '\0';
}

bool strbuf_failed(const struct strbuf *sb)
{
	return sb->failed;
}

struct str strbuf_str(const struct strbuf *sb)
{
	return str_make(strbuf_cstr(sb), sb->n);
}

const char *strbuf_cstr(const struct strbuf *sb)
{
	return sb->p ? sb->p : "";
}

struct str strbuf_take(struct strbuf *sb, struct arena *a)
{
	struct str text = { NULL, 0 };

	if (sb->failed)
		a->failed = true;
	else
		text = arena_str(a, strbuf_str(sb));
	strbuf_release(sb);
	return text;
}
