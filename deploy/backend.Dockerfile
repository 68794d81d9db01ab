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
    swift build -c release --product httvps-backend --static-swift-stdlib -Xlinker -s \
        --explicit-target-dependency-import-check error \
    && install -D -m 0755 .build/release/httvps-backend /out/usr/bin/httvps-backend \
    && install -D -m 0644 Package.resolved /out/usr/share/httvps/Package.resolved
COPY migrations /out/usr/share/httvps/migrations
ARG SOURCE_DATE_EPOCH=0
RUN find /out -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${BASE_IMAGE} AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libpq5 libsodium23 \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*
COPY --from=build /out/ /
ENV BACKEND_HOST=0.0.0.0 \
    BACKEND_PORT=8080 \
    BACKEND_METRICS_ADDR=0.0.0.0:9465 \
    BACKEND_MIGRATIONS_DIR=/usr/share/httvps/migrations
USER 10001:10001
WORKDIR /
EXPOSE 8080 9465

# What docker-compose.yml runs once: everything that the first day needs, made through the admin API.
FROM runtime AS setup
USER 0:0
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl jq openssl \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
    && install -d -o 10001 -g 10001 -m 0750 /etc/httvps /etc/httvps/tls /etc/httvps/gateway /var/lib/httvps-setup
COPY --chmod=0755 deploy/local/certificate.sh deploy/compose/setup.sh /usr/bin/
USER 10001:10001
ENTRYPOINT ["/usr/bin/setup.sh"]

FROM runtime AS backend
ARG VERSION=dev
ARG REVISION=unknown
ENV HTTVPS_REVISION=${REVISION}
ARG CREATED=1970-01-01T00:00:00Z
ARG BASE_IMAGE
LABEL org.opencontainers.image.title="httvps-backend" \
    org.opencontainers.image.description="The control plane of HTTVPS" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.created="${CREATED}" \
    org.opencontainers.image.base.name="${BASE_IMAGE}"
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/usr/bin/httvps-backend", "health"]
ENTRYPOINT ["/usr/bin/httvps-backend"]
CMD ["serve"]
