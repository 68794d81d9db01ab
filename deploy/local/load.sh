#!/usr/bin/env bash
# make load: starts a stack of its own on free ports, ramps sessions against it, writes a table and a plot, stops; exit 0 or 1.
loads=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export HTTVPS_RUN_DIR=${HTTVPS_RUN_DIR:-$loads/.run/load}
mkdir -p "$HTTVPS_RUN_DIR"
if ! flock -n "$HTTVPS_RUN_DIR/lock" true; then
    echo "a stack runs already out of $HTTVPS_RUN_DIR; stop it first" >&2
    exit 75
fi

ports_are_free() {
    local port
    for port in $(seq "$1" $(($1 + 8))); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 1; fi
    done
}

# The stack's nodes are known by their ports: where a load test's ports have changed, its database is made anew.
if [ -z "${HTTVPS_PORT_BASE:-}" ]; then
    HTTVPS_PORT_BASE=$(cat "$HTTVPS_RUN_DIR/base" 2>/dev/null || echo 20440)
    until ports_are_free "$HTTVPS_PORT_BASE"; do HTTVPS_PORT_BASE=$((20000 + RANDOM % 1000 * 10)); done
    export HTTVPS_PORT_BASE
fi
if [ "$(cat "$HTTVPS_RUN_DIR/base" 2>/dev/null || echo "$HTTVPS_PORT_BASE")" != "$HTTVPS_PORT_BASE" ]; then
    rm -f "$HTTVPS_RUN_DIR/secrets"
fi
echo "$HTTVPS_PORT_BASE" >"$HTTVPS_RUN_DIR/base"

. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"

result=1
load_pid=
finish() {
    trap - EXIT
    trap '' INT TERM HUP
    if [ -n "$load_pid" ] && kill -TERM "$load_pid" 2>/dev/null; then
        wait "$load_pid" && result=$? || result=$?
    fi
    step "stopping"
    stop_stack
    exit "$result"
}
trap finish EXIT INT TERM HUP

products+=(httvps-load)
start_stack
. "$run/env"
export HTTVPS_BACKEND_URL HTTVPS_GATEWAY_URL HTTVPS_CA_CERT HTTVPS_ADMIN_TOKEN HTTVPS_GATEWAY_TOKEN HTTVPS_DEVICE_ID \
    HTTVPS_DEVICE_TOKEN HTTVPS_BACKEND_METRICS_URL HTTVPS_GATEWAY_METRICS_URL
export HTTVPS_LOAD_DIR=${HTTVPS_LOAD_DIR:-$root/.build/load}
step "load"
setsid "$bin/httvps-load" 8>&- &
load_pid=$!
wait "$load_pid" && result=$? || result=$?
load_pid=
