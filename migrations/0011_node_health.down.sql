DROP FUNCTION node_streak_with_heartbeat(timestamptz, integer, timestamptz);
DROP FUNCTION node_state(timestamptz, integer, timestamptz);
