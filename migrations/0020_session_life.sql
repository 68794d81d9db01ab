CREATE FUNCTION session_refusals(p_at timestamptz)
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

CREATE FUNCTION revoke_refused_sessions(p_at timestamptz, p_gateway_id text)
RETURNS void LANGUAGE sql AS $$
    WITH refused AS MATERIALIZED (
        SELECT r.session_id, r.reason FROM session_refusals(p_at) r
        WHERE r.ended_at IS NULL AND r.revoked_at IS NULL AND r.reason IS NOT NULL
            AND (p_gateway_id IS NULL OR r.gateway_id = p_gateway_id)
    ), locked AS MATERIALIZED (
        SELECT s.id FROM sessions s WHERE s.id IN (SELECT session_id FROM refused) ORDER BY s.id FOR UPDATE SKIP LOCKED
    )
    UPDATE sessions s SET revoked_at = p_at, revoke_reason = r.reason, updated_at = p_at
    FROM refused r, locked l
    WHERE r.session_id = l.id AND s.id = l.id AND s.ended_at IS NULL AND s.revoked_at IS NULL
$$;

CREATE FUNCTION expire_sessions(p_at timestamptz, p_gateway_id text)
RETURNS void LANGUAGE sql AS $$
    WITH silent AS MATERIALIZED (
        SELECT s.id FROM sessions s
        WHERE s.ended_at IS NULL AND s.named_at <= p_at - interval '90 seconds'
            AND (p_gateway_id IS NULL OR s.gateway_id = p_gateway_id)
        ORDER BY s.id FOR UPDATE SKIP LOCKED
    )
    UPDATE sessions s SET ended_at = p_at, close_reason = coalesce(s.revoke_reason, 'lease_expired'), updated_at = p_at
    FROM silent WHERE s.id = silent.id
$$;

CREATE FUNCTION name_sessions(p_at timestamptz, p_gateway_id text, p_ids text[])
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

CREATE FUNCTION sessions_to_revoke(p_at timestamptz, p_gateway_id text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('session_id', s.id, 'reason', s.revoke_reason) ORDER BY s.id), '[]')
    FROM sessions s
    WHERE s.gateway_id = p_gateway_id AND s.revoked_at IS NOT NULL AND s.final_at IS NULL
        AND s.named_at > p_at - interval '90 seconds'
$$;

CREATE FUNCTION open_leases(p_at timestamptz, p_subscription_id text, p_beside text)
RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(s.lease_bytes), 0)::bigint FROM sessions s
    WHERE s.subscription_id = p_subscription_id AND s.lease_bytes > 0 AND s.id IS DISTINCT FROM p_beside
        AND (s.ended_at IS NULL OR s.ended_at > p_at - interval '60 seconds')
$$;

CREATE FUNCTION lease_within(p_left bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_left <= 0 THEN 0
        WHEN p_left <= 65536 THEN p_left
        ELSE least(p_left / 2, 67108864)
    END
$$;

CREATE FUNCTION sweep_sessions(p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM expire_sessions(p_at, NULL);
    PERFORM revoke_refused_sessions(p_at, NULL);
    UPDATE sessions SET lease_bytes = 0 WHERE id IN (
        SELECT s.id FROM sessions s WHERE s.lease_bytes > 0 AND s.ended_at <= p_at - interval '60 seconds'
        FOR UPDATE SKIP LOCKED);
    DELETE FROM assignment_rotations WHERE turned_at < p_at - interval '1 day';
END
$$;
