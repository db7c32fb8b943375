#include "reports/reports.h"

const struct reporter *const reporters[] = {
	&reporter_junit,
	&reporter_tap,
	&reporter_jsonl,
};

const size_t nreporters = ARRAY_SIZE(reporters);
