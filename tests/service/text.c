#include "tests/service/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX ((size_t)64 << 20)

int text_reserve(struct text *t, size_t n)
{
	if (t->failed || n >= TEXT_MAX || t->n + n >= TEXT_MAX) {
		t->failed = true;
		return -1;
	}
	size_t need = t->n + n + 1;
	if (need <= t->size)
		return 0;
	size_t size = t->size ? t->size : 128;
	while (size < need)
		size *= 2;
	char *p = realloc(t->p, size);
	if (!p) {
		t->failed = true;
		return -1;
	}
	t->p = p;
	t->size = size;
	return 0;
}

void text_addn(struct text *t, const void *bytes, size_t n)
{
	if (text_reserve(t, n))
		return;
	if (n)
		memcpy(t->p + t->n, bytes, n);
	t->n += n;
	t->p[t->n] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_addn(t, s, strlen(s));
}

void text_vaddf(struct text *t, const char *fmt, va_list args)
{
	va_list again;

	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	if (n < 0)
		t->failed = true;
	else if (!text_reserve(t, (size_t)n)) {
		(void)vsnprintf(t->p + t->n, (size_t)n + 1, fmt, again);	/* measured above */
		t->n += (size_t)n;
	}
	va_end(again);
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_vaddf(t, fmt, args);
	va_end(args);
}

void text_add_hex(struct text *t, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_addf(t, "%02x", bytes[i]);
}

bool text_failed(const struct text *t)
{
	return t->failed;
}

const char *text_get(const struct text *t)
{
	return t->p ? t->p : "";
}

void text_clear(struct text *t)
{
	t->n = 0;
	t->failed = false;
	if (t->p)
		t->p[0] = '\0';
}

char *text_take(struct text *t)
{
	char *p = t->failed ? NULL : t->p;

	if (!p)
		free(t->p);
	*t = (struct text){ 0 };
	return p;
}

void text_release(struct text *t)
{
	free(t->p);
	*t = (struct text){ 0 };
}
