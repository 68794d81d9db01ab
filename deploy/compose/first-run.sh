#!/usr/bin/env bash
# Writes .env with fresh secrets for docker-compose.yml. What stands in .env already is kept.
set -euo pipefail
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
command -v openssl >/dev/null || { echo "please install openssl" >&2; exit 69; }
touch .env
chmod 600 .env
added=()
for key in BACKEND_SECRET_KEY HTTVPS_POSTGRES_PASSWORD HTTVPS_DB_OWNER_PASSWORD HTTVPS_DB_PASSWORD HTTVPS_NODE_PASSWORD \
    HTTVPS_GRAFANA_PASSWORD; do
    grep -qE "^$key=.+" .env && continue
    sed -i "/^$key=\$/d" .env
    printf '%s=%s\n' "$key" "$(openssl rand -hex 32)" >>.env
    added+=("$key")
done
[ ${#added[@]} -eq 0 ] && echo ".env has every secret" || echo ".env: made ${added[*]}"
