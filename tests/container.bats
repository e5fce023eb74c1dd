#!/usr/bin/env bats
# What ub-backup keeps of containers, from a real engine.

load helpers

setup_file()
{
	DOCKER=$(mktemp -d /tmp/ub-docker.XXXXXX) && rmdir "$DOCKER" &&
	    "$BATS_TEST_DIRNAME/docker.sh" start "$DOCKER" || return
	export DOCKER DOCKER_CONFIG=$DOCKER/config
	export DOCKER_HOST=unix://$DOCKER/docker.sock
	docker run -d --network none --name web -e SECRET=hunter2 busybox \
	    sh -c 'busybox seq 9; busybox echo oops >&2; exec busybox sleep 999'
	docker run -d -t --network none --name tty busybox \
	    sh -c 'busybox echo on a terminal'
	docker run -d --network none --log-driver none --name mute busybox \
	    sh -c 'busybox echo silence'
	docker wait tty mute
	wait_for 10 said_oops
}

said_oops()
{
	docker logs web 2>&1 | grep -q oops
}

teardown_file()
{
	[ -z "${DOCKER-}" ] ||
	    "$BATS_TEST_DIRNAME/docker.sh" stop "$DOCKER"
}

backup()
{
	ub 0 ub-backup --json "$@"
	cd "$(jget .data.set.path)/containers" || return
}

@test "inspect without values of the environment, log without frames" {
	backup -c container.web.name=web
	json '.warnings == []'
	jq -e '.Name == "/web" and .State.Running' web.json
	jq -e '.Config.Env | index("SECRET")' web.json
	run ! grep -r hunter2 ..
	assert_equal "$(sort web.log)" "$(printf '%s\n' {1..9} oops)"
	[ "$(stat -c %a web.json web.log | sort -u)" = 600 ]
}

@test "as many lines as asked for" {
	backup -c container.web.name=web -c container.web.logLines=3
	[ "$(wc -l <web.log)" -eq 3 ]
}

@test "a terminal's log has no frames" {
	backup -c container.tty.name=tty
	assert_equal "$(tr -d '\r' <tty.log)" "on a terminal"
}

@test "a log that cannot be read is a warning" {
	backup -c container.mute.name=mute
	json '[.warnings[].kind] == ["container.log"]'
	[ -f mute.log ]
	[ ! -s mute.log ]
}

@test "a container that does not exist: exit 3, no set" {
	ub 3 ub-backup --json -c container.web.name=nil
	json '.error.kind == "container.missing"'
	json '.error.message == "container '\''nil'\'' does not exist"'
	[ -z "$(ls backups)" ]
}

@test "a proxy in the environment is not asked" {
	http_proxy=http://127.0.0.1:1 HTTP_PROXY=http://127.0.0.1:1 \
	    backup -c container.web.name=web
	[ -s web.json ]
}
