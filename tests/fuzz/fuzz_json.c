/* Any text: the reader and the check agree; what was read is written, read again and is equal. */
#include "harness/value/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEPTH = 50, MOST_BYTES = 8 * 1024 * 1024 };

static void check_round_trip(struct arena *a, const struct value *v)
{
	struct json_writer w;
	struct strbuf out;
	struct error err;
	const struct value *again = NULL;
	const struct value *untagged;

	strbuf_init(&out, MOST_BYTES);
	json_write(&out, v);
	assert(!json_parse(a, strbuf_str(&out), DEPTH, &again, NULL, &err));
	assert(value_equal(v, again));
	strbuf_clear(&out);
	json_writer_init(&w, &out);
	json_tagged(&w, v, MOST_BYTES);
	assert(!json_parse(a, strbuf_str(&out), 2 * DEPTH, &again, NULL, &err));
	untagged = json_untag(a, again);
	assert(untagged && value_equal(v, untagged));
	strbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);
	const struct value *v = NULL;
	struct error err;
	struct arena a;
	size_t at = 0;
	size_t scanned = 0;
	int rc;

	arena_init(&a, 4 * MOST_BYTES);
	rc = json_parse(&a, text, DEPTH, &v, &at, &err);
	assert(json_scan(text, DEPTH, false, &scanned) == !rc);
	assert(rc ? scanned == at && at <= size : scanned == size);
	if (!rc)
		check_round_trip(&a, v);
	arena_release(&a);
	return 0;
}
