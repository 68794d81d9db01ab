DROP FUNCTION refresh_device(timestamptz, bytea, text, bytea);
DROP FUNCTION user_gateways(timestamptz, text);
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
