#include "harness/lang/parser.h"

#include "tests/unit/lang_help.h"

static void test_parser_file_types(void **state)
{
	(void)state;
	assert_int_equal(file_type_of("a/b.suite"), FILE_SUITE);
	assert_int_equal(file_type_of("b.sql"), FILE_SQL);
	assert_int_equal(file_type_of("b.hurl"), FILE_HURL);
	assert_int_equal(file_type_of("-"), FILE_HURL);
}

static void test_parser_request(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_HURL,
		"\xef\xbb\xbf# about nothing\r\n"
		"POST {{base}}/find?tag=a\\#b   # the end\r\n"
		"X-Note: 50\\u{25} \\# done  \r\n"
		"Empty:\r\n"
		"[Query]\r\n"
		"q: two words   # here\r\n"
		"filter[x]: 1\r\n"
		"[Multipart]\r\n"
		"note: text\r\n"
		"data: file,rows\\ one.csv; text/csv;v=1\r\n"
		"[BasicAuth]\r\n"
		"me: secret\r\n"
		"[Cookies]\r\n"
		"[Options]\r\n"
		"retry: 3\r\n"
		"location: {{follow}}\r\n"
		"http1.1: true\r\n"
		"variable: n = 12\r\n"
		"variable: t = \"12\"\r\n"
		"variable: u=11aa {{x}}\r\n"
		"{ \"a\": {{n}}, \"b\": \"{{s}}\", \"c\": 1E5 }");
	const struct entry *e = &s->entries[0];

	(void)state;
	assert_int_equal(s->nentries, 1);
	expect_text("method", e->method, "POST");
	assert_int_equal(e->url->nparts, 2);
	expect_text("url", e->url->parts[1].text, "/find?tag=a#b");
	assert_int_equal(e->headers.count, 2);
	expect_text("header", template_text(e->headers.items[0].value), "50% # done");
	expect_text("empty header", template_text(e->headers.items[1].value), "");
	assert_int_equal(e->query.count, 2);
	expect_text("query", template_text(e->query.items[0].value), "two words");
	expect_text("key", template_text(e->query.items[1].key), "filter[x]");
	assert_true(e->multipart.items[1].is_file);
	expect_text("file", template_text(e->multipart.items[1].value), "rows one.csv");
	expect_text("type", template_text(e->multipart.items[1].content_type), "text/csv;v=1");
	assert_true(e->cookies.present);
	assert_int_equal(e->cookies.count, 0);
	assert_false(e->form.present);
	assert_int_equal(e->noptions, 6);
	expect_text("retry", template_text(entry_option(e, &common_options[COMMON_RETRY])->text), "3");
	assert_true(template_is_bare(e->options[1].text));
	assert_int_equal(e->options[3].literal.value->type, VALUE_INT);
	assert_int_equal(e->options[4].literal.kind, OPERAND_IS_TEXT);
	expect_text("quoted", template_text(e->options[4].literal.text), "12");
	assert_int_equal(e->options[5].literal.text->nparts, 2);
	assert_int_equal(e->body.kind, BODY_JSON);
	assert_int_equal(e->body.text->nparts, 5);
	assert_true(e->body.json_holes[1]);
	assert_false(e->body.json_holes[3]);
	expect_text("exponent", e->body.text->parts[4].text, "\", \"c\": 1e5 }");
	expect_text("title", e->title, "about nothing");
	assert_false(e->has_response);
	help_parse_end(&p);
}

static void test_parser_bodies(void **state)
{
	static const struct {
		const char *body;
		enum body_kind kind;
		const char *text;		/* NULL: look at raw */
		const char *raw;
	} rows[] = {
		{ "{}", BODY_JSON, "{}", NULL },
		{ "[1,2]", BODY_JSON, "[1,2]", NULL },
		{ "[ 1 ]", BODY_JSON, "[ 1 ]", NULL },
		{ "[]", BODY_JSON, "[]", NULL },
		{ "[\n  {\"a\" : [true, null, -0.5e+3]}\n]", BODY_JSON, "[\n  {\"a\" : [true, null, -0.5e+3]}\n]", NULL },
		{ "\"a # \\u00e9\"", BODY_JSON, "\"a # \\u00e9\"", NULL },
		{ "true", BODY_JSON, "true", NULL },
		{ "12", BODY_JSON, "12", NULL },
		{ "`a\\`b # c`  # remark", BODY_TEXT, "a`b # c", NULL },
		{ "```\nab\n```", BODY_TEXT, "ab\n", NULL },
		{ "```json\n{\\n}```", BODY_TEXT, "{\\n}", NULL },
		{ "```\n```", BODY_TEXT, "", NULL },
		{ "```raw\n{{x}}\n```", BODY_TEXT, "{{x}}\n", NULL },
		{ "```escape\na\\nb```", BODY_TEXT, "a\nb", NULL },
		{ "```json,novariable\n1```", BODY_TEXT, "1", NULL },
		{ "base64,aGVs\nbG8=;", BODY_BASE64, NULL, "hello" },
		{ "hex,6162 63;", BODY_HEX, NULL, "abc" },
		{ "<a><b c='x'/>#</a>", BODY_XML, NULL, "<a><b c='x'/>#</a>" },
		{ "file,data/a.json;", BODY_FILE, "data/a.json", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct help_parse p;
		char text[256];
		(void)snprintf(text, sizeof(text), "POST http://a\n\n%s\nHTTP 200\n", rows[i].body);
		const struct entry *e = &help_good(&p, FILE_HURL, text)->entries[0];
		expect_int(rows[i].body, e->body.kind, rows[i].kind);
		if (rows[i].text)
			expect_text(rows[i].body, template_text(e->body.text), rows[i].text);
		else
			expect_text(rows[i].body, e->body.raw, rows[i].raw);
		assert_true(e->has_response);
		help_parse_end(&p);
	}
}

static void test_parser_graphql(void **state)
{
	struct help_parse p;
	const struct entry *e = &help_good(&p, FILE_HURL,
		"POST http://a\n```graphql\n\nquery Item($id: ID!) {\n  item\n}\nvariables { \"id\" : {{id}} }\n```\n")->entries[0];

	(void)state;
	assert_int_equal(e->body.kind, BODY_TEXT);
	expect_text("query", template_text(e->body.text), "query Item($id: ID!) {\n  item\n}");
	assert_int_equal(e->body.graphql_variables->nparts, 3);
	expect_text("compact", e->body.graphql_variables->parts[0].text, "{\"id\":");
	assert_true(e->body.graphql_holes[1]);
	help_parse_end(&p);
}

static const struct assertion *find_stage(const struct entry *e, enum assertion_stage stage)
{
	for (size_t i = 0; i < e->nasserts; i++)
		if (e->asserts[i].stage == stage)
			return &e->asserts[i];
	return NULL;
}

static void test_parser_response(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_HURL,
		"GET http://a\n"
		"HTTP/1.1 200 # fine\n"
		"Content-Type: text/plain\n"
		"[Captures]\n"
		"a-1: jsonpath \"$.id\" nth 0 redact # c\n"
		"{{n}}: header \"X\"\n"
		"[Asserts]\n"
		"status >= 200\n"
		"status ==200\n"
		"jsonpath \"$.l\" count == 3\n"
		"header \"X\" not exists\n"
		"body matches /a\\/b/\n"
		"cookie \"id[ Max-Age ]\" > 1\n"
		"bytes startsWith hex,7b;\n"
		"jsonpath \"$.a\" == {{n}}\n"
		"xpath \"string(//p)\" == `x`\n"
		"body == ```\nx\n```\n"
		"{\"a\": 1}\n"
		"GET http://b\n");
	const struct entry *e = &s->entries[0];

	(void)state;
	assert_int_equal(s->nentries, 2);
	assert_int_equal(e->nasserts, 14);
	for (size_t i = 1; i < e->nasserts; i++)
		assert_true(e->asserts[i - 1].stage <= e->asserts[i].stage);
	assert_ptr_equal(e->asserts[0].query.query, &queries[QUERY_VERSION]);
	expect_text("version", e->asserts[0].expected.value->text, "1.1");
	assert_ptr_equal(e->asserts[1].predicate, &predicates[PREDICATE_STATUS]);
	expect_text("status", help_at(s->source, e->asserts[1].predicate_span), "200");
	assert_int_equal(e->asserts[1].expected.value->u.list.items[0]->u.integer, 200);
	const struct assertion *h = find_stage(e, STAGE_HEADER);
	expect_text("name", help_at(s->source, h->query.span), "Content-Type");
	expect_text("value", help_at(s->source, h->expected.span), "text/plain");
	const struct assertion *b = find_stage(e, STAGE_BODY);
	assert_int_equal(b->expected.kind, OPERAND_IS_TEXT);
	assert_ptr_equal(b->predicate, &predicates[PREDICATE_LINES]);
	assert_int_equal(e->ncaptures, 2);
	assert_true(e->captures[0].redact);
	assert_int_equal(e->captures[0].nfilters, 1);
	expect_text("query", help_at(s->source, e->captures[0].query_span), "jsonpath \"$.id\"");
	assert_true(e->asserts[7].negated);
	assert_true(e->asserts[7].column0);
	expect_text("line", help_at(s->source, e->asserts[7].span), "header \"X\" not exists");
	expect_text("predicate", help_at(s->source, e->asserts[6].predicate_span), "==");
	help_parse_end(&p);
}

static void test_parser_statuses(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_SUITE,
		"GET http://a\nHTTP *\nGET http://a\nHTTP 200,201\nGET http://a\nHTTP 2xx\nGET http://a\nERROR timeout\n");

	(void)state;
	assert_int_equal(s->entries[0].nasserts, 0);
	assert_int_equal(s->entries[1].asserts[0].expected.value->u.list.count, 2);
	expect_text("class", s->entries[2].asserts[0].expected.value->text, "2xx");
	assert_true(entry_wants_error(&s->entries[3]));
	assert_false(entry_wants_error(&s->entries[2]));
	help_parse_end(&p);
}

static void test_parser_suite_entries(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_SUITE,
		"REDIS cache SET \"a b\\x41\\n\" 'it\\'s' k:{{ id }}:x {{v}} # remark\n"
		"REPLY\n"
		"REDIS PING\n"
		"ERROR WRONGTYPE Operation\n"
		"TCP {{host}}:3306 # port\n"
		"OPEN\n"
		"RUN dir/with blank#1.suite\n"
		"[Options]\n"
		"continue: true\n"
		"SQL replica\n"
		"[Options]\n"
		"when: variable \"x\" exists\n"
		"`SELECT '\\_', {{x}}`\n"
		"ROWS 1..5 unordered\n"
		"[Prefers]\n"
		"column 1 == 2\n"
		"[Asserts]\n"
		"rows in [1, 2, \"x\"]\n"
		"column \"doc\" includesJson {\"a\": \"{{x}}\"}\n"
		"column \"n\" each > 0\n"
		"[Metrics]\n"
		"m_1: value plus 1\n"
		"| a | b\\|c |\n"
		"|---|---|\n"
		"| 1 | {{x}} | # one\n"
		"SQL\n"
		"```sql\nSELECT 1 ORDER BY 1\n```\n"
		"ROWS\n"
		"| a |\n"
		"SQL\n"
		"file,q.sql;\n"
		"AFFECTED >= 2\n"
		"SQL\n"
		"`SELECT 1`\n"
		"ERROR 42S02\n"
		"MIGRATIONS legacy golang-migrate\n"
		"```\nA1\nB*\n```\n"
		"APPLIED\n"
		"MIGRATIONS typeorm\n"
		"file,names.txt;\n"
		"APPLIED *\n");
	const struct entry *e = s->entries;

	(void)state;
	assert_int_equal(s->nentries, 10);
	expect_text("connection", e[8].connection, "legacy");
	expect_text("tool", template_text(e[8].words[0]), "golang-migrate");
	expect_text("names", template_text(e[8].body.text), "A1\nB*\n");
	assert_ptr_equal(e[8].asserts[0].predicate, &predicates[PREDICATE_ALL_MET]);
	assert_false(e[9].connection.n);
	expect_text("tool", template_text(e[9].words[0]), "typeorm");
	assert_int_equal(e[9].body.kind, BODY_FILE);
	assert_int_equal(e[9].nasserts, 0);
	expect_text("connection", e[0].connection, "cache");
	assert_int_equal(e[0].nwords, 5);
	expect_text("double", template_text(e[0].words[1]), "a bA\n");
	expect_text("single", template_text(e[0].words[2]), "it's");
	assert_int_equal(e[0].words[3]->nparts, 3);
	assert_true(template_is_bare(e[0].words[4]));
	assert_int_equal(e[1].asserts[0].expected.kind, OPERAND_IS_TEXT);
	assert_int_equal(e[2].words[0]->nparts, 2);
	expect_text("path", template_text(e[3].words[0]), "dir/with blank#1.suite");
	expect_text("connection", e[4].connection, "replica");
	expect_text("sql", e[4].body.raw, "SELECT '\\_', {{x}}");
	assert_int_equal(e[4].body.kind, BODY_SQL);
	assert_int_equal(e[4].nasserts, 6);
	assert_ptr_equal(e[4].asserts[0].predicate, &predicates[PREDICATE_RANGE]);
	assert_ptr_equal(e[4].asserts[1].predicate, &predicates[PREDICATE_TABLE]);
	assert_true(e[4].asserts[2].prefer);
	assert_int_equal(e[4].asserts[3].expected.nitems, 3);
	assert_false(e[4].asserts[4].expected.json_holes[1]);
	const struct expected_table *t = e[4].asserts[1].expected.table;
	expect_text("column", t->columns[1], "b|c");
	assert_int_equal(t->nrows, 1);
	assert_null(t->rows[0][0].text);
	assert_true(template_is_bare(t->rows[0][1].text));
	assert_int_equal(t->order, TABLE_BAG);
	assert_int_equal(e[4].nmetrics, 1);
	assert_int_equal(e[5].asserts[0].expected.table->order, TABLE_ORDERED);
	assert_int_equal(e[5].nasserts, 1);
	assert_int_equal(e[6].asserts[0].expected.value->u.list.items[1]->type, VALUE_NULL);
	help_parse_end(&p);
}

static void test_parser_metadata_values(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_SUITE,
		"# Copyright somebody\n"
		"\n"
		"# suite: Orders\n"
		"# tags: smoke, gate\n"
		"# variable: base = http://a/{{x}}\n"
		"# variable: needed\n"
		"# variable: empty =\n"
		"# continue: true\n"
		"\n"
		"# the first order\n"
		"# more prose\n"
		"# tags: one\n"
		"# severity: warn\n"
		"# why: because\n"
		"# fix: do it\n"
		"# owner: us\n"
		"# accept: AG-1 until 2026-12-15\n"
		"# needs: redis, mariadb >= 10.6.3, mysql < 8, write\n"
		"# sevrity: warn\n"
		"GET http://a\n"
		"\n"
		"GET http://b # remark\n"
		"HTTP 200\n"
		"# test: named\n"
		"GET http://b\n"
		"# suite: too late\n"
		"# named\n"
		"GET http://b\n");
	const struct entry *e = s->entries;

	(void)state;
	expect_text("suite", s->name, "Orders");
	assert_int_equal(s->meta.ntags, 2);
	assert_true(s->continue_on_error);
	assert_int_equal(s->nvariables, 3);
	assert_int_equal(s->variables[0].text->nparts, 2);
	assert_null(s->variables[1].text);
	expect_text("empty", template_text(s->variables[2].text), "");
	expect_text("title", e[0].title, "the first order");
	expect_text("tag", e[0].meta.tags[0], "one");
	assert_true(e[0].meta.is_warning);
	expect_text("why", e[0].meta.why, "because");
	expect_text("fix", e[0].meta.fix, "do it");
	expect_text("owner", e[0].meta.owner, "us");
	expect_text("ticket", e[0].meta.accept->ticket, "AG-1");
	assert_true(e[0].meta.accept->until_wall_us == 1797292800LL * 1000000);
	assert_int_equal(e[0].meta.nneeds, 4);
	assert_int_equal(e[0].meta.needs[1].kind, NEEDS_SERVER_VERSION);
	assert_int_equal(e[0].meta.needs[1].version, 10 << 16 | 6 << 8 | 3);
	assert_int_equal(e[0].meta.needs[2].op, CELL_LT);
	assert_int_equal(e[0].meta.needs[3].kind, NEEDS_WRITE);
	expect_text("request line", e[1].title, "GET http://b");
	expect_text("test", e[2].title, "named");
	expect_text("second", e[3].title, "named (2)");
	assert_int_equal(s->nwarnings, 2);
	help_parse_end(&p);
}

static void test_parser_hurl_comments_stay_prose(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_HURL,
		"# needs: a running server!\n# severity: high\n# fix:\nGET http://a\n");

	(void)state;
	assert_int_equal(s->entries[0].meta.nneeds, 0);
	assert_false(s->entries[0].meta.has_severity);
	expect_text("title", s->entries[0].title, "needs: a running server!");
	help_parse_end(&p);
}

static void test_parser_valid_oddities(void **state)
{
	static const struct {
		enum file_type type;
		const char *text;
		size_t entries;
	} rows[] = {
		{ FILE_HURL, "", 0 },
		{ FILE_HURL, "# only a comment", 0 },
		{ FILE_HURL, "PURGE http://a", 1 },
		{ FILE_HURL, "SQL http://a\nROWS http://b\n", 2 },
		{ FILE_HURL, "  GET\thttp://a\n\tHTTP\t200\n", 1 },
		{ FILE_HURL, "GET http://a\nHTTP 999\n", 1 },
		{ FILE_HURL, "GET http://a\n[Query]\na: 1\n[QueryStringParams]\nb: 2\n", 1 },
		{ FILE_HURL, "GET http://a\n[Options]\nmax-time: 5\nretry: -1\n", 1 },
		{ FILE_HURL, "GET http://a\nHTTP 200\n[Captures]\nnext: body\nGET http://b\n", 2 },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS *\nREDIS GET x\nREPLY *\nTCP a:1\nOPEN *\n", 3 },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS includes\n| a |\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct help_parse p;
		const struct suite *s = help_good(&p, rows[i].type, rows[i].text);
		expect_int(rows[i].text, (intmax_t)s->nentries, (intmax_t)rows[i].entries);
		help_parse_end(&p);
	}
}

#define GET "GET http://a\n"
#define OK GET "HTTP 200\n"

/* Each mistake has a message of its own, at its place. */
static void test_parser_mistakes(void **state)
{
	static const struct {
		enum file_type type;
		const char *text;
		size_t line, column;
		const char *message;
	} rows[] = {
		{ FILE_HURL, "GET http://a\xff", 1, 13, "not UTF-8" },
		{ FILE_HURL, "get http://a", 1, 1, "did you mean the method 'GET'?" },
		{ FILE_HURL, "M-SEARCH http://a", 1, 1, "expected an entry" },
		{ FILE_HURL, "GET", 1, 4, "expected a URL behind 'GET'" },
		{ FILE_HURL, "GET http://a{{b", 1, 13, "'{{' without '}}'" },
		{ FILE_HURL, GET "X: a\tb", 2, 6, "behind the value of a header" },
		{ FILE_HURL, GET "[Nope]\n", 2, 2, "unknown section '[Nope]'" },
		{ FILE_HURL, GET "[Opions]\n", 2, 2, "did you mean '[Options]'?" },
		{ FILE_HURL, GET "[1]\n", 2, 2, "unknown section '[1]'" },
		{ FILE_HURL, GET "[Query]\n[Form]\n[Query]\n", 4, 1, "a second time" },
		{ FILE_HURL, GET "[Asserts]\n", 2, 2, "stands behind a response line" },
		{ FILE_HURL, OK "[Query]\n", 3, 2, "above the response line" },
		{ FILE_HURL, OK "[Metrics]\n", 3, 2, "section 'Metrics' belongs in a .suite file; rename a.hurl" },
		{ FILE_HURL, GET "[Options] x\n", 2, 11, "heading of a section" },
		{ FILE_HURL, GET "[BasicAuth]\na: b\nc: d\n", 4, 1, "[BasicAuth] holds one line" },
		{ FILE_HURL, GET "[Options]\nretyr: 1\n", 3, 1, "unknown option 'retyr'; did you mean 'retry'?" },
		{ FILE_HURL, GET "[Options]\nmax_time: 1\n", 3, 1, "did you mean 'max-time'?" },
		{ FILE_HURL, GET "[Options]\nalways: true\n", 3, 1, "option 'always' belongs in a .suite file" },
		{ FILE_HURL, GET "[Options]\nretry 1\n", 3, 7, "expected ':' behind the option 'retry'" },
		{ FILE_HURL, GET "[Options]\nretry: -2\n", 3, 8, "option 'retry' takes a count" },
		{ FILE_HURL, GET "[Options]\nskip: yes\n", 3, 7, "option 'skip' takes true, false" },
		{ FILE_HURL, GET "[Options]\ndelay: 5x\n", 3, 8, "option 'delay' takes a duration" },
		{ FILE_HURL, GET "[Options]\nvariable: =1\n", 3, 11, "option 'variable' takes name=value" },
		{ FILE_HURL, GET "[Options]\nvariable: a 1\n", 3, 13, "expected '=' behind the name of a variable" },
		{ FILE_HURL, GET "[Options]\nvariable: newUuid=1\n", 3, 11, "is a function" },
		{ FILE_HURL, GET "[Multipart]\na: file,b\n", 3, 10, "expected ';' behind the name of the file" },
		{ FILE_HURL, GET "{\"a\":1,}", 2, 7, "no comma behind its last element" },
		{ FILE_HURL, GET "[1,]", 2, 3, "a JSON list has no comma" },
		{ FILE_HURL, GET "{\"a\" 1}", 2, 6, "expected ':' behind the key" },
		{ FILE_HURL, GET "{a:1}", 2, 2, "expected a key in double quotes" },
		{ FILE_HURL, GET "[1 2]", 2, 4, "expected ',' or ']' in a JSON list" },
		{ FILE_HURL, GET "{\"a\":01}", 2, 6, "no leading zero" },
		{ FILE_HURL, GET "{\"a\":1.}", 2, 8, "behind the point of a JSON number" },
		{ FILE_HURL, GET "{\"a\":1e}", 2, 8, "digits of an exponent" },
		{ FILE_HURL, GET "{\"a\":nope}", 2, 6, "expected a JSON value" },
		{ FILE_HURL, GET "\"a\\q\"", 2, 4, "JSON knows no such escape" },
		{ FILE_HURL, GET "\"\\u12\"", 2, 6, "four hex digits" },
		{ FILE_HURL, GET "\"a\nb\"", 2, 3, "cannot hold a line end" },
		{ FILE_HURL, GET "\"a", 2, 1, "JSON string is not closed" },
		{ FILE_HURL, GET "{} x", 2, 4, "behind a body" },
		{ FILE_HURL, GET "`ab", 2, 1, "this ` is not closed" },
		{ FILE_HURL, GET "```ab```", 2, 4, "unknown hint 'ab'" },
		{ FILE_HURL, GET "```sql\n```", 2, 4, "unknown hint 'sql'" },
		{ FILE_HURL, GET "```json x\n```", 2, 9, "expected a new line behind ```" },
		{ FILE_HURL, GET "```json,foo\n```", 2, 9, "expected 'escape' or 'novariable'" },
		{ FILE_HURL, GET "```\nabc", 2, 1, "this ``` is not closed" },
		{ FILE_HURL, GET "```graphql\nq\nvariables {} x\n```", 4, 14, "only ``` may follow" },
		{ FILE_HURL, GET "hex,abc;", 2, 5, "even number of hex digits" },
		{ FILE_HURL, GET "hex,ab", 2, 5, "expected ';' at the end of hex" },
		{ FILE_HURL, GET "base64,!;", 2, 8, "cannot stand in base64" },
		{ FILE_HURL, GET "file,;", 2, 6, "expected the name of a file" },
		{ FILE_HURL, GET "<a><b></a>", 0, 0, "invalid XML body" },
		{ FILE_HURL, GET "HTTP/1 200", 2, 6, "unknown HTTP version" },
		{ FILE_HURL, GET "HTTP/* 200", 2, 6, "unknown HTTP version" },
		{ FILE_HURL, GET "HTTP", 2, 5, "expected a blank and a status" },
		{ FILE_HURL, GET "HTTP abc", 2, 6, "expected a status such as 200, or *" },
		{ FILE_HURL, GET "HTTP/1.1 200 OK", 2, 14, "behind the status" },
		{ FILE_HURL, GET "HTTP 200,201", 2, 9, "behind the status" },
		{ FILE_SUITE, GET "HTTP 2xx,3xx", 2, 9, "behind the status" },
		{ FILE_HURL, OK "[Asserts]\nstatus==200\n", 4, 7, "expected a blank between a query and its predicate" },
		{ FILE_HURL, OK "[Asserts]\nstatus\n", 4, 7, "expected a predicate such as == 200" },
		{ FILE_HURL, OK "[Asserts]\nstatsu == 1\n", 4, 1, "unknown query 'statsu'; did you mean 'status'?" },
		{ FILE_HURL, OK "[Asserts]\nrows == 1\n", 4, 1, "query 'rows' belongs in a .suite file" },
		{ FILE_HURL, OK "[Asserts]\nstatus = 1\n", 4, 8, "expected '=='" },
		{ FILE_HURL, OK "[Asserts]\nstatus == 01\n", 4, 11, "no leading zero" },
		{ FILE_HURL, OK "[Asserts]\nstatus == 1e3\n", 4, 12, "directly behind a value" },
		{ FILE_HURL, OK "[Asserts]\nstatus == 1.\n", 4, 13, "expected a digit behind the decimal point" },
		{ FILE_HURL, OK "[Asserts]\nstatus == -\n", 4, 12, "expected the digits of a number" },
		{ FILE_HURL, OK "[Asserts]\nstatus == truex\n", 4, 11, "expected a value behind '=='" },
		{ FILE_HURL, OK "[Asserts]\nstatus > true\n", 4, 10, "expected a value behind '>'" },
		{ FILE_HURL, OK "[Asserts]\nstatus not\n", 4, 11, "behind 'not'" },
		{ FILE_HURL, OK "[Asserts]\nbody contians \"a\"\n", 4, 6, "did you mean 'contains'?" },
		{ FILE_HURL, OK "[Asserts]\nbody contains\"a\"\n", 4, 14, "expected a blank behind 'contains'" },
		{ FILE_HURL, OK "[Asserts]\nbody matches /a\n", 4, 14, "not closed with '/'" },
		{ FILE_HURL, OK "[Asserts]\nbody matches /(/\n", 4, 15, "invalid pattern" },
		{ FILE_HURL, OK "[Asserts]\nbody contains \"a\n", 4, 15, "not closed on its line" },
		{ FILE_HURL, OK "[Asserts]\nheader X exists\n", 4, 8, "expected a text in double quotes behind 'header'" },
		{ FILE_HURL, OK "[Asserts]\nregex x exists\n", 4, 7, "expected a pattern" },
		{ FILE_HURL, OK "[Asserts]\nredirects nth 1.5 exists\n", 4, 15, "'nth' takes an integer" },
		{ FILE_HURL, OK "[Asserts]\nstatus plus 1 == 2\n", 4, 8, "filter 'plus' belongs in a .suite file" },
		{ FILE_HURL, OK "[Asserts]\nstatus in [1]\n", 4, 8, "predicate 'in' belongs in a .suite file" },
		{ FILE_HURL, OK "[Asserts]\ncookie \"a[Foo]\" exists\n", 4, 11, "unknown attribute of a cookie" },
		{ FILE_HURL, OK "[Asserts]\ncookie \"a[Path\" exists\n", 4, 10, "expected ']'" },
		{ FILE_HURL, OK "[Asserts]\ncertificate \"Foo\" exists\n", 4, 14, "unknown field of a certificate" },
		{ FILE_HURL, OK "[Asserts]\nstatus == 200 x\n", 4, 15, "behind an assertion" },
		{ FILE_HURL, OK "[Captures]\nnope body\n", 4, 1, "expected a capture: name: query" },
		{ FILE_HURL, OK "[Captures]\na: body cuont\n", 4, 9, "unknown filter 'cuont' in a capture; did you mean 'count'?" },
		{ FILE_HURL, OK "[Captures]\na: 1\n", 4, 4, "unknown query '1'" },
		{ FILE_HURL, OK "[Captures]\nnewDate: body\n", 4, 1, "cannot be captured" },
		{ FILE_HURL, OK "{}\n[Asserts]\n", 4, 1, "sections stand above the body" },
		{ FILE_HURL, "SQL\n`SELECT 1`\n", 1, 1, "`SQL` entries belong in a .suite file; rename a.hurl" },
		{ FILE_SUITE, "EXEC x\n", 1, 1, "entries of kind 'EXEC' are not known to this version" },
		{ FILE_SUITE, "ROWS 1\n", 1, 1, "'ROWS' is a response line" },
		{ FILE_SUITE, GET "ROWS 1\n", 2, 1, "'ROWS' is no response line of an HTTP request; expected HTTP or ERROR" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nHTTP 200\n", 3, 1, "expected ROWS, AFFECTED or ERROR" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nREPLY\n", 3, 1, "'REPLY' is no response line of SQL" },
		{ FILE_SUITE, "RUN a.suite\nROWS 1\n", 2, 1, "RUN takes no response line" },
		{ FILE_SUITE, "SQL\nROWS 1\n", 1, 1, "expected a statement below SQL" },
		{ FILE_SUITE, "SQL Replica\n`SELECT 1`\n", 1, 5, "expected the name of a connection, in lower case" },
		{ FILE_SUITE, "MIGRATIONS a b\nAPPLIED\n", 1, 14, "expected the name of a connection, in lower case, one of its own words" },
		{ FILE_SUITE, "MIGRATIONS\n```sql\na\n```\nAPPLIED\n", 2, 4, "expected nothing behind the ```" },
		{ FILE_SUITE, "MIGRATIONS\n`a`\nAPPLIED\n", 2, 1, "the names stand in a ``` block" },
		{ FILE_SUITE, "SCHEMA\n```\na\n```\n", 2, 1, "expected file,NAME; here" },
		{ FILE_SUITE, "SQL\n{}\n", 2, 1, "a statement stands in" },
		{ FILE_SUITE, "SQL\n```json\n1\n```\n", 2, 4, "expected the hint 'sql'" },
		{ FILE_SUITE, "SQL\n`SELECT 1\n", 2, 1, "this ` of a one-line statement" },
		{ FILE_SUITE, "SQL\n[Query]\n", 2, 2, "belongs to HTTP requests only" },
		{ FILE_SUITE, "REDIS\n", 1, 6, "expected arguments behind REDIS" },
		{ FILE_SUITE, "REDIS GET \"a\n", 1, 11, "in the arguments is not closed" },
		{ FILE_SUITE, "REDIS GET \"a\"b\n", 1, 14, "expected a blank behind a quoted argument" },
		{ FILE_SUITE, "REDIS PING\n{}\n", 2, 1, "takes no body" },
		{ FILE_SUITE, "RUN  # x\n", 1, 6, "expected a path behind RUN" },
		{ FILE_SUITE, "REDIS PING\nREPLY x\n", 2, 7, "behind the response line" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS >= x\n", 3, 9, "expected a count" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS 5..1\n", 3, 6, "ends below its start" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS < 0\n", 3, 8, "no count is below 0" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS 1 inclusive\n", 3, 8, "unknown word 'inclusive'" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nERROR x1\n", 3, 7, "expected an error number" },
		{ FILE_SUITE, GET "ERROR slow\n", 2, 7, "expected the kind of error" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n| a | b |\n| 1 |\n", 5, 1, "this row has 1 cells" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n| a\n", 4, 4, "expected '|' at the end" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n| a | |\n", 4, 6, "needs a name" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n| a | A |\n", 4, 7, "twice" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n|---|\n", 4, 1, "starts with the names of its columns" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nAFFECTED 1\n| a |\n", 4, 1, "AFFECTED takes no expected table" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n| a |\n[Asserts]\n", 5, 1, "sections stand above the body" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n[Metrics]\nm value\n", 5, 2, "expected ':' and a query" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n[Metrics]\nm: value nope\n", 5, 10, "in a metric" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n[Asserts]\ncolumn x == 1\n", 5, 8, "expected the name of a column" },
		{ FILE_SUITE, "SQL\n`SELECT 1`\nROWS\n[Asserts]\ncolumn 0 == 1\n", 5, 8, "counts from 1" },
		{ FILE_SUITE, OK "[Asserts]\nstatus in [1 2]\n", 4, 14, "expected ',' or ']' in a list" },
		{ FILE_SUITE, "# accept: AG-1\n" GET, 1, 11, "accept needs a ticket and a last day" },
		{ FILE_SUITE, "# accept: AG-1 until May\n" GET, 1, 22, "expected a day such as" },
		{ FILE_SUITE, "# needs: mysql ~ 8\n" GET, 1, 10, "needs names connections" },
		{ FILE_SUITE, "# severity: bad\n" GET, 1, 13, "'fail' or 'warn'" },
		{ FILE_SUITE, "# why:\n" GET, 1, 7, "expected a text behind 'why:'" },
		{ FILE_SUITE, "# variable: a b\n\n" GET, 1, 15, "expected '=' and a default" },
		{ FILE_SUITE, "# variable: newUuid = 1\n\n" GET, 1, 13, "needs no default" },
		{ FILE_SUITE, "# continue: maybe\n\n" GET, 1, 13, "is true or false" },
		{ FILE_SUITE, "# test:\n" GET, 1, 8, "expected a title" },
		{ FILE_SUITE, "# suite:\n\n" GET, 1, 9, "expected a name behind 'suite:'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		help_expect_error(rows[i].type, rows[i].text, false, rows[i].message, rows[i].line, rows[i].column);
	}
}

static void test_parser_recovers_at_the_next_entry(void **state)
{
	struct help_parse p;

	(void)state;
	help_parse(&p, FILE_SUITE,
		"GET http://a\nHTTP x\n[Asserts]\nnope\n\n"
		"SQL\n```sql\nDELETE FROM t\nGET http://not-an-entry\n```\nnope 1\n\n"
		"POST http://b\n[Foo]\n\n"
		"GET http://c\nHTTP 200\n", false);
	assert_null(p.suite);
	assert_int_equal(p.errors.count, 3);
	expect_true("first", str_find(str_from(p.errors.items[0].message), STR("expected a status")) != SIZE_MAX);
	expect_true("second", str_find(str_from(p.errors.items[1].message), STR("expected an entry")) != SIZE_MAX);
	expect_true("third", str_find(str_from(p.errors.items[2].message), STR("[Foo]")) != SIZE_MAX);
	help_parse_end(&p);
}

static void test_parser_depth_is_limited(void **state)
{
	enum { DEPTH = 100000 };
	char *text = malloc(2 * DEPTH + 32);
	struct help_parse p;

	(void)state;
	assert_non_null(text);
	(void)snprintf(text, 32, "GET http://a\n");
	memset(text + 13, '[', DEPTH);
	memset(text + 13 + DEPTH, '\0', 1);
	help_parse(&p, FILE_HURL, text, false);
	assert_null(p.suite);
	expect_true("depth", str_find(str_from(p.errors.items[0].message), STR("nested deeper")) != SIZE_MAX);
	help_parse_end(&p);
	free(text);
}

static void test_parser_memory_ends_in_an_error(void **state)
{
	struct arena a;
	struct error_list errors;

	(void)state;
	for (size_t max = 256; max < 40000; max += 97) {
		const struct suite *s = NULL;
		arena_init(&a, max);
		error_list_init(&errors, &a, 4);
		struct parse_input in = help_input(&a, FILE_SUITE,
			"# tags: a, b\nPOST http://a/{{x y}}\n[Query]\na: b\n[Options]\nretry: 3\n{\"a\": {{b}}}\nHTTP 200\n"
			"[Captures]\nx: jsonpath \"$.a\" nth 0\n[Asserts]\nstatus in [1, 2]\n");
		if (in.source && parse_suite(&in, &s, &errors) == 0)
			assert_non_null(s);
		else if (in.source)
			assert_true(error_list_total(&errors) > 0);
		arena_release(&a);
	}
}

static void test_parser_deprecations_warn(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_HURL,
		"GET http://a\n[Options]\nmax-time: 5\nHTTP 200\n[Asserts]\n"
		"jsonpath \"$\" includes 1\nheader \"D\" toDate \"%F\" format \"%F\" == \"x\"\n");

	(void)state;
	assert_int_equal(s->nwarnings, 3);
	help_parse_end(&p);
}

static void test_parser_option_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COMMON_COUNT; i++) {
		expect_true("name", common_options[i].name != NULL);
		expect_true(common_options[i].name, common_options[i].help && *common_options[i].help);
		for (size_t k = 0; k < i; k++)
			expect_true(common_options[i].name, strcmp(common_options[i].name, common_options[k].name) != 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parser_file_types),
		cmocka_unit_test(test_parser_request),
		cmocka_unit_test(test_parser_bodies),
		cmocka_unit_test(test_parser_graphql),
		cmocka_unit_test(test_parser_response),
		cmocka_unit_test(test_parser_statuses),
		cmocka_unit_test(test_parser_suite_entries),
		cmocka_unit_test(test_parser_metadata_values),
		cmocka_unit_test(test_parser_hurl_comments_stay_prose),
		cmocka_unit_test(test_parser_valid_oddities),
		cmocka_unit_test(test_parser_mistakes),
		cmocka_unit_test(test_parser_recovers_at_the_next_entry),
		cmocka_unit_test(test_parser_depth_is_limited),
		cmocka_unit_test(test_parser_memory_ends_in_an_error),
		cmocka_unit_test(test_parser_deprecations_warn),
		cmocka_unit_test(test_parser_option_table),
	};

	return cmocka_run_group_tests_name("parser", tests, NULL, NULL);
}
