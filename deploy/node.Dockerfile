ARG BASE_IMAGE=debian:bookworm-slim

FROM ${BASE_IMAGE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates shadowsocks-libev \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
    && cp /usr/bin/ss-server /usr/bin/ss-server.plain && mv /usr/bin/ss-server.plain /usr/bin/ss-server
COPY --chmod=0755 deploy/compose/node.sh /usr/bin/node.sh
COPY --chmod=0644 deploy/compose/private.acl /etc/shadowsocks-libev/private.acl
USER 10002:10002
WORKDIR /
EXPOSE 8388/tcp 8388/udp
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="httvps-node" \
    org.opencontainers.image.description="A Shadowsocks node for HTTVPS, of Debian's shadowsocks-libev" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/node.sh"]
