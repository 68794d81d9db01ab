CREATE OR REPLACE FUNCTION renew_leases(p_at timestamptz, p_ids text[])
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    live record;
    lease bigint;
    answer jsonb := '[]';
BEGIN
    FOR live IN
        SELECT s.id, s.subscription_id, s.revoked_at, a.id AS running,
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
        UPDATE sessions SET lease_bytes = lease WHERE id = live.id AND lease_bytes IS DISTINCT FROM lease;
        answer := answer || jsonb_build_object('session_id', live.id, 'lease_bytes', lease, 'lease_sec', 60);
    END LOOP;
    RETURN answer;
END
$$;

CREATE OR REPLACE FUNCTION name_sessions(p_at timestamptz, p_gateway_id text, p_ids text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM sessions s WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id ORDER BY s.id FOR UPDATE;
    PERFORM expire_sessions(p_at, p_gateway_id);
    UPDATE sessions s SET revoked_at = p_at, revoke_reason = r.reason, updated_at = p_at
    FROM session_refusals(p_at) r
    WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id AND s.close_reason = 'lease_expired'
        AND s.final_at IS NULL AND s.revoked_at IS NULL AND r.session_id = s.id AND r.reason IS NOT NULL;
    UPDATE sessions s SET ended_at = NULL, close_reason = NULL, updated_at = p_at
    WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id AND s.close_reason = 'lease_expired'
        AND s.final_at IS NULL AND s.revoked_at IS NULL;
    UPDATE sessions s SET named_at = greatest(s.named_at, p_at), first_named_at = coalesce(s.first_named_at, p_at)
    WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id;
    PERFORM revoke_refused_sessions(p_at, p_gateway_id);
END
$$;

CREATE OR REPLACE FUNCTION session_refusals(p_at timestamptz)
RETURNS TABLE (session_id text, gateway_id text, user_id text, ended_at timestamptz, revoked_at timestamptz, reason text)
LANGUAGE sql STABLE AS $$
    SELECT s.id, s.gateway_id, s.user_id, s.ended_at, s.revoked_at, CASE
        WHEN u.deleted_at IS NOT NULL OR d.deleted_at IS NOT NULL THEN 'deleted'
        WHEN u.status = 'blocked' OR d.status = 'blocked' THEN 'blocked'
        WHEN g.deleted_at IS NOT NULL OR g.status = 'disabled' THEN 'revoked'
        WHEN a.status = 'limited' THEN 'quota_exceeded'
        WHEN a.status IS DISTINCT FROM 'active' THEN 'no_active_subscription'
    END
    FROM sessions s
    JOIN users u ON u.id = s.user_id
    JOIN devices d ON d.id = s.device_id
    JOIN gateway_nodes g ON g.id = s.gateway_id
    LEFT JOIN LATERAL (SELECT b.status FROM subscriptions_at(p_at) b WHERE b.id = s.subscription_id) a ON true
$$;

DROP FUNCTION is_limited(timestamptz, text);

CREATE OR REPLACE FUNCTION moment_of(p_local timestamp, p_timezone text)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN earlier.moment < later.moment AND earlier.moment AT TIME ZONE p_timezone = p_local
        THEN earlier.moment ELSE later.moment END
    FROM (SELECT p_local AT TIME ZONE p_timezone AS moment) later
    CROSS JOIN LATERAL (
        SELECT (p_local - ((later.moment - interval '3 hours') AT TIME ZONE p_timezone
            - (later.moment - interval '3 hours') AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC' AS moment
    ) earlier
$$;

DROP INDEX sessions_by_node;
DROP INDEX sessions_by_subscription;
