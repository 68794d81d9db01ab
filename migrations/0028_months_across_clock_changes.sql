CREATE FUNCTION moment_of(p_local timestamp, p_timezone text)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN earlier.moment < later.moment AND earlier.moment AT TIME ZONE p_timezone = p_local
        THEN earlier.moment ELSE later.moment END
    FROM (SELECT p_local AT TIME ZONE p_timezone AS moment) later
    CROSS JOIN LATERAL (
        SELECT (p_local - ((later.moment - interval '3 hours') AT TIME ZONE p_timezone
            - (later.moment - interval '3 hours') AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC' AS moment
    ) earlier
$$;

CREATE OR REPLACE FUNCTION subscription_period(
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
            period_start := moment_of(first_local + make_interval(months => steps), timezone);
            EXIT WHEN steps <= 0 OR period_start <= moment;
            steps := steps - 1;
        END LOOP;
        IF steps = 0 THEN
            period_start := starts_at;
        END IF;
        period_end := moment_of(first_local + make_interval(months => steps + 1), timezone);
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
