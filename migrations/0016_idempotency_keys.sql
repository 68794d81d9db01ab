CREATE TABLE idempotency_keys (
    owner_id text NOT NULL,
    path text NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    status integer,
    content_type text,
    location text,
    etag text,
    body bytea,
    body_key_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner_id, path, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
