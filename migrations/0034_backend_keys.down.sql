DROP TABLE backend_keys;
