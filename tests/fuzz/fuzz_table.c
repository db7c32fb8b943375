/* A cell's text, compiled, shown, and compared with values of each kind. */
#include "harness/value/json.h"
#include "harness/value/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEPTH = 10, MOST_BYTES = 16 * 1024 * 1024 };

static const char found[] =
	"[null,true,0,-5,18446744073709551615,1.5,\"\",\"text\",\"{\\\"a\\\":1}\",[1],{\"a\":1},"
	"{\"ty\":\"decimal\",\"v\":\"12.50\"},{\"ty\":\"bytes\",\"b64\":\"YWI=\"},"
	"{\"ty\":\"datetime\",\"v\":\"10:00:00.000\"},{\"ty\":\"date\",\"v\":\"2031-04-05T06:07:08Z\"},"
	"{\"ty\":\"json\",\"v\":\"[1, 2]\"},{\"ty\":\"single\",\"v\":\"0.1\"},{\"ty\":\"float\",\"v\":\"nan\"}]";

static void compare(struct arena *a, const struct cell *c)
{
	const struct value *list = NULL;
	struct error err;

	if (json_parse(a, str_from(found), DEPTH, &list, NULL, &err))
		return;
	list = json_untag(a, list);
	for (size_t i = 0; list && i < list->u.list.count; i++)
		(void)cell_matches(c, list->u.list.items[i]);
	assert(c->kind != CELL_ANY || cell_matches(c, value_null()));
	assert(!cell_matches(c, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);
	struct error err;
	struct strbuf shown;
	struct arena a;
	struct cell c;
	size_t at = 0;

	arena_init(&a, MOST_BYTES);
	strbuf_init(&shown, MOST_BYTES);
	if (cell_compile(&a, text, &c, &at, &err)) {
		assert(err.code != ERR_PARSE || at <= size);
	} else {
		cell_show(&shown, &c);
		compare(&a, &c);
	}
	strbuf_release(&shown);
	arena_release(&a);
	return 0;
}
