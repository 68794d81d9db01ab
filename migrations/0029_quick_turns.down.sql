CREATE OR REPLACE FUNCTION node_candidates(
    p_at timestamptz, p_plan_regions text[], p_region text, p_gateway_id text, p_exclude text[], p_leaving text[]
) RETURNS TABLE (node_id text, region text, weight integer, state text, capacity bigint, removed_by text)
LANGUAGE sql STABLE AS $$
    WITH known AS (
        SELECT n.*, node_state(n.last_heartbeat_at, n.heartbeat_streak, p_at) AS current_state
        FROM outline_nodes n WHERE n.deleted_at IS NULL
    ), judged AS (
        SELECT n.id, n.region, n.weight, n.current_state, n.capacity, CASE
            WHEN n.region <> ALL (p_plan_regions) THEN 'plan_regions'
            WHEN n.id = ANY (p_exclude) THEN 'excluded'
            WHEN n.status <> 'active' THEN 'status_' || n.status
            WHEN n.current_state NOT IN ('new', 'healthy') THEN 'state_' || n.current_state
            WHEN e.failures >= 3 AND e.last_failed_at > p_at - interval '30 seconds' THEN 'unreachable'
            WHEN n.host IS NULL OR n.password_sealed IS NULL THEN 'no_key'
            WHEN n.capacity <= (
                SELECT count(*) FROM sessions s
                WHERE s.node_id = n.id AND s.ended_at IS NULL AND s.named_at > p_at - interval '90 seconds'
                    AND s.id <> ALL (p_leaving)
            ) THEN 'capacity'
        END AS reason
        FROM known n
        LEFT JOIN gateway_egress e ON e.gateway_id = p_gateway_id AND e.node_id = n.id
    )
    SELECT j.id, j.region, j.weight, j.current_state, j.capacity,
        CASE WHEN j.region <> p_region
            AND EXISTS (SELECT 1 FROM judged k WHERE k.region = p_region AND k.reason IS NULL)
        THEN 'region' ELSE j.reason END
    FROM judged j
$$;
DROP FUNCTION wait_for_commits();
DROP FUNCTION commit_without_waiting();
ALTER TABLE assignment_rotations RESET (vacuum_truncate);
