CREATE TABLE administrators (
    id text PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 1,
    email text NOT NULL,
    name text,
    role text NOT NULL CHECK (role IN ('admin', 'support', 'read-only')),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'blocked')),
    password_hash text NOT NULL,
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE UNIQUE INDEX administrators_email_taken ON administrators (lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX administrators_by_creation ON administrators (created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE api_tokens (
    id text PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 1,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'support', 'read-only')),
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX api_tokens_by_creation ON api_tokens (created_at, id) WHERE deleted_at IS NULL;
