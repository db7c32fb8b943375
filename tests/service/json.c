#include "tests/service/json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/service/error.h"
#include "tests/service/scan.h"
#include "tests/service/text.h"

cJSON *json_parse(const char *p, size_t n)
{
	const char *end = NULL;
	cJSON *json = cJSON_ParseWithLengthOpts(p, n, &end, 0);

	while (json && end < p + n && isspace((unsigned char)*end))
		end++;
	if (json && end == p + n && (cJSON_IsObject(json) || cJSON_IsArray(json)))
		return json;
	cJSON_Delete(json);
	return NULL;
}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

void json_add_unescaped(struct text *out, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i] == '+' ? ' ' : p[i];
		int high = p[i] == '%' && i + 2 < n ? hex_value(p[i + 1]) : -1;
		int low = high >= 0 ? hex_value(p[i + 2]) : -1;
		if (low >= 0) {
			c = (char)(high * 16 + low);
			i += 2;
		}
		text_addn(out, &c, 1);
	}
}

static void add_field(cJSON *form, const char *p, size_t n)
{
	const char *equals = memchr(p, '=', n);
	size_t name_length = equals ? (size_t)(equals - p) : n;
	struct text name = { 0 };
	struct text value = { 0 };

	json_add_unescaped(&name, p, name_length);
	if (equals)
		json_add_unescaped(&value, equals + 1, n - name_length - 1);
	if (name.n && !text_failed(&name) && !text_failed(&value))
		json_add_string(form, text_get(&name), text_get(&value));
	text_release(&name);
	text_release(&value);
}

cJSON *json_parse_form(const char *p, size_t n)
{
	cJSON *form = cJSON_CreateObject();

	while (form && n) {
		const char *amp = memchr(p, '&', n);
		size_t field = amp ? (size_t)(amp - p) : n;
		add_field(form, p, field);
		p += field + (amp != NULL);
		n -= field + (amp != NULL);
	}
	return form;
}

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

bool json_has(const cJSON *object, const char *name)
{
	return member(object, name) != NULL;
}

const char *json_string(const cJSON *object, const char *name)
{
	const char *s = cJSON_GetStringValue(member(object, name));

	return s && *s ? s : NULL;
}

int json_number(const cJSON *object, const char *name, double *ret)
{
	const cJSON *value = member(object, name);

	if (cJSON_IsString(value))
		return scan_number(value->valuestring, ret);
	if (!cJSON_IsNumber(value))
		return -1;
	*ret = value->valuedouble;
	return 0;
}

void json_add_string(cJSON *object, const char *name, const char *value)
{
	json_add(object, name, value ? cJSON_CreateString(value) : cJSON_CreateNull());
}

void json_add_number(cJSON *object, const char *name, double value)
{
	json_add(object, name, cJSON_CreateNumber(value));
}

void json_add_bool(cJSON *object, const char *name, bool value)
{
	json_add(object, name, cJSON_CreateBool(value));
}

/* Seconds with up to six decimals, as the server prints them, to "2025-01-31T12:00:00.123Z". */
void json_add_time(cJSON *object, const char *name, const char *seconds)
{
	char date[32];
	char *fraction;
	struct tm parts;

	time_t whole = seconds ? (time_t)strtoll(seconds, &fraction, 10) : 0;
	if (!seconds || !gmtime_r(&whole, &parts) ||
	    !strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts)) {
		json_add_string(object, name, NULL);
		return;
	}
	int digits = *fraction == '.' ? (int)strspn(fraction + 1, "0123456789") : 0;
	struct text iso = { 0 };
	text_addf(&iso, "%s.%.*s", date, digits < 3 ? digits : 3, fraction + (*fraction == '.'));
	text_addf(&iso, "%.*sZ", digits < 3 ? 3 - digits : 0, "000");
	json_add_string(object, name, text_get(&iso));
	text_release(&iso);
}

void json_add(cJSON *object, const char *name, cJSON *taken)
{
	if (!object || !taken || !cJSON_AddItemToObject(object, name, taken))
		cJSON_Delete(taken);
}

void json_append(cJSON *list, cJSON *taken)
{
	if (!list || !taken || !cJSON_AddItemToArray(list, taken))
		cJSON_Delete(taken);
}

int json_print(struct text *out, const cJSON *value, struct error *err)
{
	char *printed = value ? cJSON_PrintBuffered(value, 1024, 0) : NULL;

	if (!printed)
		return error_set_memory(err);
	text_add(out, printed);
	cJSON_free(printed);
	return text_failed(out) ? error_set_memory(err) : 0;
}
