#!/bin/sh
# docker.sh - a throw-away container engine.
#
#	docker.sh start DIR  engine in DIR, which must not be there yet: it
#	                     listens on DIR/docker.sock, has no network, and
#	                     one image, "busybox"
#	docker.sh stop DIR   ends it with all its containers and removes DIR
#
# For root alone. DIR must be short: it holds sockets, whose names may have
# no more than 107 bytes.
set -u

client()
{
	DOCKER_CONFIG=$dir/config docker -H "unix://$dir/docker.sock" "$@"
}

# await N COMMAND... - until it succeeds, N tenths of a second
await()
{
	n=$1
	shift
	until "$@" >/dev/null 2>&1; do
		n=$((n - 1))
		[ "$n" -gt 0 ] || return 1
		sleep 0.1
	done
}

gone()
{
	! kill -0 "$1" 2>/dev/null
}

give_up()
{
	echo "docker.sh: $1" >&2
	tail -n 20 "$dir/log" >&2
	stop
	exit 1
}

start()
{
	mkdir "$dir" "$dir/config" "$dir/root" "$dir/root/bin" || exit 1
	# Nobody who waits for our descriptors shall wait for the engine's.
	dockerd -H "unix://$dir/docker.sock" --data-root "$dir/data" \
	    --exec-root "$dir/exec" --pidfile "$dir/pid" --iptables=false \
	    --ip6tables=false --bridge=none --storage-driver=vfs \
	    >"$dir/log" 2>&1 3>&- 4>&- </dev/null &
	await 300 client version || give_up "the engine does not start"
	cp "$(command -v busybox)" "$dir/root/bin/busybox" &&
	    ln -s busybox "$dir/root/bin/sh" || exit 1
	tar -C "$dir/root" -cf - . |
	    client import -c 'CMD ["/bin/sh"]' - busybox >/dev/null ||
	    give_up "cannot make an image"
}

stop()
{
	if [ -s "$dir/pid" ]; then
		pid=$(cat "$dir/pid")
		# shellcheck disable=SC2046
		set -- $(client ps -aq 2>/dev/null)
		[ $# -eq 0 ] || client rm -f "$@" >/dev/null 2>&1
		kill "$pid" 2>/dev/null
		await 300 gone "$pid" || kill -9 "$pid"
	fi
	awk -v d="$dir/" 'index($2, d) == 1 { print $2 }' /proc/mounts |
	    sort -r | while read -r m; do umount -l "$m"; done
	rm -rf "$dir"
}

dir=${2-}
case ${1-},$dir in
start,/*) start ;;
stop,/*) stop ;;
*)
	echo "usage: docker.sh start|stop /DIR" >&2
	exit 2
	;;
esac
