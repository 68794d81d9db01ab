CREATE TABLE refresh_families (
    id text PRIMARY KEY,
    device_id text NOT NULL REFERENCES devices (id),
    revoked_at timestamptz,
    revoke_reason text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refresh_families_by_device ON refresh_families (device_id);

CREATE TABLE refresh_tokens (
    token_hash bytea PRIMARY KEY,
    family_id text NOT NULL REFERENCES refresh_families (id),
    parent_hash bytea REFERENCES refresh_tokens (token_hash),
    first_used_at timestamptz,
    first_issue text,
    last_issued_at timestamptz,
    last_issue text,
    used_successor bytea,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id);
