#!/usr/bin/env bash
# The first day in docker-compose.yml, run by the service "setup": certificate, operator's token, region, plan, node,
# gateway. Run again it changes nothing. Also: setup device NAME, setup token, setup ca.
set -euo pipefail
umask 077
state=/var/lib/httvps-setup
tls=/etc/httvps/tls
settings=/etc/httvps/gateway/gateway.yaml
backend=${HTTVPS_BACKEND_URL:-http://backend:8080}
url=${HTTVPS_PUBLIC_URL:-wss://localhost:8443/ws}

call() {
    local method=$1 path=$2 body=${3:-}
    local arguments=(-sS --max-time 20 -X "$method" -H @"$state/authorization" -o "$state/answer" -w '%{http_code}')
    [ -z "$body" ] || arguments+=(-H 'Content-Type: application/json' --data-binary @-)
    printf '%s' "$body" | curl "${arguments[@]}" "$backend/api/v1/admin/$path"
}

create() {
    local status
    status=$(call POST "$1" "$2")
    case "$status" in
        201) cat "$state/answer" ;;
        *) { echo "setup: creating $1 was answered with $status:"; cat "$state/answer"; echo; } >&2; return 1 ;;
    esac
}

answers() { [ "$(call GET "$1")" = 200 ]; }

authorize() {
    if [ -s "$state/authorization" ] && answers "regions?limit=1"; then return; fi
    httvps-backend admin-token create --role admin --name "compose setup" >"$state/admin-token"
    printf 'Authorization: Bearer %s\n' "$(cat "$state/admin-token")" >"$state/authorization"
}

plant() {
    local suffix plan user node gateway
    suffix=$(openssl rand -hex 3)
    create regions '{"code":"compose","name":"This machine"}' >/dev/null 2>&1 || true
    plan=$(create plans "{\"code\":\"compose-$suffix\",\"name\":\"Compose\",\"period\":\"none\",\"max_devices\":20,
        \"max_sessions\":100,\"max_streams\":256}" | jq -r .id)
    user=$(create users "{\"email\":\"compose-$suffix@example.test\",\"name\":\"Compose\"}" | jq -r .id)
    create subscriptions "{\"user_id\":\"$user\",\"plan_id\":\"$plan\"}" >/dev/null
    node=$(jq -n --arg host "$HTTVPS_NODE_HOST" '{region: "compose", name: "node", host: $host, port: 8388,
        method: "chacha20-ietf-poly1305", password: env.HTTVPS_NODE_PASSWORD, half_close: false}')
    create outline-nodes "$node" >/dev/null
    gateway=$(create gateway-nodes "$(jq -n --arg name "compose-$suffix" --arg url "$url" \
        '{name: $name, region: "compose", public_url: $url}')")
    printf '%s\n' "$user" >"$state/user"
    jq -r .id <<<"$gateway" >"$state/gateway"
    jq --arg url "$url" --arg path "/${url#*://*/}" '{gateway: {node_id: .id, token: .token, region: "compose",
        public_url: $url, ws_path: $path}}' <<<"$gateway" >"$settings.new"
    mv "$settings.new" "$settings"
}

first_day() {
    certificate.sh "$tls" "$(sed -E 's#^[a-z]+://(\[[^]]*\]|[^/:]*).*#\1#; s/[][]//g' <<<"$url")"
    authorize
    if [ -s "$settings" ] && [ -s "$state/gateway" ] && answers "gateway-nodes/$(cat "$state/gateway")"; then
        echo "setup: everything is there"
    else
        plant
        echo "setup: certificate, operator's token, region, plan, user, node and gateway are made"
    fi
}

case "${1:-first-day}" in
    first-day) first_day ;;
    device)
        create devices "$(jq -n --arg user "$(cat "$state/user")" --arg name "${2:-device}" \
            '{user_id: $user, name: $name}')" | jq -r .enrollment_code ;;
    token) cat "$state/admin-token" ;;
    ca) cat "$tls/ca.pem" ;;
    *) echo "setup: first-day, device NAME, token or ca, not $1" >&2; exit 64 ;;
esac
