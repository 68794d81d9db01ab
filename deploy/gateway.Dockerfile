ARG SWIFT_IMAGE=swift:6.3.1-bookworm
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${SWIFT_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq-dev libsodium-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift Package.resolved* ./
COPY Sources Sources
COPY Tests Tests
RUN --mount=type=cache,id=httvps-build,target=/src/.build,sharing=locked \
    --mount=type=cache,id=httvps-packages,target=/root/.cache/org.swift.swiftpm,sharing=locked \
    swift build -c release --product httvps-gateway --static-swift-stdlib -Xlinker -s \
        --explicit-target-dependency-import-check error \
    && install -D -m 0755 .build/release/httvps-gateway /out/usr/bin/httvps-gateway \
    && install -D -m 0644 Package.resolved /out/usr/share/httvps/Package.resolved
COPY deploy/decoy /out/usr/share/httvps/decoy
ARG SOURCE_DATE_EPOCH=0
RUN find /out -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${BASE_IMAGE} AS gateway
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libsodium23 \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
    && install -d -o 10001 -g 10001 -m 0750 /var/lib/httvps /etc/httvps /etc/httvps/tls /etc/httvps/gateway
COPY --from=build /out/ /
ENV GATEWAY_LISTEN_ADDR=0.0.0.0:8443 \
    GATEWAY_METRICS_ADDR=0.0.0.0:9464 \
    GATEWAY_TLS_CERT_PATH=/etc/httvps/tls/cert.pem \
    GATEWAY_TLS_KEY_PATH=/etc/httvps/tls/key.pem \
    GATEWAY_STATE_DIR=/var/lib/httvps
USER 10001:10001
WORKDIR /
VOLUME /var/lib/httvps
EXPOSE 8443 9464
ARG VERSION=dev
ARG REVISION=unknown
ENV HTTVPS_REVISION=${REVISION}
ARG CREATED=1970-01-01T00:00:00Z
ARG BASE_IMAGE
LABEL org.opencontainers.image.title="httvps-gateway" \
    org.opencontainers.image.description="The door of HTTVPS: tunnels inside ordinary HTTPS" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.created="${CREATED}" \
    org.opencontainers.image.base.name="${BASE_IMAGE}"
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/usr/bin/httvps-gateway", "health"]
ENTRYPOINT ["/usr/bin/httvps-gateway"]
CMD ["serve"]
