/*
 * sums.h - SHA256SUMS in GNU's format, which `sha256sum -c` reads: a name
 * with a backslash or a newline is escaped and its line begins with '\'.
 */
#ifndef UB_UB_SUMS_H
#define UB_UB_SUMS_H

#include "base/err.h"
#include "ub/manifest.h"

/* All files of a manifest, and the manifest's own text. Caller owns. */
char *sums_text(const struct manifest *m, const char *manifest, size_t len);

#endif
