/*
 * A main for a fuzz target where libFuzzer is not linked: runs each file named on the command line,
 * and each regular file in a folder named there (not in folders below it), through the target once.
 * Prints how many inputs there were; 2 when a name can't be read.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The largest input that is replayed; libFuzzer's own inputs are far smaller. */
enum { INPUT_MAX = 16 << 20 };

static int complain(const char *what, const char *name)
{
	fprintf(stderr, "replay: cannot %s '%s': %s\n", what, name, strerror(errno));
	return -1;
}

/* Reads what is left of `f` into a block of exactly that size, so that the sanitizer sees any overrun. */
static int replay_stream(FILE *f, const char *name, size_t size)
{
	uint8_t *data = malloc(size ? size : 1);
	int rc = -1;

	if (data && fread(data, 1, size, f) == size) {
		LLVMFuzzerTestOneInput(data, size);
		rc = 0;
	} else {
		complain("read", name);
	}
	free(data);
	return rc;
}

static int replay_file(const char *name, const struct stat *st, size_t *count)
{
	FILE *f;
	int rc;

	if (st->st_size < 0 || st->st_size > INPUT_MAX) {
		errno = EFBIG;
		return complain("read", name);
	}
	f = fopen(name, "rb");
	if (!f)
		return complain("open", name);
	rc = replay_stream(f, name, (size_t)st->st_size);
	fclose(f);
	*count += rc == 0;
	return rc;
}

/* Follows no folder: a corpus is flat. */
static int replay_entry(const char *folder, const char *name, size_t *count)
{
	size_t n = strlen(folder) + strlen(name) + 2;
	char *path = malloc(n);
	struct stat st;
	int rc = 0;

	if (!path)
		return complain("name", name);
	snprintf(path, n, "%s/%s", folder, name);
	if (stat(path, &st))
		rc = complain("read", path);
	else if (S_ISREG(st.st_mode))
		rc = replay_file(path, &st, count);
	free(path);
	return rc;
}

static int replay_folder(const char *folder, size_t *count)
{
	DIR *d = opendir(folder);
	const struct dirent *e;
	int rc = 0;

	if (!d)
		return complain("open", folder);
	while ((e = readdir(d)))
		rc |= replay_entry(folder, e->d_name, count);
	closedir(d);
	return rc;
}

int main(int argc, char **argv)
{
	size_t count = 0;
	struct stat st;
	int i, rc = 0;

	for (i = 1; i < argc; i++) {
		if (stat(argv[i], &st))
			rc |= complain("read", argv[i]);
		else if (S_ISDIR(st.st_mode))
			rc |= replay_folder(argv[i], &count);
		else
			rc |= replay_file(argv[i], &st, &count);
	}
	printf("%zu inputs\n", count);
	return rc ? 2 : 0;
}
