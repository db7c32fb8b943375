# postflight: the whole build, readable from top to bottom; `make help` lists the targets.
#
#   make [MODE=release|debug|asan|fuzz|coverage] [B=DIR] [V=1] [WERROR=0] [DEPS=0]
#
# Objects are under $(B), which is build/$(MODE). CC, CPPFLAGS, CFLAGS, LDFLAGS, LDLIBS, PREFIX, DESTDIR,
# BINDIR, MANDIR and DATADIR are the user's. DEPS=0 keeps `make` from looking for missing Debian packages.

VERSION := 0.1.0

MODE    := release
B       := build/$(MODE)
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share/postflight
WERROR  ?= 1
DEPS    ?= 1
INSTALL ?= install
JOBS    ?= 2

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(Q),@printf '  %-8s %s\n' $(1) $(2))

ifneq ($(filter undefined default,$(origin CC)),)
CC := $(if $(filter fuzz,$(MODE)),clang,$(if $(shell command -v gcc),gcc,cc))
endif
ifneq ($(filter undefined default,$(origin AR)),)
AR := ar
endif

# ---- what is built from what -----------------------------------------------------------------

SRC         := $(wildcard harness/*.c harness/*/*.c probes/*.c reports/*.c)
LIB_SRC     := $(filter-out harness/main.c,$(SRC))
SERVICE_SRC := $(wildcard tests/service/*.c)
UNIT_SRC    := $(wildcard tests/unit/test_*.c)
UNIT_SHARED := $(filter-out $(UNIT_SRC),$(wildcard tests/unit/*.c))
FUZZ_SRC    := $(wildcard tests/fuzz/fuzz_*.c)
HELPER_SRC  := $(wildcard tests/lib/*.c)
HEADERS     := $(wildcard harness/*.h harness/*/*.h probes/*.h reports/*.h tests/*/*.h)
MAN         := $(wildcard man/*.[1-9])
SHIPPED     := $(wildcard sql/*.sql suites/*.suite suites/parts/*.suite suites/schema/*.schema suites/README.md)

# $(call obj,SOURCES): their object files
obj = $(patsubst %.c,$(B)/%.o,$(1))

LIB  := $(B)/libpostflight.a
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNIT_SRC))
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(FUZZ_SRC))
HELPERS := $(patsubst tests/lib/%.c,$(B)/lib/%,$(HELPER_SRC))
REPORT_MAKER := $(B)/tests/reports/generate

# the binary for people is build/postflight, whatever else lies in build/
LINK := $(if $(filter build/release,$(B)),build/postflight)

# ---- libraries ------------------------------------------------------------------------------

# Goals that compile nothing need no library, and so no look-up.
GOALS      := $(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))
QUIET_GOALS := help clean uninstall dist test check matrix check-matrix check-sandbox check-style demo mysql-matrix
TEST_GOALS := check-docs check-backup check-kill check-schema check-grants check-data check-secrets check-reports check-fuzz check-valgrind check-static check-asan check-service check-torture fuzz torture coverage bench
UNIT_GOALS := unit helpers torture-programs check-unit check-headers check-golden golden-update service fuzzers everything

ifneq ($(filter-out $(QUIET_GOALS),$(GOALS)),)

PROFILE := $(or $(if $(filter $(TEST_GOALS) $(B)/fuzz/%,$(GOALS)),test), \
		$(if $(filter $(UNIT_GOALS) $(B)/unit/% $(B)/postflight-service,$(GOALS)),unit),build)
ifeq ($(DEPS),1)
ifneq ($(shell ci/install-deps $(PROFILE) >&2 || echo missing),)
$(error packages are missing)
endif
endif

# $(call library,NAME,MODULE): NAME_CFLAGS and NAME_LIBS from pkg-config, where the user gave none.
# Their headers are system headers: our warnings are not for them.
define library
$(1)_CFLAGS ?= $$(shell pkg-config --cflags $(2) 2>/dev/null)
$(1)_LIBS   ?= $$(shell pkg-config --libs $(2) 2>/dev/null)
$(1)_CFLAGS := $$(patsubst -I%,-isystem %,$$($(1)_CFLAGS))
$(1)_LIBS   := $$($(1)_LIBS)
endef

$(eval $(call library,MYSQL,mysqlclient))
$(eval $(call library,CURL,libcurl))
$(eval $(call library,HIREDIS,hiredis))
$(eval $(call library,CJSON,libcjson))
$(eval $(call library,PCRE2,libpcre2-8))
$(eval $(call library,OPENSSL,libssl libcrypto))
$(eval $(call library,ZLIB,zlib))
$(eval $(call library,BROTLI,libbrotlidec))
$(eval $(call library,XML,libxml-2.0))
$(eval $(call library,ZSTD,libzstd))
$(eval $(call library,LZMA,liblzma))
$(eval $(call library,MICROHTTPD,libmicrohttpd))
$(eval $(call library,CRYPT,libcrypt))
$(eval $(call library,CMOCKA,cmocka))

endif

# What most runs never need is loaded with dlopen at first use (harness/base/dynamic.h): the MySQL client, hiredis, PCRE2,
# libxml2, libzstd, liblzma and libbz2. Their headers are needed, the libraries are not linked.
# bzip2 has no pkg-config file: BZIP2_CFLAGS says where its header is, if it must.
LIB_CFLAGS := $(MYSQL_CFLAGS) $(CURL_CFLAGS) $(HIREDIS_CFLAGS) $(CJSON_CFLAGS) \
	$(PCRE2_CFLAGS) $(OPENSSL_CFLAGS) $(ZLIB_CFLAGS) $(BROTLI_CFLAGS) $(XML_CFLAGS) \
	$(ZSTD_CFLAGS) $(LZMA_CFLAGS) $(BZIP2_CFLAGS) \
	$(MICROHTTPD_CFLAGS) $(CRYPT_CFLAGS) $(CMOCKA_CFLAGS)
# The loader looks names up in this order: OpenSSL comes first, since most of what libcurl brings along is looked up there.
MAIN_LIBS := $(OPENSSL_LIBS) $(CURL_LIBS) $(CJSON_LIBS) $(ZLIB_LIBS) $(BROTLI_LIBS) -lm -ldl -lpthread
LOADED_LIBS := $(MYSQL_LIBS) $(HIREDIS_LIBS) $(PCRE2_LIBS)
SERVICE_LIBS := $(MICROHTTPD_LIBS) $(MYSQL_LIBS) $(HIREDIS_LIBS) $(CJSON_LIBS) \
	$(OPENSSL_LIBS) $(CRYPT_LIBS) -lm -lpthread

# ---- flags ----------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wformat=2 -Wswitch-enum -Wvla -Wundef -Wwrite-strings \
	$(if $(filter 1,$(WERROR)),-Werror)

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# a row for each mode: what it needs to be that mode, and the CFLAGS that a user may replace (a sanitizer's report needs
# lines and names only: -g1 is the quicker to make)
MODE_FLAGS_release  :=
MODE_FLAGS_debug    := -fno-omit-frame-pointer
MODE_FLAGS_asan     := $(SANITIZE)
MODE_FLAGS_fuzz     := $(SANITIZE) -fsanitize=fuzzer-no-link -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
MODE_FLAGS_coverage := --coverage
CFLAGS_release      := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
CFLAGS_debug        := -O0 -g
CFLAGS_asan         := -O1 -g1
CFLAGS_fuzz         := -O1 -g
CFLAGS_coverage     := -O0 -g

ifeq ($(filter release debug asan fuzz coverage,$(MODE)),)
$(error MODE=$(MODE) is none of release, debug, asan, fuzz, coverage)
endif

# libasan's wrappers look like crypt() and others to the linker, which would then drop the real library
AS_NEEDED    := $(if $(findstring -fsanitize,$(MODE_FLAGS_$(MODE))),,-Wl,--as-needed)
CFLAGS       ?= $(CFLAGS_$(MODE))
MODE_FLAGS   := $(MODE_FLAGS_$(MODE))
ALL_CPPFLAGS  = -D_GNU_SOURCE -I. $(LIB_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS    = -std=c11 -fPIE -fstack-protector-strong $(WARNINGS) $(MODE_FLAGS) $(CFLAGS)
ALL_LDFLAGS   = -pie -Wl,-z,relro $(AS_NEEDED) $(MODE_FLAGS) $(CFLAGS) $(LDFLAGS)

# ---- programs -------------------------------------------------------------------------------

.PHONY: all unit service fuzzers helpers everything
all: $(B)/postflight $(LINK) ## the program: build/postflight (default)
unit: $(UNIT)
service: $(B)/postflight-service ## the reference service that the tests and the demo run against
fuzzers: $(FUZZ)
helpers: $(HELPERS) ## programs that tests talk to: build/MODE/lib/
everything: all unit fuzzers helpers $(REPORT_MAKER) $(if $(SERVICE_SRC),service) ## all programs, those of the tests too

build/postflight: build/release/postflight
	$(call say,LINK,$@)
	$(Q)ln -sf release/postflight $@

$(B)/postflight: $(call obj,$(SRC))
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(MAIN_LIBS) $(LDLIBS) -o $@

$(B)/postflight-service: $(call obj,$(SERVICE_SRC))
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(SERVICE_LIBS) $(LDLIBS) -o $@

# What the tests link: all but main.c, and an allocator that can be told to fail, whatever the mode.
# Made anew each time, so that the object of a source that is gone does not stay inside.
HOOKED     := $(filter harness/base/mem.c harness/main.c,$(SRC))
HOOKED_OBJ := $(patsubst %.c,$(B)/hooked/%.o,$(HOOKED))
$(HOOKED_OBJ): private EXTRA = -DMEM_TORTURE -DPOSTFLIGHT_VERSION='"$(VERSION)"'
$(HOOKED_OBJ): $(B)/version
$(LIB): $(call obj,$(filter-out $(HOOKED),$(LIB_SRC))) $(filter-out %/main.o,$(HOOKED_OBJ))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# the program with that allocator, for tests/torture
$(B)/postflight-torture: $(filter %/main.o,$(HOOKED_OBJ)) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(MAIN_LIBS) $(LDLIBS) -o $@

$(UNIT): $(B)/unit/%: $(B)/tests/unit/%.o $(call obj,$(UNIT_SHARED)) $(LIB)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_LDFLAGS) $^ $(CMOCKA_LIBS) $(MAIN_LIBS) $(LDLIBS) -o $@

# each is a program of one file
$(HELPERS): $(B)/lib/%: $(B)/tests/lib/%.o
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_LDFLAGS) $^ $(OPENSSL_LIBS) $(ZLIB_LIBS) $(BROTLI_LIBS) \
		-lm -lpthread $(LDLIBS) -o $@

# writes the reports of a run that is made up
$(REPORT_MAKER): $(call obj,tests/reports/generate.c tests/unit/sample_run.c) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(MAIN_LIBS) $(LDLIBS) -o $@

# MODE=fuzz links libFuzzer; every other mode links a main that replays files
FUZZ_MAIN := $(if $(filter fuzz,$(MODE)),,$(call obj,tests/fuzz/replay_main.c))
$(FUZZ): $(B)/fuzz/%: $(B)/tests/fuzz/%.o $(FUZZ_MAIN) $(LIB)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_LDFLAGS) $(if $(FUZZ_MAIN),,-fsanitize=fuzzer) $^ \
		$(MAIN_LIBS) $(LDLIBS) -o $@

# ---- objects --------------------------------------------------------------------------------

compile = mkdir -p $(@D) && $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(EXTRA) -MMD -MP -c $< -o $@

$(B)/%.o: %.c $(B)/flags
	$(call say,CC,$<)
	$(Q)$(compile)

$(B)/hooked/%.o: %.c $(B)/flags
	$(call say,CC,$<)
	$(Q)$(compile)

# only the files that name the version are compiled anew when it changes
VERSION_OBJ := $(call obj,$(shell grep -ls POSTFLIGHT_VERSION $(SRC) /dev/null))
$(VERSION_OBJ): private EXTRA = -DPOSTFLIGHT_VERSION='"$(VERSION)"'
$(VERSION_OBJ): $(B)/version

# The file names of the libraries that are loaded, as the linker would write them into a program: soname/MYSQL and so on.
$(B)/soname/%: $(B)/flags
	$(Q)mkdir -p $(@D) && $(CC) -shared -Wl,--no-as-needed $(LDFLAGS) $($*_LIBS) -o $@.so && \
		readelf -d $@.so | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p;' | sed -n '/^libc\./d;1p' >$@ && rm -f $@.so
	$(Q)[ -s $@ ] || { echo "$*: no shared library in '$($*_LIBS)'" >&2; exit 1; }

loaded = -D$(1)_LIBRARY='"$(shell cat $(B)/soname/$(1))"'
$(call obj,probes/db.c): private EXTRA = $(call loaded,MYSQL)
$(call obj,probes/db.c): $(B)/soname/MYSQL
$(call obj,probes/redis_reader.c): private EXTRA = $(call loaded,HIREDIS)
$(call obj,probes/redis_reader.c): $(B)/soname/HIREDIS
$(call obj,harness/value/regex.c): private EXTRA = $(call loaded,PCRE2)
$(call obj,harness/value/regex.c): $(B)/soname/PCRE2

# $(call stamp,TEXT): rewrites the target only when TEXT is not what it holds
stamp = @mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || \
	printf '%s\n' '$(subst ','\'',$(1))' > $@

.PHONY: FORCE
$(B)/flags: FORCE
	$(call stamp,$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LOADED_LIBS) $(LDLIBS))
$(B)/version: FORCE
	$(call stamp,$(VERSION))

-include $(patsubst %.o,%.d,$(HOOKED_OBJ) $(call obj,$(SRC) $(SERVICE_SRC) $(UNIT_SRC) $(UNIT_SHARED) \
	$(FUZZ_SRC) $(HELPER_SRC) tests/fuzz/replay_main.c))

# ---- tests ----------------------------------------------------------------------------------
# Each ends with a line `N passed, N failed, N skipped`; `make test` runs them all (ci/test).

# $(call mode,MODE): a make in another mode, in its own folder beside ours
mode = $(MAKE) --no-print-directory MODE=$(1) B=$(patsubst %/$(MODE),%,$(B))/$(1)

# what the test scripts are told of the build: absolute paths
export_build = POSTFLIGHT=$(abspath $(B)/postflight) POSTFLIGHT_HELPERS=$(abspath $(B)/lib) \
	POSTFLIGHT_SERVICE=$(abspath $(B)/postflight-service)

.PHONY: demo test check check-unit check-asan check-valgrind check-fuzz check-torture check-golden golden-update \
	check-service check-docs check-reports check-http check-real check-backup check-batch check-readonly check-migrations check-kill check-schema check-grants check-data check-secrets check-truth check-torture-sql check-sandbox check-matrix matrix \
	check-headers check-style check-static
demo: ## a guided tour: the reference service, a release that is good and some that are not
	$(Q)$(if $(filter 1,$(DEPS)),ci/install-deps demo)
	+$(Q)$(MAKE) --no-print-directory all service
	$(Q)$(export_build) ci/demo

test check: ## everything that CI runs
	$(Q)ci/test

check-unit: $(UNIT) $(HELPERS) ## the unit tests
	$(Q)$(export_build) ci/cmocka $(UNIT)

check-asan: ## the unit tests under the address and undefined behaviour sanitizers
	+$(Q)$(call mode,asan) check-unit

# Valgrind is slow: it takes those in which memory, threads and libraries are handled; the sanitizers take all. Not test_process: its fork
# tells a parent nothing of a program that is missing.
VALGRIND_UNITS := arena backup_stream box collector dynamic error event file inbox injected judge json learning mem parser regex \
	results runner scope secret_set secrets source sql_file sql_statement strbuf template value watch xml
check-valgrind: $(UNIT) $(HELPERS) ## the unit tests that handle memory, threads and libraries, under valgrind
	$(Q)$(export_build) ci/cmocka --valgrind $(filter $(VALGRIND_UNITS:%=$(B)/unit/test_%),$(UNIT))

check-fuzz: ## each fuzz target's corpus once more, under the sanitizers
	+$(Q)$(call mode,asan) fuzzers
	$(Q)ci/fuzz replay $(patsubst %/$(MODE),%,$(B))/asan/fuzz

check-torture: ## a sample of `make torture`
	+$(Q)$(call mode,asan) torture-programs
	$(Q)$(torture) --sample

check-golden: $(B)/postflight $(HELPERS) ## command lines and the output they must have
	$(Q)$(export_build) tests/golden/run

golden-update: $(B)/postflight $(HELPERS) ## rewrites the expected outputs: review the diff like code
	$(Q)$(export_build) tests/golden/run --update

check-service: $(B)/postflight $(B)/postflight-service ## the reference service, on real servers
	$(Q)$(export_build) tests/service/test

check-docs: $(B)/postflight $(B)/postflight-service ## README, docs/ and man/ against the program
	$(Q)$(export_build) tests/docs/run

check-reports: $(REPORT_MAKER) $(B)/postflight ## reports, through schemas and parsers of their readers
	$(Q)$(export_build) GENERATE=$(abspath $<) tests/reports/run

check-http: $(B)/postflight $(HELPERS) ## HTTP and TCP entries, against a server that does what servers should not
	$(Q)$(export_build) tests/http/run

check-real: $(B)/postflight $(HELPERS) ## SQL and Redis entries, against real servers and fake ones
	$(Q)$(export_build) tests/real/run

check-batch: $(B)/postflight $(HELPERS) ## statements that share a packet, over a connection that counts round trips
	$(Q)$(export_build) tests/batch/run

check-readonly: $(B)/postflight ## statements that must change nothing, tried by an account that may do everything
	$(Q)$(export_build) tests/readonly/run

check-backup: $(B)/postflight ## BACKUP and GIT entries, over what the real tools write
	$(Q)$(export_build) tests/backup/run

check-migrations: $(B)/postflight ## MIGRATIONS entries, against the histories of each tool
	$(Q)$(export_build) tests/migrations/run

check-kill: $(B)/postflight $(HELPERS) ## reports of runs that are killed, stopped, or find the disk full
	$(Q)$(export_build) tests/kill/run

check-schema: $(B)/postflight $(B)/postflight-service ## schema contracts, against a real server and each of the faults
	$(Q)$(export_build) tests/schema/run

check-grants: $(B)/postflight $(B)/postflight-service ## what the migrations need, against accounts that have it and accounts that do not
	$(Q)$(export_build) tests/grants/run

check-data: $(B)/postflight $(B)/postflight-service ## the shipped SQL files, against rows that break each rule
	$(Q)$(export_build) tests/data/run

check-secrets: $(B)/postflight $(HELPERS) ## secrets in every place, looked for in every output
	$(Q)$(export_build) tests/secrets/run

check-truth: $(B)/postflight ## what looks like success and is none, against a real server
	$(Q)$(export_build) tests/truth/run

check-torture-sql: $(B)/postflight $(HELPERS) ## a sample of `make torture-sql`
	$(Q)$(export_build) tests/truth/torture --sample

check-sandbox: ## ci/sandbox itself
	$(Q)tests/ci/sandbox_test.sh

matrix check-matrix: ## each suite against each fault that it must find
	+$(Q)$(MAKE) --no-print-directory all service
	$(Q)$(export_build) tests/matrix/run

check-headers: ## each header compiles alone
	$(Q)ci/check-headers '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)' $(HEADERS)

check-style: ## bans, include direction, tabs and blanks
	$(Q)ci/check-style

check-static: ## cppcheck
	$(Q)ci/check-static $(abspath $(B))/cppcheck

# ---- longer looks ---------------------------------------------------------------------------

.PHONY: bench fuzz torture torture-programs torture-sql coverage mysql-matrix
FUZZ_TIME ?= 300
fuzz: ## fuzzes each target for FUZZ_TIME=300 seconds, libFuzzer's way
	+$(Q)$(call mode,fuzz) CC=clang fuzzers
	$(Q)ci/fuzz run $(patsubst %/$(MODE),%,$(B))/fuzz/fuzz $(FUZZ_TIME)

torture: ## makes each allocation of the program fail in turn
	+$(Q)$(call mode,asan) torture-programs
	$(Q)$(torture)

# in the mode asan: what tests/torture runs
torture-programs: $(B)/postflight-torture $(HELPERS)
torture = POSTFLIGHT=$(abspath $(patsubst %/$(MODE),%,$(B))/asan/postflight-torture) \
	POSTFLIGHT_HELPERS=$(abspath $(patsubst %/$(MODE),%,$(B))/asan/lib) tests/torture/run

torture-sql: $(B)/postflight $(HELPERS) ## spoils the connection to the database at each packet in turn
	$(Q)$(export_build) tests/truth/torture
	$(Q)$(export_build) tests/truth/run --long

mysql-matrix: ## Oracle's client library and server, in a root folder: MYSQL_ROOT=DIR keeps it for the next time
	$(Q)ci/mysql-matrix $(MYSQL_ROOT)

coverage: ## lines that the unit tests reach
	+$(Q)$(call mode,coverage) check-unit
	$(Q)ci/coverage $(patsubst %/$(MODE),%,$(B))/coverage

bench: $(B)/postflight $(HELPERS) ## speed, side by side with public tools
	$(Q)$(export_build) tests/bench/run
	$(Q)$(export_build) tests/bench/schema

# ---- installation ---------------------------------------------------------------------------

.PHONY: install uninstall dist clean help
install: $(B)/postflight ## to PREFIX=/usr/local, below DESTDIR
	$(INSTALL) -d $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 755 $(B)/postflight $(DESTDIR)$(BINDIR)/postflight
	$(foreach f,$(SHIPPED),$(INSTALL) -D -m 644 $(f) $(DESTDIR)$(DATADIR)/$(f) &&) :
	$(foreach m,$(MAN),$(INSTALL) -D -m 644 $(m) $(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(m)))/$(notdir $(m)) &&) :

uninstall: ## removes what install put there
	rm -f $(DESTDIR)$(BINDIR)/postflight
	rm -f $(foreach f,$(SHIPPED),$(DESTDIR)$(DATADIR)/$(f))
	rm -f $(foreach m,$(MAN),$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(m)))/$(notdir $(m)))

dist: ## build/postflight-VERSION.tar.gz, of what is committed
	$(Q)mkdir -p build
	$(Q)git archive --format=tar --prefix=postflight-$(VERSION)/ HEAD | gzip -9n > build/postflight-$(VERSION).tar.gz
	@echo build/postflight-$(VERSION).tar.gz

clean: ## removes build/
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z -]*:.*## / { printf "  %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
