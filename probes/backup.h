/*
 * The kind BACKUP: is the newest dump there, whole, and what is in it? It reads the file once, in constant
 * memory, and needs no server.
 *
 * The tree is that of observation.h, and for the response line COMPLETE `unmet`, the damages with their
 * place, and `notes`.
 */
#ifndef PROBES_BACKUP_H
#define PROBES_BACKUP_H

#include "harness/run/probe.h"

extern const struct probe_kind backup_probe;

#endif
