CREATE TABLE subscription_usage (
    subscription_id text NOT NULL REFERENCES subscriptions (id),
    period_start timestamptz NOT NULL,
    bytes_used bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (subscription_id, period_start)
) WITH (fillfactor = 70);

CREATE FUNCTION subscription_period(
    period text, timezone text, starts_at timestamptz, ends_at timestamptz, at timestamptz,
    OUT period_start timestamptz, OUT period_end timestamptz
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    moment timestamptz := greatest(least(at, ends_at - interval '1 microsecond'), starts_at);
    first_local timestamp := starts_at AT TIME ZONE timezone;
    moment_local timestamp := moment AT TIME ZONE timezone;
    steps integer;
BEGIN
    IF period = 'calendar_month' THEN
        steps := (extract(year FROM moment_local) - extract(year FROM first_local)) * 12
            + extract(month FROM moment_local) - extract(month FROM first_local) + 1;
        LOOP
            period_start := (first_local + make_interval(months => steps)) AT TIME ZONE timezone;
            EXIT WHEN steps <= 0 OR period_start <= moment;
            steps := steps - 1;
        END LOOP;
        IF steps = 0 THEN
            period_start := starts_at;
        END IF;
        period_end := (first_local + make_interval(months => steps + 1)) AT TIME ZONE timezone;
    ELSIF period = 'rolling_30d' THEN
        steps := floor(extract(epoch FROM moment - starts_at) / 2592000);
        period_start := starts_at + steps * interval '720 hours';
        period_end := period_start + interval '720 hours';
    ELSE
        period_start := starts_at;
        period_end := ends_at;
    END IF;
    period_end := least(period_end, ends_at);
END
$$;

CREATE FUNCTION subscriptions_at(at timestamptz)
RETURNS TABLE (
    id text, revision bigint, user_id text, plan_id text, timezone text, starts_at timestamptz, ends_at timestamptz,
    cancelled_at timestamptz, created_at timestamptz, updated_at timestamptz, status text,
    period_start timestamptz, period_end timestamptz, bytes_used bigint, traffic_limit_bytes bigint
) LANGUAGE sql STABLE AS $$
    SELECT s.id, s.revision, s.user_id, s.plan_id, s.timezone, s.starts_at, s.ends_at,
        s.cancelled_at, s.created_at, s.updated_at,
        CASE
            WHEN s.cancelled_at IS NOT NULL THEN 'cancelled'
            WHEN s.ends_at <= at THEN 'expired'
            WHEN s.starts_at > at THEN 'scheduled'
            WHEN coalesce(u.bytes_used, 0) >= p.traffic_limit_bytes THEN 'limited'
            ELSE 'active'
        END,
        w.period_start, w.period_end, coalesce(u.bytes_used, 0), p.traffic_limit_bytes
    FROM subscriptions s
    JOIN plans p ON p.id = s.plan_id
    CROSS JOIN LATERAL subscription_period(
        p.period, s.timezone, s.starts_at, s.ends_at, least(at, s.cancelled_at)) w
    LEFT JOIN subscription_usage u ON u.subscription_id = s.id AND u.period_start = w.period_start
    WHERE s.deleted_at IS NULL
$$;
