CREATE TABLE key_rotations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id text NOT NULL REFERENCES outline_nodes (id),
    number integer NOT NULL,
    step text NOT NULL CHECK (step IN ('create', 'canary', 'drain', 'delete', 'retire', 'done')),
    new_key_id text,
    old_key_id text,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    leased_until timestamptz,
    fence bigint NOT NULL DEFAULT 0,
    last_error text,
    flipped_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz NOT NULL,
    UNIQUE (node_id, number)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX key_rotations_running ON key_rotations (node_id) WHERE step <> 'done';
CREATE INDEX key_rotations_due ON key_rotations (due_at) WHERE step <> 'done';

ALTER TABLE outline_nodes ADD COLUMN keys_retired_at timestamptz;
CREATE INDEX outline_nodes_without_key ON outline_nodes (id)
    WHERE management_url_sealed IS NOT NULL AND password_sealed IS NULL AND deleted_at IS NULL;
CREATE INDEX outline_nodes_to_retire ON outline_nodes (id)
    WHERE management_url_sealed IS NOT NULL AND deleted_at IS NOT NULL AND keys_retired_at IS NULL;

ALTER TABLE sessions ADD COLUMN access_key_id text;

CREATE FUNCTION note_access_key()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT n.access_key_id INTO NEW.access_key_id FROM outline_nodes n WHERE n.id = NEW.node_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER sessions_note_access_key BEFORE INSERT OR UPDATE OF node_id ON sessions
    FOR EACH ROW EXECUTE FUNCTION note_access_key();

CREATE FUNCTION start_key_rotation(p_at timestamptz, p_node_id text)
RETURNS integer LANGUAGE sql AS $$
    INSERT INTO key_rotations (node_id, number, step, old_key_id, due_at, created_at)
    SELECT n.id, 1 + coalesce((SELECT max(r.number) FROM key_rotations r WHERE r.node_id = n.id), 0),
        CASE WHEN n.deleted_at IS NULL THEN 'create' ELSE 'retire' END, n.access_key_id, p_at, p_at
    FROM outline_nodes n
    WHERE n.id = p_node_id AND n.management_url_sealed IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING number
$$;

CREATE FUNCTION start_due_key_rotations(p_at timestamptz)
RETURNS void LANGUAGE sql AS $$
    SELECT start_key_rotation(p_at, n.id) FROM outline_nodes n
    WHERE n.management_url_sealed IS NOT NULL
        AND (n.deleted_at IS NULL AND n.password_sealed IS NULL
            OR n.deleted_at IS NOT NULL AND n.keys_retired_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM key_rotations r WHERE r.node_id = n.id AND r.step <> 'done')
$$;

CREATE FUNCTION claim_key_rotation(p_at timestamptz, p_lease_sec integer)
RETURNS TABLE (
    id bigint, node_id text, number integer, step text, new_key_id text, old_key_id text, attempts integer,
    fence bigint, flipped_at timestamptz, created_at timestamptz, deleted_at timestamptz,
    management_url_sealed bytea, management_url_key_id text, cert_sha256 text,
    host text, port integer, method text, password_sealed bytea, password_key_id text
) LANGUAGE sql AS $$
    WITH due AS (
        SELECT r.id FROM key_rotations r
        WHERE r.step <> 'done' AND r.due_at <= p_at AND (r.leased_until IS NULL OR r.leased_until <= p_at)
        ORDER BY r.due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE key_rotations r SET fence = r.fence + 1, leased_until = p_at + p_lease_sec * interval '1 second',
        attempts = r.attempts + 1, step = CASE WHEN n.deleted_at IS NULL THEN r.step ELSE 'retire' END
    FROM due, outline_nodes n
    WHERE r.id = due.id AND n.id = r.node_id
    RETURNING r.id, r.node_id, r.number, r.step, r.new_key_id, r.old_key_id, r.attempts, r.fence, r.flipped_at,
        r.created_at, n.deleted_at, n.management_url_sealed, n.management_url_key_id, n.cert_sha256,
        n.host, n.port, n.method, n.password_sealed, n.password_key_id
$$;

CREATE FUNCTION holders_of_key(p_at timestamptz, p_node_id text, p_key_id text)
RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM sessions s
    WHERE s.node_id = p_node_id AND s.access_key_id = p_key_id AND s.ended_at IS NULL
        AND s.named_at > p_at - interval '90 seconds'
$$;
