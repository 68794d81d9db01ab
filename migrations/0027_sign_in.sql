ALTER TABLE administrators ADD COLUMN sign_in_generation bigint NOT NULL DEFAULT 1;

CREATE TABLE sign_in_attempts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bytea NOT NULL,
    address text NOT NULL,
    tried_at timestamptz NOT NULL,
    forgiven boolean NOT NULL DEFAULT false
);
CREATE INDEX sign_in_attempts_by_address ON sign_in_attempts (address, tried_at);
CREATE INDEX sign_in_attempts_by_age ON sign_in_attempts (tried_at);

CREATE FUNCTION sign_in_wait(p_at timestamptz, p_failures bigint, p_free bigint, p_last timestamptz)
RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_failures < p_free THEN 0
        ELSE greatest(0, extract(epoch FROM p_last - p_at)
            + least(900, 2.0 ^ least(p_failures - p_free + 1, 10)))
    END::double precision
$$;

CREATE FUNCTION begin_sign_in(
    p_at timestamptz, p_account bytea, p_address text, OUT wait_sec double precision, OUT attempt bigint
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sign-in ' || p_address, 11));
    SELECT greatest(
        sign_in_wait(p_at, count(*) FILTER (WHERE a.account = p_account AND NOT a.forgiven), 5,
            max(a.tried_at) FILTER (WHERE a.account = p_account AND NOT a.forgiven)),
        sign_in_wait(p_at, count(*), 40, max(a.tried_at)))
    INTO wait_sec
    FROM sign_in_attempts a
    WHERE a.address = p_address AND a.tried_at > p_at - interval '15 minutes';
    IF wait_sec > 0 THEN
        RETURN;
    END IF;
    INSERT INTO sign_in_attempts AS a (account, address, tried_at) VALUES (p_account, p_address, p_at)
    RETURNING a.id INTO attempt;
    DELETE FROM sign_in_attempts a WHERE a.id IN (
        SELECT o.id FROM sign_in_attempts o WHERE o.tried_at < p_at - interval '1 hour'
        ORDER BY o.tried_at LIMIT 20 FOR UPDATE SKIP LOCKED);
END
$$;

CREATE FUNCTION forgive_sign_in(p_attempt bigint, p_account bytea, p_address text)
RETURNS void LANGUAGE sql AS $$
    DELETE FROM sign_in_attempts WHERE id = p_attempt;
    UPDATE sign_in_attempts SET forgiven = true
    WHERE address = p_address AND account = p_account AND NOT forgiven;
$$;
