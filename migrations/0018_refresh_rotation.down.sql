DROP FUNCTION revoke_refresh_family(timestamptz, text, text);
DROP FUNCTION rotate_refresh_token(timestamptz, bytea, text, bytea);
DROP FUNCTION refresh_token_standing(timestamptz, bytea);
