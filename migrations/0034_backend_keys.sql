CREATE TABLE backend_keys (
    purpose text NOT NULL,
    id text NOT NULL,
    sealed bytea NOT NULL,
    root_id text NOT NULL,
    activates_at timestamptz NOT NULL,
    ends_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (purpose, id)
);
