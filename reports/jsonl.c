/*
 * The record: each event as a line. A file whose last line is no run_end is an aborted run; until the first event, the
 * placeholder is a line that says so and that readers skip as an event they don't know.
 */
#include "harness/value/json.h"
#include "reports/reports.h"

enum { LINE_MAX_BYTES = 256 * 1024 };

static void render(const struct report *r, struct strbuf *out)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_open_object(&w);
	json_key(&w, "v");
	json_int(&w, 1);
	json_key(&w, "run");
	json_string(&w, r->run_id);
	json_key(&w, "ev");
	json_string(&w, STR("not_finished"));
	json_close_object(&w);
	strbuf_addc(out, '\n');
}

static void event(struct report *r, const struct event *e)
{
	struct strbuf line;

	strbuf_init(&line, LINE_MAX_BYTES);
	event_write(&line, e, r->run_id);
	if (strbuf_failed(&line))
		error_set_oom(&r->error);
	else
		report_write(r, strbuf_str(&line));
	strbuf_release(&line);
}

const struct reporter reporter_jsonl = {
	.name = "jsonl",
	.render = render,
	.event = event,
	.streams = true,
	.help = "JSON Lines, an event a line: the record that other reports can be made from",
};
