ALTER TABLE org_head RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);

DROP FUNCTION huddle_forget_events(timestamptz);
DROP FUNCTION huddle_prepare_partitions(timestamptz);
DROP FUNCTION huddle_make_event_partitions(timestamptz, timestamptz, int);
DROP FUNCTION huddle_make_audit_partitions(timestamptz, timestamptz, int);
DROP FUNCTION huddle_make_partition(text, text, timestamptz, timestamptz);

ALTER TABLE event RENAME TO event_parts;
ALTER INDEX event_pkey RENAME TO event_parts_pkey;
CREATE TABLE event (LIKE event_parts INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
INSERT INTO event SELECT * FROM event_parts;
DROP TABLE event_parts;
ALTER TABLE event ADD PRIMARY KEY (organization_id, seq);
ALTER TABLE event ADD FOREIGN KEY (organization_id) REFERENCES organization (id);

ALTER TABLE audit_entry RENAME TO audit_entry_parts;
ALTER INDEX audit_entry_pkey RENAME TO audit_entry_parts_pkey;
ALTER INDEX audit_entry_at RENAME TO audit_entry_parts_at;
ALTER INDEX audit_entry_actor RENAME TO audit_entry_parts_actor;
CREATE TABLE audit_entry (LIKE audit_entry_parts INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
INSERT INTO audit_entry SELECT * FROM audit_entry_parts;
DROP TABLE audit_entry_parts;
ALTER TABLE audit_entry ADD PRIMARY KEY (organization_id, id);
ALTER TABLE audit_entry ADD FOREIGN KEY (organization_id) REFERENCES organization (id);
CREATE INDEX audit_entry_at ON audit_entry (organization_id, at);
CREATE INDEX audit_entry_actor ON audit_entry (organization_id, actor_id, at);
