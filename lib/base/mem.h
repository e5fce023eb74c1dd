/* mem.h - allocation that cannot fail: out of memory ends the process, 3. */
#ifndef UB_BASE_MEM_H
#define UB_BASE_MEM_H

#include "base/attr.h"

void *mem_alloc(size_t size);                       /* zeroed */
void *mem_grow(void *old, size_t n, size_t size);   /* realloc */
char *mem_dup(const char *s);                       /* NULL stays NULL */
char *mem_dupn(const char *s, size_t n);            /* n bytes and a NUL */
char *mem_printf(const char *fmt, ...) UB_PRINTF(1, 2);
/* Overwrite n bytes in a way that the compiler keeps, then free. */
void mem_wipe(char *secret);                        /* NULL is fine */

#endif
