#include "probes/db_report.h"

static struct str copied(struct probe_run *run, const char *text)
{
	return arena_str(run->arena, str_from(text));
}

void db_repro(struct probe_run *run, const struct db *db, struct str sql)
{
	const struct db_settings *s = db_settings_of(db);
	struct str *words = arena_array(run->arena, 12, sizeof(*words));
	size_t n = 0;

	if (!words)
		return;
	words[n++] = STR("mysql");
	words[n++] = s->socket ? STR("-S") : STR("-h");
	words[n++] = copied(run, s->socket ? s->socket : s->host);
	if (!s->socket) {
		words[n++] = STR("-P");
		words[n++] = arena_printf(run->arena, "%u", (unsigned)s->port);
	}
	words[n++] = STR("-u");
	words[n++] = copied(run, s->user);
	words[n++] = STR("-p");
	words[n++] = copied(run, s->database);
	words[n++] = STR("-e");
	words[n++] = sql;
	run->repro = (struct repro){ .tool = "mysql", .words = words, .nwords = n };
}

bool db_is_time_out(unsigned code)
{
	static const unsigned codes[] = { 1205, 1317, 1969, 3024 };

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i] == code)
			return true;
	return false;
}
