DROP FUNCTION forgive_sign_in(bigint, bytea, text);
DROP FUNCTION begin_sign_in(timestamptz, bytea, text);
DROP FUNCTION sign_in_wait(timestamptz, bigint, bigint, timestamptz);
DROP TABLE sign_in_attempts;
ALTER TABLE administrators DROP COLUMN sign_in_generation;
