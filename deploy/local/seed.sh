# Sourced by stack.sh: region, plan, user, subscription, device, Shadowsocks node and gateway, made through the admin API.

api() {
    local method=$1 path=$2 body=${3:-}
    local arguments=(-sS --fail-with-body -X "$method" -H @"$run/authorization" "$backend_url$path")
    [ -n "$body" ] && arguments+=(-H 'Content-Type: application/json' --data-binary @-)
    printf '%s' "$body" | curl "${arguments[@]}" || { echo "$method $path was refused" >&2; return 1; }
}

create() {
    local answer
    answer=$(api POST "/api/v1/admin/$1" "$2") || { printf '%s\n' "$answer" >&2; return 1; }
    printf '%s' "$answer"
}

seed_stack() {
    [ -s "$run/admin-token" ] || (run_backend admin-token create --role admin --name local) >"$run/admin-token"
    HTTVPS_ADMIN_TOKEN=$(cat "$run/admin-token")
    printf 'Authorization: Bearer %s\n' "$HTTVPS_ADMIN_TOKEN" >"$run/authorization"
    if [ ! -s "$run/seed" ] || ! grep -qx "seed_base=$base" "$run/seed"; then plant_seed; fi
    . "$run/seed"
    HTTVPS_DEVICE_TOKEN=$(create "devices/$HTTVPS_DEVICE_ID/tokens" '{"expires_in_sec":86400}' | jq -r .access_token)
}

plant_seed() {
    local suffix plan user device gateway
    suffix=$(openssl rand -hex 3)
    create regions '{"code":"local","name":"This machine"}' >/dev/null 2>&1 || true
    plan=$(create plans "{\"code\":\"demo-$suffix\",\"name\":\"Demo\",\"period\":\"none\",\"max_devices\":100,
        \"max_sessions\":1000,\"max_streams\":256}" | jq -r .id)
    user=$(create users "{\"email\":\"demo-$suffix@example.test\",\"name\":\"Demo\"}" | jq -r .id)
    create subscriptions "{\"user_id\":\"$user\",\"plan_id\":\"$plan\"}" >/dev/null
    device=$(create devices "{\"user_id\":\"$user\",\"name\":\"This computer\",\"platform\":\"linux\"}" | jq -r .id)
    create outline-nodes "$(jq -n --arg password "$HTTVPS_LOCAL_NODE_PASSWORD" --argjson port "${HTTVPS_NODE_ENTRY_PORT:-$node_port}" \
        '{region: "local", name: "ss-server", host: "127.0.0.1", port: $port, method: "chacha20-ietf-poly1305",
          password: $password, half_close: false}')" >/dev/null
    gateway=$(create gateway-nodes "{\"name\":\"local-$suffix\",\"region\":\"local\",
        \"public_url\":\"wss://localhost:$gateway_port/ws\"}")
    {
        echo "seed_base=$base"
        echo "HTTVPS_USER_ID=$user"
        echo "HTTVPS_DEVICE_ID=$device"
        echo "HTTVPS_GATEWAY_ID=$(jq -r .id <<<"$gateway")"
        echo "HTTVPS_GATEWAY_TOKEN=$(jq -r .token <<<"$gateway")"
    } >"$run/seed"
}
