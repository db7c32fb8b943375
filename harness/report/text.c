#include "harness/report/text.h"

#include "harness/value/encode.h"

/* What the line about the cut takes itself, at most. */
enum { NOTE_BYTES = 160 };

/* `at`, or the start of the character that it is in the middle of. */
static size_t character_start(struct str s, size_t at)
{
	if (at >= s.n)
		return s.n;
	for (int i = 0; i < 3 && at > 0 && ((unsigned char)s.p[at] & 0xc0) == 0x80; i++)
		at--;
	return at;
}

/* The end of the head: after the last line end in the second half of the room, else at a character. */
static size_t head_end(struct str s, size_t room)
{
	for (size_t at = room; at > room / 2; at--)
		if (s.p[at - 1] == '\n')
			return at;
	return character_start(s, room);
}

/* Where the tail starts: after the first line end in the first half of the room, else at a character. */
static size_t tail_start(struct str s, size_t room)
{
	size_t start = s.n - room;

	for (size_t at = start; at < start + room / 2; at++)
		if (s.p[at] == '\n')
			return at + 1;
	return character_start(s, start);
}

/* Offset behind the `lines`-th line end from the front, s.n when there are fewer. */
static size_t lines_from_front(struct str s, size_t lines)
{
	size_t at = 0;

	while (lines > 0 && at < s.n)
		if (s.p[at++] == '\n')
			lines--;
	return at;
}

/* Start of the last `lines` lines. */
static size_t lines_from_back(struct str s, size_t lines)
{
	size_t at = s.n;

	if (at > 0 && s.p[at - 1] == '\n')
		at--;
	for (; at > 0; at--)
		if (s.p[at - 1] == '\n' && --lines == 0)
			break;
	return at;
}

static size_t count_lines(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n + (s.n > 0 && s.p[s.n - 1] != '\n');
}

/* "... 18344 bytes left out of 22440 ...", as events have it, or with a digest, as below. */
static bool is_note(struct str line)
{
	size_t digest = str_find(line, STR(", sha256 "));

	if (!str_starts_with(line, STR("... ")) || str_find(line, STR(" bytes left out of ")) == SIZE_MAX)
		return false;
	if (digest == SIZE_MAX)
		return str_ends_with(line, STR(" ..."));
	struct str behind = str_sub(line, digest + 9 + 64, SIZE_MAX);

	return line.n - digest >= 9 + 64 && (!behind.n || str_starts_with(behind, STR(", full: ")));
}

/* The line about an earlier cut: its figures and digest are those of the whole. Absent: `s` is the whole. */
static struct str earlier_note(struct str s)
{
	while (s.p) {
		struct str line = str_cut(&s, '\n');

		if (is_note(line))
			return line;
	}
	return (struct str){ NULL, 0 };
}

/* What was cut before keeps its note; when that stays in the text, what is left out now is all there is to say. */
static void add_note_again(struct strbuf *out, struct str note, struct str left_out)
{
	if (note.p >= left_out.p && note.p < left_out.p + left_out.n) {
		strbuf_add(out, note);
	} else {
		strbuf_adds(out, "... ");
		text_grouped(out, left_out.n);
		strbuf_adds(out, " more bytes left out");
	}
	strbuf_addc(out, '\n');
}

void text_digest(struct strbuf *out, struct str bytes)
{
	uint8_t digest[32];

	digest_sha256(bytes, digest);
	strbuf_adds(out, ", sha256 ");
	encode_hex(out, str_make((const char *)digest, sizeof(digest)));
}

static void add_note(struct strbuf *out, struct str whole, struct str part, struct str full)
{
	struct str earlier = earlier_note(whole);

	if (out->n && out->p[out->n - 1] != '\n')
		strbuf_addc(out, '\n');
	if (earlier.p) {
		add_note_again(out, earlier, part);
		return;
	}
	strbuf_adds(out, "... ");
	text_grouped(out, part.n);
	strbuf_adds(out, " bytes left out of ");
	text_grouped(out, whole.n);
	text_digest(out, whole);
	if (full.n)
		strbuf_addf(out, ", full: %.*s", STR_ARG(full));
	strbuf_addc(out, '\n');
}

bool text_cut(struct strbuf *out, struct str s, size_t max_bytes, size_t max_lines)
{
	return text_cut_of(out, s, max_bytes, max_lines, (struct str){ NULL, 0 });
}

bool text_cut_of(struct strbuf *out, struct str s, size_t max_bytes, size_t max_lines, struct str full)
{
	size_t note = NOTE_BYTES + full.n;
	size_t room = max_bytes > note ? max_bytes - note : 0;
	size_t head = s.n;
	size_t tail = s.n;

	if (s.n > max_bytes) {
		head = head_end(s, room - room / 4);
		tail = tail_start(s, room / 4);
	}
	if (count_lines(s) > max_lines) {
		size_t end = lines_from_front(s, max_lines - max_lines / 4);
		size_t start = max_lines >= 4 ? lines_from_back(s, max_lines / 4) : s.n;

		head = end < head ? end : head;
		tail = start > tail || tail == s.n ? start : tail;
	}
	if (head >= tail) {
		strbuf_add(out, s);
		return false;
	}
	strbuf_add(out, str_sub(s, 0, head));
	add_note(out, s, str_sub(s, head, tail - head), full);
	strbuf_add(out, str_sub(s, tail, s.n));
	return true;
}

/* ---- bytes ---- */

enum { DUMP_BYTES = 64, DUMP_WIDTH = 16 };

static void dump_line(struct strbuf *out, size_t at, struct str bytes)
{
	strbuf_addf(out, "%08zx ", at);
	for (size_t i = 0; i < DUMP_WIDTH; i++)
		if (i < bytes.n)
			strbuf_addf(out, " %02x", (unsigned char)bytes.p[i]);
		else
			strbuf_adds(out, "   ");
	strbuf_adds(out, "  ");
	for (size_t i = 0; i < bytes.n; i++)
		strbuf_addc(out, bytes.p[i] >= ' ' && bytes.p[i] < 127 ? bytes.p[i] : '.');
	strbuf_addc(out, '\n');
}

void text_hex_dump(struct strbuf *out, struct str bytes)
{
	struct str shown = str_sub(bytes, 0, DUMP_BYTES);

	for (size_t at = 0; at < shown.n; at += DUMP_WIDTH)
		dump_line(out, at, str_sub(shown, at, DUMP_WIDTH));
}

void text_cut_line(struct strbuf *out, struct str s, size_t max_chars)
{
	struct str rest = s;
	struct str line = str_cut(&rest, '\n');
	bool more = rest.p && !str_is_empty(str_trim(rest));
	size_t kept = 0;
	size_t at = 0;

	if (!more && utf8_count(line) <= max_chars) {
		strbuf_add(out, line);
		return;
	}
	while (at < line.n && kept + 3 < max_chars) {
		uint32_t c;
		size_t n = utf8_next(line, at, &c);

		at += n ? n : 1;
		kept++;
	}
	strbuf_add(out, str_sub(line, 0, at));
	strbuf_adds(out, "...");
}

void text_release(struct strbuf *part, struct strbuf *whole)
{
	whole->failed |= strbuf_failed(part);
	strbuf_release(part);
}

void text_grouped(struct strbuf *out, uint64_t n)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			strbuf_addc(out, ' ');
		strbuf_addc(out, digits[i]);
	}
}

static void thousandths(struct strbuf *out, uint64_t n)
{
	strbuf_addf(out, "%llu.%03llu", (unsigned long long)(n / 1000),
		(unsigned long long)(n % 1000));
}

void text_seconds(struct strbuf *out, uint64_t us)
{
	thousandths(out, us / 1000 + (us % 1000 >= 500));
}

void text_milliseconds(struct strbuf *out, uint64_t us)
{
	thousandths(out, us);
}
