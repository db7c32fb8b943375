/*
 * Libraries that are loaded at first use, so that a run that does not need them does not pay for them at
 * its start. Only their headers are needed to build.
 *
 *	#define FUNCTIONS(X) X(BZ2_bzDecompressInit) X(BZ2_bzDecompressEnd)
 *	struct bzip2 { FUNCTIONS(DYNAMIC_MEMBER) };
 *	#define SYMBOL(name) DYNAMIC_SYMBOL(struct bzip2, name)
 *	static const struct dynamic_symbol symbols[] = { FUNCTIONS(SYMBOL) };
 *
 * A library that was loaded once stays: the next time is a look-up.
 */
#ifndef HARNESS_BASE_DYNAMIC_H
#define HARNESS_BASE_DYNAMIC_H

#include "harness/base/error.h"

/* A member that points to the library's function of the same name, its type taken from the header. */
#define DYNAMIC_MEMBER(name) __typeof__(&name) name;

/*
 * A row of the table of symbols: the function `name` is put into that member of `type`. Through a macro like SYMBOL above, a
 * name that the header makes another one of (pcre2_match: pcre2_match_8) is that other one in both places.
 */
#define DYNAMIC_SYMBOL(type, name) { #name, offsetof(type, name) },

struct dynamic_symbol {
	const char *name;
	size_t offset;
};

struct dynamic_library {
	const char *file;	/* "libbz2.so.1.0" */
	const char *package;	/* what to install where it is missing */
	const char *use;	/* what needs it, at the start of the message: "XML and HTML" */
	const struct dynamic_symbol *symbols;
	size_t nsymbols;
};

/*
 * Fills the members of the struct at `functions`. ERR_CHECK, with the package in the note, where the library
 * or one of its functions is not here.
 */
int dynamic_load(const struct dynamic_library *lib, void *functions, struct error *err) MUST_USE;

#endif
