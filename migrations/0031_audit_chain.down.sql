DROP TABLE audit_head;
DROP TABLE audit_blocks;
DROP TRIGGER audit_events_await_seal ON audit_events;
DROP FUNCTION await_audit_seal();
DROP TABLE audit_pending;
ALTER TABLE audit_events DROP COLUMN mac, DROP COLUMN key_id;
