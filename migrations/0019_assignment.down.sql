DROP FUNCTION described_nodes(text[]);
DROP FUNCTION eligible_nodes(timestamptz, text[], text, text, text[], text[]);
DROP FUNCTION node_candidates(timestamptz, text[], text, text, text[], text[]);
DROP FUNCTION take_turn(timestamptz, text[], integer[]);
DROP FUNCTION rotation_key(text[], integer[]);
DROP FUNCTION smooth_turn(bigint[], integer[]);
DROP TABLE assignment_rotations;
