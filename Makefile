# ub - update, and back. `make help` lists the targets.

VERSION = 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
O ?= build

bindir = $(PREFIX)/bin
mandir = $(PREFIX)/share/man
bashdir = $(PREFIX)/share/bash-completion/completions
zshdir = $(PREFIX)/share/zsh/site-functions
fishdir = $(PREFIX)/share/fish/vendor_completions.d
docdir = $(PREFIX)/share/doc/ub

CC ?= cc
PKG_CONFIG ?= pkg-config
INSTALL ?= install
PKGS = libgit2 libpq libcurl libarchive zlib libcrypto jansson

CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wcast-qual -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wvla -Wundef -Wformat=2 \
	-Wimplicit-fallthrough -Wredundant-decls -Wnull-dereference
# One compiler knows these, the other does not.
probe = $(shell $(CC) -Werror $(1) -E -x c /dev/null >/dev/null 2>&1 && \
	echo $(1))
WARN_EXTRA := $(foreach w,-Wduplicated-cond -Wduplicated-branches \
	-Wlogical-op -Wformat-signedness -Wcomma \
	-Wmissing-variable-declarations,$(call probe,$(w)))
HARDEN = -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=2)
LDHARDEN = -pie -Wl,-z,relro,-z,now,--as-needed

# SAN=address,undefined builds with sanitizers, COVER=1 with gcov.
ub_cflags = -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 \
	-DUB_VERSION='"$(VERSION)"' -Ilib $(WARN) $(WARN_EXTRA) $(HARDEN) \
	-pthread $(if $(WERROR),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer) $(if $(COVER),--coverage) \
	$(shell $(PKG_CONFIG) --cflags $(PKGS))
ub_ldflags = $(LDHARDEN) -pthread $(if $(SAN),-fsanitize=$(SAN)) \
	$(if $(COVER),--coverage)
ub_libs = $(shell $(PKG_CONFIG) --libs $(PKGS))

lib_src := $(wildcard lib/*/*.c lib/*/*/*.c)
lib_obj := $(lib_src:%.c=$(O)/%.o)
cmd_src := $(wildcard cmd/*.c)
cmd_bin := $(cmd_src:cmd/%.c=$(O)/bin/%)
unit_src := $(wildcard tests/unit/test_*.c)
unit_bin := $(unit_src:%.c=$(O)/%)

all: $(cmd_bin)

# Rebuild everything when the flags change.
stamp := $(O)/flags
flags_now := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(SAN) $(COVER) $(WERROR)
$(shell mkdir -p $(O) && { [ "$$(cat $(stamp) 2>/dev/null)" = \
	'$(flags_now)' ] || printf '%s\n' '$(flags_now)' >$(stamp); })

$(O)/%.o: %.c $(stamp)
	@mkdir -p $(@D)
	$(CC) $(ub_cflags) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/libub.a: $(lib_obj)
	@rm -f $@
	$(AR) rcs $@ $^

$(O)/bin/%: $(O)/cmd/%.o $(O)/libub.a
	@mkdir -p $(@D)
	$(CC) $(ub_ldflags) $(LDFLAGS) -o $@ $^ $(ub_libs)

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libub.a
	$(CC) $(ub_ldflags) $(LDFLAGS) -o $@ $^ $(ub_libs)

-include $(lib_obj:.o=.d) $(cmd_src:%.c=$(O)/%.d) $(unit_src:%.c=$(O)/%.d)

unit: $(unit_bin)
	@for t in $(unit_bin); do $$t || exit 1; done

clean:
	rm -rf $(O)

.PHONY: all unit clean
.SECONDARY:
