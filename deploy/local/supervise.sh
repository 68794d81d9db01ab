# Sourced by stack.sh. `supervise NAME command…` keeps a command running until the stack stops: its output goes to
# $run/log/NAME.log, its process id stands in $run/pids/NAME, and when it ends by itself it is started again.

supervise() {
    local name=$1
    shift
    (
        trap - INT TERM
        trap '' INT
        while [ ! -e "$run/stopping" ]; do
            "$@" >>"$run/log/$name.log" 2>&1 &
            echo $! >"$run/pids/$name"
            local status=0
            wait $! || status=$?
            [ -e "$run/stopping" ] && break
            echo "$(date -u +%FT%TZ) $name ended with status $status and is started again" >>"$run/log/stack.log"
            sleep 1
        done
        rm -f "$run/pids/$name"
    ) &
}

stop_one() {
    local name=$1 signal=${2:-TERM} pid waited=0
    [ -s "$run/pids/$name" ] || return 0
    pid=$(cat "$run/pids/$name")
    kill "-$signal" "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.1
        waited=$((waited + 1))
        if [ "$waited" -ge 150 ]; then
            echo "$name does not end on SIG$signal and is killed" >&2
            kill -KILL "$pid" 2>/dev/null || true
            break
        fi
    done
}

wait_for_port() {
    local name=$1 port=$2 tries=0
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -ge 300 ]; then
            echo "$name does not listen on 127.0.0.1:$port; the end of $run/log/$name.log:" >&2
            tail -n 15 "$run/log/$name.log" >&2
            return 1
        fi
        sleep 0.1
    done
}
