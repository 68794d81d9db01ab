#!/usr/bin/env bash
# certificate.sh DIR [NAME]: a private authority and a leaf for localhost and NAME (P-256), renewed a week before they end.
set -euo pipefail
umask 077
dir=$1
name=${2:-localhost}
mkdir -p "$dir"
if [ -s "$dir/cert.pem" ] && openssl x509 -in "$dir/cert.pem" -noout -checkend 604800 >/dev/null; then exit 0; fi

openssl ecparam -name prime256v1 -genkey -noout -out "$dir/ca.key"
openssl req -x509 -new -key "$dir/ca.key" -sha256 -days 90 -subj "/CN=HTTVPS local authority" -out "$dir/ca.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$dir/key.pem"
openssl req -new -key "$dir/key.pem" -subj "/CN=localhost" -out "$dir/cert.csr"
case "$name" in
    localhost) names= ;;
    *:*) names=",IP:$name" ;;
    *[!0-9.]*) names=",DNS:$name" ;;
    *) names=",IP:$name" ;;
esac
cat >"$dir/extensions" <<EXTENSIONS
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1$names
EXTENSIONS
openssl x509 -req -in "$dir/cert.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -sha256 -days 60 \
    -extfile "$dir/extensions" -out "$dir/cert.pem" 2>/dev/null
rm -f "$dir/cert.csr" "$dir/extensions" "$dir/ca.srl"
chmod 644 "$dir/ca.pem" "$dir/cert.pem"
