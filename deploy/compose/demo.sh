#!/usr/bin/env bash
# make compose-demo: starts docker-compose.yml under a name of its own with fresh secrets, enrols a device, fetches a
# 64 MiB file through the tunnel, compares, stops every container and looks how it ended; exit 0 or 1. Wants the images
# (make images) and a client: HTTVPS_CLIENT, by itself .build/release/httvps.
set -euo pipefail
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
client=${HTTVPS_CLIENT:-.build/release/httvps}
[ -x "$client" ] || { echo "there is no client $client: make build" >&2; exit 69; }
docker info >/dev/null 2>&1 || { echo "docker does not answer: is it installed and running?" >&2; exit 69; }

work=$(mktemp -d)
chmod 755 "$work"
export HTTVPS_DEMO_FILE=$work/file.bin HTTVPS_GATEWAY_ADDR=127.0.0.1:${HTTVPS_DEMO_PORT:-28443} \
    HTTVPS_BACKEND_PORT=${HTTVPS_DEMO_BACKEND_PORT:-28080} HTTVPS_DRAIN_GRACE=5s HTTVPS_STOP_GRACE=15s
export HTTVPS_PUBLIC_URL=wss://localhost:${HTTVPS_DEMO_PORT:-28443}/ws
for key in BACKEND_SECRET_KEY HTTVPS_POSTGRES_PASSWORD HTTVPS_DB_OWNER_PASSWORD HTTVPS_DB_PASSWORD HTTVPS_NODE_PASSWORD \
    HTTVPS_GRAFANA_PASSWORD; do
    export "$key=$(openssl rand -hex 32)"
done
head -c $((64 << 20)) /dev/urandom >"$HTTVPS_DEMO_FILE"
chmod 644 "$HTTVPS_DEMO_FILE"
compose() { docker compose --project-name httvps-demo --env-file /dev/null -f docker-compose.yml -f deploy/compose/demo.yml "$@"; }
finish() {
    status=$?
    trap - EXIT
    [ "$status" -eq 0 ] || compose logs --no-color --tail 40 >&2 || true
    compose down --volumes --timeout 20 >/dev/null 2>&1 || true
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT

echo "==> starting"
compose up --detach --wait --no-build postgres backend gateway node target
compose ps --all --format 'table {{.Service}}\t{{.Status}}'

echo "==> a device"
compose run --rm --no-deps -T setup ca >"$work/ca.pem"
code=$(compose run --rm --no-deps -T setup device demo)
mkdir -m 700 "$work/config"
printf '%s\n' "$code" | "$client" enroll - --profile demo --config "$work/config" \
    --backend "http://127.0.0.1:$HTTVPS_BACKEND_PORT" --ca-cert "$work/ca.pem"

echo "==> a 64 MiB file through the tunnel"
"$client" run --profile demo --config "$work/config" -- \
    curl -sS --fail --max-time 120 -o "$work/got" -w '  %{size_download} bytes in %{time_total} s\n' http://target.demo:8000/
cmp "$HTTVPS_DEMO_FILE" "$work/got"
echo "  equal"

echo "==> stopping, with a transfer under way"
"$client" run --profile demo --config "$work/config" -- \
    curl -sS --limit-rate 1M --max-time 120 -o "$work/slow" http://target.demo:8000/ 2>/dev/null &
slow=$!
for _ in $(seq 100); do [ -s "$work/slow" ] && break; sleep 0.2; done
[ -s "$work/slow" ] || { echo "the transfer does not begin" >&2; exit 1; }
bad=0
for service in gateway backend node postgres; do
    container=$(compose ps --quiet "$service")
    began=$(date +%s%N)
    compose stop "$service" 2>/dev/null
    code=$(docker inspect --format '{{.State.ExitCode}}' "$container")
    printf '  %-10s ended with %d after %d ms\n' "$service" "$code" "$((($(date +%s%N) - began) / 1000000))"
    [ "$code" -eq 0 ] || bad=1
done
kill "$slow" 2>/dev/null || true
wait "$slow" 2>/dev/null || true
[ "$bad" -eq 0 ] && echo "==> all is well"
exit "$bad"
