/*
 * Inside of the plan: which cases are selected, and what they may do.
 */
#ifndef HARNESS_RUN_PLAN_SELECT_H
#define HARNESS_RUN_PLAN_SELECT_H

#include "harness/run/plan.h"

/* Is `tag` one of them? */
bool plan_has_tag(const struct str *tags, size_t n, struct str tag);

/* What --tags, --from-entry and --to-entry leave out gets its skip_kind and reason; `number` counts the entries of its file from 1. */
void plan_select(const struct run_config *config, struct arena *a, struct plan_case *c, size_t number);

/* --id: the case, what stands above it in its file, and the clean-up of the file are left, below a file from the command line. */
void plan_select_ids(const struct run_config *config, struct plan_file *root);

/* The file asks, the command line grants. ERR_USAGE for a selected case that would do what was not granted. */
int plan_check_grants(const struct run_config *config, const struct plan_case *c, struct error *err) MUST_USE;

#endif
