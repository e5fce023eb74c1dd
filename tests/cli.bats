#!/usr/bin/env bats
# ub: asan
# What every program promises, tried on the smallest one.

load helpers

setup_test()
{
	PATH=$O/tests/helper:$PATH
}

# events FILE - the stream is whole: every line fits, one start, one result.
events()
{
	local n=0 line

	while IFS= read -r line; do
		n=$((n + 1))
		printf '%s\n' "$line" >"$BATS_TEST_TMPDIR/event.json"
		assert_schema event "$BATS_TEST_TMPDIR/event.json"
		[ "$(jq .seq <<<"$line")" -eq "$n" ]
	done <"$1"
	[ "$n" -ge 2 ]
	[ "$(head -n 1 "$1" | jq -r .event)" = start ]
	[ "$(tail -n 1 "$1" | jq -r .event)" = result ]
	[ "$(jq -r .event "$1" | grep -c start)" -eq 1 ]
	[ "$(jq -r .event "$1" | grep -c result)" -eq 1 ]
}

# ended STATUS PID - wait for a child of ours (run would do it in another
# shell, which has no such child).
ended()
{
	local got=0

	wait "$2" || got=$?
	assert_equal "$got" "$1"
}

# on_tty ANSWER COMMAND - run it on a terminal and type the answer.
on_tty()
{
	run script -qefc "$2" /dev/null < <(sleep 0.3; echo "$1"; sleep 0.3)
}

@test "a run prints its result alone on stdout" {
	ub 0 boilerplate --word hi
	assert_output hi
	assert_stderr "ub-boilerplate: [1/1] collecting words"
}

@test "-q keeps progress quiet, errors not" {
	ub 0 boilerplate -q
	[ -z "$stderr" ]
	ub 1 boilerplate -q --end no
	[ "$stderr" = "ub-boilerplate: the word is bad" ]
}

@test "-v says more" {
	ub 0 boilerplate -v
	assert_stderr "collect took"
}

@test "--help is on stdout, names every option and exit code" {
	ub 0 boilerplate --help
	for w in 'usage: ub-boilerplate' '--also WORD' '-C, --directory DIR' \
	    '--lock-timeout DUR' '--events FILE|fd:N' '7     changed' \
	    '128+N signal' 'Examples:' 'destroy  '; do
		assert_output --partial -- "$w"
	done
	[ -z "$stderr" ]
	printf '%s\n' "$output" >help
	run ! grep -nE '^.{81,}' help
	ub 0 boilerplate -h
	assert_output "$(cat help)"
}

@test "--help --json is the table" {
	ub 0 boilerplate --help --json
	assert_schema result
	json '.data.options[] | select(.name == "also") | .repeatable'
	json '.data.common | map(.name) | index("json")'
	json '.data.verbs[0].name == "destroy"'
}

@test "--version" {
	ub 0 boilerplate --version
	[[ $output =~ ^ub-boilerplate\ \(ub\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	ub 0 boilerplate -V
	ub 0 boilerplate -V --json
	assert_schema result
}

@test "a typed option and operands in any order" {
	ub 0 boilerplate one -ss --also two --also=three --times 2 -w x
	assert_output $'one!!\nx!!\nx!!\ntwo!!\nthree!!'
}

@test "an unknown option suggests the nearest; nothing is abbreviated" {
	ub 2 boilerplate --wrod x
	[ -z "$output" ]
	[ "$stderr" = "ub-boilerplate: unknown option '--wrod'
hint: did you mean '--word'?" ]
	ub 2 boilerplate --wor x
	assert_stderr "unknown option '--wor'"
}

@test "wrong values of options" {
	ub 2 boilerplate --word a --word b
	assert_stderr "option '--word' is given twice"
	ub 2 boilerplate --times 5x
	assert_stderr "--times: '5x' is not a whole number"
	ub 2 boilerplate --timeout 5
	assert_stderr "--timeout: '5' is not a duration"
	ub 2 boilerplate --end badly
	assert_stderr "--end: 'badly' is none of ok|skipped|no|changed"
	ub 2 boilerplate --run-id 'a b'
	assert_stderr "--run-id: 'a b' holds more than"
	ub 2 boilerplate --json --times
	json '.error.message == "option '\''--times'\'' needs a value: N"'
}

@test "-j: one limit for all programs" {
	for p in ub-backup ub-verify ub-restore 'ub-migrate rehearse'; do
		# shellcheck disable=SC2086
		ub 2 $p -j 65
		assert_stderr "--jobs: '65' is not between 0 and 64"
	done
}

@test "--json: one object, also for a usage error" {
	ub 0 boilerplate --json
	assert_schema result
	json '.status == "ok" and .exit == 0 and .error == null and
	    .tool == "ub-boilerplate" and .data.words == ["hello"]'
	json '.started_at | test("\\.[0-9]{3}Z$")'
	json '.run_id | test("^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$")'
	ub 2 boilerplate --bogus --json
	assert_schema result
	json '.status == "usage" and .exit == 2 and .data == {} and
	    .error.kind == "usage.option"'
	ub 2 boilerplate --json -c nokey.at=all
	assert_schema result
	json '.error.kind == "config.key"'
}

@test "--json: every part of a failure" {
	ub 7 boilerplate --json --end changed
	assert_schema result
	json '.status == "changed" and .exit == 7'
	json '.error == {"kind": "word.changed", "message": "cannot go back",
	    "hint": "try it by hand", "detail": {"word": "hello"}}'
	json '.warnings == [{"kind": "word.odd",
	    "message": "the word '\''\ufffd'\'' is odd"}]'
	json '.next == ["ub-boilerplate --end ok"]'
	assert_stderr "ub-boilerplate: cannot go back
hint: try it by hand
next: ub-boilerplate --end ok"
}

@test "status: skipped, planned" {
	ub 0 boilerplate --json --end skipped
	json '.status == "skipped" and .exit == 0'
	ub 0 boilerplate --json -n
	json '.status == "planned" and .dry_run'
}

@test "a full disk under stdout is a failure" {
	run -3 bash -c "boilerplate >/dev/full"
	assert_output --partial \
	    "cannot write to standard output: No space left on device"
	run -3 bash -c "boilerplate --json >/dev/full"
	run -3 bash -c "boilerplate --help >/dev/full"
	run -3 bash -c "boilerplate --version >/dev/full"
	run -3 bash -c "boilerplate --show-config >/dev/full"
	run -7 bash -c "boilerplate --json --end changed >/dev/full"
}

@test "closed streams do no harm" {
	run -3 bash -c "boilerplate >&-"
	assert_output --partial "cannot write to standard output"
	run -0 bash -c "boilerplate 2>&- <&-"
	assert_output hello
	run -3 bash -c "boilerplate --json - <&-"
}

@test "-C goes there first" {
	mkdir there
	echo '[ub] app = there' >there/ub.conf
	ub 0 boilerplate --json -C there --events e
	json '.app == "there"'
	events there/e
	ub 2 boilerplate -C nowhere
	assert_stderr "cannot change to 'nowhere': No such file or directory"
}

@test "--run-id names the run" {
	ub 0 boilerplate --json --run-id deploy-42 --events e
	json '.run_id == "deploy-42"'
	[ "$(jq -r .run_id e | sort -u)" = deploy-42 ]
}

@test "--show-config: text" {
	echo '[backup] keep = 3' >ub.conf
	UB_BACKUP_DIR=b ub 0 boilerplate --show-config -c files.m.path=/srv \
	    -c files.m.exclude=x -c files.m.exclude=y
	assert_line "ub.app=work  (default)"
	assert_line "backup.keep=3  (ub.conf:1)"
	assert_line "backup.dir=b  (UB_BACKUP_DIR)"
	assert_line "backup.minKeep=1  (default)"
	assert_line "files.m.path=/srv  (-c)"
	assert_line "files.m.exclude=x  (-c)"
	assert_line "files.m.exclude=y  (-c)"
	refute_line --partial hello
}

@test "--show-config: JSON" {
	ub 0 boilerplate --show-config --json -c files.m.exclude=x
	assert_schema result
	json '.data.config["files.m.exclude"] ==
	    {"value": ["x"], "origin": "-c"}'
	json '.data.config["backup.maxAge"] ==
	    {"value": "24h", "origin": "default"}'
}

@test "precedence: option, -c, environment, file, default" {
	echo '[backup] level = hash' >ub.conf
	ub 0 boilerplate --show-config
	assert_line "backup.level=hash  (ub.conf:1)"
	export UB_BACKUP_LEVEL=quick
	ub 0 boilerplate --show-config
	assert_line "backup.level=quick  (UB_BACKUP_LEVEL)"
	ub 0 boilerplate --show-config -c backup.level=restore
	assert_line "backup.level=restore  (-c)"
}

@test "--config and UB_CONFIG name another file" {
	echo '[backup] keep = 3' >one
	echo '[backup] keep = 4' >two
	ub 0 boilerplate --show-config --config one
	assert_line "backup.keep=3  (one:1)"
	UB_CONFIG=two ub 0 boilerplate --show-config
	assert_line "backup.keep=4  (two:1)"
	UB_CONFIG=two ub 0 boilerplate --show-config --config one
	assert_line "backup.keep=3  (one:1)"
	ub 2 boilerplate --config none
	assert_stderr "cannot read 'none': No such file or directory"
}

@test "the configuration is found in the worktree's root" {
	git init -q .
	echo '[backup] keep = 3' >ub.conf
	mkdir -p a/b
	ub 0 boilerplate --show-config -C a/b
	assert_line "backup.keep=3  (ub.conf:1)"
	assert_line "ub.app=work  (default)"
}

@test "an unknown key, a bad value, a cut value: file, line, nearest" {
	printf '[backup]\n\tkeep = 3\n\tminKep = 1\n' >ub.conf
	ub 2 boilerplate
	[ "$stderr" = "ub-boilerplate: ub.conf:3: unknown key 'backup.minkep'
hint: did you mean 'backup.minKeep'?" ]
	printf '[backup]\n\tmaxAge = 5x\n' >ub.conf
	ub 2 boilerplate
	assert_stderr "ub.conf:2: backup.maxAge: '5x' is not a duration"
	printf '[database]\n\turl = host=db;port=1\n' >ub.conf
	ub 2 boilerplate
	assert_stderr "ub.conf:2: the value of 'database.url' is cut"
	printf '[backup]\n\tdir = a#b\n' >ub.conf
	ub 2 boilerplate
	assert_stderr "ub.conf:2: the value of 'backup.dir' is cut"
	printf '[backup\n' >ub.conf
	ub 2 boilerplate --json
	json '.error.kind == "config.syntax"'
	json '.error.message | test("ub.conf:1")'
}

@test "a configuration of somebody else is refused" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give files away"
	echo '[backup] keep = 3' >ub.conf
	chown 12345 ub.conf
	ub 4 boilerplate --json
	json '.error.kind == "config.owner"'
}

@test "a slip in the environment is warned of" {
	UB_BACKUP_MINKEEP=3 ub 0 boilerplate
	assert_stderr "UB_BACKUP_MINKEEP is not known; did you mean UB_BACKUP_MIN_KEEP?"
	UB_SERVICE_HOST=10.0.0.1 UB_PORT=tcp://10.0.0.1 ub 0 boilerplate -q
	[ -z "$stderr" ]
}

@test "a password: refused in argv and files, taken from the environment" {
	ub 2 boilerplate -c database.url=postgres://u:hunter2@db/shop
	assert_stderr "-c: database.url: a password does not belong here"
	assert_stderr "passwordFile"
	assert_stderr "PGPASSFILE"
	assert_stderr "PGPASSWORD"
	[[ $stderr != *hunter2* ]]
	echo '[database] url = "host=db password=hunter2"' >ub.conf
	ub 2 boilerplate --json
	json '.error.kind == "config.secret"'
	[[ $output$stderr != *hunter2* ]]
	rm ub.conf
	export UB_DATABASE_URL=postgres://u:hunter2@db:5433/shop
	ub 0 boilerplate --show-config -vv --events e
	assert_line "database.url=shop at db:5433  (UB_DATABASE_URL)"
	[[ $output$stderr$(cat e) != *hunter2* ]]
	ub 0 boilerplate --show-config --json
	[[ $output$stderr != *hunter2* ]]
}

@test "--events: to a file, to a descriptor" {
	ub 0 boilerplate --events e
	events e
	jq -se 'map(select(.event == "step") | .state) == ["begin", "end"]' e
	ub 7 boilerplate --events e --end changed
	events e
	jq -se 'last.result.exit == 7' e
	ub 0 bash -c "boilerplate --events fd:7 --json 7>e2"
	events e2
	# shellcheck disable=SC2016
	json --argjson r "$(tail -n 1 e2 | jq .result)" '. == $r'
	ub 1 boilerplate --events e --end no
	events e
	jq -se 'map(select(.event == "finding"))[0] |
	    .id == "word.bad" and .level == "error"' e
}

@test "--events: told of a wrong option, a wrong configuration" {
	ub 2 boilerplate --events e --bogus
	events e
	jq -se 'last.result.error.kind == "usage.option"' e
	ub 2 boilerplate --events e -c backup.keep=x
	events e
	ub 0 boilerplate --events e --show-config
	events e
}

@test "--events: where it cannot go" {
	ub 2 boilerplate --events fd:1
	assert_stderr "--events: '1' is not between 2 and 65535"
	ub 2 boilerplate --events fd:99
	assert_stderr "--events: descriptor 99 is not open"
	ub 2 boilerplate --events no/such/folder
	assert_stderr "cannot create 'no/such/folder': No such file or directory"
	ub 0 boilerplate --events /dev/full --json
	json '.warnings[0].kind == "events.write"'
	assert_stderr "cannot write events to '/dev/full'"
}

@test "--events: progress while a step goes on" {
	ub 0 boilerplate --events e --wait 2500ms --times 3
	events e
	jq -se 'map(select(.event == "progress")) | length >= 1 and
	    all(.id == "collect" and .done_bytes > 0)' e
}

@test "TERM: the result first, then the signal" {
	boilerplate --json --wait 20s --events e >out 2>err &
	pid=$!
	wait_for 10 grep -q step e
	kill "$pid"
	ended 143 "$pid"
	output=$(cat out)
	lines=("$output")
	assert_schema result
	json '.status == "signal" and .exit == 143 and
	    .error.kind == "signal" and
	    .error.message == "interrupted by SIGTERM"'
	events e
	grep -q "interrupted by SIGTERM" err
}

@test "INT and HUP, too" {
	for s in INT:130 HUP:129; do
		rm -f e
		env --default-signal=INT,HUP boilerplate --wait 20s --events e &
		pid=$!
		wait_for 10 grep -q step e
		kill -"${s%:*}" "$pid"
		ended "${s#*:}" "$pid"
	done
}

@test "--timeout: the whole run has a limit" {
	ub 5 boilerplate --json --timeout 200ms --wait 20s
	assert_schema result
	json '.status == "later" and .error.kind == "timeout" and
	    .error.message == "the time limit is over"'
	ub 0 boilerplate --timeout 20s
}

@test "the journal: one line a run that may change something" {
	git init -q .
	ub 0 boilerplate --json
	printf '%s\n' "$output" >first
	ub 7 boilerplate --end changed
	ub 1 boilerplate -n --end no
	diff <(head -n 1 .ub/journal.ndjson) first
	[ "$(wc -l <.ub/journal.ndjson)" -eq 2 ]
	jq -se '.[1].exit == 7' .ub/journal.ndjson
	[ "$(stat -c %a .ub)" = 700 ]
	[ "$(stat -c %a .ub/journal.ndjson)" = 600 ]
	[ -z "$(git status --porcelain .ub)" ]
	ub 0 boilerplate --show-config
	ub 2 boilerplate --bogus
	[ "$(wc -l <.ub/journal.ndjson)" -eq 2 ]
}

@test "the journal: a torn line is ended, not lengthened" {
	mkdir .ub
	printf '{"torn":' >.ub/journal.ndjson
	ub 0 boilerplate
	[ "$(wc -l <.ub/journal.ndjson)" -eq 2 ]
	tail -n 1 .ub/journal.ndjson | jq -e '.exit == 0'
}

@test "the journal: one that cannot be written is warned of" {
	mkdir -p .ub/journal.ndjson
	ub 0 boilerplate --json
	json '.warnings[0].kind == "audit.write" and .exit == 0'
	assert_stderr "warning: cannot create"
	rmdir .ub/journal.ndjson
	ln -s /dev/full .ub/journal.ndjson
	ub 0 boilerplate --json
	json '.warnings[0].kind == "audit.write"'
}

@test "the journal: whole lines from many at once" {
	for i in $(seq 20); do
		boilerplate -q --run-id "run-$i" >/dev/null &
	done
	wait
	[ "$(jq -r .run_id .ub/journal.ndjson | sort -u | wc -l)" -eq 20 ]
}

@test "the record pipe: run_id, app and set come along" {
	mkdir up down
	jq -nc '{schema: "ub.result/1", exit: 0, run_id: "r-1", app: "shop",
	    tool: "ub-up", data: {set: "/b/x"}}' >r
	ub 0 boilerplate - --json -C down --events ../e <r
	json '.run_id == "r-1" and .app == "shop" and .data.set == "/b/x"'
	events e
	[ "$(jq -r .run_id e | sort -u)" = r-1 ]
	ub 0 boilerplate - <r
	assert_line "set /b/x"
	jq -c '.data.set = {id: "x", path: "/b/y"}' r >r2
	ub 0 boilerplate - <r2
	assert_line "set /b/y"
	jq -c '.data.set = "b/x"' r >r2
	ub 0 boilerplate - <r2
	refute_output --partial set
	ub 0 boilerplate --run-id mine --json - <r
	json '.run_id == "mine"'
}

@test "the record pipe: a failure is passed on, nothing is done" {
	run bash -c "boilerplate --json --end changed 2>/dev/null | tee up |
	    boilerplate --json - 2>err"
	[ "$status" -eq 7 ]
	[ "$output" = "$(cat up)" ]
	grep -q "nothing done: ub-boilerplate before it ended with 7" err
	rm -rf .ub
	run bash -c "boilerplate --json --end no --run-id a | boilerplate -"
	[ "$status" -eq 1 ]
	refute_output --partial hello
	[ "$(wc -l <.ub/journal.ndjson)" -eq 1 ]
	jq -nc '{schema: "ub.result/1", exit: 143, run_id: "r"}' >r
	ub 143 boilerplate - <r
}

@test "the record pipe: empty and torn input" {
	ub 3 boilerplate - --json </dev/null
	json '.error.kind == "pipe.empty"'
	ub 3 boilerplate - --json <<<"   "
	json '.error.kind == "pipe.empty"'
	boilerplate --json >whole
	for cut in 1 20 100; do
		head -c "$cut" whole >r
		ub 3 boilerplate - --json <r
		json '.error.kind == "pipe.torn"'
	done
	for t in '[]' '{}' '1' '{"schema":"ub.result/1"}' \
	    '{"schema":"ub.result/1","run_id":"r","exit":"0"}' \
	    '{"schema":"ub.result/1","run_id":"r","exit":-1}' \
	    '{"schema":"ub.result/1","run_id":"r","exit":256}' \
	    '{"schema":"ub.result/1","run_id":"../r","exit":0}' \
	    '{"schema":"ub.result/1","run_id":"r","exit":0}{}'; do
		ub 3 boilerplate - --json <<<"$t"
		json '.error.kind == "pipe.torn"'
	done
	ub 3 boilerplate - --json \
	    <<<'{"schema":"ub.result/2","run_id":"r","exit":0}'
	json '.error.kind == "pipe.schema"'
	run -3 bash -c "head -c 20000000 /dev/zero | boilerplate -"
}

@test "the record pipe: a signal while waiting" {
	mkfifo p
	sleep 30 >p 3>&- &
	holder=$!
	boilerplate --json - <p >out 2>/dev/null 3>&- &
	pid=$!
	sleep 0.3
	kill "$pid"
	ended 143 "$pid"
	kill "$holder"
	jq -e '.status == "signal"' out
}

@test "confirmation: the names, or the app" {
	ub 4 boilerplate destroy shop "my db"
	[ "$stderr" = "ub-boilerplate: not confirmed: this destroys data
hint: say --confirm shop --confirm 'my db'" ]
	ub 4 boilerplate destroy shop "my db" --confirm shop
	assert_stderr "hint: say --confirm 'my db'"
	ub 4 boilerplate destroy shop --yes
	ub 0 boilerplate destroy shop "my db" --confirm shop --confirm "my db"
	ub 0 boilerplate destroy shop other -c ub.app=all --confirm all
	ub 4 boilerplate destroy shop --json
	json '.error.kind == "confirm.needed" and
	    (.error.hint | test("--confirm shop"))'
}

@test "confirmation: asked for on a terminal only" {
	on_tty shop "boilerplate destroy shop"
	assert_success
	assert_output --partial "Type 'shop' to go on:"
	on_tty shpo "boilerplate destroy shop"
	assert_equal "$status" 4
	assert_output --partial "not confirmed: the answer was not 'shop'"
	on_tty shop "CI=true boilerplate destroy shop"
	assert_equal "$status" 4
	refute_output --partial Type
	on_tty shop "boilerplate --json destroy shop"
	assert_equal "$status" 4
	refute_output --partial Type
	on_tty shop "boilerplate destroy shop </dev/null"
	assert_equal "$status" 4
	refute_output --partial Type
}

@test "a repository of somebody else" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give files away"
	git init -q .
	chown 12345 .
	ub 3 boilerplate --json
	json '.error.kind == "repo.owner"'
}
