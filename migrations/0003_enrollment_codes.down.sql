DROP TABLE enrollment_codes;
