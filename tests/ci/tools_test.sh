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

# ---- ci/test: a tree with parts of its own; what it must end with, and its exit status ----

# tree TABLE BODY: a ci/test with that table, and the script `part` that its rows call
tree()
{
	rm -rf "$base/suite" && mkdir -p "$base/suite/ci"
	sed "/^parts='/,/^'/c\\parts='\n${1//$'\n'/\\n}\n'" "$here/ci/test" >"$base/suite/ci/test"
	printf '#!/bin/sh\nexit 0\n' >"$base/suite/ci/install-deps"
	printf '#!/bin/bash\n%s\n' "$2" >"$base/suite/part"
	chmod +x "$base/suite"/ci/* "$base/suite/part"
}

# ends NAME WANTED STATUS [PART...]: how the tree's ci/test ends; its output in $out
ends()
{
	local name=$1 want=$2 status=$3 rc
	shift 3
	out=$(cd / && timeout 60 bash "$base/suite/ci/test" "$@" 2>&1)
	rc=$?
	[ "$(tail -n 1 <<<"$out")" = "$want" ] && [ $rc = "$status" ]
	verdict $? "test: $name" "$out (exit $rc)"
}

# suite NAME WANTED STATUS COUNT BODY: with one part
suite()
{
	tree "mine	here	2	$4	part	./part" "$5"
	ends "$1" "$2" "$3"
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

# ---- ci/test: lanes ----

# await FILE: until it is there, within ten seconds; nobody sleeps
waiting='await() { local end=$((SECONDS + ${2:-10})); until [ -e "$1" ]; do [ $SECONDS -lt $end ] || return 1; read -rt 0.02 <> <(:) || :; done; }
good="1 passed, 0 failed, 0 skipped"'

# rows [DEADLINE]: a part that comes first, and two in each of two lanes
rows()
{
	printf '%s\n' "before	first	20	once	part	./part before" "l1	left	${1:-20}	lines	part	./part l1" \
		"l2	left	20	lines	part	./part l2" "r1	right	${1:-20}	lines	part	./part r1" "r2	right	20	lines	part	./part r2"
}

# lane NAME WANTED STATUS CASES [DEADLINE]: what the parts do that CASES names; the others say that they are good
lane()
{
	tree "$(rows "${5-}")" "$waiting
case \$1 in
$4
*) echo \"\$good\" ;;
esac"
	ends "$1" "$2" "$3"
}

# meets HERE THERE: a part that goes on once the other is under way, too
meets() { echo "touch $1 && await $2 ${3-} && echo \"\$good\""; }

lane "all good" "5 passed, 0 failed, 0 skipped" 0 ''
lane "lanes run side by side" "5 passed, 0 failed, 0 skipped" 0 "l1) $(meets l r) ;; r1) $(meets r l) ;;"
lane "a lane's parts run one after the other" "4 passed, 1 failed, 0 skipped" 1 "l1) $(meets l r 1) ;; l2) $(meets r l 1) ;;"
lane "the first lane is over before" "5 passed, 0 failed, 0 skipped" 0 \
	'before) read -rt 0.3 <> <(:); touch ready ;; ?1) [ -e ready ] && echo "$good" ;;'
lane "no lanes when the first one failed" "2 passed, 3 failed, 0 skipped" 1 \
	"before) exit 1 ;; l1) $(meets l r 1) ;; r1) rm l; $(meets r l 1) ;;"
for side in l r; do
	lane "a failure in lane $side" "4 passed, 1 failed, 0 skipped" 1 "${side}1) echo '0 passed, 1 failed, 0 skipped'; exit 1 ;;"
	lane "no result in lane $side" "4 passed, 1 failed, 0 skipped" 1 "${side}2) exit 1 ;;"
	CI= lane "a skip in lane $side" "4 passed, 0 failed, 1 skipped" 0 "${side}1) echo '0 passed, 0 failed, 1 skipped' ;;"
	CI=true lane "a skip in lane $side, in CI" "4 passed, 0 failed, 1 skipped" 1 "${side}1) echo '0 passed, 0 failed, 1 skipped' ;;"
	lane "a part that hangs in lane $side" "4 passed, 1 failed, 0 skipped" 1 "${side}1) sleep 60 & wait ;;" 1
	lane "a lane that dies: $side" "3 passed, 2 failed, 0 skipped" 1 \
		"${side}1) read -r _ _ _ lane _ </proc/\$PPID/stat; kill -KILL \$lane; echo \"\$good\" ;;"
done

# what two parts say in turn is shown part by part, whole
tree "$(rows)" "$waiting
case \$1 in
l1) echo left 1; touch a; await b; echo left 2; echo \"\$good\" ;;
r1) await a; echo right 1; touch b; echo right 2; echo \"\$good\" ;;
*) echo \"\$good\" ;;
esac"
ends "output is shown whole" "5 passed, 0 failed, 0 skipped" 0
[[ $out == *$'\nleft 1\nleft 2\n'* && $out == *$'\nright 1\nright 2\n'* ]]
verdict $? "test: a part's lines stay together" "$out"
ends "parts that are named" "2 passed, 0 failed, 0 skipped" 0 l2 r2
[ "$(grep -c '^== ' <<<"$out")" = 3 ] && [[ $out != *before* ]]
verdict $? "test: only those run" "$out"

gone()
{
	local state
	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null)
	[ -z "$state" ] || [ "$state" = Z ]
}

# within_10_s COMMAND...: until it is true
within_10_s()
{
	local end=$((SECONDS + 10))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		read -rt 0.02 <> <(:) || :
	done
}

both_run() { [ -s "$base/suite/l1.pid" ] && [ -s "$base/suite/r1.pid" ]; }

# A signal ends the parts of both lanes, and what they started.
interrupt()
{
	local job rc f problem=
	tree "$(rows)" 'case $1 in before) ;; *) sleep 60 & echo $! >"$1.pid"; wait ;; esac'
	(cd / && exec env --default-signal=INT,HUP,TERM bash "$base/suite/ci/test" >"$base/suite/out" 2>&1) &
	job=$!
	within_10_s both_run || problem="the lanes do not begin"
	kill "-$1" $job
	wait $job
	rc=$?
	[ $rc = "$2" ] || problem+=" exit status $rc, not $2"
	for f in l1 r1; do
		within_10_s gone "$(cat "$base/suite/$f.pid")" || problem+=" the process of $f is still there"
	done
	[ ! -e "$base/suite/l2.pid" ] && [ ! -e "$base/suite/r2.pid" ] || problem+=" another part was started"
	[ -z "$problem" ]
	verdict $? "test: SIG$1 ends both lanes" "$problem $(cat "$base/suite/out")"
}

interrupt TERM 143
interrupt INT 130
interrupt HUP 129

echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
