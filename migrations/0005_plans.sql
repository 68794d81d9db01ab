CREATE TABLE plans (
    id text PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 1,
    code text NOT NULL,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
    period text NOT NULL CHECK (period IN ('none', 'calendar_month', 'rolling_30d')),
    max_devices integer NOT NULL CHECK (max_devices BETWEEN 1 AND 10000),
    max_sessions integer NOT NULL CHECK (max_sessions BETWEEN 1 AND 10000),
    max_streams integer NOT NULL CHECK (max_streams BETWEEN 1 AND 65535),
    traffic_limit_bytes bigint CHECK (traffic_limit_bytes >= 0),
    rate_bytes_per_sec bigint CHECK (rate_bytes_per_sec >= 1),
    regions text[] CHECK (cardinality(regions) BETWEEN 1 AND 100),
    price_micros bigint CHECK (price_micros >= 0),
    currency text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CHECK ((price_micros IS NULL) = (currency IS NULL))
);
CREATE UNIQUE INDEX plans_code_taken ON plans (code) WHERE deleted_at IS NULL;
CREATE INDEX plans_by_creation ON plans (created_at, id) WHERE deleted_at IS NULL;
