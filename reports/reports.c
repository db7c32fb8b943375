#include "reports/reports.h"

const struct reporter *const reporters[] = {
	&reporter_junit,
	&reporter_tap,
	&reporter_tap14,
	&reporter_jsonl,
};

const size_t nreporters = ARRAY_SIZE(reporters);
