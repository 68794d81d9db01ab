DROP FUNCTION recount_usage(timestamptz, text[]);
DROP FUNCTION revoke_refused_among(timestamptz, text[]);
