#include "reports/reports.h"

const struct reporter *const reporters[] = {
	&reporter_jsonl,
};

const size_t nreporters = ARRAY_SIZE(reporters);
