CREATE FUNCTION require_gateway(p_gateway_id text, p_token_hash bytea)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    found_status text;
BEGIN
    SELECT status INTO found_status FROM gateway_nodes
    WHERE id = p_gateway_id AND token_hash = p_token_hash AND deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the gateway is not known' USING ERRCODE = 'HV401';
    END IF;
    RETURN found_status;
END
$$;

CREATE FUNCTION require_active_gateway(p_gateway_id text, p_token_hash bytea)
RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF require_gateway(p_gateway_id, p_token_hash) = 'disabled' THEN
        RAISE EXCEPTION 'the gateway is disabled' USING ERRCODE = 'HV403';
    END IF;
END
$$;
