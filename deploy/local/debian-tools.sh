#!/usr/bin/env bash
# debian-tools.sh FOLDER PACKAGE…: unpacks packages of Debian 13 into FOLDER, beside the system, for tools that the
# system's own release lacks or has only in old versions. Nothing is installed, and what is there is not fetched again.
set -euo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
exec 9>"$folder/.lock"
flock 9

missing=()
for package; do [ -e "$folder/.unpacked/$package" ] || missing+=("$package"); done
[ ${#missing[@]} -eq 0 ] && exit 0

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
command -v apt-get >/dev/null || { echo "no apt here to fetch ${missing[*]} with" >&2; exit 69; }
[ -e "$keyring" ] || { echo "please install debian-archive-keyring, to fetch ${missing[*]}" >&2; exit 69; }
apt="$folder/.apt"
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/packages" "$folder/.unpacked"
archive=http://deb.debian.org/debian
grep -qxs ID=debian /etc/os-release && archive=$(apt-get indextargets --format '$(SITE)' | sort -u | sed -n '/security/!p' | sed -n 1p)
[ -n "$archive" ] || { echo "apt knows no Debian archive to fetch ${missing[*]} from" >&2; exit 69; }
echo "deb [signed-by=$keyring] $archive trixie main" >"$apt/sources.list"
options=(
    -qq -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$apt/lists"
    -o Dir::Cache="$apt/cache" -o Dir::State::status=/dev/null -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none
)
echo "fetching ${missing[*]} of Debian 13 into $folder"
apt-get "${options[@]}" update
(cd "$apt/packages" && apt-get "${options[@]}" download "${missing[@]}")
for package in "${missing[@]}"; do
    dpkg -x "$apt/packages/${package}"_*.deb "$folder"
    touch "$folder/.unpacked/$package"
done
rm -rf "$apt"
