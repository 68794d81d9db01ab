CREATE FUNCTION refresh_token_standing(
    p_at timestamptz, p_token_hash bytea, OUT family_id text, OUT device_id text, OUT standing text
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    token refresh_tokens;
    elder refresh_tokens;
    family refresh_families;
BEGIN
    SELECT * INTO token FROM refresh_tokens t WHERE t.token_hash = p_token_hash;
    IF NOT FOUND THEN
        standing := 'unknown';
        RETURN;
    END IF;
    SELECT * INTO family FROM refresh_families f WHERE f.id = token.family_id;
    SELECT * INTO elder FROM refresh_tokens t WHERE t.token_hash = token.parent_hash;
    family_id := family.id;
    device_id := family.device_id;
    standing := CASE
        WHEN family.revoked_at IS NOT NULL THEN 'revoked'
        WHEN token.used_successor IS NOT NULL AND p_at - token.first_used_at > interval '10 seconds' THEN 'old'
        WHEN elder.used_successor <> token.token_hash THEN 'old'
        ELSE 'good'
    END;
END
$$;

CREATE FUNCTION rotate_refresh_token(
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
    issue := p_issue;
    issued_at := p_at;
    INSERT INTO refresh_tokens (token_hash, family_id, parent_hash, created_at)
    VALUES (p_successor_hash, token.family_id, p_token_hash, p_at);
    UPDATE refresh_tokens SET
        first_used_at = coalesce(first_used_at, p_at), first_issue = coalesce(first_issue, p_issue),
        last_issued_at = p_at, last_issue = p_issue
    WHERE token_hash = p_token_hash;
    UPDATE refresh_tokens SET used_successor = p_token_hash
    WHERE token_hash = token.parent_hash AND used_successor IS NULL;
END
$$;

CREATE FUNCTION revoke_refresh_family(p_at timestamptz, p_family_id text, p_reason text)
RETURNS void LANGUAGE sql AS $$
    UPDATE refresh_families SET revoked_at = p_at, revoke_reason = p_reason
    WHERE id = p_family_id AND revoked_at IS NULL
$$;
