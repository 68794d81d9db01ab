CREATE OR REPLACE FUNCTION rotate_refresh_token(
    p_at timestamptz, p_token_hash bytea, p_issue text, p_successor_hash bytea,
    OUT issue text, OUT issued_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    token refresh_tokens;
BEGIN
    SELECT * INTO token FROM refresh_tokens WHERE token_hash = p_token_hash FOR UPDATE;
    IF token.first_used_at IS NOT NULL AND p_at - token.first_used_at <= interval '10 seconds' THEN
        issue := token.first_issue;
        issued_at := token.first_used_at;
        RETURN;
    END IF;
    IF token.last_issued_at IS NOT NULL AND p_at - token.last_issued_at <= interval '10 seconds' THEN
        issue := token.last_issue;
        issued_at := token.last_issued_at;
        RETURN;
    END IF;
    UPDATE refresh_tokens SET used_successor = p_token_hash
    WHERE token_hash = token.parent_hash AND (used_successor IS NULL OR used_successor = p_token_hash);
    IF NOT FOUND AND token.parent_hash IS NOT NULL THEN
        RAISE EXCEPTION 'another successor was used at the same time' USING ERRCODE = 'serialization_failure';
    END IF;
    issue := p_issue;
    issued_at := p_at;
    INSERT INTO refresh_tokens (token_hash, family_id, parent_hash, created_at)
    VALUES (p_successor_hash, token.family_id, p_token_hash, p_at);
    UPDATE refresh_tokens SET
        first_used_at = coalesce(first_used_at, p_at), first_issue = coalesce(first_issue, p_issue),
        last_issued_at = p_at, last_issue = p_issue
    WHERE token_hash = p_token_hash;
END
$$;

CREATE FUNCTION user_gateways(p_at timestamptz, p_user_id text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT hinted_gateways(p_at, p.regions, NULL)
        FROM subscriptions_at(p_at) s JOIN plans p ON p.id = s.plan_id
        WHERE s.user_id = p_user_id AND s.status IN ('active', 'limited')
        ORDER BY s.starts_at DESC LIMIT 1), '[]')
$$;

CREATE FUNCTION refresh_device(
    p_at timestamptz, p_token_hash bytea, p_issue text, p_successor_hash bytea,
    OUT refusal text, OUT device_id text, OUT family_id text, OUT issue text, OUT issued_at timestamptz,
    OUT gateways jsonb
) LANGUAGE plpgsql AS $$
DECLARE
    presented record;
    owner record;
BEGIN
    PERFORM 1 FROM refresh_tokens t WHERE t.token_hash = p_token_hash FOR UPDATE;
    SELECT * INTO presented FROM refresh_token_standing(p_at, p_token_hash);
    IF presented.standing = 'old' THEN
        PERFORM revoke_refresh_family(p_at, presented.family_id, 'reused');
    END IF;
    SELECT d.id AS device_id, u.id AS user_id, d.status = 'blocked' OR u.status = 'blocked' AS blocked INTO owner
    FROM devices d JOIN users u ON u.id = d.user_id AND u.deleted_at IS NULL
    WHERE d.id = presented.device_id AND d.deleted_at IS NULL;
    IF presented.standing <> 'good' OR owner.device_id IS NULL THEN
        refusal := 'invalid_token';
        RETURN;
    END IF;
    IF owner.blocked THEN
        refusal := 'device_blocked';
        RETURN;
    END IF;
    device_id := presented.device_id;
    family_id := presented.family_id;
    SELECT r.issue, r.issued_at INTO issue, issued_at
    FROM rotate_refresh_token(p_at, p_token_hash, p_issue, p_successor_hash) r;
    gateways := user_gateways(p_at, owner.user_id);
    UPDATE devices d SET last_seen_at = p_at
    WHERE d.id = owner.device_id AND (d.last_seen_at IS NULL OR d.last_seen_at < p_at);
END
$$;
