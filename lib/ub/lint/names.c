/* names.c - words for what the lint says. */
#include "ub/lint.h"

/* A value of another world is no reason to look behind a list. */
#define NAME(list, v) ((size_t)(v) < UB_LEN(list) ? list[v] : "?")

const char *
lint_lock_name(enum lint_lock v)
{
	static const char *const names[] = { "none", "brief", "scan",
		"rewrite" };

	return NAME(names, v);
}

const char *
lint_compat_name(enum lint_compat v)
{
	static const char *const names[] = { "safe", "reader-risk",
		"writer-risk", "breaking" };

	return NAME(names, v);
}

const char *
lint_data_name(enum lint_data v)
{
	static const char *const names[] = { "keeps", "loses" };

	return NAME(names, v);
}

const char *
lint_tx_name(enum lint_tx v)
{
	static const char *const names[] = { "tx", "notx", "own" };

	return NAME(names, v);
}

const char *
lint_phase_name(enum lint_phase v)
{
	static const char *const names[] = { "expand", "backfill",
		"contract", "mixed" };

	return NAME(names, v);
}

const char *
lint_level_name(enum lint_level v)
{
	static const char *const names[] = { "info", "warning", "error" };

	return NAME(names, v);
}

const char *
lint_mode_name(int mode)
{
	static const char *const names[] = { "?", "ACCESS SHARE", "ROW SHARE",
		"ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE",
		"SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE" };

	return NAME(names, mode);
}
