CREATE OR REPLACE FUNCTION count_usage(p_at timestamptz, p_epoch text, p_advances jsonb)
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
        least(sum(a.bytes_up), 9007199254740991), least(sum(a.bytes_down), 9007199254740991),
        least(sum(a.streams_opened), 9007199254740991)
    FROM jsonb_to_recordset(p_advances) AS a (
        session_id text, bytes_up bigint, bytes_down bigint, streams_opened bigint)
    JOIN sessions s ON s.id = a.session_id
    WHERE a.bytes_up + a.bytes_down + a.streams_opened > 0
    GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (bucket, device_id, node_id, gateway_id, region) DO UPDATE SET
        bytes_up = least(h.bytes_up + excluded.bytes_up, 9007199254740991),
        bytes_down = least(h.bytes_down + excluded.bytes_down, 9007199254740991),
        streams_opened = least(h.streams_opened + excluded.streams_opened, 9007199254740991);

    INSERT INTO subscription_usage AS u (subscription_id, period_start, bytes_used)
    SELECT b.id, w.period_start, least(sum(a.bytes_up + a.bytes_down), 9007199254740991)
    FROM jsonb_to_recordset(p_advances) AS a (session_id text, bytes_up bigint, bytes_down bigint)
    JOIN sessions s ON s.id = a.session_id
    JOIN subscriptions b ON b.id = s.subscription_id
    JOIN plans p ON p.id = b.plan_id
    CROSS JOIN LATERAL subscription_period(
        p.period, b.timezone, b.starts_at, b.ends_at, least(p_at, b.cancelled_at)) w
    WHERE a.bytes_up + a.bytes_down > 0
    GROUP BY 1, 2
    ON CONFLICT (subscription_id, period_start) DO UPDATE SET
        bytes_used = least(u.bytes_used + excluded.bytes_used, 9007199254740991);

    UPDATE sessions s SET bytes_up = least(s.bytes_up + a.bytes_up, 9007199254740991),
        bytes_down = least(s.bytes_down + a.bytes_down, 9007199254740991),
        streams_opened = least(s.streams_opened + a.streams_opened, 9007199254740991),
        last_report_at = p_at, updated_at = p_at,
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

CREATE OR REPLACE FUNCTION recount_usage(p_at timestamptz, p_subscription_ids text[])
RETURNS void LANGUAGE sql AS $$
    INSERT INTO subscription_usage AS u (subscription_id, period_start, bytes_used)
    SELECT s.id, s.period_start, least(coalesce(sum(h.bytes_up + h.bytes_down), 0), 9007199254740991)
    FROM subscriptions_at(p_at) s
    LEFT JOIN usage_hourly h ON h.user_id = s.user_id AND h.bucket >= date_trunc('hour', s.period_start, 'UTC')
    WHERE s.id = ANY (p_subscription_ids)
    GROUP BY s.id, s.period_start
    ON CONFLICT (subscription_id, period_start) DO UPDATE SET
        bytes_used = greatest(u.bytes_used, excluded.bytes_used)
$$;
