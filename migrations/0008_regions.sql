CREATE TABLE regions (
    row_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL,
    revision bigint NOT NULL DEFAULT 1,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE UNIQUE INDEX regions_code_taken ON regions (code) WHERE deleted_at IS NULL;
CREATE INDEX regions_by_creation ON regions (created_at, code) WHERE deleted_at IS NULL;
