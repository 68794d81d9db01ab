ALTER FUNCTION open_session(
    timestamptz, text, bytea, text, text, text, text, bytea, text, bytea, text, text
) SET plan_cache_mode = 'force_generic_plan';
ALTER FUNCTION admission_verdict(
    timestamptz, text, text, text, bytea, text) SET plan_cache_mode = 'force_generic_plan';
ALTER FUNCTION assign_node(
    timestamptz, text, bytea, text, text, text, text[]) SET plan_cache_mode = 'force_generic_plan';
