/* pack_list.c - archives and compressed files, read to their end. */
#include "ext/pack_priv.h"

static int
skip_data(struct pack_input *in, struct err *e)
{
	struct pack_data d;
	int rc;

	while ((rc = pack_input_data(in, &d, e)) > 0)
		continue;
	return rc;
}

static int
list_entry(const struct pack_read *r, struct archive_entry *entry,
    int64_t n, struct err *e)
{
	struct pack_name name;
	struct pack_entry en;
	int rc;

	if (pack_check_entry(r->file, entry, &name, e) < 0)
		return -1;
	/* The tree itself comes first; libarchive reads on where one ends. */
	if (n > 1 && strcmp(name.name, ".") == 0) {
		pack_name_release(&name);
		return pack_damage(r->file,
		    "there is another archive behind its end", e);
	}
	en = (struct pack_entry){
		.name = name.name,
		.link = name.link,
		.size = archive_entry_size(entry),
		.mtime = archive_entry_mtime(entry),
		.mode = archive_entry_mode(entry),
	};
	rc = r->fn ? r->fn(r->ctx, &en, e) : 0;
	pack_name_release(&name);
	return rc;
}

int
pack_list(const struct pack_read *r, struct pack_stats *out, struct err *e)
{
	struct pack_input in = { .file = r->file, .tap = r->tap,
	    .ctx = r->ctx };
	struct archive_entry *entry;
	struct pack_locale locale;
	int64_t n = 0;
	int rc;

	pack_locale_enter(&locale);
	rc = pack_input_open(&in, 0, e);
	while (rc == 0 && (rc = pack_input_next(&in, &entry, e)) > 0) {
		pack_count(out, entry);
		rc = list_entry(r, entry, ++n, e);
		if (rc == 0)
			rc = skip_data(&in, e);
	}
	if (rc == 0)
		rc = pack_input_end(&in, e);
	pack_input_close(&in);
	pack_locale_leave(&locale);
	return rc;
}

static int
raw_data(struct pack_input *in, const struct pack_read *r,
    int (*fn)(void *ctx, const void *data, size_t len, struct err *e),
    struct err *e)
{
	struct pack_data d;
	int rc;

	while ((rc = pack_input_data(in, &d, e)) > 0) {
		if (d.len > 0 && fn(r->ctx, d.data, d.len, e) < 0)
			return -1;
	}
	return rc;
}

int
pack_raw(const struct pack_read *r, int (*fn)(void *ctx,
    const void *data, size_t len, struct err *e), struct err *e)
{
	struct pack_input in = { .file = r->file, .tap = r->tap,
	    .ctx = r->ctx };
	struct archive_entry *entry;
	int rc = pack_input_open(&in, 1, e);

	if (rc == 0)
		rc = pack_input_next(&in, &entry, e) < 0 ? -1 : 0;
	if (rc == 0 && archive_filter_code(in.a, 0) == ARCHIVE_FILTER_NONE)
		rc = pack_damage(r->file, "it is neither zstd nor lz4 data",
		    e);
	if (rc == 0)
		rc = raw_data(&in, r, fn, e);
	if (rc == 0)
		rc = pack_input_end(&in, e);
	pack_input_close(&in);
	return rc;
}
