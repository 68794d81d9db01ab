#!/bin/sh
# The node's settings from the environment: HTTVPS_NODE_PASSWORD, HTTVPS_NODE_METHOD, HTTVPS_NODE_PORT. The password goes
# by a file in memory, so that no list of processes shows it.
set -eu
umask 077
: "${HTTVPS_NODE_PASSWORD:?is not set}"
settings=${HTTVPS_NODE_RUN_DIR:-/run/node}/settings.json
cat >"$settings" <<SETTINGS
{
    "server": "0.0.0.0", "server_port": ${HTTVPS_NODE_PORT:-8388},
    "password": "$HTTVPS_NODE_PASSWORD", "method": "${HTTVPS_NODE_METHOD:-chacha20-ietf-poly1305}",
    "mode": "tcp_and_udp", "mtu": 65535, "no_delay": true, "timeout": 600
}
SETTINGS
unset HTTVPS_NODE_PASSWORD
ulimit -n "$(ulimit -Hn)"
exec ss-server -c "$settings" --acl "${HTTVPS_NODE_ACL:-/etc/shadowsocks-libev/private.acl}"
