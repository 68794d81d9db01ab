DROP FUNCTION explain_assignment(timestamptz, text, text, text, text[]);
DROP FUNCTION assign_node(timestamptz, text, bytea, text, text, text, text[]);
DROP FUNCTION allowed_regions(timestamptz, text, text);
