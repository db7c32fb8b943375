#include "probes/http_reader.h"

#include "harness/base/scan.h"

#define MAX_LINE ((size_t)8 * 1024) /* of a chunk's size or a trailer */

void http_reader_init(struct http_reader *r, struct arena *a, size_t max_header_bytes,
	size_t max_body_bytes, bool no_body)
{
	*r = (struct http_reader){ .arena = a, .no_body = no_body };
	strbuf_init(&r->head, max_header_bytes);
	strbuf_init(&r->line, MAX_LINE);
	strbuf_init(&r->body, max_body_bytes);
}

void http_reader_release(struct http_reader *r)
{
	strbuf_release(&r->head);
	strbuf_release(&r->line);
	strbuf_release(&r->body);
}

bool http_reader_is_done(const struct http_reader *r)
{
	return r->state == READER_DONE;
}

static int bad(struct error *err, const char *what)
{
	return error_set(err, ERR_PROTOCOL, "the answer is no regular HTTP/1: %s", what);
}

static int full(const struct strbuf *sb, const char *what, struct error *err)
{
	return error_set(err, ERR_LIMIT,
		"the %s of the answer is larger than %zu bytes, or memory is out", what,
		sb->max_bytes);
}

/* ---- the head -------------------------------------------------------------------------------- */

/* RFC 9112, 6.3: several lengths must agree. */
static int content_length(struct http_reader *r, bool *ret_given, struct error *err)
{
	int64_t length = -1;
	for (size_t i = 0; i < r->headers.count; i++) {
		int64_t n;
		if (!str_eq_nocase(r->headers.items[i].name, STR("Content-Length")))
			continue;
		if (!scan_int(r->headers.items[i].value, 0, INT64_MAX, &n))
			return bad(err, "its Content-Length is no number");
		if (length >= 0 && n != length)
			return bad(err, "it has two different Content-Lengths");
		length = n;
	}
	*ret_given = length >= 0;
	r->left = length >= 0 ? (uint64_t)length : 0;
	return 0;
}

static bool is_chunked(struct http_reader *r, bool *ret_encoded)
{
	struct str codings = http_headers_joined(
		r->arena, &r->headers, STR("Transfer-Encoding"));
	struct str last = { 0 };
	for (struct str rest = codings; rest.p;)
		last = str_trim(str_cut(&rest, ','));
	*ret_encoded = codings.p != NULL;
	return str_eq_nocase(last, STR("chunked"));
}

static int choose_body(struct http_reader *r, struct error *err)
{
	bool encoded;
	bool has_length = false;
	if (r->no_body || r->status == 204 || r->status == 304) {
		r->state = READER_DONE;
		return 0;
	}
	if (is_chunked(r, &encoded)) {
		r->state = READER_CHUNK_SIZE;
		return 0;
	}
	if (encoded)
		return bad(err, "its Transfer-Encoding does not end in 'chunked'");
	if (content_length(r, &has_length, err))
		return -1;
	if (has_length)
		r->state = r->left ? READER_LENGTH : READER_DONE;
	else
		r->state = READER_UNTIL_CLOSE;
	return 0;
}

static int finish_head(struct http_reader *r, struct error *err)
{
	struct str text = strbuf_str(&r->head);
	struct str line = str_trim(str_cut(&text, '\n'));
	struct str copy;

	if (!http_status_line(line, &r->status, &r->version))
		return bad(err, "it does not begin with a status line");
	if (r->status == 101)
		return bad(err, "it changes the protocol");
	if (r->status < 200) {
		strbuf_clear(&r->head);
		return 0;
	}
	copy = arena_str(r->arena, strbuf_str(&r->head));
	if (!copy.p)
		return error_set_oom(err);
	if (http_headers_parse(r->arena, copy, &r->headers, err) || choose_body(r, err))
		return -1;
	return 0;
}

/* An empty line before a status line is passed over (RFC 9112, 2.2). */
static bool head_is_blank(const struct strbuf *head)
{
	struct str s = strbuf_str(head);
	return str_is(s, "\r\n") || str_is(s, "\n");
}

static bool head_is_complete(const struct strbuf *head)
{
	struct str s = strbuf_str(head);
	return str_ends_with(s, STR("\n\r\n")) || str_ends_with(s, STR("\n\n"));
}

static int feed_head(struct http_reader *r, struct str *bytes, struct error *err)
{
	size_t end = str_find_char(*bytes, '\n');
	size_t n = end == SIZE_MAX ? bytes->n : end + 1;
	strbuf_add(&r->head, str_sub(*bytes, 0, n));
	*bytes = str_sub(*bytes, n, SIZE_MAX);
	if (strbuf_failed(&r->head))
		return full(&r->head, "head", err);
	if (head_is_blank(&r->head)) {
		strbuf_clear(&r->head);
		return 0;
	}
	/* nothing that is no HTTP is read to its end */
	struct str begin = STR("HTTP/");
	if (r->head.n >= begin.n && !str_starts_with(strbuf_str(&r->head), begin))
		return bad(err, "it does not begin with a status line");
	return head_is_complete(&r->head) ? finish_head(r, err) : 0;
}

/* ---- the body -------------------------------------------------------------------------------- */

static int add_body(
	struct http_reader *r, struct str *bytes, uint64_t most, struct error *err)
{
	size_t n = bytes->n < most ? bytes->n : (size_t)most;
	strbuf_add(&r->body, str_sub(*bytes, 0, n));
	*bytes = str_sub(*bytes, n, SIZE_MAX);
	return strbuf_failed(&r->body) ? full(&r->body, "body", err) : 0;
}

static int feed_counted(struct http_reader *r, struct str *bytes,
	enum http_reader_state then, struct error *err)
{
	size_t before = bytes->n;
	if (add_body(r, bytes, r->left, err))
		return -1;
	r->left -= before - bytes->n;
	if (!r->left)
		r->state = then;
	return 0;
}

/* A whole line is in r->line without its end once this gives true. */
static bool take_line(struct http_reader *r, struct str *bytes)
{
	size_t end = str_find_char(*bytes, '\n');
	strbuf_add(&r->line, str_sub(*bytes, 0, end == SIZE_MAX ? bytes->n : end));
	*bytes = end == SIZE_MAX ? str_sub(*bytes, bytes->n, 0) :
				   str_sub(*bytes, end + 1, SIZE_MAX);
	if (end == SIZE_MAX)
		return false;
	if (str_ends_with(strbuf_str(&r->line), STR("\r")))
		strbuf_truncate(&r->line, r->line.n - 1);
	return true;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) :
			     NULL;
	return at ? (int)(at - digits) : -1;
}

/* Hexadecimal digits up to an extension. */
static bool scan_chunk_size(struct str line, uint64_t *ret)
{
	struct str digits = str_trim(str_cut(&line, ';'));
	uint64_t size = 0;
	for (size_t i = 0; i < digits.n; i++) {
		int digit = hex_digit(digits.p[i]);
		if (digit < 0 || size >> 56)
			return false;
		size = size << 4 | (unsigned)digit;
	}
	*ret = size;
	return digits.n > 0;
}

static int feed_chunk_size(struct http_reader *r, struct str *bytes, struct error *err)
{
	if (!take_line(r, bytes))
		return strbuf_failed(&r->line) ?
			bad(err, "the line of a chunk's size is too long") :
			0;
	if (!scan_chunk_size(strbuf_str(&r->line), &r->left))
		return bad(err, "a chunk's size is no hexadecimal number");
	strbuf_clear(&r->line);
	r->state = r->left ? READER_CHUNK_DATA : READER_TRAILER;
	return 0;
}

static int feed_chunk_end(struct http_reader *r, struct str *bytes, struct error *err)
{
	bool whole = take_line(r, bytes);
	if (!whole && !r->line.n)
		return 0;
	if (!whole && str_is(strbuf_str(&r->line), "\r"))
		return 0;
	if (r->line.n)
		return bad(err, "a chunk is longer than its size says");
	strbuf_clear(&r->line);
	r->state = READER_CHUNK_SIZE;
	return 0;
}

static int feed_trailer(struct http_reader *r, struct str *bytes, struct error *err)
{
	bool whole = take_line(r, bytes);
	if (strbuf_failed(&r->line))
		return bad(err, "a trailer is too long");
	if (whole) {
		if (!r->line.n)
			r->state = READER_DONE;
		strbuf_clear(&r->line);
	}
	return 0;
}

static int feed_some(struct http_reader *r, struct str *bytes, struct error *err)
{
	switch (r->state) {
	case READER_HEAD:
		return feed_head(r, bytes, err);
	case READER_LENGTH:
		return feed_counted(r, bytes, READER_DONE, err);
	case READER_UNTIL_CLOSE:
		return add_body(r, bytes, UINT64_MAX, err);
	case READER_CHUNK_SIZE:
		return feed_chunk_size(r, bytes, err);
	case READER_CHUNK_DATA:
		return feed_counted(r, bytes, READER_CHUNK_END, err);
	case READER_CHUNK_END:
		return feed_chunk_end(r, bytes, err);
	case READER_TRAILER:
		return feed_trailer(r, bytes, err);
	case READER_DONE:
		break;
	}
	return 0;
}

int http_reader_feed(struct http_reader *r, struct str bytes, struct error *err)
{
	r->received_bytes += bytes.n;
	while (bytes.n && r->state != READER_DONE) {
		size_t before = bytes.n;
		if (feed_some(r, &bytes, err))
			return -1;
		assert(bytes.n < before);
	}
	return 0;
}

int http_reader_close(struct http_reader *r, struct error *err)
{
	if (r->state == READER_UNTIL_CLOSE)
		r->state = READER_DONE;
	if (r->state == READER_DONE)
		return 0;
	return error_set(err, ERR_PROTOCOL, "%s",
		r->received_bytes ?
			"the connection was closed in the middle of the answer" :
			"the connection was closed without an answer");
}
