CREATE TABLE assignment_rotations (
    set_key text PRIMARY KEY,
    standing bigint[] NOT NULL,
    chosen integer NOT NULL,
    turned_at timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION smooth_turn(
    p_standing bigint[], p_weights integer[], OUT standing bigint[], OUT chosen integer
) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    total bigint := 0;
BEGIN
    standing := p_standing;
    chosen := 1;
    FOR i IN 1 .. cardinality(p_weights) LOOP
        standing[i] := standing[i] + p_weights[i];
        total := total + p_weights[i];
        IF standing[i] > standing[chosen] THEN
            chosen := i;
        END IF;
    END LOOP;
    standing[chosen] := standing[chosen] - total;
END
$$;

CREATE FUNCTION rotation_key(p_nodes text[], p_weights integer[])
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT md5(array_to_string(p_nodes, ',') || ';' || array_to_string(p_weights, ','))
$$;

CREATE FUNCTION take_turn(p_at timestamptz, p_nodes text[], p_weights integer[])
RETURNS TABLE (node_id text, place bigint) LANGUAGE plpgsql AS $$
DECLARE
    turn assignment_rotations;
BEGIN
    INSERT INTO assignment_rotations AS r (set_key, standing, chosen, turned_at)
    SELECT rotation_key(p_nodes, p_weights), t.standing, t.chosen, p_at
    FROM smooth_turn(array_fill(0::bigint, ARRAY[cardinality(p_nodes)]), p_weights) t
    ON CONFLICT (set_key) DO UPDATE SET
        (standing, chosen) = (SELECT t.standing, t.chosen FROM smooth_turn(r.standing, p_weights) t),
        turned_at = excluded.turned_at
    RETURNING * INTO turn;
    RETURN QUERY
        SELECT n.id, row_number() OVER (ORDER BY (n.position = turn.chosen) DESC, n.score DESC, n.id)
        FROM unnest(p_nodes, turn.standing) WITH ORDINALITY AS n (id, score, position)
        ORDER BY 2 LIMIT 5;
END
$$;

CREATE FUNCTION node_candidates(
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

CREATE FUNCTION eligible_nodes(
    p_at timestamptz, p_plan_regions text[], p_region text, p_gateway_id text, p_exclude text[], p_leaving text[],
    OUT nodes text[], OUT weights integer[]
) LANGUAGE plpgsql AS $$
DECLARE
    limited text[];
BEGIN
    SELECT array_agg(c.node_id ORDER BY c.node_id), array_agg(c.weight ORDER BY c.node_id),
        array_agg(c.node_id) FILTER (WHERE c.capacity IS NOT NULL)
    INTO nodes, weights, limited
    FROM node_candidates(p_at, p_plan_regions, p_region, p_gateway_id, p_exclude, p_leaving) c
    WHERE c.removed_by IS NULL;
    IF limited IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM outline_nodes n WHERE n.id = ANY (limited) ORDER BY n.id FOR NO KEY UPDATE;
    SELECT array_agg(c.node_id ORDER BY c.node_id), array_agg(c.weight ORDER BY c.node_id)
    INTO nodes, weights
    FROM node_candidates(p_at, p_plan_regions, p_region, p_gateway_id, p_exclude, p_leaving) c
    WHERE c.removed_by IS NULL;
END
$$;

CREATE FUNCTION described_nodes(p_nodes text[])
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'node_id', n.id, 'host', n.host, 'port', n.port, 'method', n.method,
        'sealed', encode(n.password_sealed, 'base64'), 'key_id', n.password_key_id, 'prefix', n.prefix,
        'half_close', n.half_close, 'region', n.region, 'weight', n.weight, 'access_key_id', n.access_key_id
    ) ORDER BY w.place), '[]')
    FROM unnest(p_nodes) WITH ORDINALITY AS w (id, place) JOIN outline_nodes n ON n.id = w.id
$$;
