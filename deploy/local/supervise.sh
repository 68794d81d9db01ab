# Sourced by stack.sh. `supervise NAME command…` keeps a command running until the stack stops: its output goes to
# $run/log/NAME.log, its process id stands in $run/pids/NAME, and when it ends by itself it is started again.

declare -A supervisor_of

supervise() {
    local name=$1
    shift
    (
        exec 8>&-
        trap - TERM
        trap '' INT HUP
        while [ ! -e "$run/stopping" ]; do
            "$@" >>"$run/log/$name.log" 2>&1 &
            echo $! >"$run/pids/$name"
            local status=0
            wait $! || status=$?
            [ -e "$run/stopping" ] && break
            kill -0 $$ 2>/dev/null || break
            echo "$(date -u +%FT%TZ) $name ended with status $status and is started again" >>"$run/log/stack.log"
            sleep 1
        done
        rm -f "$run/pids/$name"
    ) &
    supervisor_of[$name]=$!
}

stop_one() {
    local name=$1 signal=${2:-TERM} pid
    [ -n "${supervisor_of[$name]:-}" ] || return 0
    for pid in $(pgrep -P "${supervisor_of[$name]}" || true); do stop_process "$name" "$pid" "$signal"; done
}

# A zombie whose parent does not ask for it answers signals, but is gone.
is_running() { kill -0 "$1" 2>/dev/null && ! grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; }

stop_process() {
    local name=$1 pid=$2 signal=$3 waited=0
    kill "-$signal" "$pid" 2>/dev/null || return 0
    while is_running "$pid"; do
        sleep 0.1
        waited=$((waited + 1))
        if [ "$waited" -ge 150 ]; then
            echo "$name does not end on SIG$signal and is killed" >&2
            kill -KILL "$pid" 2>/dev/null || true
            break
        fi
    done
}

# What a stack left behind whose script was killed; a process id that now belongs to a stranger is left alone.
stop_orphans() {
    local pidfile pid name
    for pidfile in "$run"/pids/*; do
        [ -s "$pidfile" ] || continue
        pid=$(cat "$pidfile")
        name=$(basename "$pidfile")
        if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qE 'httvps|ss-server|postgres|prometheus'; then
            echo "stopping $name, left behind by an earlier stack"
            case "$name" in postgres) stop_process "$name" "$pid" INT ;; *) stop_process "$name" "$pid" TERM ;; esac
        fi
        rm -f "$pidfile"
    done
}

wait_for_port() {
    local name=$1 port=$2 tries=0
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -ge 900 ]; then
            echo "$name does not listen on 127.0.0.1:$port; the end of $run/log/$name.log:" >&2
            tail -n 15 "$run/log/$name.log" >&2
            return 1
        fi
        sleep 0.1
    done
}
