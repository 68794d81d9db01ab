#!/usr/bin/env bash
# make run: the whole stack on loopback until Ctrl-C.
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"

stopped=0
finish() {
    trap '' INT TERM HUP
    [ "$stopped" -eq 0 ] && [ "$stack_is_ours" -eq 1 ] || return 0
    stopped=1
    echo
    step "stopping"
    pkill -P $$ -x sleep || true
    stop_stack
}
trap 'finish; exit 0' INT TERM HUP
trap 'status=$?; finish; exit $status' EXIT

start_stack

cat <<TEXT

HTTVPS runs on loopback:

  SOCKS5 proxy     127.0.0.1:$socks_port
  HTTP proxy       127.0.0.1:$http_port
  gateway          wss://localhost:$gateway_port/ws         (a web site to everyone else: https://localhost:$gateway_port/)
  backend          $backend_url/api/v1/health
  metrics          http://127.0.0.1:$gateway_metrics_port/metrics   http://127.0.0.1:$backend_metrics_port/metrics
  Shadowsocks      127.0.0.1:$node_port
  PostgreSQL       127.0.0.1:$postgres_port
  logs             $run/log/     addresses and tokens: $run/env

Try, in another terminal in this folder:

  . $run/env
  curl --socks5-hostname \$HTTVPS_SOCKS \$HTTVPS_BACKEND_URL/api/v1/health
  curl -H "Authorization: Bearer \$HTTVPS_ADMIN_TOKEN" "\$HTTVPS_BACKEND_URL/api/v1/admin/sessions?status=active"

Ctrl-C stops everything.
TEXT

sleep infinity 8>&- &
wait $!
