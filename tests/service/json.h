/*
 * JSON objects: what a request holds and what an answer shows, over cJSON.
 *
 * Readers take a NULL object and answer as if it were empty. Adders take a NULL object and do
 * nothing; a member that could not be added sets no flag, so that the writer asks once, with
 * json_print(), whether all went well: it fails when the object is NULL.
 */
#ifndef TESTS_SERVICE_JSON_H
#define TESTS_SERVICE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct error;
struct text;

/* Parses a whole text that must be an object or a list; NULL, owned by the caller otherwise. */
cJSON *json_parse(const char *p, size_t n);

/* Parses a URL-encoded form to an object of strings; NULL when there is no memory. */
cJSON *json_parse_form(const char *p, size_t n);

/* Decodes %XX and + of n bytes; what is no escape stays as it is. */
void json_add_unescaped(struct text *out, const char *p, size_t n);

/* Whether there is a member of that name, null included. */
bool json_has(const cJSON *object, const char *name);

/* A member that is a string which is not empty, else NULL. In the object. */
const char *json_string(const cJSON *object, const char *name);

/* A member that is a number, or a string that reads as one. */
int json_number(const cJSON *object, const char *name, double *ret);

/* Adders: a string (NULL gives null), a number, a boolean, seconds since 1970 as an ISO 8601 date. */
void json_add_string(cJSON *object, const char *name, const char *value);
void json_add_number(cJSON *object, const char *name, double value);
void json_add_bool(cJSON *object, const char *name, bool value);
void json_add_time(cJSON *object, const char *name, const char *seconds);

/* Adds an object or a list, which is taken; NULL is dropped. */
void json_add(cJSON *object, const char *name, cJSON *taken);

/* Adds to the end of a list what is taken; NULL, and anything to a list that is NULL, is dropped. */
void json_append(cJSON *list, cJSON *taken);

/* Adds the text of a value to `out`. */
int json_print(struct text *out, const cJSON *value, struct error *err);

#endif
