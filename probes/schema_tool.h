/*
 * The schema commands' hands (harness/run/schema_tool.h).
 */
#ifndef PROBES_SCHEMA_TOOL_H
#define PROBES_SCHEMA_TOOL_H

#include "harness/run/schema_tool.h"

extern const struct schema_tool schema_tool;

#endif
