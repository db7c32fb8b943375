#include "probes/git_object.h"

#include "harness/base/file.h"
#include "probes/unpack.h"

#define OBJECT_BYTES ((size_t)64 * 1024 * 1024)	/* of the file; only its start is unpacked */
#define START_BYTES 256
#define NESTED_MAX 5

bool git_is_hash(struct str s)
{
	if (s.n != 40 && s.n != 64)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

static const char *object_path(struct arena *a, const char *common, struct str hash)
{
	return arena_printf(a, "%s/objects/%.2s/%.*s", common, hash.p, (int)hash.n - 2, hash.p + 2).p;
}

static int damaged(const char *path, struct error *err)
{
	return error_set(err, ERR_FILE, "the object '%s' is damaged", path);
}

/* "tag SIZE\0object HASH\n...": the hash; absent: it is no tag. */
static bool read_tag(struct str start, struct str *ret)
{
	size_t zero = str_find_char(start, '\0');
	struct str body = str_sub(start, zero == SIZE_MAX ? start.n : zero + 1, SIZE_MAX);

	*ret = (struct str){ 0 };
	if (!str_starts_with(start, STR("tag ")))
		return true;
	if (!str_starts_with(body, STR("object ")) || str_find_char(body, '\n') == SIZE_MAX)
		return false;
	body = str_sub(body, 7, SIZE_MAX);
	*ret = str_cut(&body, '\n');
	return git_is_hash(*ret);
}

static int read_object(struct arena *a, const char *path, struct str *ret, struct error *err)
{
	char start[START_BYTES];
	struct str file;
	struct str target;
	size_t n;

	if (file_read(a, path, OBJECT_BYTES, &file, err))
		return -1;
	n = unpack_zlib_start(file, start, sizeof(start));
	if (!n || !read_tag(str_make(start, n), &target))
		return damaged(path, err);
	if (!target.p) {
		*ret = target;
		return 0;
	}
	*ret = arena_str(a, target);
	return ret->p ? 0 : error_set_oom(err);
}

int git_tag_target(struct arena *a, const char *common, struct str hash, struct str *ret,
	struct error *err)
{
	for (size_t i = 0; i < NESTED_MAX; i++) {
		const char *path = object_path(a, common, hash);
		struct str target;

		if (!path)
			return error_set_oom(err);
		if (!file_exists(path)) {
			/* a commit in a pack is found by its hash; only a tag's object must be read */
			*ret = i ? hash : (struct str){ 0 };
			return 0;
		}
		if (read_object(a, path, &target, err))
			return -1;
		if (!target.p)
			break;
		hash = target;
	}
	*ret = hash;
	return 0;
}
