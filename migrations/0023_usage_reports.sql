CREATE FUNCTION usage_standing(
    p_at timestamptz, p_gateway_id text, p_gateway_hash bytea, p_epoch text, p_ids text[]
) RETURNS TABLE (session_id text, seq bigint, bytes_up bigint, bytes_down bigint, streams_opened bigint)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM require_gateway(p_gateway_id, p_gateway_hash);
    PERFORM 1 FROM users u WHERE u.id IN (
        SELECT s.user_id FROM sessions s WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id
    ) ORDER BY u.id FOR NO KEY UPDATE;
    PERFORM 1 FROM sessions s WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id ORDER BY s.id FOR UPDATE;
    RETURN QUERY
        SELECT s.id, m.seq, m.bytes_up, m.bytes_down, m.streams_opened
        FROM sessions s LEFT JOIN usage_marks m ON m.session_id = s.id AND m.epoch = p_epoch
        WHERE s.id = ANY (p_ids) AND s.gateway_id = p_gateway_id;
END
$$;

CREATE FUNCTION count_usage(p_at timestamptz, p_epoch text, p_advances jsonb)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO usage_marks AS m (session_id, epoch, seq, bytes_up, bytes_down, streams_opened)
    SELECT a.session_id, p_epoch, a.seq, a.mark_up, a.mark_down, a.mark_streams
    FROM jsonb_to_recordset(p_advances) AS a (
        session_id text, seq bigint, mark_up bigint, mark_down bigint, mark_streams bigint)
    ON CONFLICT (session_id, epoch) DO UPDATE SET seq = excluded.seq, bytes_up = excluded.bytes_up,
        bytes_down = excluded.bytes_down, streams_opened = excluded.streams_opened;

    INSERT INTO usage_hourly AS h
        (bucket, user_id, device_id, node_id, gateway_id, region, bytes_up, bytes_down, streams_opened)
    SELECT date_trunc('hour', p_at, 'UTC'), s.user_id, s.device_id, s.node_id, s.gateway_id, s.region,
        sum(a.bytes_up), sum(a.bytes_down), sum(a.streams_opened)
    FROM jsonb_to_recordset(p_advances) AS a (
        session_id text, bytes_up bigint, bytes_down bigint, streams_opened bigint)
    JOIN sessions s ON s.id = a.session_id
    WHERE a.bytes_up + a.bytes_down + a.streams_opened > 0
    GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (bucket, device_id, node_id, gateway_id, region) DO UPDATE SET
        bytes_up = h.bytes_up + excluded.bytes_up, bytes_down = h.bytes_down + excluded.bytes_down,
        streams_opened = h.streams_opened + excluded.streams_opened;

    INSERT INTO subscription_usage AS u (subscription_id, period_start, bytes_used)
    SELECT b.id, w.period_start, sum(a.bytes_up + a.bytes_down)
    FROM jsonb_to_recordset(p_advances) AS a (session_id text, bytes_up bigint, bytes_down bigint)
    JOIN sessions s ON s.id = a.session_id
    JOIN subscriptions b ON b.id = s.subscription_id
    JOIN plans p ON p.id = b.plan_id
    CROSS JOIN LATERAL subscription_period(
        p.period, b.timezone, b.starts_at, b.ends_at, least(p_at, b.cancelled_at)) w
    WHERE a.bytes_up + a.bytes_down > 0
    GROUP BY 1, 2
    ON CONFLICT (subscription_id, period_start) DO UPDATE SET bytes_used = u.bytes_used + excluded.bytes_used;

    UPDATE sessions s SET bytes_up = s.bytes_up + a.bytes_up, bytes_down = s.bytes_down + a.bytes_down,
        streams_opened = s.streams_opened + a.streams_opened, last_report_at = p_at, updated_at = p_at,
        lease_bytes = CASE WHEN a.final THEN 0 ELSE s.lease_bytes END,
        final_at = CASE WHEN a.final THEN coalesce(s.final_at, p_at) ELSE s.final_at END,
        close_reason = CASE WHEN a.final AND s.ended_at IS NULL
            THEN coalesce(s.revoke_reason, a.close_reason) ELSE s.close_reason END,
        ended_at = CASE WHEN a.final AND s.ended_at IS NULL
            THEN greatest(least(coalesce(a.ended_at, p_at), p_at), s.created_at) ELSE s.ended_at END
    FROM jsonb_to_recordset(p_advances) AS a (
        session_id text, bytes_up bigint, bytes_down bigint, streams_opened bigint, final boolean,
        ended_at timestamptz, close_reason text)
    WHERE s.id = a.session_id;
$$;

CREATE FUNCTION revoke_spent_subscriptions(p_at timestamptz, p_ids text[])
RETURNS void LANGUAGE sql AS $$
    UPDATE sessions s SET revoked_at = p_at, revoke_reason = 'quota_exceeded', updated_at = p_at
    WHERE s.ended_at IS NULL AND s.revoked_at IS NULL AND s.subscription_id IN (
        SELECT a.id FROM subscriptions_at(p_at) a
        WHERE a.status = 'limited'
            AND a.id IN (SELECT o.subscription_id FROM sessions o WHERE o.id = ANY (p_ids)))
$$;

CREATE FUNCTION renew_leases(p_at timestamptz, p_ids text[])
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

CREATE FUNCTION settle_usage(
    p_at timestamptz, p_gateway_id text, p_epoch text, p_named text[], p_advances jsonb,
    OUT revoke jsonb, OUT leases jsonb
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM name_sessions(p_at, p_gateway_id, p_named);
    PERFORM count_usage(p_at, p_epoch, p_advances);
    PERFORM revoke_spent_subscriptions(p_at, p_named);
    leases := renew_leases(p_at, p_named);
    revoke := sessions_to_revoke(p_at, p_gateway_id);
END
$$;
