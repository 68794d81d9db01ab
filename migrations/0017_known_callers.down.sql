DROP FUNCTION require_active_gateway(text, bytea);
DROP FUNCTION require_gateway(text, bytea);
