DROP FUNCTION sweep_sessions(timestamptz);
DROP FUNCTION lease_within(bigint);
DROP FUNCTION open_leases(timestamptz, text, text);
DROP FUNCTION sessions_to_revoke(timestamptz, text);
DROP FUNCTION name_sessions(timestamptz, text, text[]);
DROP FUNCTION expire_sessions(timestamptz, text);
DROP FUNCTION revoke_refused_sessions(timestamptz, text);
DROP FUNCTION session_refusals(timestamptz);
