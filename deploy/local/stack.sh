# Sourced by run.sh and demo.sh: builds, sets up and starts the whole local stack on loopback, and stops it.

set -euo pipefail
umask 077
ulimit -Sn "$(ulimit -Hn)" 2>/dev/null || true
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
run=$(realpath -m "${HTTVPS_RUN_DIR:-$root/.run}")
stack_is_ours=0
products=(httvps-backend httvps-gateway httvps)
build=${HTTVPS_BUILD:-release}
base=${HTTVPS_PORT_BASE:-18440}
case "$build" in release | debug) ;; *) echo "HTTVPS_BUILD is release or debug, not $build" >&2; exit 78 ;; esac
case "$base" in '' | *[!0-9]* | ??????*) echo "HTTVPS_PORT_BASE is a port number, not $base" >&2; exit 78 ;; esac
base=$((10#$base))
[ "$base" -ge 1024 ] && [ "$base" -le 65500 ] || { echo "HTTVPS_PORT_BASE lies between 1024 and 65500" >&2; exit 78; }
gateway_port=$base
backend_port=$((base + 1))
gateway_metrics_port=$((base + 2))
backend_metrics_port=$((base + 3))
socks_port=$((base + 4))
http_port=$((base + 5))
node_port=$((base + 6))
postgres_port=$((base + 7))
target_port=$((base + 8))
bin="$root/.build/$build"

. "$root/deploy/local/supervise.sh"
. "$root/deploy/local/postgres.sh"
. "$root/deploy/local/seed.sh"

step() { printf '\033[1m==>\033[0m %s\n' "$*"; }

refuse_second_stack() {
    mkdir -p "$run/pids" "$run/log"
    exec 8>"$run/lock"
    if ! flock -w 2 8; then
        echo "a stack runs already out of $run; stop it first" >&2
        exit 75
    fi
    touch "$run/stopping"
    stop_orphans
    local port
    for port in $(seq "$base" $((base + 8))); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "port $port is taken; choose other ports with HTTVPS_PORT_BASE=N make …" >&2
            exit 75
        fi
    done
    stack_is_ours=1
    rm -f "$run/stopping" "$run/env"
}

build_products() {
    [ -z "${HTTVPS_SKIP_BUILD:-}" ] || return 0
    step "building ($build); the first time takes several minutes"
    local product
    for product in "${products[@]}"; do
        swift build --package-path "$root" -c "$build" --product "$product" \
            --explicit-target-dependency-import-check error >"$run/log/build.log" 2>&1 ||
            { grep -E 'error' "$run/log/build.log" | head -n 20 >&2; echo "the build failed; see $run/log/build.log" >&2; exit 1; }
    done
}

random_text() { openssl rand -base64 48 | tr -dc 'A-Za-z0-9' | cut -c1-40; }

load_secrets() {
    new_secrets=0
    if [ ! -s "$run/secrets" ]; then
        new_secrets=1
        {
            echo "HTTVPS_LOCAL_DB_PASSWORD=$(random_text)"
            echo "HTTVPS_LOCAL_NODE_PASSWORD=$(random_text)"
            echo "BACKEND_SECRET_KEY=$(random_text)"
        } >"$run/secrets"
    fi
    . "$run/secrets"
    backend_url="http://127.0.0.1:$backend_port"
    dsn="postgresql://httvps:$HTTVPS_LOCAL_DB_PASSWORD@127.0.0.1:$postgres_port/httvps"
}

run_backend() {
    cd "$root"
    export BACKEND_DB_DSN="$dsn" BACKEND_SECRET_KEY BACKEND_HOST=127.0.0.1 BACKEND_PORT="$backend_port" \
        BACKEND_METRICS_ADDR="127.0.0.1:$backend_metrics_port" JWT_EXPIRE_MINUTES=1440 BACKEND_LOG_FORMAT=json
    exec setsid "$bin/httvps-backend" "$@"
}

run_gateway() {
    export GATEWAY_LISTEN_ADDR="127.0.0.1:$gateway_port" GATEWAY_TLS_CERT_PATH="$run/certs/cert.pem" \
        GATEWAY_TLS_KEY_PATH="$run/certs/key.pem" BACKEND_BASE_URL="$backend_url" \
        GATEWAY_NODE_ID="$HTTVPS_GATEWAY_ID" GATEWAY_TOKEN="$HTTVPS_GATEWAY_TOKEN" GATEWAY_REGION=local \
        GATEWAY_PUBLIC_URL="wss://localhost:$gateway_port/ws" GATEWAY_METRICS_ADDR="127.0.0.1:$gateway_metrics_port" \
        GATEWAY_STATE_DIR="$run/gateway" GATEWAY_EGRESS_ALLOW="127.0.0.0/8,::1/128" GATEWAY_DECOY_DIR="$root/deploy/decoy" \
        GATEWAY_DRAIN_GRACE="${GATEWAY_DRAIN_GRACE:-8s}" GATEWAY_LOG_FORMAT=json
    exec setsid "$bin/httvps-gateway" serve
}

run_client() {
    export HTTVPS_GATEWAY_URL="wss://localhost:$gateway_port/ws" HTTVPS_CA_CERT="$run/certs/ca.pem" \
        HTTVPS_DEVICE_ID HTTVPS_DEVICE_TOKEN
    exec setsid "$bin/httvps" connect --socks "127.0.0.1:$socks_port" --http "127.0.0.1:$http_port"
}

write_node_configuration() {
    jq -n --arg password "$HTTVPS_LOCAL_NODE_PASSWORD" --argjson port "$node_port" \
        '{server: "127.0.0.1", server_port: $port, password: $password, method: "chacha20-ietf-poly1305",
          mode: "tcp_and_udp", mtu: 65535, no_delay: true, timeout: 600}' >"$run/node.json"
}

start_stack() {
    "$root/deploy/local/packages.sh"
    refuse_second_stack
    build_products
    load_secrets
    step "certificate and database"
    "$root/deploy/local/certificate.sh" "$run/certs"
    prepare_postgres
    start_postgres
    (run_backend migrate up >>"$run/log/backend.log" 2>&1) || { tail -n 15 "$run/log/backend.log" >&2; return 1; }
    step "node, backend, gateway, client"
    write_node_configuration
    supervise node setsid ss-server -c "$run/node.json"
    supervise backend run_backend serve
    wait_for_port node "$node_port"
    wait_for_port backend "$backend_port"
    seed_stack
    supervise gateway run_gateway
    wait_for_port gateway "$gateway_port"
    supervise client run_client
    wait_for_port client "$socks_port"
    wait_for_port client "$http_port"
    write_environment
}

write_environment() {
    {
        printf '%s=%q\n' \
            HTTVPS_BACKEND_URL "$backend_url" \
            HTTVPS_GATEWAY_URL "wss://localhost:$gateway_port/ws" \
            HTTVPS_CA_CERT "$run/certs/ca.pem" \
            HTTVPS_ADMIN_TOKEN "$HTTVPS_ADMIN_TOKEN" \
            HTTVPS_GATEWAY_TOKEN "$HTTVPS_GATEWAY_TOKEN" \
            HTTVPS_USER_ID "$HTTVPS_USER_ID" \
            HTTVPS_DEVICE_ID "$HTTVPS_DEVICE_ID" \
            HTTVPS_DEVICE_TOKEN "$HTTVPS_DEVICE_TOKEN" \
            HTTVPS_SOCKS "127.0.0.1:$socks_port" \
            HTTVPS_HTTP_PROXY "127.0.0.1:$http_port" \
            HTTVPS_BACKEND_METRICS_URL "http://127.0.0.1:$backend_metrics_port/metrics" \
            HTTVPS_GATEWAY_METRICS_URL "http://127.0.0.1:$gateway_metrics_port/metrics" \
            BACKEND_DB_DSN "$dsn"
    } >"$run/env.new"
    mv "$run/env.new" "$run/env"
}

stop_stack() {
    trap '' INT TERM HUP
    [ "$stack_is_ours" -eq 1 ] || return 0
    mkdir -p "$run"
    touch "$run/stopping"
    rm -f "$run/env"
    stop_one client
    stop_one gateway
    stop_one backend
    stop_one node
    stop_one postgres INT
    wait "${supervisor_of[@]}" || true
    rm -f "$run/stopping"
}
