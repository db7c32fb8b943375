#!/bin/bash
# Tests `make install`, `uninstall`, `dist` and `help`, in a folder of its own.
# Prints TAP-like lines; the last is `N passed, N failed, N skipped`.
set -u
cd "$(dirname "$0")/../.." || exit 1
base=$(mktemp -d) || exit 1
trap 'rm -rf "$base"' EXIT
passed=0 failed=0 skipped=0

check()
{
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok - $name"
	else
		failed=$((failed + 1))
		echo "not ok - $name"
		sed 's/^/#   /' <<<"$out"
	fi
}

installs()
{
	make -s install DESTDIR="$base/root" PREFIX=/opt/pf &&
		[ -x "$base/root/opt/pf/bin/postflight" ] && "$base/root/opt/pf/bin/postflight" --version
}

installs_each_page()
{
	local page
	for page in man/*.[1-9]; do
		[ ! -e "$page" ] || cmp "$page" "$base/root/opt/pf/share/man/man${page##*.}/${page##*/}" || return 1
	done
}

# the shipped suites and the SQL they run, and they still fit together there
installs_the_suites()
{
	"$base/root/opt/pf/bin/postflight" check "$base/root/opt/pf/share/postflight/suites/gate.suite"
}

uninstalls()
{
	make -s uninstall DESTDIR="$base/root" PREFIX=/opt/pf && [ -z "$(find "$base/root" -type f)" ]
}

honours_folders()
{
	make -s install DESTDIR="$base/other" BINDIR=/b MANDIR=/m DATADIR=/d && [ -x "$base/other/b/postflight" ] &&
		[ -z "$(find "$base/other" -mindepth 1 -maxdepth 1 ! -name b ! -name m ! -name d)" ]
}

# the archive holds what is committed, and is the same each time
packs()
{
	local archive first
	archive=$(make -s dist) && first=$(cksum <"$archive") && make -s dist >"$base/said" &&
		[ "$(cksum <"$archive")" = "$first" ] &&
		tar -tzf "$archive" | sed 's|^[^/]*/||' | grep -v '/$' | grep . | sort >"$base/in" &&
		git ls-tree -r --name-only HEAD | sort | diff - "$base/in"
}

# each target of the help is one, and what it is for is said
helps()
{
	local target out
	out=$(make -s help)
	[ "$(wc -l <<<"$out")" -gt 20 ] || return 1
	for target in all test demo install clean check-unit; do
		grep -qE "^  ([a-z-]+ )*$target( [a-z-]+)* {2,}[a-z]" <<<"$out" || { echo "no $target"; return 1; }
	done
}

# nothing is compiled when nothing changed
rests()
{
	make -s all && [ -z "$(make all | grep -E '^  (CC|LD|AR) ')" ]
}

refuses_mode()
{
	! make -s MODE=fast all
}

check "install" installs
check "install: the manual pages" installs_each_page
check "install: the shipped suites" installs_the_suites
check "uninstall leaves nothing" uninstalls
check "BINDIR, MANDIR and DATADIR" honours_folders
check "help" helps
check "a second make has nothing to do" rests
check "an unknown mode is refused" refuses_mode
if git rev-parse -q --verify HEAD >/dev/null 2>&1; then
	check "dist" packs
else
	skipped=$((skipped + 1))
	echo "ok - dist # SKIP not a git checkout"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
