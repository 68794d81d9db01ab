#!/usr/bin/env bash
# make images: builds httvps-backend, httvps-setup, httvps-gateway and httvps-node with Docker or Podman (ENGINE=docker
# or podman; by itself the first that works). HTTVPS_IMAGES names some of them, TAG is "latest" unless given.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

works() { "$1" info >/dev/null 2>&1; }

engine=${ENGINE:-}
case "$engine" in
    '') for candidate in docker podman; do works "$candidate" && { engine=$candidate; break; }; done ;;
    docker | podman) works "$engine" || { echo "$engine does not answer: is it installed and running?" >&2; exit 69; } ;;
    *) echo "ENGINE is docker or podman, not $engine" >&2; exit 78 ;;
esac
[ -n "$engine" ] || { echo "images need Docker or Podman, and neither answers here (apt-get install podman)" >&2; exit 69; }

epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
version=$(sed -n 's/.*static let version = "\(.*\)".*/\1/p' Sources/HTTVPSObservability/BuildInfo.swift)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain 2>/dev/null)" ] || revision=$revision-changed
arguments=(
    --build-arg "VERSION=${version:-dev}" --build-arg "REVISION=$revision" --build-arg "SOURCE_DATE_EPOCH=$epoch"
    --build-arg "CREATED=$(date -u -d "@$epoch" +%FT%TZ)"
)
[ -z "${SWIFT_IMAGE:-}" ] || arguments+=(--build-arg "SWIFT_IMAGE=$SWIFT_IMAGE")
[ -z "${BASE_IMAGE:-}" ] || arguments+=(--build-arg "BASE_IMAGE=$BASE_IMAGE")
[ "$engine" = docker ] && export DOCKER_BUILDKIT=1
[ "$engine" = podman ] && arguments+=(--format docker)

for image in ${HTTVPS_IMAGES:-backend setup gateway node}; do
    tag="httvps-$image:${TAG:-latest}"
    echo "==> $tag"
    case "$image" in
        backend | setup) "$engine" build "${arguments[@]}" --target "$image" -t "$tag" -f deploy/backend.Dockerfile . ;;
        gateway | node) "$engine" build "${arguments[@]}" -t "$tag" -f "deploy/$image.Dockerfile" . ;;
        *) echo "there is no image $image" >&2; exit 78 ;;
    esac
done
"$engine" image ls --format '{{.Repository}}:{{.Tag}}  {{.Size}}' | grep -E '(^|/)httvps-' || true
