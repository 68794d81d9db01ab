#!/usr/bin/env bash
# make monitor-check: starts a stack of its own with a Prometheus beside it, asks every query of deploy/monitoring, kills a node and the
# agent of another, and sees that the node's alert fires in time and no other; exit 0 or 1.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export HTTVPS_RUN_DIR=${HTTVPS_RUN_DIR:-$here/.run/monitor}
mkdir -p "$HTTVPS_RUN_DIR"

ports_are_free() {
    local port
    for port in $(seq "$1" $(($1 + 12))); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 1; fi
    done
}

# The stack's nodes are known by their ports, so that other ports mean another database.
if [ -z "${HTTVPS_PORT_BASE:-}" ]; then
    HTTVPS_PORT_BASE=20440
    until ports_are_free "$HTTVPS_PORT_BASE"; do HTTVPS_PORT_BASE=$((20000 + RANDOM % 500 * 20)); done
    export HTTVPS_PORT_BASE
fi
rm -f "$HTTVPS_RUN_DIR/secrets"

. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"

prometheus_port=$((base + 9))
agent_node_port=$((base + 10))
result=1
pids=()
finish() {
    trap - EXIT
    trap '' INT TERM HUP
    step "stopping"
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    if [ "$stack_is_ours" -eq 1 ]; then
        touch "$run/stopping"
        [ -z "${supervisor_of[node]:-}" ] || kill -CONT "${supervisor_of[node]}" || true
        stop_one prometheus
        stop_one agent-node
    fi
    stop_stack
    exit "$result"
}
trap finish EXIT INT TERM HUP

write_scrapes() {
    rm -rf "$run/prometheus"
    mkdir -p "$run/prometheus"
    cat >"$run/prometheus/prometheus.yml" <<YAML
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: ["$root/deploy/monitoring/prometheus/rules/*.yml"]
scrape_configs:
  - job_name: httvps-backend
    static_configs: [{ targets: ["127.0.0.1:$backend_metrics_port"] }]
  - job_name: httvps-gateway
    static_configs: [{ targets: ["127.0.0.1:$gateway_metrics_port"] }]
YAML
}

start_prometheus() {
    write_scrapes
    supervise prometheus setsid prometheus --config.file="$run/prometheus/prometheus.yml" \
        --storage.tsdb.path="$run/prometheus/data" --web.listen-address="127.0.0.1:$prometheus_port"
    wait_for_port prometheus "$prometheus_port"
}

# A second node, with an agent: it says that it lives for as long as its port is open.
start_agent_node() {
    local answer
    jq --argjson port "$agent_node_port" '.server_port = $port' "$run/node.json" >"$run/agent-node.json"
    supervise agent-node setsid ss-server -c "$run/agent-node.json"
    wait_for_port agent-node "$agent_node_port"
    answer=$(create outline-nodes "$(jq -n --arg password "$HTTVPS_LOCAL_NODE_PASSWORD" --argjson port "$agent_node_port" \
        '{region: "local", name: "with an agent", host: "127.0.0.1", port: $port, method: "chacha20-ietf-poly1305",
          password: $password, half_close: false}')")
    agent_node_id=$(jq -r .id <<<"$answer")
    jq -r '"Authorization: Bearer \(.token)"' <<<"$answer" >"$run/agent-authorization"
    beat &
    agent_pid=$!
    pids+=("$agent_pid")
}

beat() {
    exec 8>&-
    trap - TERM
    while (exec 3<>"/dev/tcp/127.0.0.1/$agent_node_port") 2>/dev/null; do
        jq -n --arg id "$agent_node_id" '{node_id: $id, epoch: "trial", timestamp: (now | todate), active_sessions: 0}' |
            curl -sS -o /dev/null -H @"$run/agent-authorization" -H 'Content-Type: application/json' --data-binary @- \
                "$backend_url/api/v1/outline/heartbeat" >>"$run/log/agent.log" 2>&1 || true
        sleep 5
    done
}

# Something of everything that the metrics count.
make_traffic() {
    exec 8>&-
    trap - TERM
    while :; do
        curl -sS -m 5 -o /dev/null --socks5-hostname "127.0.0.1:$socks_port" "$backend_url/api/v1/health"
        curl -sS -m 5 -o /dev/null --proxytunnel --proxy "http://127.0.0.1:$http_port" "$backend_url/api/v1/health"
        curl -sS -m 5 -o /dev/null --cacert "$run/certs/ca.pem" "https://localhost:$gateway_port/"
        curl -sS -m 5 -o /dev/null -H 'Content-Type: application/json' "$backend_url/api/v1/auth/refresh" -d '{"refresh_token":"no"}'
        timeout 10 "$bin/httvps" probe --gateway "wss://localhost:$gateway_port/ws" --ca-cert "$run/certs/ca.pem"
        sleep 0.5
    done >>"$run/log/traffic.log" 2>&1
}

ask() { /usr/bin/python3 "$root/deploy/local/monitor.py" "http://127.0.0.1:$prometheus_port" "$@"; }

start_stack
. "$run/env"
export HTTVPS_DEVICE_ID HTTVPS_DEVICE_TOKEN
step "a node with an agent, Prometheus, some traffic"
start_agent_node
start_prometheus
make_traffic &
pids+=($!)
local_node_id=$(api GET "/api/v1/admin/outline-nodes" | jq -r --argjson port "$node_port" '.items[] | select(.port == $port) | .id' | head -n 1)

failed=0
step "every query of dashboards, variables, recording rules and alerts"
ask queries || failed=1
ask quiet || failed=1

step "the node without an agent is killed: a gateway cannot reach it"
kill -STOP "${supervisor_of[node]}"
kill -KILL "$(cat "$run/pids/node")"
ask fires HTTVPSNodeDown "$local_node_id" 90 || failed=1
kill -CONT "${supervisor_of[node]}"
ask quiet 120 || failed=1

step "the agent of the other node is killed: its heartbeats end"
kill -TERM "$agent_pid"
ask fires HTTVPSNodeDown "$agent_node_id" 90 || failed=1

result=$failed
[ "$result" -eq 0 ] && step "all queries answered, both alerts in time and alone" || step "something is wrong; see $run/log/"
