#include "reports/console_fold.h"

#include "harness/base/limits.h"
#include "harness/base/mem.h"

/* Formats of the markers: %l the wall time in seconds, %z the suite's number, %t its title. NULL: none. */
struct fold_rule {
	const char *ci;
	const char *open, *close;
	const char *red;		/* before a suite that is not folded */
	bool decodes_percent;		/* %25 in a title is a '%', so that %0A would be a line end */
};

static const struct fold_rule rules[] = {
	{ "github", "::group::%t\n", "::endgroup::\n", NULL, true },
	{ "gitlab", "section_start:%l:postflight_%z[collapsed=true]\r\x1b[0K%t\n",
	  "section_end:%l:postflight_%z\r\x1b[0K\n", NULL, false },
	{ "azure", "##[group]%t\n", "##[endgroup]\n", NULL, false },
	{ "buildkite", "--- %t\n", NULL, "+++ %t\n", false },
};

struct fold_suite {
	struct strbuf held;
	size_t lines;
	bool broken;
};

void console_fold_init(struct console_fold *f, const char *ci)
{
	*f = (struct console_fold){ .rule = NULL };
	for (size_t i = 0; ci && i < ARRAY_SIZE(rules); i++)
		if (!strcmp(ci, rules[i].ci))
			f->rule = &rules[i];
}

void console_fold_release(struct console_fold *f)
{
	for (size_t i = 0; i < f->n; i++)
		strbuf_release(&f->suites[i].held);
	mem_free(f->suites);
	*f = (struct console_fold){ .rule = NULL };
}

static bool prepare(struct console_fold *f, const struct results *r)
{
	if (f->suites)
		return true;
	f->suites = mem_calloc(r->nsuites, sizeof(*f->suites));
	if (!f->suites)
		return false;
	f->n = r->nsuites;
	for (size_t i = 0; i < f->n; i++)
		strbuf_init(&f->suites[i].held, limits_default.max_text_bytes);
	return true;
}

bool console_fold_take(struct console_fold *f, const struct results *r, size_t suite, struct str lines)
{
	struct strbuf *held;
	size_t before;

	if (!f->rule || !prepare(f, r) || suite >= f->n || f->suites[suite].broken)
		return false;
	held = &f->suites[suite].held;
	before = held->n;
	strbuf_add(held, lines);
	if (!strbuf_failed(held)) {
		f->suites[suite].lines++;
		return true;
	}
	held->failed = false;
	strbuf_truncate(held, before);
	return false;
}

struct marker {
	const struct fold_rule *rule;
	const struct screen *screen;
	int64_t wall_us;
	size_t suite;
	struct str title;
};

static void add_title(struct strbuf *out, const struct marker *m)
{
	struct strbuf sb;
	struct str rest;

	strbuf_init(&sb, limits_default.max_text_bytes);
	screen_text(m->screen, &sb, m->title);
	rest = strbuf_str(&sb);
	while (rest.p) {
		strbuf_add(out, str_cut(&rest, '%'));
		if (rest.p)
			strbuf_adds(out, m->rule->decodes_percent ? "%25" : "%");
	}
	strbuf_release(&sb);
}

static void add_marker(struct strbuf *out, const char *format, const struct marker *m)
{
	for (; format && *format; format++) {
		if (*format != '%') {
			strbuf_addc(out, *format);
			continue;
		}
		format++;
		if (*format == 'l')
			strbuf_addf(out, "%lld", (long long)(m->wall_us / 1000000));
		else if (*format == 'z')
			strbuf_addf(out, "%zu", m->suite);
		else
			add_title(out, m);
	}
}

void console_fold_break(struct console_fold *f, const struct screen *s, const struct results *r, size_t suite,
	struct strbuf *out)
{
	struct marker m = { .rule = f->rule, .screen = s, .suite = suite };
	struct fold_suite *held;

	if (!f->rule || !prepare(f, r) || suite >= f->n || f->suites[suite].broken)
		return;
	held = &f->suites[suite];
	held->broken = true;
	m.title = r->suites[suite].name;
	add_marker(out, f->rule->red, &m);
	strbuf_add(out, strbuf_str(&held->held));
	strbuf_release(&held->held);
}

static void fold(struct console_fold *f, const struct marker *m, struct strbuf *out)
{
	struct fold_suite *held = &f->suites[m->suite];

	if (held->broken || !held->lines)
		return;
	add_marker(out, f->rule->open, m);
	strbuf_add(out, strbuf_str(&held->held));
	add_marker(out, f->rule->close, m);
	strbuf_release(&held->held);
	held->lines = 0;
}

void console_fold_end(struct console_fold *f, const struct screen *s, const struct results *r,
	const struct event *suite_end, struct strbuf *out)
{
	const struct ev_suite_end *end = &suite_end->u.suite_end;
	struct marker m = { .rule = f->rule, .screen = s, .wall_us = suite_end->wall_us, .title = end->suite };

	if (!f->rule || !f->suites)
		return;
	for (m.suite = 0; m.suite < f->n; m.suite++) {
		const struct result_suite *suite = &r->suites[m.suite];

		if (str_eq(suite->name, end->suite) && str_eq(suite->file, end->file))
			fold(f, &m, out);
	}
}

void console_fold_flush(struct console_fold *f, const struct screen *s, const struct results *r,
	struct strbuf *out)
{
	for (size_t i = 0; f->rule && i < f->n; i++)
		if (f->suites[i].lines)
			console_fold_break(f, s, r, i, out);
}
