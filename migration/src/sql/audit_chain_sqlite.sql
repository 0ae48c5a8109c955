CREATE UNIQUE INDEX audit_entry_number ON audit_entry (organization_id, number);
CREATE INDEX audit_entry_kind ON audit_entry (organization_id, kind, at);

CREATE TRIGGER audit_entry_patients AFTER INSERT ON audit_entry BEGIN
  INSERT OR IGNORE INTO audit_patient
    SELECT NEW.organization_id, unhex(substr(value, 9)), NEW.at, NEW.id FROM json_each(NEW.patients);
END;
CREATE TRIGGER audit_entry_forgotten AFTER DELETE ON audit_entry BEGIN
  DELETE FROM audit_patient WHERE organization_id = OLD.organization_id AND at = OLD.at AND entry_id = OLD.id
    AND patient_id IN (SELECT unhex(substr(value, 9)) FROM json_each(OLD.patients));
END;
INSERT OR IGNORE INTO audit_patient SELECT organization_id, unhex(substr(value, 9)), at, audit_entry.id
  FROM audit_entry, json_each(audit_entry.patients);

-- The record is only ever appended; what its time is over for goes once the head says so.
CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE ON audit_entry BEGIN
  SELECT RAISE(ABORT, 'the record is never changed');
END;
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry WHEN NOT EXISTS (
  SELECT 1 FROM audit_head WHERE audit_head.organization_id = OLD.organization_id
    AND (OLD.number <= audit_head.floor_number OR (OLD.number IS NULL AND audit_head.earlier IS NULL))
) BEGIN
  SELECT RAISE(ABORT, 'the record is kept for its time');
END;
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
WHEN NEW.number < OLD.number OR NEW.floor_number < OLD.floor_number OR NEW.floor_number > NEW.number BEGIN
  SELECT RAISE(ABORT, 'the record does not go back');
END;
