#include "probes/unpack.h"

static const struct unpacker *const formats[] = { &unpack_gzip, &unpack_zstd, &unpack_xz,
	&unpack_bzip2 };

const struct unpacker *unpacker_find(struct str head)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i]->begins(head))
			return formats[i];
	return NULL;
}
