ALTER TABLE audit_events ADD COLUMN key_id text NOT NULL DEFAULT '', ADD COLUMN mac bytea NOT NULL DEFAULT '\x00';
ALTER TABLE audit_events ALTER COLUMN mac SET DEFAULT '\x';

CREATE TABLE audit_pending (
    position bigint PRIMARY KEY,
    event_id text NOT NULL
) WITH (fillfactor = 70);
INSERT INTO audit_pending (position, event_id) SELECT position, id FROM audit_events;

CREATE FUNCTION await_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_pending (position, event_id) VALUES (NEW.position, NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_events_await_seal AFTER INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION await_audit_seal();

CREATE TABLE audit_blocks (
    number bigint PRIMARY KEY,
    event_ids text[] NOT NULL,
    leaves bytea[] NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    key_id text NOT NULL,
    mac bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);
CREATE TRIGGER audit_blocks_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_blocks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE TABLE audit_head (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    number bigint NOT NULL,
    hash bytea NOT NULL,
    last_event_id text NOT NULL,
    key_id text NOT NULL,
    mac bytea NOT NULL
);
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
