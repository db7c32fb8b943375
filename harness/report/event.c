#include "harness/report/event.h"

#include "harness/base/clock.h"
#include "harness/base/scan.h"
#include "harness/report/event_codec.h"

enum { RECORD_VERSION = 1, LINE_MAX_BYTES = 256 * 1024 };

/* How much of each text, list and value a line keeps; the next row is tried when a line gets too long. */
static const struct codec_level levels[] = {
	{ 64 * 1024, 10000, 64 * 1024 },
	{ 16 * 1024, 1000, 16 * 1024 },
	{ 4096, 500, 1024 },
	{ 1024, 100, 0 },
	{ 256, 20, 0 },
};

static const char *const event_words[] = {
#define X(name, word, member) word,
	EVENT_KINDS(X)
#undef X
};

static const struct {
	const char *word;
	bool red;
} statuses[] = {
#define X(name, word, letter, red) { word, red },
	STATUSES(X)
#undef X
};

static const char *const verdict_words[] = {
#define X(name, word) word,
	VERDICTS(X)
#undef X
};

const char *event_word(enum event_kind kind)
{
	assert(kind < EVENT_KIND_COUNT);
	return event_words[kind];
}

const char *status_word(enum status s)
{
	assert(s < STATUS_COUNT);
	return statuses[s].word;
}

bool status_is_red(enum status s)
{
	assert(s < STATUS_COUNT);
	return statuses[s].red;
}

const char *verdict_word(enum verdict v)
{
	assert(v < VERDICT_COUNT);
	return verdict_words[v];
}

/* ---- lines ---- */

static void put_head(struct json_writer *w, const struct event *e, struct str run_id)
{
	struct strbuf t;

	json_key(w, "v");
	json_int(w, RECORD_VERSION);
	json_key(w, "seq");
	json_uint(w, e->seq);
	strbuf_init(&t, 64);
	clock_format(&t, e->wall_us, 3);
	json_key(w, "t");
	json_string(w, strbuf_str(&t));
	strbuf_release(&t);
	json_key(w, "us");
	json_uint(w, e->us);
	json_key(w, "run");
	json_string(w, run_id);
	json_key(w, "ev");
	json_string(w, str_from(event_word(e->kind)));
}

static void put_line(struct strbuf *out, const struct event *e, struct str run_id,
	const struct codec_level *level)
{
	struct encoder enc = { .level = level };
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);

	json_writer_init(&enc.w, out);
	json_open_object(&enc.w);
	put_head(&enc.w, e, run_id);
	codec_put(&enc, rows, n, e);
	if (enc.cut || e->cut) {
		json_key(&enc.w, "cut");
		json_bool(&enc.w, true);
	}
	json_close_object(&enc.w);
	strbuf_addc(out, '\n');
}

void event_write(struct strbuf *out, const struct event *e, struct str run_id)
{
	struct strbuf line;

	strbuf_init(&line, LINE_MAX_BYTES);
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		strbuf_clear(&line);
		put_line(&line, e, run_id, &levels[i]);
		if (!strbuf_failed(&line))
			break;
	}
	if (strbuf_failed(&line))
		out->failed = true;
	strbuf_add(out, strbuf_str(&line));
	strbuf_release(&line);
}

/* "2026-11-24T03:15:02.118Z", as clock_format writes it: the parts of a time and the range of each. */
static const struct {
	size_t at, n;
	int64_t min, max;
} time_parts[] = {
	{ 0, 4, 0, 9999 }, { 5, 2, 1, 12 }, { 8, 2, 1, 31 }, { 11, 2, 0, 23 }, { 14, 2, 0, 59 }, { 17, 2, 0, 60 },
	{ 20, 3, 0, 999 },
};

static bool has_time_marks(struct str s)
{
	static const char marks[] = "0000-00-00T00:00:00.000Z";

	if (s.n != sizeof(marks) - 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (marks[i] != '0' && s.p[i] != marks[i])
			return false;
	return true;
}

static bool scan_time(struct str s, int64_t *ret_us)
{
	int64_t v[ARRAY_SIZE(time_parts)];
	struct clock_utc t = { 0 };

	if (!has_time_marks(s))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(time_parts); i++)
		if (!scan_int(str_sub(s, time_parts[i].at, time_parts[i].n), time_parts[i].min,
			time_parts[i].max, &v[i]))
			return false;
	t = (struct clock_utc){
		.year = v[0], .month = (int)v[1], .day = (int)v[2], .hour = (int)v[3], .minute = (int)v[4],
		.second = (int)v[5], .micro = (int)v[6] * 1000,
	};
	*ret_us = clock_from_utc(&t);
	return true;
}

static int bad_line(struct error *err, const char *key)
{
	return error_set(err, ERR_PARSE, "cannot read the record: '%s' is missing or of another type", key);
}

static struct str text_of(const struct value *line, const char *key)
{
	const struct value *v = value_get(line, key);

	return v && v->type == VALUE_STRING ? v->text : (struct str){ NULL, 0 };
}

static bool is_cut(const struct value *line)
{
	const struct value *v = value_get(line, "cut");

	return v && v->type == VALUE_BOOL && v->u.boolean;
}

static int take_head(struct arena *a, const struct value *line, struct event *e, struct str *ret_run_id,
	struct error *err)
{
	static const struct event_field head[] = {
		{ NULL, "seq", FIELD_U64, false, offsetof(struct event, seq) },
		{ NULL, "us", FIELD_U64, false, offsetof(struct event, us) },
	};
	struct decoder d = { .a = a };
	const struct value *v = value_get(line, "v");
	const char *bad = codec_take(&d, head, ARRAY_SIZE(head), line, e);

	if (!v || v->type != VALUE_INT)
		return bad_line(err, "v");
	if (v->u.integer != RECORD_VERSION)
		return error_set(err, ERR_PARSE, "cannot read the record: version %lld is not known, only %d",
			(long long)v->u.integer, RECORD_VERSION);
	if (bad || !scan_time(text_of(line, "t"), &e->wall_us))
		return bad_line(err, bad ? bad : "t");
	e->cut = is_cut(line);
	*ret_run_id = text_of(line, "run");
	return ret_run_id->p ? 0 : bad_line(err, "run");
}

static bool find_kind(struct str word, enum event_kind *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(event_words); i++)
		if (str_is(word, event_words[i])) {
			*ret = (enum event_kind)i;
			return true;
		}
	return false;
}

static int take_line(struct arena *a, const struct value *line, struct event *e, struct error *err)
{
	struct decoder d = { .a = a };
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);
	const char *bad = codec_take(&d, rows, n, line, e);

	if (arena_failed(a))
		return error_set_oom(err);
	return bad ? bad_line(err, bad) : 0;
}

int event_read(struct arena *a, struct str line, struct event *ret, struct str *ret_run_id,
	struct error *err)
{
	const struct value *v;
	struct event e = { .seq = 0 };
	struct str run_id;
	struct str word;

	if (json_parse(a, line, CODEC_MAX_DEPTH, &v, NULL, err))
		return -1;
	if (v->type != VALUE_OBJECT)
		return error_set(err, ERR_PARSE, "cannot read the record: a line is no object");
	if (take_head(a, v, &e, &run_id, err))
		return -1;
	word = text_of(v, "ev");
	if (!word.p)
		return bad_line(err, "ev");
	if (!find_kind(word, &e.kind))
		return 1;
	if (take_line(a, v, &e, err))
		return -1;
	*ret = e;
	*ret_run_id = run_id;
	return 0;
}

bool event_copy(struct arena *a, const struct event *e, struct event *ret)
{
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);
	struct event copy = *e;

	codec_copy(a, rows, n, &copy);
	if (arena_failed(a))
		return false;
	*ret = copy;
	return true;
}

/* What a line that was cut says. The run is of no interest here. */
static bool settle_by_line(struct arena *a, struct event *e)
{
	struct strbuf line;
	struct str run_id;
	struct error ignored;
	bool ok;

	strbuf_init(&line, LINE_MAX_BYTES);
	event_write(&line, e, STR(""));
	ok = !strbuf_failed(&line) &&
		event_read(a, arena_str(a, strbuf_str(&line)), e, &run_id, &ignored) == 0;
	strbuf_release(&line);
	return ok;
}

/* Rounds down, also before 1970. */
static int64_t to_milliseconds(int64_t us)
{
	int64_t rest = us % 1000;

	return us - rest - (rest < 0 ? 1000 : 0);
}

bool event_settle(struct arena *a, struct event *e)
{
	struct settler s = { .a = a, .level = &levels[0] };
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);

	e->wall_us = to_milliseconds(e->wall_us);
	codec_settle(&s, rows, n, e);
	if (arena_failed(a))
		return false;
	return s.bytes <= CODEC_SAFE_BYTES || settle_by_line(a, e);
}

