#!/usr/bin/env bash
# Installs the Debian packages that building, running and testing need. Does nothing where all are there.
set -euo pipefail

packages=(
    ca-certificates curl debian-archive-keyring git jq make openssl pkg-config procps python3 python3-venv util-linux
    libpq-dev libsodium-dev postgresql shadowsocks-libev
    prometheus prometheus-alertmanager python3-prometheus-client python3-yaml
)

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null || { echo "please install: ${missing[*]}" >&2; exit 69; }
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "please install as root: apt-get install ${missing[*]}" >&2; exit 69; }
    as_root=(sudo)
fi
echo "installing ${missing[*]}"
# promtool and amtool come with services that nobody asked for: those stay off where a system manager would start them.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\ncase "$1" in prometheus*) exit 101 ;; esac\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
