#include "reports/screen.h"

#include <sys/ioctl.h>

#include "harness/base/escape.h"
#include "harness/base/limits.h"

enum { COLUMNS_DEFAULT = 80, REDRAW_US = 100 * 1000 };

/*
 * A screen that was not used for so long was stopped (SIGTSTP) or scrolled by others: what was drawn is not where it was,
 * and moving up would wipe the shell's lines.
 */
enum { LOST_US = 3 * 1000 * 1000 };

static const char *const tints[] = {
	[TINT_NONE] = "", [TINT_GREEN] = "\x1b[32m", [TINT_RED] = "\x1b[31m",
	[TINT_YELLOW] = "\x1b[33m", [TINT_DIM] = "\x1b[2m", [TINT_BOLD] = "\x1b[1m",
};
static_assert(ARRAY_SIZE(tints) == TINT_COUNT, "a tint has no code");

static uint64_t now_us(const struct screen *s)
{
	return clock_mono_us(s->report->clock);
}

void screen_init(struct screen *s, struct report *r)
{
	*s = (struct screen){ .report = r, .terminal = r->terminal };
	s->printed_us = s->seen_us = now_us(s);
}

size_t screen_columns(const struct screen *s)
{
	struct winsize w = { 0 };

	if (s->terminal->is_terminal && ioctl(s->terminal->fd, TIOCGWINSZ, &w) == 0 && w.ws_col)
		return w.ws_col;
	return s->terminal->columns ? s->terminal->columns : COLUMNS_DEFAULT;
}

static bool is_guarded(const struct screen *s)
{
	return !s->terminal->is_terminal || s->terminal->ci;
}

void screen_text(const struct screen *s, struct strbuf *out, struct str text)
{
	struct strbuf visible;

	strbuf_init(&visible, limits_default.max_text_bytes);
	escape_visible_line(&visible, text);
	if (is_guarded(s))
		escape_ci_commands(out, strbuf_str(&visible));
	else
		strbuf_add(out, strbuf_str(&visible));
	strbuf_release(&visible);
}

static void add_line(const struct screen *s, struct strbuf *out, struct str line, size_t indent)
{
	if (line.n)
		strbuf_add_repeat(out, ' ', indent);
	if (is_guarded(s))
		escape_ci_commands(out, line);
	else
		strbuf_add(out, line);
	strbuf_addc(out, '\n');
}

void screen_lines(const struct screen *s, struct strbuf *out, struct str text, size_t indent)
{
	struct strbuf visible;
	struct str rest;

	strbuf_init(&visible, limits_default.max_text_bytes);
	escape_visible(&visible, text);
	rest = strbuf_str(&visible);
	if (str_ends_with(rest, STR("\n")))
		rest.n--;
	while (rest.p)
		add_line(s, out, str_cut(&rest, '\n'), indent);
	strbuf_release(&visible);
}

void screen_tinted(const struct screen *s, struct strbuf *out, enum tint tint, const char *text)
{
	bool colour = s->terminal->colour && tint != TINT_NONE;

	if (colour)
		strbuf_adds(out, tints[tint]);
	strbuf_adds(out, text);
	if (colour)
		strbuf_adds(out, "\x1b[0m");
}

/* Rows that the drawn lines take now; a narrower window wraps them. */
static size_t drawn_rows(const struct screen *s)
{
	size_t columns = screen_columns(s);
	size_t rows = 0;

	for (size_t i = 0; i < s->drawn; i++)
		rows += s->widths[i] ? (s->widths[i] + columns - 1) / columns : 1;
	return rows;
}

/* Adds what takes the cursor to where the region began and clears from there. */
static void add_wipe(struct screen *s, struct strbuf *out)
{
	bool lost = now_us(s) - s->seen_us > LOST_US;

	if (s->drawn && !lost)
		strbuf_addf(out, "\x1b[%zuA\r\x1b[J", drawn_rows(s));
	s->drawn = 0;
}

void screen_wipe(struct screen *s)
{
	struct strbuf out;

	strbuf_init(&out, 64);
	add_wipe(s, &out);
	report_write(s->report, strbuf_str(&out));
	strbuf_release(&out);
}

void screen_print(struct screen *s, struct str lines)
{
	struct strbuf out;

	if (!lines.n)
		return;
	strbuf_init(&out, limits_default.max_text_bytes);
	add_wipe(s, &out);
	strbuf_add(&out, lines);
	if (strbuf_failed(&out))
		error_set_oom(&s->report->error);
	report_write(s->report, strbuf_str(&out));
	strbuf_release(&out);
	s->printed_us = s->seen_us = now_us(s);
}

bool screen_may_draw(const struct screen *s)
{
	return s->terminal->is_terminal && !s->terminal->ci && now_us(s) - s->drawn_us >= REDRAW_US;
}

/* The first `max` characters of a line; their number in *ret_width. */
static struct str fitting(struct str line, size_t max, size_t *ret_width)
{
	size_t width = 0;
	size_t at = 0;

	for (; at < line.n && width < max; width++) {
		uint32_t c;
		size_t n = utf8_next(line, at, &c);

		at += n ? n : 1;
	}
	*ret_width = width;
	return str_sub(line, 0, at);
}

void screen_draw(struct screen *s, struct str lines)
{
	size_t columns = screen_columns(s);
	struct strbuf out;

	strbuf_init(&out, limits_default.max_text_bytes);
	add_wipe(s, &out);
	while (lines.n && s->drawn < SCREEN_REGION_LINES) {
		struct str line = str_cut(&lines, '\n');

		strbuf_add(&out, fitting(line, columns > 1 ? columns - 1 : 1, &s->widths[s->drawn++]));
		strbuf_addc(&out, '\n');
	}
	report_write(s->report, strbuf_str(&out));
	strbuf_release(&out);
	s->drawn_us = s->seen_us = now_us(s);
}
