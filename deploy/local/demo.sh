#!/usr/bin/env bash
# make demo: starts the stack, fetches a page and a 64 MiB file through the tunnel, compares, stops; exit 0 or 1.
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"

work=$(mktemp -d)
result=1
finish() {
    trap - EXIT
    trap '' INT TERM HUP
    [ -n "${target_pid:-}" ] && kill "$target_pid" 2>/dev/null
    stop_stack
    rm -rf "$work"
    exit "$result"
}
trap finish EXIT INT TERM HUP

start_stack

step "a page and a 64 MiB file on 127.0.0.1:$target_port"
mkdir -p "$work/site"
printf '<!doctype html><title>HTTVPS demo</title><p>This page came through the tunnel.\n' >"$work/site/index.html"
head -c $((64 << 20)) /dev/urandom >"$work/site/file.bin"
python3 -m http.server --bind 127.0.0.1 --directory "$work/site" "$target_port" >"$run/log/target.log" 2>&1 &
target_pid=$!
wait_for_port target "$target_port"

up=0
down=0
bad=0
declare -A request_bytes
fetch() {
    local label=$1 path=$2 figures sum request body first total speed
    shift 2
    figures=$(curl -sS --fail "$@" -o "$work/got" -D "$work/headers" \
        -w '%{size_request} %{size_download} %{time_starttransfer} %{time_total} %{speed_download}' \
        "http://127.0.0.1:$target_port/$path") || { echo "  $label: curl failed" >&2; bad=1; return; }
    read -r request body first total speed <<<"$figures"
    : "${request_bytes["/$path"]:=$request}"
    up=$((up + request_bytes["/$path"]))
    down=$((down + $(wc -c <"$work/headers") + body))
    sum=$(sha256sum <"$work/got" | cut -c1-64)
    if [ "$sum" = "$(sha256sum <"$work/site/${path:-index.html}" | cut -c1-64)" ]; then
        printf '  %-28s %10d bytes  first byte %6.1f ms  total %6.2f s  %7.1f MiB/s  sha256 %s… equal\n' "$label" "$body" \
            "$(jq -n "$first * 1000")" "$total" "$(jq -n "$speed / 1048576")" "${sum:0:12}"
    else
        echo "  $label: the hashes differ"
        bad=1
    fi
}
# Behind CONNECT curl also counts what it said to the proxy, so the request bytes are those of the same fetch by SOCKS5.
fetch "page, SOCKS5" "" --socks5-hostname "127.0.0.1:$socks_port"
fetch "64 MiB file, SOCKS5" file.bin --socks5-hostname "127.0.0.1:$socks_port"
fetch "page, HTTP CONNECT" "" --proxytunnel --suppress-connect-headers --proxy "http://127.0.0.1:$http_port"
fetch "64 MiB file, HTTP CONNECT" file.bin --proxytunnel --suppress-connect-headers --proxy "http://127.0.0.1:$http_port"

step "the session in PostgreSQL, once client and gateway have stopped"
touch "$run/stopping"
stop_one client
stop_one gateway
PGPASSWORD=$HTTVPS_LOCAL_DB_PASSWORD psql -X -h 127.0.0.1 -p "$postgres_port" -U httvps -d httvps -P footer=off \
    -c "select id, bytes_up, bytes_down, streams_opened, ended_at is not null as ended, close_reason from sessions order by created_at desc limit 1"
counted=$(PGPASSWORD=$HTTVPS_LOCAL_DB_PASSWORD psql -qXtA -F ' ' -h 127.0.0.1 -p "$postgres_port" -U httvps -d httvps \
    -c "select bytes_up, bytes_down from sessions order by created_at desc limit 1")
echo "  curl sent $up and received $down bytes; the session counts $counted"
[ "$counted" = "$up $down" ] || { echo "  the counts differ"; bad=1; }

[ "$bad" -eq 0 ] && result=0
[ "$result" -eq 0 ] && step "all equal" || step "something is wrong; see $run/log/"
