CREATE TABLE subscriptions (
    id text PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 1,
    user_id text NOT NULL REFERENCES users (id),
    plan_id text NOT NULL REFERENCES plans (id),
    timezone text NOT NULL DEFAULT 'UTC',
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    cancelled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CHECK (ends_at IS NULL OR ends_at > starts_at)
);
CREATE INDEX subscriptions_by_creation ON subscriptions (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX subscriptions_by_user ON subscriptions (user_id, starts_at) WHERE deleted_at IS NULL;
CREATE INDEX subscriptions_by_plan ON subscriptions (plan_id) WHERE deleted_at IS NULL;
