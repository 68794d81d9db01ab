CREATE FUNCTION note_egress(p_at timestamptz, p_gateway_id text, p_egress jsonb)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO gateway_egress AS g (gateway_id, node_id, failures, last_failed_at)
    SELECT p_gateway_id, n.id, CASE WHEN e.ok THEN 0 ELSE 1 END, CASE WHEN e.ok THEN NULL ELSE p_at END
    FROM (
        SELECT DISTINCT ON (r.node_id) r.node_id, r.ok
        FROM jsonb_to_recordset(p_egress) AS r (node_id text, ok boolean) ORDER BY r.node_id, r.ok
    ) e
    JOIN outline_nodes n ON n.id = e.node_id AND n.deleted_at IS NULL
    ORDER BY n.id
    ON CONFLICT (gateway_id, node_id) DO UPDATE SET
        failures = CASE WHEN excluded.failures = 0 THEN 0 ELSE g.failures + 1 END,
        last_failed_at = excluded.last_failed_at
$$;

CREATE FUNCTION gateway_heartbeat(
    p_at timestamptz, p_gateway_id text, p_gateway_hash bytea, p_epoch text, p_active_sessions bigint,
    p_cpu_load double precision, p_mem_load double precision, p_last_error text, p_version text,
    p_sessions text[], p_egress jsonb, OUT state text, OUT drain boolean, OUT revoke jsonb
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM require_gateway(p_gateway_id, p_gateway_hash);
    PERFORM name_sessions(p_at, p_gateway_id, p_sessions);
    UPDATE gateway_nodes g SET
        heartbeat_streak = node_streak_with_heartbeat(g.last_heartbeat_at, g.heartbeat_streak, p_at),
        last_heartbeat_at = greatest(g.last_heartbeat_at, p_at), epoch = p_epoch,
        active_sessions = p_active_sessions, cpu_load = p_cpu_load, mem_load = p_mem_load,
        last_error = p_last_error, version = coalesce(p_version, g.version)
    WHERE g.id = p_gateway_id
    RETURNING node_state(g.last_heartbeat_at, g.heartbeat_streak, p_at), g.status <> 'active' INTO state, drain;
    PERFORM note_egress(p_at, p_gateway_id, p_egress);
    revoke := sessions_to_revoke(p_at, p_gateway_id);
END
$$;

CREATE FUNCTION outline_heartbeat(
    p_at timestamptz, p_node_id text, p_by_agent boolean, p_epoch text, p_active_sessions bigint,
    p_cpu_load double precision, p_mem_load double precision, p_last_error text, p_version text,
    OUT refusal text, OUT state text, OUT drain boolean
) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outline_nodes n SET
        heartbeat_streak = node_streak_with_heartbeat(n.last_heartbeat_at, n.heartbeat_streak, p_at),
        last_heartbeat_at = greatest(n.last_heartbeat_at, p_at), epoch = p_epoch,
        active_sessions = p_active_sessions, cpu_load = p_cpu_load, mem_load = p_mem_load,
        last_error = p_last_error, version = coalesce(p_version, n.version)
    WHERE n.id = p_node_id AND n.deleted_at IS NULL AND NOT (p_by_agent AND n.status = 'disabled')
    RETURNING node_state(n.last_heartbeat_at, n.heartbeat_streak, p_at), n.status <> 'active' INTO state, drain;
    IF NOT FOUND THEN
        refusal := CASE WHEN p_by_agent THEN 'node_disabled' ELSE 'outline_node_not_found' END;
    END IF;
END
$$;
