CREATE FUNCTION node_state(last_heartbeat_at timestamptz, heartbeat_streak integer, at timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN last_heartbeat_at IS NULL THEN 'new'
        WHEN at - last_heartbeat_at >= interval '45 seconds' THEN 'down'
        WHEN at - last_heartbeat_at >= interval '25 seconds' THEN 'suspect'
        WHEN heartbeat_streak < 3 THEN 'probation'
        ELSE 'healthy'
    END
$$;

CREATE FUNCTION node_streak_with_heartbeat(last_heartbeat_at timestamptz, heartbeat_streak integer, at timestamptz)
RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN last_heartbeat_at IS NULL THEN 3
        WHEN at - last_heartbeat_at >= interval '45 seconds' THEN 1
        ELSE least(heartbeat_streak + 1, 3)
    END
$$;
