#include "probes/redis_commands.h"

#include "harness/base/scan.h"

/*
 * Closed: what is not here may change something. SUBSCRIBE, PSUBSCRIBE and RECEIVE are
 * the probe's own.
 */
static const struct redis_command_row commands[] = {
	/* strings */
	{ .name = "GET" },
	{ .name = "GETRANGE" },
	{ .name = "SUBSTR" },
	{ .name = "STRLEN" },
	{ .name = "MGET" },
	{ .name = "LCS" },
	{ .name = "GETBIT" },
	{ .name = "BITCOUNT" },
	{ .name = "BITPOS" },
	{ .name = "BITFIELD_RO" },
	/* hashes */
	{ .name = "HGET" },
	{ .name = "HMGET" },
	{ .name = "HGETALL", .shape = REDIS_SHAPE_PAIRS },
	{ .name = "HKEYS" },
	{ .name = "HVALS" },
	{ .name = "HLEN" },
	{ .name = "HEXISTS" },
	{ .name = "HSTRLEN" },
	{ .name = "HRANDFIELD" },
	{ .name = "HSCAN", .cursor_at = 2, .scan_step = 2 },
	{ .name = "HTTL" },
	{ .name = "HPTTL" },
	/* lists */
	{ .name = "LRANGE" },
	{ .name = "LLEN" },
	{ .name = "LINDEX" },
	{ .name = "LPOS" },
	/* sets */
	{ .name = "SMEMBERS" },
	{ .name = "SCARD" },
	{ .name = "SISMEMBER" },
	{ .name = "SMISMEMBER" },
	{ .name = "SINTER" },
	{ .name = "SINTERCARD" },
	{ .name = "SUNION" },
	{ .name = "SDIFF" },
	{ .name = "SRANDMEMBER" },
	{ .name = "SSCAN", .cursor_at = 2, .scan_step = 1 },
	/* sorted sets */
	{ .name = "ZRANGE" },
	{ .name = "ZRANGEBYSCORE" },
	{ .name = "ZRANGEBYLEX" },
	{ .name = "ZREVRANGE" },
	{ .name = "ZREVRANGEBYSCORE" },
	{ .name = "ZREVRANGEBYLEX" },
	{ .name = "ZCARD" },
	{ .name = "ZCOUNT" },
	{ .name = "ZLEXCOUNT" },
	{ .name = "ZSCORE" },
	{ .name = "ZMSCORE" },
	{ .name = "ZRANK" },
	{ .name = "ZREVRANK" },
	{ .name = "ZRANDMEMBER" },
	{ .name = "ZINTER" },
	{ .name = "ZINTERCARD" },
	{ .name = "ZUNION" },
	{ .name = "ZDIFF" },
	{ .name = "ZSCAN", .cursor_at = 2, .scan_step = 2 },
	/* streams */
	{ .name = "XLEN" },
	{ .name = "XRANGE" },
	{ .name = "XREVRANGE" },
	{ .name = "XREAD" },
	{ .name = "XPENDING" },
	{ .name = "XINFO", .subcommand = "STREAM", .shape = REDIS_SHAPE_PAIRS },
	{ .name = "XINFO", .subcommand = "GROUPS", .shape = REDIS_SHAPE_PAIR_LISTS },
	{ .name = "XINFO", .subcommand = "CONSUMERS", .shape = REDIS_SHAPE_PAIR_LISTS },
	/* keys and server */
	{ .name = "SCAN", .cursor_at = 1, .scan_step = 1 },
	{ .name = "EXISTS" },
	{ .name = "TYPE" },
	{ .name = "TTL" },
	{ .name = "PTTL" },
	{ .name = "INFO", .shape = REDIS_SHAPE_INFO },
	{ .name = "PING" },
	{ .name = "DBSIZE" },
	{ .name = "TIME" },
	{ .name = "ROLE" },
	{ .name = "PUBSUB" },
	{ .name = "CONFIG", .subcommand = "GET", .shape = REDIS_SHAPE_PAIRS },
};

const struct redis_command_row *redis_command_find(struct str name, struct str subcommand)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct redis_command_row *c = &commands[i];

		if (str_eq_nocase(name, str_from(c->name)) &&
			(!c->subcommand ||
				str_eq_nocase(subcommand, str_from(c->subcommand))))
			return c;
	}
	return NULL;
}

static const struct way_out {
	const char *name, *note;
} ways_out[] = {
	{ "KEYS",
		"KEYS stops the server while it looks at every key: `SCAN MATCH pattern` gives the same list" },
	{ "EVAL", "a script can do anything; ask with the commands that read" },
	{ "EVAL_RO", "a script can do anything; ask with the commands that read" },
	{ "EVALSHA", "a script can do anything; ask with the commands that read" },
	{ "FCALL", "a function can do anything; ask with the commands that read" },
	{ "PUBLISH",
		"a message cannot be taken back; if it is meant, say `write: true` in [Options]" },
	{ "GETDEL", "use GET" },
	{ "GETEX", "use GET" },
	{ "GETSET", "use GET" },
	{ "SPOP", "use SRANDMEMBER or SMEMBERS" },
	{ "LPOP", "use LINDEX key 0" },
	{ "RPOP", "use LINDEX key -1" },
	{ "SORT", "SORT can store: use LRANGE, SMEMBERS or ZRANGE" },
	{ "XREADGROUP", "it moves the group on: use XRANGE or XPENDING" },
	{ "CONFIG", "only CONFIG GET reads" },
	{ "XINFO", "XINFO STREAM, GROUPS and CONSUMERS read" },
	{ "MONITOR", "it slows the server down; SUBSCRIBE hears what is published" },
	{ "UNSUBSCRIBE", "a subscription ends with the file" },
	{ "PUNSUBSCRIBE", "a subscription ends with the file" },
	{ "SSUBSCRIBE", "shard channels are not supported" },
	{ "SELECT", "the database is part of the connection: redis://host:6379/N" },
};

int redis_command_refuse(
	struct str name, const struct source *s, struct span at, struct error *err)
{
	error_at(err, ERR_CHECK, s, at, "'%.*s' is not among the commands that only read",
		STR_ARG(name));
	error_note(err,
		"if it is meant to change something, say `write: true` in [Options]");
	for (size_t i = 0; i < ARRAY_SIZE(ways_out); i++)
		if (str_eq_nocase(name, str_from(ways_out[i].name)))
			error_note(err, "%s", ways_out[i].note);
	return -1;
}

static const struct {
	const char *name, *subcommand;
} breaking[] = {
	{ "MONITOR", NULL },
	{ "SYNC", NULL },
	{ "PSYNC", NULL },
	{ "HELLO", NULL },
	{ "RESET", NULL },
	{ "QUIT", NULL },
	{ "AUTH", NULL },
	{ "SELECT", NULL },
	{ "UNSUBSCRIBE", NULL },
	{ "PUNSUBSCRIBE", NULL },
	{ "SSUBSCRIBE", NULL },
	{ "SUNSUBSCRIBE", NULL },
	{ "CLIENT", "REPLY" },
	{ "CLIENT", "TRACKING" },
	{ "MULTI", NULL },
	{ "EXEC", NULL },
	{ "DISCARD", NULL },
	{ "WATCH", NULL },
};

bool redis_command_breaks_connection(struct str name, struct str subcommand)
{
	for (size_t i = 0; i < ARRAY_SIZE(breaking); i++) {
		if (!str_eq_nocase(name, str_from(breaking[i].name)))
			continue;
		if (!breaking[i].subcommand ||
			str_eq_nocase(subcommand, str_from(breaking[i].subcommand)))
			return true;
	}
	return false;
}

/* ---- shapes ---- */

static bool is_pairs(const struct value *v)
{
	if (v->type != VALUE_LIST || v->u.list.count % 2 != 0)
		return false;
	for (size_t i = 0; i < v->u.list.count; i += 2)
		if (v->u.list.items[i]->type != VALUE_STRING)
			return false;
	return true;
}

static const struct value *from_pairs(struct arena *a, const struct value *list)
{
	struct value_object_builder b = { 0 };

	for (size_t i = 0; i < list->u.list.count; i += 2)
		value_object_add(
			a, &b, list->u.list.items[i]->text, list->u.list.items[i + 1]);
	return value_object_finish(a, &b);
}

static const struct value *shape_pairs(struct arena *a, const struct value *reply)
{
	return is_pairs(reply) ? from_pairs(a, reply) : reply;
}

/* XINFO GROUPS: each element is a flat list of its own. */
static const struct value *shape_pair_lists(struct arena *a, const struct value *reply)
{
	struct value_list_builder b = { 0 };

	if (reply->type != VALUE_LIST)
		return reply;
	for (size_t i = 0; i < reply->u.list.count; i++)
		value_list_add(a, &b, shape_pairs(a, reply->u.list.items[i]));
	return value_list_finish(a, &b);
}

/*
 * 7 and 0.25 are numbers; 007 and 7.0.15 are not, they would not read back as they were
 * written.
 */
static bool is_plain_number(struct str s, bool *ret_fraction)
{
	size_t at = s.n > 1 && s.p[0] == '-';
	bool fraction = false;

	if (s.n > 40 || s.n == at ||
		(s.p[at] == '0' && s.n > at + 1 && s.p[at + 1] != '.'))
		return false;
	for (size_t i = at; i < s.n; i++) {
		bool dot = s.p[i] == '.' && !fraction && i > at && i + 1 < s.n;

		if (!dot && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
		fraction = fraction || dot;
	}
	*ret_fraction = fraction;
	return true;
}

static const struct value *info_scalar(struct arena *a, struct str text)
{
	bool fraction;

	if (!is_plain_number(text, &fraction))
		return value_string(a, text);
	return fraction ? value_decimal(a, text) : value_integer(a, text);
}

/* db0:keys=1,expires=0,avg_ttl=0 */
static bool is_field_list(struct str text)
{
	if (text.n == 0)
		return false;
	while (text.p) {
		struct str part = str_cut(&text, ',');
		size_t eq = str_find_char(part, '=');

		if (eq == SIZE_MAX || eq == 0)
			return false;
	}
	return true;
}

static const struct value *info_value(struct arena *a, struct str text)
{
	struct value_object_builder b = { 0 };

	if (!is_field_list(text))
		return info_scalar(a, text);
	while (text.p) {
		struct str part = str_cut(&text, ',');
		struct str name = str_cut(&part, '=');

		value_object_add(a, &b, name, info_scalar(a, part.p ? part : STR("")));
	}
	return value_object_finish(a, &b);
}

static const struct value *shape_info(struct arena *a, const struct value *reply)
{
	struct value_object_builder b = { 0 };
	struct str text = reply->text;

	if (reply->type != VALUE_STRING)
		return reply;
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));
		struct str name;

		if (line.n == 0 || line.p[0] == '#')
			continue;
		name = str_cut(&line, ':');
		if (line.p)
			value_object_add(a, &b, name, info_value(a, line));
	}
	return value_object_finish(a, &b);
}

static const struct value *shape_plain(struct arena *a, const struct value *reply)
{
	(void)a;
	return reply;
}

const struct value *redis_shape(
	struct arena *a, enum redis_shape shape, const struct value *reply)
{
	static const struct value *(*const shapes[])(
		struct arena *, const struct value *) = {
		[REDIS_SHAPE_PLAIN] = shape_plain,
		[REDIS_SHAPE_PAIRS] = shape_pairs,
		[REDIS_SHAPE_PAIR_LISTS] = shape_pair_lists,
		[REDIS_SHAPE_INFO] = shape_info,
	};

	return shapes[shape](a, reply);
}

/* ---- globs ---- */

/* One [...] at the start of *pattern, which is moved behind it. */
static bool class_matches(struct str *pattern, unsigned char c)
{
	struct str p = str_sub(*pattern, 1, SIZE_MAX);
	bool negated = p.n > 0 && p.p[0] == '^';
	bool found = false;

	if (negated)
		p = str_sub(p, 1, SIZE_MAX);
	while (p.n > 0 && p.p[0] != ']') {
		size_t skip = p.p[0] == '\\' && p.n > 1;
		unsigned char low = (unsigned char)p.p[skip];
		unsigned char high = low;

		p = str_sub(p, skip + 1, SIZE_MAX);
		if (p.n > 1 && p.p[0] == '-') {
			high = (unsigned char)p.p[1];
			p = str_sub(p, 2, SIZE_MAX);
		}
		found = found ||
			(c >= (low < high ? low : high) &&
				c <= (low < high ? high : low));
	}
	*pattern = str_sub(p, 1, SIZE_MAX);
	return found != negated;
}

/* One character, or class, of the pattern against one of the text. */
static bool one_matches(struct str *pattern, char c)
{
	size_t skip = pattern->p[0] == '\\' && pattern->n > 1;
	bool matches;

	if (pattern->p[0] == '[')
		return class_matches(pattern, (unsigned char)c);
	matches = (pattern->p[0] == '?' && !skip) || pattern->p[skip] == c;
	*pattern = str_sub(*pattern, skip + 1, SIZE_MAX);
	return matches;
}

/*
 * The last star takes one more character whenever what follows it fails: no recursion, no
 * explosion.
 */
bool redis_glob_matches(struct str pattern, struct str text)
{
	struct str star = { 0 };
	struct str star_text = { 0 };

	while (text.n > 0 || pattern.n > 0) {
		if (pattern.n > 0 && pattern.p[0] == '*') {
			pattern = str_sub(pattern, 1, SIZE_MAX);
			star = pattern;
			star_text = text;
			if (pattern.n == 0)
				return true;
			continue;
		}
		if (pattern.n > 0 && text.n > 0 && one_matches(&pattern, text.p[0])) {
			text = str_sub(text, 1, SIZE_MAX);
			continue;
		}
		if (!star_text.p || star_text.n == 0)
			return false;
		star_text = str_sub(star_text, 1, SIZE_MAX);
		pattern = star;
		text = star_text;
	}
	return true;
}
