CREATE TABLE sessions (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES users (id),
    device_id text NOT NULL REFERENCES devices (id),
    subscription_id text NOT NULL REFERENCES subscriptions (id),
    gateway_id text NOT NULL REFERENCES gateway_nodes (id),
    node_id text NOT NULL REFERENCES outline_nodes (id),
    region text NOT NULL,
    client_version text,
    bytes_up bigint NOT NULL DEFAULT 0,
    bytes_down bigint NOT NULL DEFAULT 0,
    streams_opened bigint NOT NULL DEFAULT 0,
    lease_bytes bigint,
    named_at timestamptz NOT NULL,
    first_named_at timestamptz,
    last_report_at timestamptz,
    revoked_at timestamptz,
    revoke_reason text,
    ended_at timestamptz,
    close_reason text,
    final_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
CREATE INDEX sessions_by_creation ON sessions (created_at, id);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at, id);
CREATE INDEX sessions_by_device ON sessions (device_id, created_at, id);
CREATE INDEX sessions_by_gateway ON sessions (gateway_id, created_at, id);
CREATE INDEX sessions_open_by_user ON sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_open_by_subscription ON sessions (subscription_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_open_by_node ON sessions (node_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_open_by_gateway ON sessions (gateway_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_leased_by_subscription ON sessions (subscription_id) WHERE lease_bytes > 0;
CREATE INDEX sessions_to_revoke ON sessions (gateway_id) WHERE revoked_at IS NOT NULL AND final_at IS NULL;
