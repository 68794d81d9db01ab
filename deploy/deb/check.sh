#!/usr/bin/env bash
# Looks at a package that build.sh made: fields, scripts, conffiles, modes, libraries. `check.sh FILE.deb…`
set -euo pipefail

fail() { echo "$file: $*" >&2; exit 1; }

for file in "$@"; do
    package=$(dpkg-deb --field "$file" Package)
    name=${package#httvps-}
    for field in Version Architecture Maintainer Depends Installed-Size Description; do
        [ -n "$(dpkg-deb --field "$file" "$field")" ] || fail "has no $field"
    done
    unpacked=$(mktemp -d)
    trap 'rm -rf "$unpacked"' EXIT
    dpkg-deb --raw-extract "$file" "$unpacked"
    listing=$(dpkg-deb --contents "$file")
    ! grep -qvE '^[-dl][rwx-]{9} root/root ' <<<"$listing" || fail "has files that are not root's"
    ! grep -qE '^-.{7}w' <<<"$listing" || fail "has files that everyone can write"
    grep -qE "^-rw-r----- .* \./etc/httvps/$name\.env$" <<<"$listing" || fail "its secrets are not 0640"
    while read -r conffile; do [ -f "$unpacked$conffile" ] || fail "lacks its conffile $conffile"; done <"$unpacked/DEBIAN/conffiles"
    while read -r settings; do
        grep -qx "/$settings" "$unpacked/DEBIAN/conffiles" || fail "/$settings is no conffile"
    done < <(cd "$unpacked" && find etc -type f)
    for script in postinst prerm postrm; do
        [ -x "$unpacked/DEBIAN/$script" ] || fail "$script cannot be executed"
        sh -n "$unpacked/DEBIAN/$script" || fail "$script is no shell script"
        ! grep -q '@' "$unpacked/DEBIAN/$script" || fail "$script has a place that was not filled in"
    done
    (cd "$unpacked" && md5sum --quiet --check DEBIAN/md5sums) || fail "its checksums do not fit"
    [ -x "$unpacked/usr/bin/$package" ] || fail "has no program"
    "$unpacked/usr/bin/$package" --version >/dev/null || fail "its program does not start here"
    unit="$unpacked/usr/lib/systemd/system/$package.service"
    [ -f "$unit" ] || fail "has no unit"
    grep -q "^ExecStart=/usr/bin/$package serve" "$unit" || fail "its unit starts something else"
    rm -rf "$unpacked"
    echo "$file: $(du -h "$file" | cut -f1), well"
done
