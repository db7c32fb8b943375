#include "harness/value/date.h"

#include "harness/value/date_spec.h"

struct formatter {
	struct strbuf *out;
	struct clock_utc t;
	int64_t wall_us;
};

static int format_all(struct formatter *f, struct str format, struct error *err);

static void add_number(struct strbuf *out, int64_t n, int width, char pad)
{
	struct strbuf digits;
	size_t have;

	strbuf_init(&digits, 32);
	strbuf_addf(&digits, "%lld", (long long)(n < 0 ? -n : n));
	have = digits.n + (n < 0);
	if (n < 0 && pad != ' ')
		strbuf_addc(out, '-');
	if (pad && have < (size_t)width)
		strbuf_add_repeat(out, pad, (size_t)width - have);
	if (n < 0 && pad == ' ')
		strbuf_addc(out, '-');
	strbuf_add(out, strbuf_str(&digits));
	out->failed |= strbuf_failed(&digits);
	strbuf_release(&digits);
}

static void format_number(struct formatter *f, const struct date_spec *s, char pad)
{
	int64_t n = date_field_get(&f->t, f->wall_us, s->field);
	bool is_year = s->field == DATE_YEAR || s->field == DATE_ISO_YEAR;

	if (is_year && n > 9999)
		strbuf_addc(f->out, '+');
	add_number(f->out, n, s->width, pad);
}

static void format_name(struct formatter *f, const struct date_spec *s)
{
	int64_t n = date_field_get(&f->t, f->wall_us, s->field);
	const char *name = s->field == DATE_MONTH ? date_months[n - 1] : date_weekdays[n];
	struct str whole = str_from(name);

	strbuf_add(f->out, s->width ? str_sub(whole, 0, (size_t)s->width) : whole);
}

static void add_fraction(struct strbuf *out, int micro, int width)
{
	if (width == 9)
		strbuf_addf(out, "%06d000", micro);
	else if (width == 6)
		strbuf_addf(out, "%06d", micro);
	else
		strbuf_addf(out, "%03d", micro / 1000);
}

static void format_fraction(struct formatter *f, int width)
{
	if (!width && !f->t.micro)
		return;
	if (!width)
		width = f->t.micro % 1000 ? 6 : 3;
	strbuf_addc(f->out, '.');
	add_fraction(f->out, f->t.micro, width);
}

static void format_am_pm(struct formatter *f, const struct date_spec *s)
{
	static const char *const names[2][2] = { { "am", "pm" }, { "AM", "PM" } };

	strbuf_adds(f->out, names[s->width][f->t.hour >= 12]);
}

static int format_spec(
	struct formatter *f, const struct date_spec *s, char pad, struct error *err)
{
	switch (s->item) {
	case DATE_NUMBER:
		format_number(f, s, pad);
		return 0;
	case DATE_NAME:
		format_name(f, s);
		return 0;
	case DATE_AM_PM:
		format_am_pm(f, s);
		return 0;
	case DATE_FRACTION:
		format_fraction(f, s->width);
		return 0;
	case DATE_FRACTION_DIGITS:
		add_fraction(f->out, f->t.micro, s->width);
		return 0;
	case DATE_ZONE_NAME:
		strbuf_adds(f->out, "UTC");
		return 0;
	case DATE_OFFSET:
		if (s->width == 2)
			return error_set(err, ERR_CHECK,
				"the date specifier '%%#z' can only be read");
		strbuf_adds(f->out, s->width ? "+00:00" : "+0000");
		return 0;
	case DATE_RFC3339:
	case DATE_COMPOSITE:
		return format_all(f, str_from(s->text), err);
	case DATE_LITERAL:
		strbuf_adds(f->out, s->text);
		return 0;
	}
	return 0;
}

static int format_all(struct formatter *f, struct str format, struct error *err)
{
	for (size_t at = 0; at < format.n; at++) {
		const struct date_spec *s;
		size_t n = 0;
		char pad = 0;

		if (format.p[at] != '%') {
			strbuf_addc(f->out, format.p[at]);
			continue;
		}
		s = date_spec_find(str_sub(format, at + 1, SIZE_MAX), &n, &pad);
		if (!s)
			return error_set(err, ERR_CHECK,
				"unknown date specifier '%.*s' in '%.*s'",
				STR_ARG(str_sub(format, at, 2)),
				STR_ARG(str_sub(format, 0, 200)));
		if (format_spec(f, s, pad, err))
			return -1;
		at += n;
	}
	return 0;
}

int date_format(struct strbuf *out, int64_t wall_us, struct str format, struct error *err)
{
	struct formatter f = {
		.out = out, .t = clock_to_utc(wall_us), .wall_us = wall_us
	};

	return format_all(&f, format, err);
}

void date_render(struct strbuf *out, int64_t wall_us)
{
	clock_format(out, wall_us, 6);
}
