/*
 * A small HTTP server that does what servers should not: for the tests of what asks
 * one.
 *
 * 	hostile_server
 *
 * Prints one line "PORT CLOSING SILENT" (ports of 127.0.0.1): the server proper; one
 * that closes each connection as soon as it is accepted; one that accepts, reads
 * nothing and answers nothing. Ends at the end of its standard input or with SIGTERM.
 *
 * What it does is the first part of the path; the table `modes` below is the list. A
 * thread a connection; connections are kept.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

enum { HEAD_MAX = 65536, BODY_MAX = 4 * 1024 * 1024, COUNTERS = 256, BACKLOG = 1024 };

struct request {
	char head[HEAD_MAX];
	size_t nhead;
	char *body;
	size_t nbody;
	char method[32];
	char target[4096];
	unsigned long connection, number; /* of the connection; of the request on it */
};

struct peer {
	int fd;
	char early[HEAD_MAX]; /* read beyond the request before */
	size_t nearly;
};

static atomic_ulong connections;

/* How often each key was asked for (/count, /winner, /flaky). */
static struct {
	pthread_mutex_t lock;
	struct {
		char key[64];
		unsigned long n;
	} items[COUNTERS];
} counters = { .lock = PTHREAD_MUTEX_INITIALIZER };

static unsigned long count_up(const char *key, unsigned long by)
{
	unsigned long n = 0;
	(void)pthread_mutex_lock(&counters.lock);
	for (size_t i = 0; i < COUNTERS; i++) {
		if (counters.items[i].key[0] && strcmp(counters.items[i].key, key))
			continue;
		(void)snprintf(
			counters.items[i].key, sizeof(counters.items[i].key), "%s", key);
		n = counters.items[i].n += by;
		break;
	}
	(void)pthread_mutex_unlock(&counters.lock);
	return n;
}

/* ---- sending --------------------------------------------------------------------------------- */

static bool send_bytes(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t w = send(fd, p, n, MSG_NOSIGNAL);
		if (w <= 0)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

static bool send_text(int fd, const char *text)
{
	return send_bytes(fd, text, strlen(text));
}

static bool sendf(int fd, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static bool sendf(int fd, const char *fmt, ...)
{
	char buf[8192];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return n >= 0 && (size_t)n < sizeof(buf) && send_bytes(fd, buf, (size_t)n);
}

/* `more`: further header lines, each with its line end. */
static bool answer(int fd, int status, const char *more, const char *body, size_t n)
{
	return sendf(fd, "HTTP/1.1 %d Said\r\n%sContent-Length: %zu\r\n\r\n", status,
		       more, n) &&
		send_bytes(fd, body, n);
}

static bool answer_json(int fd, int status, const char *body)
{
	return answer(
		fd, status, "Content-Type: application/json\r\n", body, strlen(body));
}

static void wait_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	(void)nanosleep(&t, NULL);
}

/* The connection ends with a reset: what is unsent is thrown away. */
static void reset(int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

/* ---- the query ------------------------------------------------------------------------------- */

static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) :
			     NULL;
	return at ? (int)(at - digits) : -1;
}

/* The value of `name` in the query, decoded; `fallback` when it is not there. */
static const char *param(const struct request *r, const char *name, const char *fallback,
	char *buf, size_t size)
{
	size_t n = strlen(name);
	const char *p = strchr(r->target, '?');
	for (; p; p = strchr(p + 1, '&'))
		if (!strncmp(p + 1, name, n) && p[1 + n] == '=')
			break;
	if (!p)
		return fallback;
	size_t at = 0;
	for (p += n + 2; *p && *p != '&' && at + 1 < size; p++) {
		if (*p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
			buf[at++] = (char)(hex(p[1]) << 4 | hex(p[2]));
			p += 2;
		} else {
			buf[at++] = *p;
		}
	}
	buf[at] = '\0';
	return buf;
}

static long number(const struct request *r, const char *name, long fallback)
{
	char buf[32];
	const char *text = param(r, name, NULL, buf, sizeof(buf));
	return text ? strtol(text, NULL, 10) : fallback;
}

/* ---- modes: false ends the connection -------------------------------------------------------- */

static bool mode_status(struct peer *p, const struct request *r)
{
	return answer_json(p->fd, (int)number(r, "code", 200), "{\"said\":true}");
}

static bool mode_hang(struct peer *p, const struct request *r)
{
	char c;
	(void)r;
	return recv(p->fd, &c, 1, 0) > 0 && false; /* until the other side gives up */
}

static bool mode_reset(struct peer *p, const struct request *r)
{
	(void)r;
	reset(p->fd);
	return false;
}

static bool mode_close(struct peer *p, const struct request *r)
{
	(void)p;
	(void)r;
	return false;
}

static bool mode_half_body(struct peer *p, const struct request *r)
{
	(void)r;
	(void)send_text(p->fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly half");
	return false;
}

static bool mode_half_chunk(struct peer *p, const struct request *r)
{
	(void)r;
	(void)send_text(
		p->fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf");
	return false;
}

static bool mode_two_lengths(struct peer *p, const struct request *r)
{
	(void)r;
	(void)send_text(p->fd,
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde");
	return false;
}

static bool mode_slow_body(struct peer *p, const struct request *r)
{
	long bytes = number(r, "bytes", 10);
	if (!sendf(p->fd, "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n", bytes))
		return false;
	for (long i = 0; i < bytes; i++) {
		wait_ms(number(r, "ms", 100));
		if (!send_text(p->fd, "."))
			return false;
	}
	return true;
}

static bool mode_slow(struct peer *p, const struct request *r)
{
	wait_ms(number(r, "ms", 200));
	return answer_json(p->fd, 200, "{\"slow\":true}");
}

static bool mode_garbage(struct peer *p, const struct request *r)
{
	(void)r;
	(void)send_text(p->fd, "\x16\x03\x01 this is not HTTP at all\r\n\r\n");
	return false;
}

static bool mode_huge_headers(struct peer *p, const struct request *r)
{
	if (!send_text(p->fd, "HTTP/1.1 200 OK\r\n"))
		return false;
	for (long i = number(r, "lines", 100000); i > 0; i--)
		if (!sendf(p->fd,
			    "X-Filler-%ld: ......................................................................\r\n",
			    i))
			return false;
	return send_text(p->fd, "Content-Length: 0\r\n\r\n");
}

static bool mode_long_header(struct peer *p, const struct request *r)
{
	char filler[1025];
	memset(filler, 'x', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	bool ok = send_text(p->fd, "HTTP/1.1 200 OK\r\nX-Long: ");
	for (long i = number(r, "kib", 300); ok && i > 0; i--)
		ok = send_text(p->fd, filler);
	return ok && send_text(p->fd, "\r\nContent-Length: 0\r\n\r\n");
}

static bool mode_large(struct peer *p, const struct request *r)
{
	char block[4096];
	long kib = number(r, "kib", 1024);
	memset(block, 'y', sizeof(block));
	bool ok = sendf(p->fd,
		number(r, "told", 1) ? "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n" :
				       "HTTP/1.1 200 OK\r\nX-Bytes: %ld\r\n\r\n",
		kib * 1024);
	for (long i = strcmp(r->method, "HEAD") ? 0 : kib / 4; ok && i < kib / 4; i++)
		ok = send_bytes(p->fd, block, sizeof(block));
	return ok && number(r, "told", 1);
}

static bool mode_interim(struct peer *p, const struct request *r)
{
	(void)r;
	return send_text(p->fd,
		       "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n") &&
		answer_json(p->fd, 200, "{\"final\":true}");
}

static bool mode_chunked(struct peer *p, const struct request *r)
{
	(void)r;
	return send_text(p->fd,
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
		"8\r\n{\"chunke\r\nA;name=value\r\nd\":\"yes!\"}\r\n0\r\nX-Trailer: behind\r\n\r\n");
}

static bool mode_until_close(struct peer *p, const struct request *r)
{
	(void)r;
	(void)send_text(p->fd,
		"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"until\":\"close\"}");
	return false;
}

static bool mode_no_content(struct peer *p, const struct request *r)
{
	(void)r;
	return send_text(p->fd, "HTTP/1.1 204 No Content\r\n\r\n");
}

static bool send_packed(struct peer *p, const char *encoding, int window_bits, size_t cut)
{
	static const char text[] =
		"{\"packed\":\"zlib\",\"text\":\"abcabcabcabcabcabcabcabc\"}";
	unsigned char out[256];
	char more[128];
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)text,
		.avail_in = sizeof(text) - 1,
		.next_out = out,
		.avail_out = sizeof(out) };
	if (deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	(void)deflate(&z, Z_FINISH);
	size_t n = sizeof(out) - z.avail_out - cut;
	(void)deflateEnd(&z);
	(void)snprintf(more, sizeof(more),
		"Content-Type: application/json\r\nContent-Encoding: %s\r\n", encoding);
	return answer(p->fd, 200, more, (const char *)out, n);
}

static bool mode_gzip(struct peer *p, const struct request *r)
{
	return send_packed(p, "gzip", 15 + 16, (size_t)number(r, "cut", 0));
}

static bool mode_deflate(struct peer *p, const struct request *r)
{
	return send_packed(p, "deflate", number(r, "raw", 0) ? -15 : 15, 0);
}

static bool mode_br(struct peer *p, const struct request *r)
{
	static const char packed[] =
		"\x1b\x30\x00\x00\x04\x72\x71\xe4\xcf\x01\xcd\xac\x55\x20\x69\x57\x4a\xb2\x0e\x41\x49\x6c\xa9\x23\x72\xa6\x11\x5e\x82\x0d\x43\x8b\x74\xc1\x03";
	(void)r;
	return answer(p->fd, 200,
		"Content-Type: application/json\r\nContent-Encoding: br\r\n", packed,
		sizeof(packed) - 1);
}

static bool mode_zstd(struct peer *p, const struct request *r)
{
	(void)r;
	return answer(p->fd, 200, "Content-Encoding: zstd\r\n", "(\xb5/\xfd", 4);
}

static bool mode_redirect(struct peer *p, const struct request *r)
{
	char to[2048];
	char more[2200];
	(void)snprintf(more, sizeof(more), "Location: %s\r\n",
		param(r, "to", "/echo", to, sizeof(to)));
	return answer(p->fd, (int)number(r, "status", 302), more, "moved", 5);
}

/* /loop?left=3 goes round three times. */
static bool mode_loop(struct peer *p, const struct request *r)
{
	char more[128];
	long left = number(r, "left", 3);
	if (left <= 0)
		return answer_json(p->fd, 200, "{\"arrived\":true}");
	(void)snprintf(more, sizeof(more), "Location: loop?left=%ld\r\n", left - 1);
	return answer(p->fd, 302, more, "", 0);
}

static bool mode_set_cookie(struct peer *p, const struct request *r)
{
	char name[128];
	char value[256];
	char more[1024];
	(void)snprintf(more, sizeof(more),
		"Set-Cookie: %s=%s; Path=/; HttpOnly; Max-Age=60\r\nSet-Cookie: elsewhere=1; Path=/only-there\r\n",
		param(r, "name", "session", name, sizeof(name)),
		param(r, "value", "abc", value, sizeof(value)));
	return answer(p->fd, 200, more, "{}", 2);
}

static bool mode_latin1(struct peer *p, const struct request *r)
{
	(void)r;
	return answer(p->fd, 200,
		"Content-Type: text/plain; charset=latin1\r\nX-Name: caf\xe9\r\nX-Twice: a\r\nX-Twice: b\r\nX-Folded: a\r\n  b\r\n",
		"caf\xe9", 4);
}

/*
 * Answers the first request of a connection and closes on the second without a word: a
 * kept connection that dies.
 */
static bool mode_keepalive_close(struct peer *p, const struct request *r)
{
	char key[64];
	char seen[64];
	(void)count_up(param(r, "key", "kept", key, sizeof(key)), 1);
	if (r->number > 1)
		return false;
	(void)snprintf(seen, sizeof(seen), "{\"connection\":%lu}", r->connection);
	return answer_json(p->fd, 200, seen);
}

static bool mode_count(struct peer *p, const struct request *r)
{
	char key[64];
	char body[64];
	(void)snprintf(body, sizeof(body), "{\"count\":%lu}",
		count_up(param(r, "key", "kept", key, sizeof(key)), 0));
	return answer_json(p->fd, 200, body);
}

/* The first to ask wins. */
static bool mode_winner(struct peer *p, const struct request *r)
{
	char key[64];
	bool first = count_up(param(r, "key", "winner", key, sizeof(key)), 1) == 1;
	return answer_json(
		p->fd, first ? 201 : 409, first ? "{\"won\":true}" : "{\"won\":false}");
}

/* 503 until it was asked often enough. */
static bool mode_flaky(struct peer *p, const struct request *r)
{
	char key[64];
	bool ready = count_up(param(r, "key", "flaky", key, sizeof(key)), 1) >
		(unsigned long)number(r, "times", 2);
	return answer_json(p->fd, ready ? 200 : 503,
		ready ? "{\"ready\":true}" : "{\"ready\":false}");
}

/*
 * Each request of a group gets no answer until the whole group is there: only a real
 * race gets through.
 */
static bool mode_together(struct peer *p, const struct request *r)
{
	char key[64];
	unsigned long n = (unsigned long)number(r, "n", 2);
	const char *name = param(r, "key", "together", key, sizeof(key));
	(void)count_up(name, 1);
	for (int i = 0; i < 500 && count_up(name, 0) < n; i++)
		wait_ms(10);
	return answer_json(
		p->fd, count_up(name, 0) >= n ? 200 : 504, "{\"together\":true}");
}

/* ---- echo ------------------------------------------------------------------------------------ */

struct text {
	char *p;
	size_t n, cap;
};

static void add(struct text *t, const char *p, size_t n)
{
	if (t->n + n + 1 > t->cap) {
		size_t cap = (t->n + n + 1) * 2;
		char *bigger = realloc(t->p, cap);
		if (!bigger)
			return;
		t->p = bigger;
		t->cap = cap;
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

static void add_text(struct text *t, const char *text)
{
	add(t, text, strlen(text));
}

/* A JSON string; bytes beyond ASCII as if they were Latin-1. */
static void add_string(struct text *t, const char *p, size_t n)
{
	char code[8];
	add_text(t, "\"");
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
			add(t, &p[i], 1);
			continue;
		}
		(void)snprintf(code, sizeof(code), "\\u%04x", c);
		add_text(t, code);
	}
	add_text(t, "\"");
}

static void add_headers(struct text *t, const struct request *r)
{
	const char *p = strstr(r->head, "\r\n");
	const char *comma = "";
	for (p = p ? p + 2 : ""; *p && strncmp(p, "\r\n", 2); p = strstr(p, "\r\n") + 2) {
		size_t n = (size_t)(strstr(p, "\r\n") - p);
		const char *colon = memchr(p, ':', n);
		if (!colon)
			continue;
		const char *value = colon + 1 + strspn(colon + 1, " ");
		add_text(t, comma);
		add_text(t, "{\"name\":");
		add_string(t, p, (size_t)(colon - p));
		add_text(t, ",\"value\":");
		add_string(t, value, (size_t)(p + n - value));
		add_text(t, "}");
		comma = ",";
	}
}

static bool mode_echo(struct peer *p, const struct request *r)
{
	struct text t = { 0 };
	char numbers[96];
	add_text(&t, "{\"method\":");
	add_string(&t, r->method, strlen(r->method));
	add_text(&t, ",\"target\":");
	add_string(&t, r->target, strlen(r->target));
	(void)snprintf(numbers, sizeof(numbers),
		",\"connection\":%lu,\"request\":%lu,\"headers\":[", r->connection,
		r->number);
	add_text(&t, numbers);
	add_headers(&t, r);
	add_text(&t, "],\"body\":");
	add_string(&t, r->body ? r->body : "", r->nbody);
	add_text(&t, "}");
	bool head = !strcmp(r->method, "HEAD");
	bool ok = t.p &&
		sendf(p->fd,
			"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
			t.n) &&
		(head || send_bytes(p->fd, t.p, t.n));
	free(t.p);
	return ok;
}

/* The value of a header, up to its line's end; `fallback` when it is not there. */
static const char *header(const struct request *r, const char *name, const char *fallback,
	char *buf, size_t size)
{
	size_t n = strlen(name);
	const char *p = strstr(r->head, "\r\n");
	while (p && (strncasecmp(p + 2, name, n) || p[2 + n] != ':'))
		p = strstr(p + 2, "\r\n");
	if (!p)
		return fallback;
	p += 3 + n;
	p += strspn(p, " ");
	(void)snprintf(buf, size, "%.*s", (int)strcspn(p, "\r"), p);
	return buf;
}

/* What was sent comes back as it is, /mirror?code=503 with another status. */
static bool mode_mirror(struct peer *p, const struct request *r)
{
	char type[256];
	char more[300];
	(void)snprintf(more, sizeof(more), "Content-Type: %s\r\n",
		header(r, "Content-Type", "application/json", type, sizeof(type)));
	return answer(p->fd, (int)number(r, "code", 200), more, r->body, r->nbody);
}

static const struct mode {
	const char *path;
	bool (*run)(struct peer *p, const struct request *r);
} modes[] = {
	{ "echo", mode_echo },
	{ "mirror", mode_mirror },
	{ "status", mode_status },
	{ "hang", mode_hang },
	{ "reset", mode_reset },
	{ "close", mode_close },
	{ "half-body", mode_half_body },
	{ "half-chunk", mode_half_chunk },
	{ "two-lengths", mode_two_lengths },
	{ "slow-body", mode_slow_body },
	{ "slow", mode_slow },
	{ "garbage", mode_garbage },
	{ "huge-headers", mode_huge_headers },
	{ "long-header", mode_long_header },
	{ "large", mode_large },
	{ "interim", mode_interim },
	{ "chunked", mode_chunked },
	{ "until-close", mode_until_close },
	{ "no-content", mode_no_content },
	{ "gzip", mode_gzip },
	{ "deflate", mode_deflate },
	{ "br", mode_br },
	{ "zstd", mode_zstd },
	{ "redirect", mode_redirect },
	{ "loop", mode_loop },
	{ "set-cookie", mode_set_cookie },
	{ "latin1", mode_latin1 },
	{ "keepalive-close", mode_keepalive_close },
	{ "count", mode_count },
	{ "winner", mode_winner },
	{ "flaky", mode_flaky },
	{ "together", mode_together },
};

static bool act(struct peer *p, const struct request *r)
{
	const char *path = r->target + strspn(r->target, "/");
	size_t n = strcspn(path, "/?");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strlen(modes[i].path) == n && !strncmp(path, modes[i].path, n))
			return modes[i].run(p, r);
	return answer_json(p->fd, 404, "{\"error\":\"no such mode\"}");
}

/* ---- connections ----------------------------------------------------------------------------- */

static size_t content_length(const struct request *r)
{
	for (const char *p = strstr(r->head, "\r\n"); p; p = strstr(p + 2, "\r\n"))
		if (!strncasecmp(p + 2, "Content-Length:", 15))
			return (size_t)strtoul(p + 17, NULL, 10);
	return 0;
}

/* Reads up to the empty line; what came beyond it stays in p->early. */
static bool read_head(struct peer *p, struct request *r)
{
	for (;;) {
		char *end = memmem(p->early, p->nearly, "\r\n\r\n", 4);
		if (end) {
			r->nhead = (size_t)(end - p->early) + 4;
			memcpy(r->head, p->early, r->nhead);
			r->head[r->nhead] = '\0';
			p->nearly -= r->nhead;
			memmove(p->early, p->early + r->nhead, p->nearly);
			return sscanf(r->head, "%31s %4095s", r->method, r->target) == 2;
		}
		if (p->nearly + 1 >= sizeof(p->early))
			return false;
		ssize_t n = recv(
			p->fd, p->early + p->nearly, sizeof(p->early) - 1 - p->nearly, 0);
		if (n <= 0)
			return false;
		p->nearly += (size_t)n;
	}
}

static bool read_body(struct peer *p, struct request *r)
{
	size_t length = content_length(r);
	if (length > BODY_MAX || !(r->body = malloc(length + 1)))
		return false;
	size_t n = p->nearly < length ? p->nearly : length;
	memcpy(r->body, p->early, n);
	p->nearly -= n;
	memmove(p->early, p->early + n, p->nearly);
	while (n < length) {
		ssize_t got = recv(p->fd, r->body + n, length - n, 0);
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	r->nbody = length;
	return true;
}

static void *serve(void *ctx)
{
	struct peer *p = ctx;
	struct request *r = malloc(sizeof(*r));
	unsigned long connection = atomic_fetch_add(&connections, 1) + 1;
	bool more = r != NULL;

	for (unsigned long i = 1; more; i++) {
		*r = (struct request){ .connection = connection, .number = i };
		more = read_head(p, r) && read_body(p, r) && act(p, r);
		free(r->body);
	}
	(void)close(p->fd);
	free(r);
	free(p);
	return NULL;
}

static void start(int fd, void *(*run)(void *))
{
	struct peer *p = calloc(1, sizeof(*p));
	pthread_t thread;
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (p) {
		p->fd = fd;
		if (!pthread_create(&thread, NULL, run, p)) {
			(void)pthread_detach(thread);
			return;
		}
	}
	free(p);
	(void)close(fd);
}

static void *accept_served(void *ctx)
{
	int listener = *(int *)ctx;
	for (int fd; (fd = accept(listener, NULL, NULL)) >= 0;)
		start(fd, serve);
	return NULL;
}

static void *accept_closing(void *ctx)
{
	int listener = *(int *)ctx;
	for (int fd; (fd = accept(listener, NULL, NULL)) >= 0;)
		(void)close(fd);
	return NULL;
}

static void *accept_silent(void *ctx)
{
	int listener = *(int *)ctx;
	while (accept(listener, NULL, NULL) >= 0)
		; /* kept open until the end of the process */
	return NULL;
}

static int listen_somewhere(unsigned *ret_port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, BACKLOG) ||
		getsockname(fd, (struct sockaddr *)&a, &n))
		return -1;
	*ret_port = ntohs(a.sin_port);
	return fd;
}

int main(void)
{
	void *(*const loops[])(void *) = { accept_served, accept_closing, accept_silent };
	static int listeners[3];
	unsigned ports[3];
	char buf[256];

	(void)signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < 3; i++) {
		pthread_t thread;
		listeners[i] = listen_somewhere(&ports[i]);
		if (listeners[i] < 0 ||
			pthread_create(&thread, NULL, loops[i], &listeners[i])) {
			perror("hostile_server");
			return 1;
		}
	}
	printf("%u %u %u\n", ports[0], ports[1], ports[2]);
	(void)fflush(stdout);
	while (read(STDIN_FILENO, buf, sizeof(buf)) > 0)
		;
	_exit(0);
}
