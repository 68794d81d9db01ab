CREATE TABLE usage_marks (
    session_id text NOT NULL REFERENCES sessions (id),
    epoch text NOT NULL,
    seq bigint NOT NULL,
    bytes_up bigint NOT NULL,
    bytes_down bigint NOT NULL,
    streams_opened bigint NOT NULL,
    PRIMARY KEY (session_id, epoch)
) WITH (fillfactor = 70);

CREATE TABLE usage_hourly (
    bucket timestamptz NOT NULL,
    user_id text NOT NULL,
    device_id text NOT NULL,
    node_id text NOT NULL,
    gateway_id text NOT NULL,
    region text NOT NULL,
    bytes_up bigint NOT NULL DEFAULT 0,
    bytes_down bigint NOT NULL DEFAULT 0,
    streams_opened bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, device_id, node_id, gateway_id, region)
) WITH (fillfactor = 70);
CREATE INDEX usage_hourly_by_user ON usage_hourly (user_id, bucket);
CREATE INDEX usage_hourly_by_device ON usage_hourly (device_id, bucket);
CREATE INDEX usage_hourly_by_node ON usage_hourly (node_id, bucket);
CREATE INDEX usage_hourly_by_gateway ON usage_hourly (gateway_id, bucket);
CREATE INDEX usage_hourly_by_region ON usage_hourly (region, bucket);
