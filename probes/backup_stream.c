#include "probes/backup_stream.h"

#include "harness/base/mem.h"
#include "harness/base/strbuf.h"
#include "probes/unpack.h"

#define INPUT_BYTES ((size_t)256 * 1024)
#define OUTPUT_BYTES ((size_t)256 * 1024)
#define DAMAGE_BYTES 400

struct backup_stream {
	const struct backup_source *from;
	const struct unpacker *unpacker; /* NULL: the text is as it stands */
	void *state;
	char *input, *output;
	size_t at, have;	/* input not used yet: [at, have) */
	uint64_t offset;	/* of input[0] in the file */
	bool at_end;		/* the source has no more */
	bool between;		/* members: the last one was complete */
	bool done;
	struct strbuf damage;
};

const char *backup_stream_format(const struct backup_stream *s)
{
	return s->unpacker ? s->unpacker->name : NULL;
}

struct str backup_stream_damage(const struct backup_stream *s)
{
	return strbuf_str(&s->damage);
}

/* ---- input ---- */

/* What is left goes to the front, new bytes behind it. */
static int fill(struct backup_stream *s, struct error *err)
{
	size_t left = s->have - s->at;

	memmove(s->input, s->input + s->at, left);
	s->offset += s->at;
	s->at = 0;
	s->have = left;
	while (s->have < INPUT_BYTES && !s->at_end) {
		ptrdiff_t n = s->from->read(
			s->from->ctx, s->input + s->have, INPUT_BYTES - s->have, err);
		if (n < 0)
			return -1;
		s->at_end = n == 0;
		s->have += (size_t)n;
	}
	return 0;
}

static struct str input_left(const struct backup_stream *s)
{
	return str_make(s->input + s->at, s->have - s->at);
}

static int need(struct backup_stream *s, size_t n, struct error *err)
{
	return s->have - s->at >= n || s->at_end ? 0 : fill(s, err);
}

/* ---- opening ---- */

void backup_stream_free(struct backup_stream *s)
{
	if (!s)
		return;
	if (s->unpacker)
		s->unpacker->close(s->state);
	strbuf_release(&s->damage);
	mem_free(s->input);
	mem_free(s->output);
	mem_free(s);
}

static int choose_format(struct backup_stream *s, struct error *err)
{
	if (need(s, UNPACK_HEAD, err))
		return -1;
	s->unpacker = unpacker_find(input_left(s));
	if (!s->unpacker)
		return 0;
	s->output = mem_alloc(OUTPUT_BYTES);
	return s->output ? s->unpacker->open(&s->state, err) : error_set_oom(err);
}

int backup_stream_open(
	const struct backup_source *from, struct backup_stream **ret, struct error *err)
{
	struct backup_stream *s = mem_calloc(1, sizeof(*s));

	if (!s)
		return error_set_oom(err);
	s->from = from;
	s->input = mem_alloc(INPUT_BYTES);
	strbuf_init(&s->damage, DAMAGE_BYTES);
	if (!s->input) {
		backup_stream_free(s);
		return error_set_oom(err);
	}
	if (choose_format(s, err)) {
		backup_stream_free(s);
		return -1;
	}
	*ret = s;
	return 0;
}

/* ---- reading ---- */

static int next_plain(struct backup_stream *s, struct str *ret, struct error *err)
{
	if (need(s, 1, err))
		return -1;
	*ret = input_left(s);
	s->at = s->have;
	s->done = ret->n == 0;
	return 0;
}

static unsigned long long place(const struct backup_stream *s)
{
	return (unsigned long long)(s->offset + s->at);
}

static int too_large(const struct backup_stream *s, struct error *err)
{
	error_set(err, ERR_LIMIT,
		"cannot read '%s': its %s data needs more memory to unpack than the %d MiB allowed",
		s->from->name, s->unpacker->name, UNPACK_MEMORY / (1024 * 1024));
	error_note(err, "compress it with a smaller window: without --long, --ultra, -9e");
	return -1;
}

/* Behind a member: the next one, padding, the end, or what should not be there. */
static int begin_member(struct backup_stream *s, struct error *err)
{
	do {
		while (s->at < s->have && !s->input[s->at])
			s->at++;
		if (need(s, UNPACK_HEAD, err))
			return -1;
	} while (s->at < s->have && !s->input[s->at]);

	if (s->at == s->have) {
		s->done = true;
	} else if (!s->unpacker->begins(input_left(s))) {
		s->done = true;
		strbuf_addf(&s->damage,
			"the %s data ends at byte %llu, but something else follows it",
			s->unpacker->name, place(s));
	} else {
		s->between = false;
		if (!s->unpacker->again(s->state))
			return error_set_oom(err);
	}
	return 0;
}

static void cut(struct backup_stream *s)
{
	s->done = true;
	strbuf_addf(&s->damage,
		"the %s data is cut: the file ends at byte %llu, before its data does",
		s->unpacker->name, place(s));
}

static int take_result(struct backup_stream *s, enum unpack_result result,
	const struct unpack_io *io, struct error *err)
{
	switch (result) {
	case UNPACK_MORE:
		if (io->in_last && !io->in_left && io->out_left)
			cut(s);
		return 0;
	case UNPACK_END:
		s->between = true;
		return 0;
	case UNPACK_DAMAGED:
		s->done = true;
		strbuf_addf(&s->damage, "the %s data is damaged near byte %llu: %s",
			s->unpacker->name, place(s), io->why);
		return 0;
	case UNPACK_LIMIT:
		return too_large(s, err);
	case UNPACK_OOM:
		break;
	}
	return error_set_oom(err);
}

/* One step, as much as there is room for. */
static int unpack(struct backup_stream *s, size_t *used, struct error *err)
{
	struct unpack_io io = { .out = s->output + *used, .out_left = OUTPUT_BYTES - *used };

	if (need(s, 1, err))
		return -1;
	io.in = s->input + s->at;
	io.in_left = s->have - s->at;
	io.in_last = s->at_end;
	enum unpack_result result = s->unpacker->step(s->state, &io);
	s->at = s->have - io.in_left;
	*used = OUTPUT_BYTES - io.out_left;
	return take_result(s, result, &io, err);
}

static int next_unpacked(struct backup_stream *s, struct str *ret, struct error *err)
{
	size_t used = 0;

	while (!s->done && used < OUTPUT_BYTES)
		if (s->between ? begin_member(s, err) : unpack(s, &used, err))
			return -1;
	*ret = str_make(s->output, used);
	return 0;
}

int backup_stream_next(struct backup_stream *s, struct str *ret, struct error *err)
{
	*ret = STR("");
	if (s->done)
		return 0;
	return s->unpacker ? next_unpacked(s, ret, err) : next_plain(s, ret, err);
}
