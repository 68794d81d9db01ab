CREATE TABLE audit_events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    actor_kind text NOT NULL
        CHECK (actor_kind IN ('administrator', 'api_token', 'device', 'gateway', 'node', 'cli')),
    actor_id text,
    actor_name text,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id text,
    before jsonb,
    after jsonb,
    request_id text,
    trace_id text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_events_by_creation ON audit_events (created_at, id);
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, created_at, id);
CREATE INDEX audit_events_by_object ON audit_events (object_id, created_at, id);
CREATE INDEX audit_events_by_request ON audit_events (request_id, created_at, id);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
