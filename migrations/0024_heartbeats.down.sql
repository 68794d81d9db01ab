DROP FUNCTION outline_heartbeat(
    timestamptz, text, boolean, text, bigint, double precision, double precision, text, text);
DROP FUNCTION gateway_heartbeat(
    timestamptz, text, bytea, text, bigint, double precision, double precision, text, text, text[], jsonb);
DROP FUNCTION note_egress(timestamptz, text, jsonb);
