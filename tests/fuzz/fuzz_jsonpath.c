/* An expression up to the first line end, a document behind it; in every mode. */
#include "harness/value/json.h"
#include "harness/value/jsonpath.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEPTH = 20, MOST_BYTES = 16 * 1024 * 1024, MOST_DOCUMENT_BYTES = 2000 };

static const char usual_document[] =
	"{\"a\":[1,2.5,\"x\",null,true,{\"b\":{\"c\":[0]}},[3]],\"b\":{\"a\":1,\"k\":\"kilo\"},\"c\":-1}";

static void run(struct str text, enum jsonpath_mode mode, struct str document)
{
	const struct jsonpath *path = NULL;
	const struct value *root = NULL;
	const struct value *v = NULL;
	struct error err;
	struct strbuf hint;
	struct arena a;
	size_t at = 0;

	arena_init(&a, MOST_BYTES);
	strbuf_init(&hint, MOST_BYTES);
	if (jsonpath_compile(&a, text, mode, &path, &at, &err))
		assert(err.code != ERR_CHECK || at <= text.n);
	else if (!json_parse(&a, document, DEPTH, &root, NULL, &err) &&
		!jsonpath_eval(&a, path, root, &v, &err)) {
		assert(mode != JSONPATH_LIST || (v && v->type == VALUE_LIST));
		if (!v)
			(void)jsonpath_hint(&hint, path, root);
	}
	strbuf_release(&hint);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size);
	struct str text = str_cut(&rest, '\n');

	if (!rest.n || rest.n > MOST_DOCUMENT_BYTES)
		rest = str_from(usual_document);
	for (int mode = JSONPATH_7; mode <= JSONPATH_LIST; mode++)
		run(text, (enum jsonpath_mode)mode, rest);
	return 0;
}
