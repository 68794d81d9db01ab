#!/usr/bin/env bash
# make deb: .build/deb/httvps-backend_VERSION_ARCH.deb and httvps-gateway_…, from a static release build.
# HTTVPS_BUILD=debug packs the debug build instead, to try the packing; HTTVPS_SKIP_BUILD=1 takes what is built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
umask 022

build=${HTTVPS_BUILD:-release}
output=${HTTVPS_DEB_DIR:-.build/deb}
case "$build" in release | debug) ;; *) echo "HTTVPS_BUILD is release or debug, not $build" >&2; exit 78 ;; esac
command -v dpkg-deb >/dev/null || { echo "dpkg-deb is not here: packages are built on Debian or Ubuntu" >&2; exit 69; }
version=$(sed -n 's/.*static let version = "\(.*\)".*/\1/p' Sources/HTTVPSObservability/BuildInfo.swift)
architecture=$(dpkg --print-architecture)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
packing=(-Zxz)
[ "$build" = release ] || packing=(-Zgzip -z1)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

build_product() {
    [ -z "${HTTVPS_SKIP_BUILD:-}" ] || return 0
    local flags=(-c "$build" --product "$1")
    [ "$build" = debug ] || flags+=(--static-swift-stdlib -Xlinker -s --scratch-path .build/static)
    swift build "${flags[@]}" --explicit-target-dependency-import-check error
}

program() { [ "$build" = debug ] && echo ".build/debug/$1" || echo ".build/static/release/$1"; }

fill() {
    local package=$1 root=$2 name=${1#httvps-}
    install -D -m 0755 "$(program "$package")" "$root/usr/bin/$package"
    install -D -m 0644 "deploy/systemd/$package.service" "$root/usr/lib/systemd/system/$package.service"
    install -D -m 0640 "deploy/systemd/$name.env" "$root/etc/httvps/$name.env"
    install -d "$root/etc/httvps/$name"
    ln -s "../$name.env" "$root/etc/httvps/$name/.env"
    install -D -m 0644 .env.example "$root/usr/share/doc/$package/env.example"
    gzip -9nc CHANGELOG.md >"$root/usr/share/doc/$package/changelog.gz"
    echo "/etc/httvps/$name.env" >"$root/DEBIAN/conffiles"
    if [ "$package" = httvps-backend ]; then
        install -d "$root/usr/share/httvps/migrations"
        install -m 0644 migrations/*.sql "$root/usr/share/httvps/migrations/"
    else
        install -D -m 0644 deploy/systemd/gateway.yaml "$root/etc/httvps/gateway.yaml"
        install -m 0644 deploy/gateway.example.yaml "$root/usr/share/doc/$package/"
        install -d -m 0755 "$root/etc/httvps/tls"
        echo /etc/httvps/gateway.yaml >>"$root/DEBIAN/conffiles"
    fi
}

describe() {
    local package=$1 root=$2
    declare -A title=([httvps-backend]="control plane of HTTVPS" [httvps-gateway]="gateway of HTTVPS")
    declare -A about=(
        [httvps-backend]="Knows users, devices, plans and nodes, judges each connection and counts usage."
        [httvps-gateway]="Takes tunnels inside ordinary HTTPS and leads them out through Shadowsocks nodes."
    )
    local libraries="libc6, libstdc++6, libsodium23, ca-certificates, adduser"
    [ "$package" = httvps-backend ] && libraries="$libraries, libpq5"
    cat >"$root/DEBIAN/control" <<CONTROL
Package: $package
Version: $version
Architecture: $architecture
Maintainer: HTTVPS operators <root@localhost>
Section: net
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: $libraries
$([ "$package" = httvps-backend ] && printf 'Suggests: postgresql (>= 15), postgresql-client\n' || printf 'Suggests: certbot\n')
Description: ${title[$package]}
 ${about[$package]}
 Settings lie in /etc/httvps; the service is started by hand once they are made.
CONTROL
    for script in postinst prerm postrm; do
        sed -e "s|@PACKAGE@|$package|g" -e "s|@SECRETS@|/etc/httvps/${package#httvps-}.env|g" \
            "deploy/deb/$script" >"$root/DEBIAN/$script"
        chmod 0755 "$root/DEBIAN/$script"
    done
    (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
}

mkdir -p "$output"
for package in httvps-backend httvps-gateway; do
    build_product "$package"
    root="$stage/$package"
    install -d "$root/DEBIAN"
    fill "$package" "$root"
    describe "$package" "$root"
    find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    file="$output/${package}_${version}_${architecture}.deb"
    dpkg-deb --root-owner-group "${packing[@]}" --build "$root" "$file" >/dev/null
    deploy/deb/check.sh "$file"
done
