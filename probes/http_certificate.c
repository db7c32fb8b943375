#include "probes/http_certificate.h"

#include "harness/base/clock.h"
#include "harness/base/scan.h"

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
	"Aug", "Sep", "Oct", "Nov", "Dec" };

/* The next word; several blanks count as one. */
static struct str next_word(struct str *rest)
{
	*rest = str_trim(*rest);
	return str_cut(rest, ' ');
}

static bool scan_part(struct str *rest, char end, int max, int *ret)
{
	int64_t n;
	if (!scan_int(str_cut(rest, end), 0, max, &n))
		return false;
	*ret = (int)n;
	return true;
}

static bool scan_time(struct str text, struct clock_utc *t)
{
	return scan_part(&text, ':', 23, &t->hour) &&
		scan_part(&text, ':', 59, &t->minute) &&
		scan_part(&text, ':', 60, &t->second) && !text.p;
}

static bool scan_month(struct str word, int *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(months); i++) {
		if (str_is(word, months[i])) {
			*ret = (int)i + 1;
			return true;
		}
	}
	return false;
}

static bool scan_year(struct str word, int64_t *ret)
{
	return scan_int(word, 1, 9999, ret);
}

/* Mon day time year */
static bool scan_named(struct str text, struct clock_utc *t)
{
	if (!scan_month(next_word(&text), &t->month))
		return false;
	struct str day = next_word(&text);
	struct str time = next_word(&text);
	return scan_part(&day, ' ', 31, &t->day) && scan_time(time, t) &&
		scan_year(next_word(&text), &t->year);
}

/* year-month-day time */
static bool scan_numeric(struct str text, struct clock_utc *t)
{
	struct str date = next_word(&text);
	return scan_year(str_cut(&date, '-'), &t->year) &&
		scan_part(&date, '-', 12, &t->month) &&
		scan_part(&date, '-', 31, &t->day) && scan_time(next_word(&text), t);
}

bool http_certificate_date(struct str text, int64_t *ret_wall_us)
{
	struct clock_utc named = { 0 };
	struct clock_utc numeric = { 0 };
	const struct clock_utc *t = scan_named(text, &named) ? &named :
		scan_numeric(text, &numeric)                 ? &numeric :
							       NULL;

	if (!t || t->month < 1 || t->day < 1 ||
		t->day > clock_month_days(t->year, t->month))
		return false;
	*ret_wall_us = clock_from_utc(t);
	return true;
}

static const struct value *make_text(struct arena *a, struct str text)
{
	struct str copy = arena_str(a, text);
	return copy.p ? value_string(a, copy) : NULL;
}

static const struct value *make_date(struct arena *a, struct str text)
{
	int64_t wall_us;
	return http_certificate_date(text, &wall_us) ? value_date(a, wall_us) :
						       make_text(a, text);
}

/* "CN = a.example" of some libraries is "CN=a.example" of others. */
static const struct value *make_name(struct arena *a, struct str text)
{
	char *p = arena_alloc(a, text.n + 1);
	size_t n = 0;
	if (!p)
		return NULL;
	for (size_t i = 0; i < text.n; i++) {
		if (str_starts_with(str_sub(text, i, SIZE_MAX), STR(" = "))) {
			p[n++] = '=';
			i += 2;
		} else {
			p[n++] = text.p[i];
		}
	}
	return value_string(a, str_make(p, n));
}

static const struct value *make_serial(struct arena *a, struct str text)
{
	char *p = arena_alloc(a, text.n * 2 + 1);
	size_t n = 0;
	size_t digits = 0;
	if (!p)
		return NULL;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == ':' || text.p[i] == ' ')
			continue;
		if (digits && digits % 2 == 0)
			p[n++] = ':';
		p[n++] = text.p[i];
		digits++;
	}
	return value_string(a, str_make(p, n));
}

static const struct field {
	const char *line, *member;
	const struct value *(*make)(struct arena *a, struct str text);
} fields[] = {
	{ "Subject", "Subject", make_name },
	{ "Issuer", "Issuer", make_name },
	{ "Serial Number", "Serial-Number", make_serial },
	{ "Start date", "Start-Date", make_date },
	{ "Expire date", "Expire-Date", make_date },
	{ "X509v3 Subject Alternative Name", "Subject-Alt-Name", make_text },
	{ "Cert", "Value", make_text },
};

static bool find_line(
	const struct str *lines, size_t count, const char *name, struct str *ret)
{
	for (size_t i = 0; i < count; i++) {
		struct str value = lines[i];
		struct str key = str_cut(&value, ':');
		if (value.p && str_is(key, name)) {
			*ret = value;
			return true;
		}
	}
	return false;
}

const struct value *http_certificate(
	struct arena *a, const struct str *lines, size_t count)
{
	struct value_object_builder b = { 0 };
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		struct str text;
		if (find_line(lines, count, fields[i].line, &text))
			value_object_add(a, &b, str_from(fields[i].member),
				fields[i].make(a, text));
	}
	return value_object_finish(a, &b);
}
