CREATE TYPE admission AS (
    refusal text,
    user_id text,
    user_status text,
    family_id text,
    subscription_id text,
    expires_at timestamptz,
    max_sessions integer,
    max_streams integer,
    rate_bytes_per_sec bigint,
    regions text[],
    bytes_left bigint,
    replaced text[],
    nodes text[],
    weights integer[]
);

CREATE FUNCTION presented_device(
    p_at timestamptz, p_subject text, p_family_id text, p_refresh_hash bytea,
    OUT refusal text, OUT device_id text, OUT family_id text, OUT reused boolean
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    standing text;
BEGIN
    reused := false;
    IF p_refresh_hash IS NULL THEN
        SELECT f.device_id, f.id, CASE WHEN f.revoked_at IS NULL THEN 'good' ELSE 'revoked' END
        INTO device_id, family_id, standing
        FROM refresh_families f WHERE f.id = p_family_id AND f.device_id = p_subject;
    ELSE
        SELECT r.device_id, r.family_id, r.standing INTO device_id, family_id, standing
        FROM refresh_token_standing(p_at, p_refresh_hash) r;
        reused := standing = 'old';
    END IF;
    IF standing IS DISTINCT FROM 'good' THEN
        refusal := 'invalid_token';
    END IF;
END
$$;

CREATE FUNCTION judge_admission(
    p_at timestamptz, p_gateway_id text, p_device_id text, p_presented_device text, p_region text
) RETURNS admission LANGUAGE plpgsql AS $$
DECLARE
    verdict admission;
    device devices;
    subscription record;
    surplus bigint;
BEGIN
    IF p_presented_device <> p_device_id THEN
        verdict.refusal := 'device_mismatch';
        RETURN verdict;
    END IF;
    SELECT * INTO device FROM devices WHERE id = p_device_id AND deleted_at IS NULL;
    IF NOT FOUND THEN
        verdict.refusal := 'device_not_found';
        RETURN verdict;
    END IF;
    verdict.user_id := device.user_id;
    IF p_gateway_id IS NULL THEN
        SELECT status INTO verdict.user_status FROM users WHERE id = device.user_id AND deleted_at IS NULL;
    ELSE
        SELECT status INTO verdict.user_status FROM users WHERE id = device.user_id AND deleted_at IS NULL
        FOR NO KEY UPDATE;
        SELECT * INTO device FROM devices WHERE id = p_device_id AND deleted_at IS NULL;
    END IF;
    IF verdict.user_status IS NULL OR device.id IS NULL THEN
        verdict.refusal := 'device_not_found';
        RETURN verdict;
    END IF;
    IF verdict.user_status = 'blocked' OR device.status = 'blocked' THEN
        verdict.refusal := 'device_blocked';
        RETURN verdict;
    END IF;
    SELECT a.id, a.status, a.ends_at, a.traffic_limit_bytes - a.bytes_used AS bytes_left,
        p.max_sessions, p.max_streams, p.rate_bytes_per_sec, p.regions
    INTO subscription
    FROM subscriptions_at(p_at) a JOIN plans p ON p.id = a.plan_id
    WHERE a.user_id = device.user_id AND a.starts_at <= p_at AND (a.ends_at IS NULL OR a.ends_at > p_at)
        AND a.cancelled_at IS NULL
    ORDER BY a.starts_at DESC LIMIT 1;
    IF NOT FOUND THEN
        verdict.refusal := 'no_active_subscription';
        RETURN verdict;
    END IF;
    verdict.subscription_id := subscription.id;
    verdict.expires_at := subscription.ends_at;
    verdict.max_sessions := subscription.max_sessions;
    verdict.max_streams := subscription.max_streams;
    verdict.rate_bytes_per_sec := subscription.rate_bytes_per_sec;
    verdict.regions := subscription.regions;
    verdict.bytes_left := subscription.bytes_left;
    IF subscription.status = 'limited' THEN
        verdict.refusal := 'quota_exceeded';
        RETURN verdict;
    END IF;
    SELECT count(*) - subscription.max_sessions + 1 INTO surplus FROM sessions s
    WHERE s.user_id = device.user_id AND s.ended_at IS NULL AND s.named_at > p_at - interval '90 seconds';
    verdict.replaced := ARRAY(
        SELECT s.id FROM sessions s
        WHERE s.user_id = device.user_id AND s.device_id = p_device_id AND s.ended_at IS NULL
            AND s.named_at > p_at - interval '90 seconds'
        ORDER BY s.first_named_at IS NOT NULL, s.created_at, s.id LIMIT greatest(surplus, 0));
    IF cardinality(verdict.replaced) < surplus THEN
        verdict.refusal := 'session_limit';
        RETURN verdict;
    END IF;
    SELECT e.nodes, e.weights INTO verdict.nodes, verdict.weights
    FROM eligible_nodes(p_at, subscription.regions, p_region, p_gateway_id, '{}', verdict.replaced) e;
    IF verdict.nodes IS NULL THEN
        verdict.refusal := 'no_egress_available';
    END IF;
    RETURN verdict;
END
$$;

CREATE FUNCTION hinted_gateways(p_at timestamptz, p_regions text[], p_region text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('url', h.public_url, 'region', h.region) ORDER BY h.place), '[]')
    FROM (
        SELECT g.public_url, g.region, row_number() OVER (
            ORDER BY (g.region IS NOT DISTINCT FROM p_region) DESC, g.active_sessions NULLS FIRST, g.id) AS place
        FROM gateway_nodes g
        WHERE g.deleted_at IS NULL AND g.status = 'active'
            AND node_state(g.last_heartbeat_at, g.heartbeat_streak, p_at) = 'healthy'
            AND (p_regions IS NULL OR g.region = ANY (p_regions))
        ORDER BY place LIMIT 20
    ) h
$$;

CREATE FUNCTION admission_verdict(
    p_at timestamptz, p_device_id text, p_subject text, p_family_id text, p_refresh_hash bytea, p_region text,
    OUT refusal text, OUT user_id text, OUT expires_at timestamptz, OUT gateways jsonb
) LANGUAGE plpgsql AS $$
DECLARE
    presented record;
    verdict admission;
BEGIN
    SELECT * INTO presented FROM presented_device(p_at, p_subject, p_family_id, p_refresh_hash);
    refusal := presented.refusal;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    verdict := judge_admission(p_at, NULL, p_device_id, presented.device_id, p_region);
    refusal := verdict.refusal;
    user_id := verdict.user_id;
    expires_at := verdict.expires_at;
    gateways := hinted_gateways(p_at, verdict.regions, p_region);
END
$$;

CREATE FUNCTION open_session(
    p_at timestamptz, p_gateway_id text, p_gateway_hash bytea, p_session_id text, p_device_id text,
    p_subject text, p_family_id text, p_refresh_hash bytea, p_issue text, p_successor_hash bytea,
    p_region text, p_client_version text,
    OUT refusal text, OUT user_id text, OUT expires_at timestamptz, OUT max_sessions integer,
    OUT max_streams integer, OUT rate_bytes_per_sec bigint, OUT lease_bytes bigint, OUT nodes jsonb,
    OUT family_id text, OUT issue text, OUT issued_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    presented record;
    verdict admission;
    ranked text[];
    lease bigint;
BEGIN
    PERFORM require_active_gateway(p_gateway_id, p_gateway_hash);
    IF p_refresh_hash IS NOT NULL THEN
        PERFORM 1 FROM refresh_tokens t WHERE t.token_hash = p_refresh_hash FOR UPDATE;
    END IF;
    SELECT * INTO presented FROM presented_device(p_at, p_subject, p_family_id, p_refresh_hash);
    IF presented.reused THEN
        PERFORM revoke_refresh_family(p_at, presented.family_id, 'reused');
    END IF;
    refusal := presented.refusal;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    verdict := judge_admission(p_at, p_gateway_id, p_device_id, presented.device_id, p_region);
    refusal := verdict.refusal;
    user_id := verdict.user_id;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    expires_at := verdict.expires_at;
    max_sessions := verdict.max_sessions;
    max_streams := verdict.max_streams;
    rate_bytes_per_sec := verdict.rate_bytes_per_sec;
    family_id := presented.family_id;
    IF p_refresh_hash IS NOT NULL THEN
        SELECT r.issue, r.issued_at INTO issue, issued_at
        FROM rotate_refresh_token(p_at, p_refresh_hash, p_issue, p_successor_hash) r;
    END IF;
    UPDATE sessions s SET ended_at = p_at, close_reason = 'replaced', revoked_at = coalesce(s.revoked_at, p_at),
        revoke_reason = coalesce(s.revoke_reason, 'replaced'), updated_at = p_at
    WHERE s.id = ANY (verdict.replaced);
    IF verdict.bytes_left IS NOT NULL THEN
        lease := lease_within(verdict.bytes_left - open_leases(p_at, verdict.subscription_id, NULL));
    END IF;
    lease_bytes := lease;
    ranked := ARRAY(SELECT t.node_id FROM take_turn(p_at, verdict.nodes, verdict.weights) t ORDER BY t.place);
    nodes := described_nodes(ranked);
    INSERT INTO sessions (id, user_id, device_id, subscription_id, gateway_id, node_id, region, client_version,
        lease_bytes, named_at, created_at, updated_at)
    SELECT p_session_id, verdict.user_id, p_device_id, verdict.subscription_id, p_gateway_id, n.id, n.region,
        p_client_version, lease, p_at, p_at, p_at
    FROM outline_nodes n WHERE n.id = ranked[1];
    UPDATE devices d SET last_seen_at = p_at WHERE d.id = p_device_id;
END
$$;
