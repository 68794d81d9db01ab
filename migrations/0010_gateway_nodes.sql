CREATE TABLE gateway_nodes (
    id text PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 1,
    token_hash bytea NOT NULL UNIQUE,
    name text NOT NULL,
    region text NOT NULL,
    public_url text NOT NULL,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'draining', 'maintenance', 'disabled')),
    last_heartbeat_at timestamptz,
    heartbeat_streak integer NOT NULL DEFAULT 0,
    epoch text,
    active_sessions bigint,
    cpu_load double precision,
    mem_load double precision,
    last_error text,
    version text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX gateway_nodes_by_creation ON gateway_nodes (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX gateway_nodes_by_region ON gateway_nodes (region) WHERE deleted_at IS NULL;

CREATE TABLE gateway_egress (
    gateway_id text NOT NULL REFERENCES gateway_nodes (id),
    node_id text NOT NULL REFERENCES outline_nodes (id),
    failures integer NOT NULL DEFAULT 0,
    last_failed_at timestamptz,
    PRIMARY KEY (gateway_id, node_id)
) WITH (fillfactor = 70);
