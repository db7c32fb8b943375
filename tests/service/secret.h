/*
 * Random values, hashes and the encodings they travel in. The only user of libcrypto and libcrypt.
 */
#ifndef TESTS_SERVICE_SECRET_H
#define TESTS_SERVICE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct text;

#define UUID_SIZE 37		/* a UUID as text, with its NUL */
#define SHA256_HEX_SIZE 65	/* a SHA-256 as text, with its NUL */
#define BCRYPT_SIZE 64		/* room for a bcrypt hash (60 bytes) and its NUL */

/* A random lower-case UUID of version 4. */
int secret_uuid(char ret[UUID_SIZE], struct error *err);

/*
 * The same of version 7: ids made later sort later, as do those of one millisecond by `sequence` (of
 * which 12 bits count), so that rows are written at the end of a table and come back in order.
 */
int secret_uuid_ordered(unsigned sequence, char ret[UUID_SIZE], struct error *err);

/* A lower-case UUID that depends on `name` alone. */
int secret_uuid_of(const char *name, char ret[UUID_SIZE], struct error *err);

/* Fills ret with size - 1 random hexadecimal digits and a NUL; size is odd and at most 65. */
int secret_random_hex(char *ret, size_t size, struct error *err);

/* Adds 64 random characters of the base64url alphabet. */
int secret_add_token(struct text *out, struct error *err);

/* The SHA-256 of a string in lower-case hexadecimal. */
int secret_sha256_hex(const char *s, char ret[SHA256_HEX_SIZE], struct error *err);

/* Adds base64url(HMAC-SHA-256(key, bytes)). */
int secret_add_hmac(struct text *out, const char *key, const char *bytes, size_t n, struct error *err);

/* Adds a weak entity tag over the bytes: W/"<length>-<base64 of a SHA-1>". */
int secret_add_etag(struct text *out, const char *bytes, size_t n, struct error *err);

/* Hashes a password with bcrypt, "$2b$", 2^cost rounds. Bytes beyond 72 do not count. */
int secret_hash_password(const char *password, unsigned long cost, char ret[BCRYPT_SIZE],
			 struct error *err);

/* Whether the password has that hash. A hash that cannot be used fits no password. */
int secret_check_password(const char *password, const char *hash, bool *ret, struct error *err);

/* Adds bytes in base64url, without padding. */
void secret_add_base64url(struct text *out, const void *bytes, size_t n);

/* Adds the bytes that n base64url characters stand for; -1 when they are not of that alphabet. */
int secret_add_unbase64url(struct text *out, const char *chars, size_t n);

/* Compares two strings in a time that depends on their lengths only. */
bool secret_equal(const char *a, const char *b);

#endif
