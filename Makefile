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
JOBS ?= $(shell nproc 2>/dev/null || echo 1)

CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wcast-qual -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wvla -Wundef -Wformat=2 \
	-Wimplicit-fallthrough -Wredundant-decls -Wnull-dereference
HARDEN = -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=2)
LDHARDEN = -pie -Wl,-z,relro,-z,now,--as-needed

# once: the command runs when the variable is first used, so that targets
# which compile nothing (deps, clean) need neither compiler nor pkg-config.
once = $(eval $(1) := $(shell $(2)))$($(1))
probe = for w in $(1); do $(CC) -Werror $$w -E -x c /dev/null \
	>/dev/null 2>&1 && echo $$w; done
pkg = command -v $(PKG_CONFIG) >/dev/null || \
	echo "pkg-config is missing: run make deps" >&2; $(PKG_CONFIG)
# One compiler knows these, the other does not.
WARN_EXTRA = $(call once,WARN_EXTRA,$(call probe,-Wduplicated-cond \
	-Wduplicated-branches -Wlogical-op -Wformat-signedness -Wcomma \
	-Wmissing-variable-declarations))
PKG_CFLAGS = $(call once,PKG_CFLAGS,$(pkg) --cflags $(PKGS))
PKG_LIBS = $(call once,PKG_LIBS,$(pkg) --libs $(PKGS))
# libpg_query comes without a file for pkg-config.
LIBS = $(PKG_LIBS) -lpg_query

# SAN=address,undefined builds with sanitizers, COVER=1 with gcov.
ub_cflags = -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 \
	-DUB_VERSION='"$(VERSION)"' -Ilib $(WARN) $(WARN_EXTRA) $(HARDEN) \
	-pthread $(if $(WERROR),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer) $(if $(COVER),--coverage) $(PKG_CFLAGS)
ub_ldflags = $(LDHARDEN) -pthread $(if $(SAN),-fsanitize=$(SAN)) \
	$(if $(COVER),--coverage)

# The gzip decoder: ISA-L if it is there (or ISAL=1), else zlib (ISAL=).
ISAL ?= $(shell $(PKG_CONFIG) --exists libisal 2>/dev/null && echo 1)
ISAL := $(ISAL)
PKGS += $(if $(ISAL),libisal)
lib_src := $(filter-out lib/ext/flate_$(if $(ISAL),zlib,isal).c, \
	$(wildcard lib/*/*.c lib/*/*/*.c))
lib_obj := $(lib_src:%.c=$(O)/%.o)
cmd_src := $(wildcard cmd/*.c)
cmd_bin := $(cmd_src:cmd/%.c=$(O)/bin/%)
unit_src := $(wildcard tests/unit/test_*.c)
unit_bin := $(unit_src:%.c=$(O)/%)
fuzz_src := $(wildcard tests/fuzz/fuzz_*.c)
fuzz_bin := $(fuzz_src:%.c=$(O)/%)
fail_so := $(O)/tests/helper/fail.so
plate := $(O)/tests/helper/boilerplate
judge := $(O)/tests/helper/judge
man_src := $(wildcard man/*.[157])
progs := $(cmd_src:cmd/%.c=%)

all: $(cmd_bin) ## build the programs into build/bin (default)

# Rebuild everything when the flags change.
stamp := $(O)/flags
flags_now := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(SAN) $(COVER) $(ISAL)
$(shell mkdir -p $(O) && { [ "$$(cat $(stamp) 2>/dev/null)" = \
	'$(flags_now)' ] || printf '%s\n' '$(flags_now)' >$(stamp); })

# V=1 shows the commands.
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $@;)

$(O)/%.o: %.c $(stamp)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ub_cflags) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/libub.a: $(lib_obj)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

link = $(call say,LD)$(CC) $(ub_ldflags) $(LDFLAGS) -o $@ $^ $(LIBS)

$(O)/bin/%: $(O)/cmd/%.o $(O)/libub.a
	@mkdir -p $(@D)
	$(link)

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libub.a
	$(link)

$(plate): $(O)/tests/helper/boilerplate.o $(O)/libub.a
	$(link)

$(judge): $(O)/tests/helper/judge.o $(O)/libub.a
	$(link)

# FUZZER=1 (make fuzz): libFuzzer drives; else tests/fuzz/driver.c.
$(O)/tests/fuzz/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(O)/tests/fuzz/file.o \
    $(if $(FUZZER),,$(O)/tests/fuzz/driver.o) $(O)/libub.a
	$(link) $(if $(FUZZER),-fsanitize=fuzzer)

$(fail_so): tests/helper/fail.c $(stamp)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) -std=c11 $(WARN) $(if $(WERROR),-Werror) $(CFLAGS) -fPIC -shared \
		-o $@ $< -ldl

-include $(lib_obj:.o=.d) $(cmd_src:%.c=$(O)/%.d) $(unit_src:%.c=$(O)/%.d) \
	$(fuzz_src:%.c=$(O)/%.d) $(plate).d $(judge).d

tests: all $(unit_bin) $(fuzz_bin) $(fail_so) $(plate) $(judge)

unit: $(unit_bin) ## build and run the unit tests alone
	@for t in $(unit_bin); do $$t || exit 1; done

again = @$(MAKE) --no-print-directory -j$(JOBS)
# The other gzip engine too, so that both are tested.
asan_flags = O=$(O)/asan SAN=address,undefined CFLAGS='-O1 -g' ISAL=

check: ## install what is missing, build, run every test
	@ci/deps.sh build server check
	@O=$(O) ci/tools.sh dbmate
	$(again) WERROR=1 tests
	$(again) WERROR=1 O=$(O)/clang CC=clang ISAL= tests
	$(again) WERROR=1 $(asan_flags) tests
	@O=$(O) tests/run.sh all

check-bats: ## run some bats files: make check-bats T=tests/rules.bats
	$(again) tests
	@O=$(O) tests/run.sh bats $(T)

demo: ## tell the story: backup, verify, a bad migration, restore, undo
	@ci/deps.sh build server
	$(again) all >/dev/null
	@O=$(O) tests/demo.sh

bench: ## measure against what people use today
	@ci/deps.sh build server bench check
	@O=$(O) ci/tools.sh dbmate squawk
	$(again) all
	@O=$(O) tests/bench.sh

lint: ## check style, shell, pages and rules
	@ci/deps.sh build check
	$(again) tests
	@O=$(O) tests/run.sh bats tests/lint.bats tests/rules.bats \
		tests/docs.bats

asan: ## run unit and bats tests under the sanitizers
	$(again) WERROR=1 $(asan_flags) tests
	@O=$(O) tests/run.sh asan

tidy: ## run clang-tidy
	clang-tidy --quiet $(lib_src) $(cmd_src) -- $(filter-out \
		-W%,$(ub_cflags))

format: ## let clang-format rewrite the sources
	clang-format -i $(lib_src) $(cmd_src) $(unit_src) $(fuzz_src) \
		$(wildcard lib/*/*.h tests/*/*.h) tests/helper/fail.c

FUZZ_SECONDS ?= 60
fuzz: ## let libFuzzer look for inputs, FUZZ_SECONDS (60) a target
	$(again) O=$(O)/fuzz CC=clang SAN=address,undefined FUZZER=1 \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' \
		$(fuzz_src:%.c=$(O)/fuzz/%)
	@O=$(O)/fuzz tests/fuzz/run.sh $(FUZZ_SECONDS)

cover: ## line coverage of unit and bats tests
	$(again) O=$(O)/cover COVER=1 CFLAGS='-O0 -g' tests
	@O=$(O)/cover tests/run.sh quick || true
	lcov -q -c -d $(O)/cover/lib -d $(O)/cover/cmd -o $(O)/cover/info
	lcov --list $(O)/cover/info

install: all ## install below $(DESTDIR)$(PREFIX)
	$(INSTALL) -d $(addprefix $(DESTDIR),$(bindir) $(mandir)/man1 \
		$(mandir)/man5 $(mandir)/man7 $(bashdir) $(zshdir) \
		$(fishdir) $(docdir))
	for b in $(cmd_bin); do \
		$(INSTALL) $$b $(DESTDIR)$(bindir) || exit 1; done
	for m in $(man_src); do $(INSTALL) -m 644 $$m \
		$(DESTDIR)$(mandir)/man$${m##*.} || exit 1; done
	$(INSTALL) -m 644 completions/_ub $(DESTDIR)$(zshdir)
	for p in $(progs); do \
		$(INSTALL) -m 644 completions/ub.bash \
			$(DESTDIR)$(bashdir)/$$p && \
		$(INSTALL) -m 644 completions/ub.fish \
			$(DESTDIR)$(fishdir)/$$p.fish || exit 1; done
	$(INSTALL) -m 644 README.md LICENSE $(DESTDIR)$(docdir)

uninstall: ## take away what install put there
	cd $(DESTDIR)$(bindir) && rm -f $(progs)
	for m in $(man_src:man/%=%); do \
		rm -f $(DESTDIR)$(mandir)/man$${m##*.}/$$m; done
	rm -f $(DESTDIR)$(zshdir)/_ub $(progs:%=$(DESTDIR)$(bashdir)/%) \
		$(progs:%=$(DESTDIR)$(fishdir)/%.fish)
	rm -rf $(DESTDIR)$(docdir)

dist: ## a reproducible source archive of HEAD in build/
	git archive --format=tar --prefix=ub-$(VERSION)/ HEAD | gzip -9n \
		>$(O)/ub-$(VERSION).tar.gz

deps: ## install the Debian packages that are missing
	@ci/deps.sh build server check bench lint

clean: ## remove what was built
	rm -rf $(O)

flags:
	@echo '$(subst ','"'"',$(ub_cflags))'

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' \
		Makefile

.PHONY: all tests unit check check-bats demo bench lint asan tidy format \
	fuzz cover install uninstall dist deps clean flags help
.SECONDARY:
