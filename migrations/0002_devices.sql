CREATE TABLE devices (
    id text PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 1,
    user_id text NOT NULL REFERENCES users (id),
    name text NOT NULL,
    platform text,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'blocked')),
    enrolled_at timestamptz,
    last_seen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX devices_by_creation ON devices (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX devices_by_user ON devices (user_id, created_at, id) WHERE deleted_at IS NULL;
