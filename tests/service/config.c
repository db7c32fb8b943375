#include "tests/service/config.h"

#include <stddef.h>
#include <string.h>

#include "tests/service/error.h"
#include "tests/service/scan.h"
#include "tests/service/text.h"

/* An empty text counts as unset, but for SETTING_MAY_BE_EMPTY. */
enum setting_kind { SETTING_TEXT, SETTING_MAY_BE_EMPTY, SETTING_INTEGER, SETTING_SECONDS };

struct setting {
	const char *name;
	enum setting_kind kind;
	size_t offset;
	const char *standard;	/* NULL: stays unset */
	long min;
	long max;
};

#define AT(member) offsetof(struct config, member)

static const struct setting settings[] = {
	{ "DB_HOST", SETTING_TEXT, AT(db.host), "mysql", 0, 0 },
	{ "DB_PORT", SETTING_INTEGER, AT(db.port), "3306", 1, 65535 },
	{ "DB_NAME", SETTING_TEXT, AT(db.name), "arisgourmet", 0, 0 },
	{ "DB_USER", SETTING_TEXT, AT(db.user), "ag_user", 0, 0 },
	{ "DB_PASSWORD", SETTING_MAY_BE_EMPTY, AT(db.password), "ag_password", 0, 0 },
	{ "DB_SOCKET", SETTING_TEXT, AT(db.socket), NULL, 0, 0 },
	{ "DB_POOL_MAX", SETTING_INTEGER, AT(pool_max), "64", 1, 1024 },
	{ "REDIS_URL", SETTING_TEXT, AT(redis_url), "redis://localhost:6379", 0, 0 },
	{ "PORT", SETTING_INTEGER, AT(port), "4000", 0, 65535 },
	{ "JWT_SECRET", SETTING_TEXT, AT(jwt_secret), NULL, 0, 0 },
	{ "JWT_EXPIRES", SETTING_SECONDS, AT(jwt_seconds), "8h", 0, 0 },
	{ "REFRESH_TOKEN_DAYS", SETTING_INTEGER, AT(refresh_days), "30", 1, 3650 },
	{ "BCRYPT_COST", SETTING_INTEGER, AT(bcrypt_cost), "10", 4, 15 },
	{ "OUTBOX_MAX_ATTEMPTS", SETTING_INTEGER, AT(max_attempts), "5", 1, 30 },
	{ "OUTBOX_BASE_BACKOFF_SEC", SETTING_INTEGER, AT(base_backoff_s), "60", 1, 86400 },
	{ "OUTBOX_BATCH_SIZE", SETTING_INTEGER, AT(batch_size), "10", 1, 10000 },
	{ "OUTBOX_IDEMPOTENCY_TTL_SEC", SETTING_INTEGER, AT(idempotency_ttl_s), "86400", 1, 31536000 },
	{ "OUTBOX_WORKER_ID", SETTING_TEXT, AT(worker_id), NULL, 0, 0 },
	{ "POLL_MS", SETTING_INTEGER, AT(poll_ms), "2000", 1, 3600000 },
};

static int set_number(void *field, const struct setting *s, const char *text)
{
	long value;
	int rc = s->kind == SETTING_SECONDS ? scan_seconds(text, &value) :
					      scan_integer(text, s->min, s->max, &value);

	if (!rc)
		memcpy(field, &value, sizeof(value));
	return rc;
}

static int read_setting(struct config *c, const struct setting *s, const char *text, struct error *err)
{
	void *field = (char *)c + s->offset;

	if (!text || (!*text && s->kind != SETTING_MAY_BE_EMPTY))
		text = s->standard;
	if (s->kind == SETTING_TEXT || s->kind == SETTING_MAY_BE_EMPTY) {
		memcpy(field, &text, sizeof(text));
		return 0;
	}
	if (set_number(field, s, text))
		return error_set(err, 0, "%s is '%s', which is no number in its range", s->name, text);
	return 0;
}

static bool is_off(const char *text)
{
	static const char *const words[] = { "0", "false", "off", "no" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(text, words[i]))
			return true;
	}
	return false;
}

static bool memory_fallback(const char *setting, const char *environment)
{
	if (setting && *setting)
		return !is_off(setting);
	return !environment || strcmp(environment, "production");
}

int config_read(const char *(*get)(const char *name), struct config *ret, struct error *err)
{
	struct config c = { 0 };

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (read_setting(&c, &settings[i], get(settings[i].name), err))
			return -1;
	}
	c.memory_fallback = memory_fallback(get("REFRESH_INMEMORY_FALLBACK"), get("NODE_ENV"));
	*ret = c;
	return 0;
}

void config_describe(struct text *out)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		text_addf(out, "  %-28s %s\n", settings[i].name,
			  settings[i].standard ? settings[i].standard : "-");
	text_addf(out, "  %-28s %s\n", "REFRESH_INMEMORY_FALLBACK", "on, unless NODE_ENV=production");
	text_addf(out, "  %-28s %s\n", "FAULTS", "-");
}
