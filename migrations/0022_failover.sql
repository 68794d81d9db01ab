CREATE FUNCTION allowed_regions(p_at timestamptz, p_device_id text, p_session_id text)
RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT p.regions
    FROM devices d
    JOIN subscriptions s ON s.user_id = d.user_id
    JOIN plans p ON p.id = s.plan_id
    LEFT JOIN sessions o ON o.id = p_session_id AND o.subscription_id = s.id
    WHERE d.id = p_device_id AND (o.id IS NOT NULL OR p_session_id IS NULL AND s.deleted_at IS NULL
        AND s.cancelled_at IS NULL AND s.starts_at <= p_at AND (s.ends_at IS NULL OR s.ends_at > p_at))
    ORDER BY s.starts_at DESC LIMIT 1
$$;

CREATE FUNCTION assign_node(
    p_at timestamptz, p_gateway_id text, p_gateway_hash bytea, p_device_id text, p_session_id text,
    p_region text, p_exclude text[], OUT refusal text, OUT nodes jsonb
) LANGUAGE plpgsql AS $$
DECLARE
    allowed text[];
    candidates text[];
    weights integer[];
    chosen text;
BEGIN
    PERFORM require_active_gateway(p_gateway_id, p_gateway_hash);
    PERFORM 1 FROM devices d WHERE d.id = p_device_id AND d.deleted_at IS NULL;
    IF NOT FOUND THEN
        refusal := 'device_not_found';
        RETURN;
    END IF;
    IF p_session_id IS NOT NULL THEN
        PERFORM 1 FROM sessions s WHERE s.id = p_session_id AND s.device_id = p_device_id
            AND s.gateway_id = p_gateway_id FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            refusal := 'session_not_found';
            RETURN;
        END IF;
    END IF;
    allowed := allowed_regions(p_at, p_device_id, p_session_id);
    SELECT e.nodes, e.weights INTO candidates, weights
    FROM eligible_nodes(p_at, allowed, p_region, p_gateway_id, p_exclude,
        CASE WHEN p_session_id IS NULL THEN '{}' ELSE ARRAY[p_session_id] END) e;
    IF candidates IS NULL THEN
        PERFORM 1 FROM outline_nodes n WHERE n.deleted_at IS NULL AND (allowed IS NULL OR n.region = ANY (allowed));
        refusal := CASE WHEN FOUND THEN 'no_healthy_outline_nodes' ELSE 'no_outline_nodes_available' END;
        RETURN;
    END IF;
    SELECT t.node_id INTO chosen FROM take_turn(p_at, candidates, weights) t WHERE t.place = 1;
    UPDATE sessions s SET node_id = n.id, region = n.region, updated_at = p_at
    FROM outline_nodes n WHERE s.id = p_session_id AND n.id = chosen;
    nodes := described_nodes(ARRAY[chosen]);
END
$$;

CREATE FUNCTION explain_assignment(
    p_at timestamptz, p_device_id text, p_session_id text, p_region text, p_exclude text[],
    OUT refusal text, OUT candidates jsonb
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    asking_gateway text;
    leaving text[] := '{}';
BEGIN
    PERFORM 1 FROM devices d WHERE d.id = p_device_id AND d.deleted_at IS NULL;
    IF NOT FOUND THEN
        refusal := 'device_not_found';
        RETURN;
    END IF;
    IF p_session_id IS NOT NULL THEN
        SELECT s.gateway_id INTO asking_gateway FROM sessions s WHERE s.id = p_session_id AND s.device_id = p_device_id;
        IF NOT FOUND THEN
            refusal := 'session_not_found';
            RETURN;
        END IF;
        leaving := ARRAY[p_session_id];
    END IF;
    WITH judged AS (
        SELECT * FROM node_candidates(
            p_at, allowed_regions(p_at, p_device_id, p_session_id), p_region, asking_gateway, p_exclude, leaving)
    ), eligible AS (
        SELECT array_agg(j.node_id ORDER BY j.node_id) AS ids, array_agg(j.weight ORDER BY j.node_id) AS weights
        FROM judged j WHERE j.removed_by IS NULL
    ), scored AS (
        SELECT w.id, w.weight + coalesce(r.standing[w.position], 0) AS score
        FROM eligible e
        LEFT JOIN assignment_rotations r ON r.set_key = rotation_key(e.ids, e.weights)
        CROSS JOIN LATERAL unnest(e.ids, e.weights) WITH ORDINALITY AS w (id, weight, position)
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'node_id', j.node_id, 'region', j.region, 'weight', j.weight, 'state', j.state,
        'eligible', j.removed_by IS NULL, 'removed_by', j.removed_by, 'score', s.score
    ) ORDER BY s.score DESC NULLS LAST, j.node_id), '[]')
    INTO candidates
    FROM judged j LEFT JOIN scored s ON s.id = j.node_id;
END
$$;
