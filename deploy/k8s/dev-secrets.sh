#!/usr/bin/env bash
# dev-secrets.sh [NAMESPACE]: the namespace for overlays/dev and fresh secrets in it, by kubectl. What is there stays.
set -euo pipefail
namespace=${1:-httvps-dev}
kubectl get namespace "$namespace" >/dev/null 2>&1 || kubectl create namespace "$namespace"

random() { openssl rand -hex 32; }
owner=$(random)
application=$(random)
secret() {
    kubectl -n "$namespace" create secret generic "$1" --from-env-file=/dev/stdin
}

if ! kubectl -n "$namespace" get secret httvps-postgres >/dev/null 2>&1; then
    printf 'POSTGRES_PASSWORD=%s\nHTTVPS_DB_OWNER_PASSWORD=%s\nHTTVPS_DB_PASSWORD=%s\n' \
        "$(random)" "$owner" "$application" | secret httvps-postgres
    printf 'BACKEND_DB_DSN=postgresql://httvps:%s@postgres:5432/httvps\nBACKEND_SECRET_KEY=%s\n' \
        "$application" "$(random)" | secret httvps-backend
    printf 'BACKEND_MIGRATION_DSN=postgresql://httvps_owner:%s@postgres:5432/httvps\n' "$owner" | secret httvps-migrate
fi

if ! kubectl -n "$namespace" get secret httvps-gateway-tls >/dev/null 2>&1; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    "$(dirname "${BASH_SOURCE[0]}")/../local/certificate.sh" "$folder"
    kubectl -n "$namespace" create secret tls httvps-gateway-tls --cert="$folder/cert.pem" --key="$folder/key.pem"
    cp "$folder/ca.pem" "$namespace-ca.pem"
    echo "clients on this machine trust $namespace-ca.pem"
fi
