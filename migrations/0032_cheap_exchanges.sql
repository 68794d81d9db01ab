CREATE INDEX sessions_by_subscription ON sessions (subscription_id, created_at, id);
CREATE INDEX sessions_by_node ON sessions (node_id, created_at, id);

CREATE OR REPLACE FUNCTION moment_of(p_local timestamp, p_timezone text)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    later timestamptz := p_local AT TIME ZONE p_timezone;
    before timestamptz := later - interval '3 hours';
    earlier timestamptz;
BEGIN
    IF p_timezone = 'UTC' THEN
        RETURN later;
    END IF;
    earlier := (p_local - (before AT TIME ZONE p_timezone - before AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC';
    IF earlier < later AND earlier AT TIME ZONE p_timezone = p_local THEN
        RETURN earlier;
    END IF;
    RETURN later;
END
$$;

CREATE FUNCTION is_limited(p_at timestamptz, p_subscription_id text)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM 1 FROM subscriptions_at(p_at) a WHERE a.id = p_subscription_id AND a.status = 'limited';
    RETURN FOUND;
END
$$;

CREATE OR REPLACE FUNCTION session_refusals(p_at timestamptz)
RETURNS TABLE (session_id text, gateway_id text, user_id text, ended_at timestamptz, revoked_at timestamptz, reason text)
LANGUAGE sql STABLE AS $$
    SELECT s.id, s.gateway_id, s.user_id, s.ended_at, s.revoked_at, CASE
        WHEN u.deleted_at IS NOT NULL OR d.deleted_at IS NOT NULL THEN 'deleted'
        WHEN u.status = 'blocked' OR d.status = 'blocked' THEN 'blocked'
        WHEN g.deleted_at IS NOT NULL OR g.status = 'disabled' THEN 'revoked'
        WHEN b.deleted_at IS NOT NULL OR b.cancelled_at IS NOT NULL OR b.ends_at <= p_at OR b.starts_at > p_at
            THEN 'no_active_subscription'
        WHEN p.traffic_limit_bytes IS NULL THEN NULL
        WHEN p.traffic_limit_bytes > 0 AND NOT EXISTS (
            SELECT 1 FROM subscription_usage w
            WHERE w.subscription_id = b.id AND w.bytes_used >= p.traffic_limit_bytes) THEN NULL
        WHEN is_limited(p_at, b.id) THEN 'quota_exceeded'
    END
    FROM sessions s
    JOIN users u ON u.id = s.user_id
    JOIN devices d ON d.id = s.device_id
    JOIN gateway_nodes g ON g.id = s.gateway_id
    JOIN subscriptions b ON b.id = s.subscription_id
    JOIN plans p ON p.id = b.plan_id
$$;

CREATE OR REPLACE FUNCTION name_sessions(p_at timestamptz, p_gateway_id text, p_ids text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    expired text[];
BEGIN
    PERFORM 1 FROM sessions s WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id ORDER BY s.id FOR UPDATE;
    PERFORM expire_sessions(p_at, p_gateway_id);
    expired := ARRAY(
        SELECT s.id FROM sessions s
        WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id AND s.close_reason = 'lease_expired'
            AND s.final_at IS NULL AND s.revoked_at IS NULL);
    IF cardinality(expired) > 0 THEN
        UPDATE sessions s SET revoked_at = p_at, revoke_reason = r.reason, updated_at = p_at
        FROM session_refusals(p_at) r
        WHERE s.id = ANY (expired) AND r.session_id = ANY (expired) AND r.session_id = s.id AND r.reason IS NOT NULL;
        UPDATE sessions s SET ended_at = NULL, close_reason = NULL, updated_at = p_at
        WHERE s.id = ANY (expired) AND s.revoked_at IS NULL;
    END IF;
    UPDATE sessions s SET named_at = greatest(s.named_at, p_at), first_named_at = coalesce(s.first_named_at, p_at)
    WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id;
    PERFORM revoke_refused_sessions(p_at, p_gateway_id);
END
$$;

CREATE OR REPLACE FUNCTION renew_leases(p_at timestamptz, p_ids text[])
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    live record;
    lease bigint;
    ids text[] := '{}';
    leases bigint[] := '{}';
BEGIN
    FOR live IN
        SELECT s.id, s.subscription_id, s.lease_bytes, s.revoked_at, a.id AS running,
            a.traffic_limit_bytes - a.bytes_used AS bytes_left
        FROM sessions s
        LEFT JOIN LATERAL (SELECT * FROM subscriptions_at(p_at) b WHERE b.id = s.subscription_id) a ON true
        WHERE s.id = ANY (p_ids) AND s.ended_at IS NULL
        ORDER BY s.id
    LOOP
        lease := CASE
            WHEN live.revoked_at IS NOT NULL OR live.running IS NULL THEN 0
            WHEN live.bytes_left IS NULL THEN NULL
            ELSE lease_within(live.bytes_left - open_leases(p_at, live.subscription_id, live.id))
        END;
        IF live.lease_bytes IS DISTINCT FROM lease THEN
            UPDATE sessions SET lease_bytes = lease WHERE id = live.id;
        END IF;
        ids := array_append(ids, live.id);
        leases := array_append(leases, lease);
    END LOOP;
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'session_id', l.id, 'lease_bytes', l.bytes, 'lease_sec', 60) ORDER BY l.id), '[]')
        FROM unnest(ids, leases) AS l (id, bytes));
END
$$;
