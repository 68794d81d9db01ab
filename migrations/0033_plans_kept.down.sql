ALTER FUNCTION open_session(
    timestamptz, text, bytea, text, text, text, text, bytea, text, bytea, text, text
) RESET plan_cache_mode;
ALTER FUNCTION admission_verdict(
    timestamptz, text, text, text, bytea, text) RESET plan_cache_mode;
ALTER FUNCTION assign_node(
    timestamptz, text, bytea, text, text, text, text[]) RESET plan_cache_mode;
