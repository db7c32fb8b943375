/*
 * Dates in filters: strftime-like formats without the C library (its names follow the locale). English names, UTC.
 * Specifiers: %Y %C %y %m %b %B %h %d %e %j %a %A %u %w %U %W %G %g %V %H %k %I %l %P %p %M %S %f %.f %.3f %.6f %.9f
 * %3f %6f %9f %Z %z %:z %#z %s %D %F %T %R %r %c %x %X %v %+ %n %t %% with padding %-d %_d %0d.
 */
#ifndef HARNESS_VALUE_DATE_H
#define HARNESS_VALUE_DATE_H

#include "harness/base/error.h"
#include "harness/base/strbuf.h"

/*
 * The whole text by one format: with an offset (converted to UTC), without (taken as UTC), or a date alone (midnight UTC).
 * ERR_CHECK when it does not fit or the format is unknown.
 */
int date_parse(struct str text, struct str format, int64_t *ret_wall_us, struct error *err) MUST_USE;

/* The other way. ERR_CHECK for a format that is unknown. */
int date_format(struct strbuf *out, int64_t wall_us, struct str format, struct error *err) MUST_USE;

/* RFC 3339 date-time with offset; 'T' may be lower case or a blank. */
bool date_is_iso(struct str text);

/* A cookie's Expires (RFC 6265 5.1.1 in its usual spellings, "13-Jan-2030" included). */
bool date_parse_cookie(struct str text, int64_t *ret_wall_us) MUST_USE;

/* "YYYY-MM-DDTHH:MM:SS.ffffffZ" */
void date_render(struct strbuf *out, int64_t wall_us);

#endif
