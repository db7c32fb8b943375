#include "probes/probes.h"

#include "probes/backup.h"
#include "probes/git.h"
#include "probes/http.h"
#include "probes/migrations.h"
#include "probes/redis.h"
#include "probes/schema.h"
#include "probes/sql.h"
#include "probes/tcp.h"

const struct probe_kind *const probes[] = { &http_probe, &sql_probe, &redis_probe, &tcp_probe,
	&migrations_probe, &backup_probe, &git_probe, &schema_probe };
const size_t nprobes = ARRAY_SIZE(probes);
