/*
 * What the compiler is told about our functions, and the calls that nobody may make.
 *
 * Include it first of all project headers; every other header of base does so.
 */
#ifndef HARNESS_BASE_COMPILER_H
#define HARNESS_BASE_COMPILER_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The result tells whether it worked: ignoring it is a warning. */
#define MUST_USE __attribute__((warn_unused_result))

/* Argument `fmt` is a printf format for the arguments from `first` on (0: a va_list). */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

/* Elements of a real array; a pointer does not compile. */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]) + 0 * sizeof(char[IS_ARRAY(a) ? 1 : -1]))
#define IS_ARRAY(a) (!__builtin_types_compatible_p(__typeof__(a), __typeof__(&(a)[0])))

/*
 * Calls with a better neighbour here: scan.h for numbers, strbuf.h for text, clock.h for time.
 * `poison` makes any later use an error; system headers are included before it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifndef POSTFLIGHT_NO_BANS
/* Macros in some C libraries and hardening modes; a poisoned macro is a warning. */
#undef alloca
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atoll strtol gets alloca
#pragma GCC poison gmtime localtime ctime asctime system popen
#endif

#endif
