CREATE TABLE enrollment_codes (
    code_hash bytea PRIMARY KEY,
    device_id text NOT NULL REFERENCES devices (id),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX enrollment_codes_by_device ON enrollment_codes (device_id);
