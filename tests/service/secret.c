#include "tests/service/secret.h"

#include <assert.h>
#include <crypt.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/service/error.h"
#include "tests/service/text.h"

#define TOKEN_BYTES 48
#define SHA1_BYTES 20
#define SHA256_BYTES 32
#define SALT_BYTES 16

static int random_bytes(unsigned char *p, size_t n, struct error *err)
{
	assert(n <= 256);
	if (RAND_bytes(p, (int)n) != 1)
		return error_set(err, 0, "no random bytes to be had");
	return 0;
}

static int digest(const EVP_MD *kind, const void *p, size_t n, unsigned char *ret, struct error *err)
{
	if (!EVP_Digest(p, n, ret, NULL, kind, NULL))
		return error_set(err, 0, "computing a digest failed");
	return 0;
}

static void put_hex(char *ret, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		ret[2 * i] = digits[bytes[i] >> 4];
		ret[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret[2 * n] = '\0';
}

static void put_uuid(char ret[UUID_SIZE], unsigned char bytes[16], unsigned version)
{
	static const size_t groups[] = { 4, 2, 2, 2, 6 };
	size_t at = 0;

	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | (version << 4));
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		put_hex(ret, bytes + at, groups[i]);
		ret += 2 * groups[i];
		at += groups[i];
		*ret++ = '-';
	}
	ret[-1] = '\0';
}

int secret_uuid(char ret[UUID_SIZE], struct error *err)
{
	unsigned char bytes[16];

	if (random_bytes(bytes, sizeof(bytes), err))
		return -1;
	put_uuid(ret, bytes, 4);
	return 0;
}

/* 48 bits of milliseconds, 12 of the sequence, the rest random. */
int secret_uuid_ordered(unsigned sequence, char ret[UUID_SIZE], struct error *err)
{
	unsigned char bytes[16];
	struct timespec now;

	if (random_bytes(bytes, sizeof(bytes), err))
		return -1;
	clock_gettime(CLOCK_REALTIME, &now);
	uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	for (unsigned i = 0; i < 6; i++)
		bytes[i] = (unsigned char)(ms >> (40 - 8 * i) & 255);
	bytes[6] = (unsigned char)(sequence >> 8 & 15);
	bytes[7] = (unsigned char)(sequence & 255);
	put_uuid(ret, bytes, 7);
	return 0;
}

int secret_uuid_of(const char *name, char ret[UUID_SIZE], struct error *err)
{
	unsigned char bytes[SHA1_BYTES];

	if (digest(EVP_sha1(), name, strlen(name), bytes, err))
		return -1;
	put_uuid(ret, bytes, 5);
	return 0;
}

int secret_random_hex(char *ret, size_t size, struct error *err)
{
	unsigned char bytes[32];
	size_t n = size / 2;

	assert(size % 2 && n <= sizeof(bytes));
	if (random_bytes(bytes, n, err))
		return -1;
	put_hex(ret, bytes, n);
	return 0;
}

int secret_add_token(struct text *out, struct error *err)
{
	unsigned char bytes[TOKEN_BYTES];

	if (random_bytes(bytes, sizeof(bytes), err))
		return -1;
	secret_add_base64url(out, bytes, sizeof(bytes));
	return 0;
}

int secret_sha256_hex(const char *s, char ret[SHA256_HEX_SIZE], struct error *err)
{
	unsigned char bytes[SHA256_BYTES];

	if (digest(EVP_sha256(), s, strlen(s), bytes, err))
		return -1;
	put_hex(ret, bytes, sizeof(bytes));
	return 0;
}

int secret_add_hmac(struct text *out, const char *key, const char *bytes, size_t n, struct error *err)
{
	unsigned char mac[SHA256_BYTES];

	if (!HMAC(EVP_sha256(), key, (int)strlen(key), (const unsigned char *)bytes, n, mac, NULL))
		return error_set(err, 0, "signing a token failed");
	secret_add_base64url(out, mac, sizeof(mac));
	return 0;
}

int secret_add_etag(struct text *out, const char *bytes, size_t n, struct error *err)
{
	unsigned char sum[SHA1_BYTES];
	unsigned char base64[32];

	if (digest(EVP_sha1(), bytes, n, sum, err))
		return -1;
	(void)EVP_EncodeBlock(base64, sum, sizeof(sum));
	text_addf(out, "W/\"%zx-%.27s\"", n, (const char *)base64);
	return 0;
}

static int crypt_password(const char *password, const char *setting, char ret[BCRYPT_SIZE],
			  struct error *err)
{
	struct crypt_data *data = calloc(1, sizeof(*data));	/* 32 kB: too much for a small stack */

	if (!data)
		return error_set_memory(err);
	const char *hash = crypt_r(password, setting, data);
	(void)snprintf(ret, BCRYPT_SIZE, "%s", hash ? hash : "*0");
	free(data);
	return 0;
}

int secret_hash_password(const char *password, unsigned long cost, char ret[BCRYPT_SIZE],
			 struct error *err)
{
	char salt[SALT_BYTES];
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	char hash[BCRYPT_SIZE];

	if (random_bytes((unsigned char *)salt, sizeof(salt), err))
		return -1;
	if (!crypt_gensalt_rn("$2b$", cost, salt, sizeof(salt), setting, (int)sizeof(setting)))
		return error_set(err, 0, "making a bcrypt salt failed: %s", strerror(errno));
	if (crypt_password(password, setting, hash, err))
		return -1;
	if (*hash == '*')
		return error_set(err, 0, "hashing a password failed");
	memcpy(ret, hash, BCRYPT_SIZE);
	return 0;
}

int secret_check_password(const char *password, const char *hash, bool *ret, struct error *err)
{
	char found[BCRYPT_SIZE];

	if (crypt_password(password, hash, found, err))
		return -1;
	*ret = *found != '*' && secret_equal(found, hash);
	return 0;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void secret_add_base64url(struct text *out, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	unsigned bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < n; i++) {
		bits = (bits << 8 | p[i]) & 0xffff;
		for (held += 8; held >= 6; held -= 6)
			text_addn(out, &alphabet[bits >> (held - 6) & 63], 1);
	}
	if (held)
		text_addn(out, &alphabet[bits << (6 - held) & 63], 1);
}

int secret_add_unbase64url(struct text *out, const char *chars, size_t n)
{
	unsigned bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < n; i++) {
		const char *at = chars[i] ? strchr(alphabet, chars[i]) : NULL;
		if (!at)
			return -1;
		bits = (bits << 6 | (unsigned)(at - alphabet)) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			unsigned char byte = (unsigned char)(bits >> held & 255);
			text_addn(out, &byte, 1);
		}
	}
	return 0;
}

bool secret_equal(const char *a, const char *b)
{
	size_t n = strlen(a);

	return n == strlen(b) && !CRYPTO_memcmp(a, b, n);
}
