#!/bin/bash
# Tests the tools that judge: each must find the fault that it is for.
# Prints TAP-like lines; the last is `N passed, N failed, N skipped`.
set -u

here=$(cd "$(dirname "$0")/../.." && pwd -P)
base=$(mktemp -d) || exit 1
trap 'rm -rf "$base"' EXIT
passed=0 failed=0

verdict()
{
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		echo "ok - $2"
	else
		failed=$((failed + 1))
		echo "not ok - $2"
		sed 's/^/#   /' <<<"$3"
	fi
}

# ---- ci/check-style: a tree with one file, the rule that must be the only one to complain ----

style()
{
	local rule=$1 file=$2 text=$3 tree=$base/style out
	rm -rf "$tree" && mkdir -p "$tree/ci" "$tree/$(dirname "$file")"
	cp "$here/ci/check-style" "$tree/ci/"
	printf '%b' "$text" >"$tree/$file"
	out=$("$tree/ci/check-style" 2>&1)
	[ "$(grep '^not ok' <<<"$out")" = "${rule:+not ok - $rule}" ]
	verdict $? "style: ${rule:-nothing} in $file" "$out"
}

style '' harness/base/x.c '/* strcpy(a, b); */\nconst char *f(void)\n{\n\treturn "getenv(printf(";\n}\n'
style '' harness/main.c '#include "probes/probes.h"\nint main(void)\n{\n\treturn printf("x");\n}\n'
style '' harness/value/x.c '#include "harness/base/str.h"\nstatic int (*const rows[])(void) = { f };\nstatic const int n = 1;\n'
style 'no stray blanks' harness/base/x.c 'int f(void); \n'
style 'no stray blanks' README.md 'no last newline'
style 'C is indented with tabs' harness/base/x.c 'int f(void)\n{\n    return 1;\n}\n'
style 'lines of code end in sight' harness/base/x.c "int $(printf 'x%.0s' {1..140});\n"
style 'banned calls' probes/x.c 'void f(void)\n{\n\tstrcpy(a, b);\n}\n'
style 'mem.h allocates' reports/x.c 'void f(void)\n{\n\tfree(malloc(1));\n}\n'
style 'library code does not print or exit' harness/lang/x.c 'void f(void)\n{\n\tprintf("x");\n}\n'
style 'library code does not print or exit' probes/x.c 'void f(void)\n{\n\texit(1);\n}\n'
style 'the environment is read by the command line' probes/x.c 'void f(void)\n{\n\tgetenv("X");\n}\n'
style 'no sleep' tests/unit/test_x.c 'void f(void)\n{\n\tusleep(1);\n}\n'
style 'include direction' reports/x.c '#include "harness/run/plan.h"\n'
style 'include direction' reports/x.c '#include "probes/http.h"\n'
style 'include direction' harness/base/x.c '#include "harness/value/value.h"\n'
style 'include direction' harness/run/x.c '#include "probes/sql.h"\n'
style 'includes are named from the root' harness/base/x.c '#include "str.h"\n'
style 'include guards' harness/base/x.h '#ifndef X_H\n#define X_H\n#endif\n'
style 'prototypes are documented' harness/base/x.h '#ifndef HARNESS_BASE_X_H\n#define HARNESS_BASE_X_H\n\nint f(void);\n\n#endif\n'
style 'no mutable state' harness/base/x.c 'static int counter;\n'
style 'no mutable state' harness/base/x.c 'static const char *names[2];\nstatic struct x table[] = {\n\t0\n};\n'
style 'libraries have adapters' probes/x.h '#ifndef PROBES_X_H\n#define PROBES_X_H\n#include <hiredis.h>\n#endif\n'
style 'nothing unfinished' harness/base/x.c "/* FI""XME: later */\n"
style 'nothing that users do not have' README.md "see ../sha""red/target.md\n"

# ---- ci/cmocka: a program that says this, ends so; what must be counted ----

cmocka()
{
	local name=$1 want=$2 body=$3 out
	printf '#!/bin/sh\n%s\n' "$body" >"$base/test_x" && chmod +x "$base/test_x"
	out=$(CMOCKA_TIMEOUT=1 "$here/ci/cmocka" "$base/test_x" 2>&1)
	[ "$(tail -n 1 <<<"$out")" = "$want" ]
	verdict $? "cmocka: $name" "$out"
}

xml='<testsuites><testsuite name="a" time="0.1" tests="2" failures="0" errors="0" skipped="0" >'
good='<testcase name="t" time="0.1" ></testcase>'
bad='<testcase name="u" time="0.1" ><failure><![CDATA[1 != 2]]></failure></testcase>'
skip='<testcase name="v" time="0.1" ><skipped/></testcase>'
lines() { printf '%s\n' "$@" | sed 's/></>\n</g'; }
say() { printf "cat <<'X'\n%s\nX\n" "$(lines "$xml" "$@" '</testsuite></testsuites>')"; }

cmocka "all pass" "2 passed, 0 failed, 0 skipped" "$(say "$good" "$good")"
cmocka "a failure" "1 passed, 1 failed, 0 skipped" "$(say "$good" "$bad"); exit 1"
cmocka "a skip" "1 passed, 0 failed, 1 skipped" "$(say "$good" "$skip")"
cmocka "XML on standard error" "1 passed, 0 failed, 0 skipped" "exec >&2
$(say "$good")"
cmocka "a crash after good tests" "1 passed, 1 failed, 0 skipped" "$(say "$good")
kill -SEGV \$\$"
cmocka "no test" "0 passed, 1 failed, 0 skipped" ":"
cmocka "a deadline" "0 passed, 1 failed, 0 skipped" "exec sleep 30"

# ---- ci/test: a tree with one part; what it must end with, and its exit status ----

suite()
{
	local name=$1 want=$2 status=$3 part=$4 body=$5 tree=$base/suite out rc
	rm -rf "$tree" && mkdir -p "$tree/ci"
	sed "/^parts='/,/^'/c\\parts='\nmine\t2\t$part\tpart\t./part\n'" "$here/ci/test" >"$tree/ci/test"
	printf '#!/bin/sh\nexit 0\n' >"$tree/ci/install-deps"
	printf '#!/bin/sh\n%s\n' "$body" >"$tree/part"
	chmod +x "$tree"/ci/* "$tree/part"
	out=$(cd / && bash "$tree/ci/test" 2>&1)
	rc=$?
	[ "$(tail -n 1 <<<"$out")" = "$want" ] && [ $rc = "$status" ]
	verdict $? "test: $name" "$out (exit $rc)"
}

three='echo "3 passed, 0 failed, 0 skipped"'
some='echo "2 passed, 0 failed, 1 skipped"'
suite "a part's line counts" "3 passed, 0 failed, 0 skipped" 0 lines "$three"
suite "its last line counts" "3 passed, 0 failed, 0 skipped" 0 lines "echo '9 passed, 9 failed, 0 skipped'; $three; echo bye"
suite "red without a failed test" "3 passed, 1 failed, 0 skipped" 1 lines "$three; exit 1"
suite "no line" "0 passed, 1 failed, 0 skipped" 1 lines "true"
suite "a failed test with status 0" "1 passed, 2 failed, 0 skipped" 1 lines "echo '1 passed, 2 failed, 0 skipped'"
suite "a deadline" "0 passed, 1 failed, 0 skipped" 1 lines "exec sleep 30"
suite "an exit status, good" "1 passed, 0 failed, 0 skipped" 0 once "true"
suite "an exit status, bad" "0 passed, 1 failed, 0 skipped" 1 once "false"
suite "nothing ran" "0 passed, 0 failed, 0 skipped" 1 lines "echo '0 passed, 0 failed, 0 skipped'"
CI= suite "a skip elsewhere" "2 passed, 0 failed, 1 skipped" 0 lines "$some"
CI=true suite "a skip in CI" "2 passed, 0 failed, 1 skipped" 1 lines "$some"
DB_HOST=x suite "a developer's own servers" "3 passed, 0 failed, 0 skipped" 0 lines "[ -z \"\$DB_HOST\" ] && $three"

echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
