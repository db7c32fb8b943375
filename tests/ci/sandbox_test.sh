#!/bin/bash
# Tests ci/sandbox: as whoever runs this, and as an ordinary user too when that is root.
# Prints TAP-like lines; the last is `N passed, N failed, N skipped`.
set -u

here=$(cd "$(dirname "$0")/../.." && pwd -P)
sandbox=${SANDBOX:-$here/ci/sandbox}
who=$(id -un)
passed=0 failed=0 skipped=0
base=$(mktemp -d /tmp/pf-test.XXXXXX) || exit 1
dirs=()

clean_up()
{
	local d
	for d in "${dirs[@]}"; do
		"$sandbox" down "$d" >/dev/null 2>&1
	done
	rm -rf "$base"
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM

# check NAME COMMAND...: one test; what the command printed is shown when it fails
check()
{
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok - $who: $name"
	else
		failed=$((failed + 1))
		echo "not ok - $who: $name"
		sed 's/^/#   /' <<<"$out"
	fi
}

# place NAME: a path for a sandbox that is taken down in the end
place()
{
	place=$base/$1
	dirs+=("$place")
}

# within DIR COMMAND...: with its env set
within()
(
	local lines
	lines=$("$sandbox" env --socket "$1") || exit
	set -a
	eval "$lines"
	set +a
	shift
	"$@"
)

client=$here/ci/sql

# query USER PASSWORD SQL: over TCP
query()
{
	MYSQL_PWD=$2 "$client" -h "$DB_HOST" -P "$DB_PORT" -u "$1" "$DB_NAME" -N -e "$3"
}

owner_can_write()
{
	query "$DB_USER" "$DB_PASSWORD" 'CREATE TABLE t (i INT); INSERT INTO t VALUES (1)' &&
		[ "$(query "$DB_USER" "$DB_PASSWORD" 'SELECT i FROM t')" = 1 ]
}

reader_can_only_read()
{
	[ "$(query "$DB_RO_USER" "$DB_RO_PASSWORD" 'SELECT i FROM t')" = 1 ] &&
		! query "$DB_RO_USER" "$DB_RO_PASSWORD" 'DELETE FROM t'
}

wrong_password_is_refused()
{
	! query "$DB_USER" wrong 'SELECT 1' && ! query "$DB_USER" '' 'SELECT 1' && ! query root '' 'SELECT 1'
}

database_is_empty_utf8mb4()
{
	[ -z "$(query "$DB_USER" "$DB_PASSWORD" 'SHOW TABLES')" ] &&
		[ "$(query "$DB_USER" "$DB_PASSWORD" 'SELECT @@character_set_database')" = utf8mb4 ]
}

root_by_socket()
{
	[ "$("$client" -S "$DB_SOCKET" -u root -N -e 'SELECT 1')" = 1 ]
}

redis_answers()
{
	local cli
	cli=$(command -v redis-cli || command -v valkey-cli)
	[ "$("$cli" -u "$REDIS_URL" PING)" = PONG ] && [ "$("$cli" -s "$REDIS_SOCKET" PING)" = PONG ]
}

all_work()
{
	within "$1" database_is_empty_utf8mb4 && within "$1" redis_answers
}

# gone PID: ended, or a zombie nobody reaps
gone()
{
	local state
	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null)
	[ -z "$state" ] || [ "$state" = Z ]
}

# await_gone PID: within ten seconds
await_gone()
{
	local until=$((SECONDS + 10))
	until gone "$1"; do
		[ $SECONDS -lt $until ] || return 1
		read -rt 0.02 <> <(:) || :
	done
}

pids()
{
	cut -d ' ' -f 1 "$1/db.pid" "$1/redis.pid"
}

down_leaves_nothing()
{
	local dir=$1 run pid list
	run=$(cat "$dir/run")
	list=$(pids "$dir")
	"$sandbox" down "$dir" || return 1
	for pid in $list; do
		gone "$pid" || { echo "process $pid is still there"; return 1; }
	done
	[ ! -e "$dir" ] && [ ! -e "$run" ]
}

crash()
{
	local pid
	for pid in $(pids "$1"); do
		kill -KILL "$pid"
		await_gone "$pid" || return 1
	done
}

# files of others in DIR are none of its business
keeps_other_files()
{
	mkdir -p "$1" && echo mine >"$1/notes" && "$sandbox" up "$1" && "$sandbox" down "$1" &&
		[ "$(cat "$1/notes")" = mine ] && [ "$(ls -A "$1")" = notes ]
}

# a recorded number that now belongs to another process is not ours to kill
spares_reused_pid()
{
	local pid rc
	read -rt 60 <> <(:) &
	pid=$!
	mkdir -p "$1" && echo "$pid 1" >"$1/db.pid"
	"$sandbox" down "$1"
	! gone $pid
	rc=$?
	kill $pid
	return $rc
}

run_gives_env_and_status()
{
	local out
	out=$("$sandbox" run "$1" -- sh -c 'echo "$DB_HOST ${DB_SOCKET-none} $REDIS_URL"; cat; exit 7' <<<"input")
	[ $? = 7 ] && [ ! -e "$1" ] && [[ $out == "127.0.0.1 none redis://127.0.0.1:"*$'\n'input ]]
}

# in_run DIR SIGNAL: a `run` whose command waits, ended by a signal; sets `list` to its servers
in_run()
{
	local job until=$((SECONDS + 20))
	"$sandbox" run "$1" -- sh -c 'echo $$ >"$0"; exec sleep 60' "$1.command" &
	job=$!
	until [ -s "$1.command" ]; do
		[ $SECONDS -lt $until ] && ! gone $job || return 1
		read -rt 0.02 <> <(:) || :
	done
	list="$(pids "$1") $(cat "$1.command")"
	kill "-$2" $job
	wait $job
}

run_ends_on_signal()
{
	local list pid
	in_run "$1" "$2"
	for pid in $list; do
		await_gone "$pid" || { echo "process $pid is still there"; return 1; }
	done
	[ -n "$list" ] && { [ "$2" = KILL ] || [ ! -e "$1" ]; }
}

sweep_clears_leftovers()
{
	local run
	run=$(cat "$1/run") && [ -d "$run" ] && "$sandbox" sweep && [ ! -e "$run" ] && [ ! -e "$1" ]
}

# sweep_spares DIR: what is coming up while it looks
sweep_spares()
{
	local pid end=$((SECONDS + 20))
	"$sandbox" up "$1" &
	pid=$!
	until [ -s "$1/run" ] || [ $SECONDS -ge $end ]; do :; done
	"$sandbox" sweep && wait $pid && "$sandbox" env "$1" | grep -q '^DB_PORT=' && "$sandbox" down "$1"
}

# up_on_taken_ports DIR OTHER: the first port that each server is offered is one of OTHER's
up_on_taken_ports()
{
	local bin=$1.bin port
	port=$(within "$2" sh -c 'echo $DB_PORT') || return 1
	mkdir "$bin" && touch "$bin/first" "$bin/second" || return 1
	cat >"$bin/perl" <<-EOF
		#!/bin/sh
		case \$* in
		*INADDR_LOOPBACK*) rm "$bin/first" 2>/dev/null || rm "$bin/second" 2>/dev/null && echo $port && exit ;;
		esac
		exec $(command -v perl) "\$@"
	EOF
	chmod +x "$bin/perl"
	PATH=$bin:$PATH "$sandbox" up "$1" && [ ! -e "$bin/second" ] && all_work "$1"
}

# whoever reads our output must not wait for the servers to end
up_keeps_no_pipe_open()
{
	timeout 20 bash -c 'x=$("$0" up "$1" 2>&1 3>&1)' "$sandbox" "$1"
}

refuses_without_sandbox()
{
	! "$sandbox" env "$1" && ! "$sandbox" && ! "$sandbox" nonsense "$1" && ! "$sandbox" run "$1" -- && [ ! -e "$1" ]
}

# takes_the_server_that_is_asked_for DIR: a MySQL of our own making, which only says how it was called
takes_the_server_that_is_asked_for()
{
	local bin=$1.bin out
	mkdir "$bin" && printf '#!/bin/sh\necho "Ver 9.0 for Linux: $*" >&2\ncase $* in *--version) echo "mysqld Ver 9.0" ;; *) exit 1 ;; esac\n' >"$bin/mysqld" &&
		chmod +x "$bin/mysqld" || return 1
	out=$(DB_SERVER=mysql POSTFLIGHT_CACHE=$1.cache PATH=$bin:$PATH "$sandbox" up "$1" 2>&1) && return 1
	[[ $out == *"--initialize-insecure"* ]] || { echo "$out"; return 1; }
	out=$(DB_SERVER=postgres "$sandbox" up "$1" 2>&1) && return 1
	[[ $out == *"neither mariadb nor mysql"* ]] || { echo "$out"; return 1; }
}

not()
{
	! "$@"
}

ports()
{
	"$sandbox" env "$1" | sed -n 's/.*PORT=//p; s/.*127.0.0.1:/redis /p'
}

differ()
{
	local a b
	a=$(ports "$1") && b=$(ports "$2") && [ -n "$a" ] && [ "$a" != "$b" ]
}

if ! command -v mariadbd mysqld >/dev/null && [ ! -x /usr/sbin/mariadbd ] && [ ! -x /usr/sbin/mysqld ]; then
	echo "ok - ci/sandbox # SKIP no database server is installed"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi

place first
check "up" "$sandbox" up "$place"
check "the database is there, empty, in utf8mb4" within "$place" database_is_empty_utf8mb4
check "its user may write" within "$place" owner_can_write
check "its reader may only read" within "$place" reader_can_only_read
check "a wrong password is refused, and root over TCP" within "$place" wrong_password_is_refused
check "root logs in through the socket" within "$place" root_by_socket
check "Redis answers on port and socket" within "$place" redis_answers
check "up again changes nothing" "$sandbox" up "$place"
check "what was written is still there" within "$place" reader_can_only_read
check "run in a sandbox that is up is refused" not "$sandbox" run "$place" -- true
check "down leaves nothing" down_leaves_nothing "$place"
check "down twice" "$sandbox" down "$place"
check "no sandbox, no environment" refuses_without_sandbox "$place"

place crashed
check "up before a crash" "$sandbox" up "$place"
check "both servers are killed" crash "$place"
check "up after a crash" "$sandbox" up "$place"
check "all is new after a crash" all_work "$place"
check "killed again" crash "$place"
check "down after a crash" "$sandbox" down "$place"

long=$(printf 'a-folder-with-a-long-name/%.0s' 1 2 3 4 5 6)
place "${long}end"
check "up in a long path" "$sandbox" up "$place"
check "it works in a long path" all_work "$place"
one=$place
place "with blanks and a 'quote'"
check "up in a path with blanks, beside another" "$sandbox" up "$place"
check "it works in a path with blanks" all_work "$place"
check "two sandboxes share no port" differ "$one" "$place"
check "one is taken down" down_leaves_nothing "$one"
check "the other still works" all_work "$place"
check "the other is taken down" down_leaves_nothing "$place"

if [ -z "${BRIEF-}" ]; then
	place lender
	one=$place
	check "up, for its port" "$sandbox" up "$one"
	place taken
	check "a taken port is given up for another" up_on_taken_ports "$place" "$one"
	check "the other still works" all_work "$one"
	check "both are taken down" "$sandbox" down "$one"
	check "both are taken down" "$sandbox" down "$place"
fi

place others
check "other files in the folder stay" keeps_other_files "$place"
place reused
check "a process with a reused number is spared" spares_reused_pid "$place"
if [ -z "${BRIEF-}" ]; then
	place asked
	check "the server that is asked for" takes_the_server_that_is_asked_for "$place"
	place piped
	check "up keeps no pipe open" up_keeps_no_pipe_open "$place"
	check "and is taken down" down_leaves_nothing "$place"
	place interrupted
	check "run ends its servers on SIGHUP" run_ends_on_signal "$place" HUP
fi

place ran
check "run: environment, input, exit status, clean-up" run_gives_env_and_status "$place"
place terminated
check "run ends its servers on SIGTERM" run_ends_on_signal "$place" TERM
place killed
check "run's servers die with it by SIGKILL" run_ends_on_signal "$place" KILL
check "sweep clears what it left" sweep_clears_leftovers "$place"
place coming
check "sweep spares what is coming up" sweep_spares "$place"

# once more without privileges, what may differ then, from a folder that anyone may read
if [ "$(id -u)" = 0 ]; then
	chmod 755 "$base"
	mkdir -p "$base/tree/ci" "$base/tree/tests/ci"
	cp "$sandbox" "$here/ci/sql" "$base/tree/ci/"
	cp "$0" "$base/tree/tests/ci/sandbox_test.sh"
	mkdir -m 700 "$base/home" && chown 65534:65534 "$base/home"
	chmod -R a+rX "$base/tree"
	out=$(cd / && setpriv --reuid 65534 --regid 65534 --clear-groups \
		env -u SANDBOX -u XDG_CACHE_HOME BRIEF=1 HOME="$base/home" bash "$base/tree/tests/ci/sandbox_test.sh")
	sed '$d' <<<"$out"
	if read -r p _ f _ s _ <<<"$(tail -n 1 <<<"$out")" && [[ $p$f$s =~ ^[0-9]+$ ]]; then
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	else
		echo "not ok - as an ordinary user: no result"
		failed=$((failed + 1))
	fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
