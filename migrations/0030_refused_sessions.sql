CREATE FUNCTION revoke_refused_among(p_at timestamptz, p_ids text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM sessions s WHERE s.id = ANY (p_ids) ORDER BY s.id FOR UPDATE;
    UPDATE sessions s SET revoked_at = p_at, revoke_reason = r.reason, updated_at = p_at
    FROM session_refusals(p_at) r
    WHERE s.id = ANY (p_ids) AND r.session_id = s.id AND s.ended_at IS NULL AND s.revoked_at IS NULL
        AND r.reason IS NOT NULL;
END
$$;

CREATE FUNCTION recount_usage(p_at timestamptz, p_subscription_ids text[])
RETURNS void LANGUAGE sql AS $$
    INSERT INTO subscription_usage AS u (subscription_id, period_start, bytes_used)
    SELECT s.id, s.period_start, coalesce(sum(h.bytes_up + h.bytes_down), 0)
    FROM subscriptions_at(p_at) s
    LEFT JOIN usage_hourly h ON h.user_id = s.user_id AND h.bucket >= date_trunc('hour', s.period_start, 'UTC')
    WHERE s.id = ANY (p_subscription_ids)
    GROUP BY s.id, s.period_start
    ON CONFLICT (subscription_id, period_start) DO UPDATE SET
        bytes_used = greatest(u.bytes_used, excluded.bytes_used)
$$;
