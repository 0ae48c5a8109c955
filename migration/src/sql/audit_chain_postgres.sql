ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_kind_check,
  ADD COLUMN number bigint, ADD COLUMN hash bytea, ADD COLUMN purpose varchar(12), ADD COLUMN address text,
  ADD COLUMN detail jsonb;
-- That a number is used once is kept by the head, which is locked by whoever takes one, and seen by who verifies.
CREATE UNIQUE INDEX audit_entry_number ON audit_entry (organization_id, number, at);
CREATE INDEX audit_entry_kind ON audit_entry (organization_id, kind, at);

-- Row-level security would keep an index over the ids inside a row from being used.
CREATE FUNCTION huddle_index_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_patient (organization_id, patient_id, at, entry_id)
    SELECT organization_id, substr(patient, 9)::uuid, at, id FROM added, jsonb_array_elements_text(patients) AS patient;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_patients AFTER INSERT ON audit_entry REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION huddle_index_audit();
ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY;
INSERT INTO audit_patient (organization_id, patient_id, at, entry_id)
  SELECT organization_id, substr(patient, 9)::uuid, at, id
  FROM audit_entry, jsonb_array_elements_text(patients) AS patient ON CONFLICT DO NOTHING;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;

-- A number and a hash, as the head of the log is a number: no row is anybody's secret.
GRANT SELECT, INSERT, UPDATE ON audit_head TO $ROLE;
ALTER TABLE audit_head SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE FUNCTION huddle_audit_head_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number < OLD.number OR NEW.floor_number < OLD.floor_number OR NEW.floor_number > NEW.number THEN
    RAISE EXCEPTION 'the record does not go back';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
  FOR EACH ROW EXECUTE FUNCTION huddle_audit_head_only_grows();

-- For who serves: drops the months of the record that ended before the moment, which is six years ago at least, and
-- says in the organizations' heads what is gone. A row's moment is when its transaction began, so that a few of an old
-- month may stand in the chain after the first of a newer one: those stay.
CREATE FUNCTION huddle_forget_audit(before timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  part text;
  old text[];
  one uuid;
BEGIN
  IF before > now() - interval '6 years' THEN
    RAISE EXCEPTION 'the record is kept for six years';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('huddle partitions'));
  old := ARRAY(
    SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass('audit_entry') AND c.relname ~ '^audit_entry_\d{6}$'
      AND (to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month') AT TIME ZONE 'UTC' <= before
    ORDER BY c.relname);
  IF cardinality(old) = 0 AND NOT EXISTS (SELECT FROM audit_entry_default AS e WHERE e.at < $1) THEN
    RETURN;
  END IF;
  -- The heads first and in one order, as who writes does.
  PERFORM 1 FROM audit_head ORDER BY organization_id FOR UPDATE;
  CREATE TEMPORARY TABLE huddle_forgotten (organization_id uuid, number bigint, hash bytea) ON COMMIT DROP;
  FOREACH part IN ARRAY old || 'audit_entry_default'::text LOOP
    EXECUTE format('INSERT INTO pg_temp.huddle_forgotten SELECT organization_id, number, hash FROM %I WHERE at < $1',
                   part) USING before;
  END LOOP;
  UPDATE audit_head SET earlier = NULL FROM pg_temp.huddle_forgotten AS gone
  WHERE gone.organization_id = audit_head.organization_id AND gone.number IS NULL AND audit_head.earlier IS NOT NULL;
  -- Up to the first number that is missing here: what is younger stands there.
  UPDATE audit_head SET floor_number = floor.number, floor_hash = floor.hash
  FROM (SELECT DISTINCT ON (run.organization_id) run.organization_id, run.number, run.hash
        FROM (SELECT gone.*, gone.number - head.floor_number
                - row_number() OVER (PARTITION BY gone.organization_id ORDER BY gone.number) AS hole
              FROM pg_temp.huddle_forgotten AS gone JOIN audit_head AS head USING (organization_id)
              WHERE gone.number > head.floor_number) AS run
        WHERE run.hole = 0 ORDER BY run.organization_id, run.number DESC) AS floor
  WHERE floor.organization_id = audit_head.organization_id;
  FOREACH part IN ARRAY old LOOP
    EXECUTE format('ALTER TABLE audit_entry DETACH PARTITION %I', part);
    EXECUTE format('INSERT INTO audit_entry_default SELECT e.* FROM %I AS e JOIN audit_head AS h USING (organization_id)
                    WHERE e.number > h.floor_number', part);
    EXECUTE format('DROP TABLE %I', part);
  END LOOP;
  DELETE FROM audit_entry_default AS e USING audit_head AS h
  WHERE h.organization_id = e.organization_id AND e.at < $1
    AND (e.number <= h.floor_number OR (e.number IS NULL AND h.earlier IS NULL));
  FOR one IN SELECT DISTINCT organization_id FROM pg_temp.huddle_forgotten LOOP
    PERFORM set_config('app.organization_id', one::text, true);
    DELETE FROM audit_patient AS p WHERE p.organization_id = one AND p.at < $1 AND NOT EXISTS
      (SELECT FROM audit_entry_default AS e WHERE e.organization_id = one AND e.id = p.entry_id);
  END LOOP;
  PERFORM set_config('app.organization_id', '', true);
END $$;
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION huddle_forget_audit(timestamptz) SET search_path = %I, pg_temp', current_schema());
END $$;
REVOKE ALL ON FUNCTION huddle_forget_audit(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION huddle_forget_audit(timestamptz) TO $ROLE;
