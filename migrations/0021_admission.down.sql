DROP FUNCTION open_session(
    timestamptz, text, bytea, text, text, text, text, bytea, text, bytea, text, text);
DROP FUNCTION admission_verdict(timestamptz, text, text, text, bytea, text);
DROP FUNCTION hinted_gateways(timestamptz, text[], text);
DROP FUNCTION judge_admission(timestamptz, text, text, text, text);
DROP FUNCTION presented_device(timestamptz, text, text, bytea);
DROP TYPE admission;
