/* attr.h - compiler attributes, array length, and calls nobody may make. */
#ifndef UB_BASE_ATTR_H
#define UB_BASE_ATTR_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Argument fmt (1-based) is a printf format for the arguments from arg on. */
#define UB_PRINTF(fmt, arg) __attribute__((format(printf, fmt, arg)))
#define UB_UNUSED __attribute__((unused))
#define UB_NORETURN __attribute__((noreturn))

/* Number of elements of a true array. */
#define UB_LEN(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Calls that cannot be used safely fail to compile. Header files that
 * declare them were included above, so that only uses are hit.
 */
#define UB_BANNED(func) func##_is_banned_in_ub
#undef strcpy
#define strcpy(x, y) UB_BANNED(strcpy)
#undef strcat
#define strcat(x, y) UB_BANNED(strcat)
#undef sprintf
#define sprintf(...) UB_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) UB_BANNED(vsprintf)
#undef strtok
#define strtok(x, y) UB_BANNED(strtok)
#undef atoi
#define atoi(x) UB_BANNED(atoi)
#undef ctime
#define ctime(x) UB_BANNED(ctime)
#undef system
#define system(x) UB_BANNED(system)
#undef popen
#define popen(x, y) UB_BANNED(popen)

#endif
