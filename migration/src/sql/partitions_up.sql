-- The log by day, the audit record by month. The day and the month are those of UTC.
--
-- The key of a partitioned table must hold what it is partitioned by. That a number is used once in an organization is
-- kept by its counter row (org_head), which is locked by whoever takes a number.

ALTER TABLE event RENAME TO event_whole;
ALTER INDEX event_pkey RENAME TO event_whole_pkey;
CREATE TABLE event (LIKE event_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (at);
ALTER TABLE event ADD PRIMARY KEY (organization_id, seq, at);
ALTER TABLE event ADD FOREIGN KEY (organization_id) REFERENCES organization (id);
CREATE TABLE event_default PARTITION OF event DEFAULT;

ALTER TABLE audit_entry RENAME TO audit_entry_whole;
ALTER INDEX audit_entry_pkey RENAME TO audit_entry_whole_pkey;
ALTER INDEX audit_entry_at RENAME TO audit_entry_whole_at;
ALTER INDEX audit_entry_actor RENAME TO audit_entry_whole_actor;
CREATE TABLE audit_entry (LIKE audit_entry_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (at);
ALTER TABLE audit_entry ADD PRIMARY KEY (organization_id, id, at);
ALTER TABLE audit_entry ADD FOREIGN KEY (organization_id) REFERENCES organization (id);
CREATE INDEX audit_entry_at ON audit_entry (organization_id, at);
CREATE INDEX audit_entry_actor ON audit_entry (organization_id, actor_id, at);
CREATE TABLE audit_entry_default PARTITION OF audit_entry DEFAULT;

-- Makes the partition of one span. What sat in the default partition moves into it.
CREATE FUNCTION huddle_make_partition(parent text, partition text, lower_bound timestamptz, upper_bound timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN;
  END IF;
  -- Attaching a table that is whole holds up nobody who writes elsewhere, which creating it in place would.
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, parent);
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_default');
  EXECUTE format('WITH moved AS (DELETE FROM %I WHERE at >= $1 AND at < $2 RETURNING *) INSERT INTO %I SELECT * FROM moved',
                 parent || '_default', partition) USING lower_bound, upper_bound;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                 parent, partition, lower_bound, upper_bound);
END $$;

-- From the day of `since` to as many days after `until`.
CREATE FUNCTION huddle_make_event_partitions(since timestamptz, until timestamptz, ahead int)
RETURNS void LANGUAGE sql AS $$
  SELECT huddle_make_partition('event', 'event_' || to_char(day, 'YYYYMMDD'),
                               day AT TIME ZONE 'UTC', (day + interval '1 day') AT TIME ZONE 'UTC')
  FROM generate_series(date_trunc('day', since AT TIME ZONE 'UTC'),
                       date_trunc('day', until AT TIME ZONE 'UTC') + make_interval(days => ahead), '1 day') AS day
$$;

-- The same for months.
CREATE FUNCTION huddle_make_audit_partitions(since timestamptz, until timestamptz, ahead int)
RETURNS void LANGUAGE sql AS $$
  SELECT huddle_make_partition('audit_entry', 'audit_entry_' || to_char(month, 'YYYYMM'),
                               month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC')
  FROM generate_series(date_trunc('month', since AT TIME ZONE 'UTC'),
                       date_trunc('month', until AT TIME ZONE 'UTC') + make_interval(months => ahead), '1 month') AS month
$$;

-- For who serves: makes the partitions of today and of the days to come. One node at a time.
CREATE FUNCTION huddle_prepare_partitions(today timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('huddle partitions'));
  -- The record before the log, as who writes does.
  PERFORM huddle_make_audit_partitions(today, today, 2);
  PERFORM huddle_make_event_partitions(today, today, 7);
END $$;

-- For who serves: drops the days of the log that ended before the moment, and with each says in the organizations' heads
-- what is gone. Only the default partition, which holds what came before its day was made, is ever deleted from.
CREATE FUNCTION huddle_forget_events(before timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  partition text;
  old text[];
  forget text := 'UPDATE org_head SET floor_seq = gone.seq FROM (SELECT organization_id, max(seq) AS seq FROM %I'
    || ' WHERE at < $1 GROUP BY organization_id) AS gone'
    || ' WHERE org_head.organization_id = gone.organization_id AND org_head.floor_seq < gone.seq';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('huddle partitions'));
  old := ARRAY(
    SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass('event') AND c.relname ~ '^event_\d{8}$'
      AND (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' <= before
    ORDER BY c.relname);
  -- The heads first, as who writes does: a writer locks its head, then the log.
  FOREACH partition IN ARRAY old || 'event_default'::text LOOP
    EXECUTE format(forget, partition) USING before;
  END LOOP;
  FOREACH partition IN ARRAY old LOOP
    EXECUTE format('DROP TABLE %I', partition);
  END LOOP;
  DELETE FROM event_default WHERE at < before;
END $$;

-- A fixed path, so that nobody's table of the same name is taken for ours: this very schema, after pg_catalog, which
-- comes first without being named.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['huddle_prepare_partitions(timestamptz)', 'huddle_forget_events(timestamptz)'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', name, current_schema());
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', name);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION huddle_make_partition(text, text, timestamptz, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION huddle_make_event_partitions(timestamptz, timestamptz, int) FROM PUBLIC;
REVOKE ALL ON FUNCTION huddle_make_audit_partitions(timestamptz, timestamptz, int) FROM PUBLIC;

-- Events that nobody forgot for long may stay where they are put: they are deleted from there.
SELECT huddle_make_event_partitions(greatest(min(at), max(at) - interval '40 days'), max(at), 0)
FROM event_whole HAVING count(*) > 0;
SELECT huddle_make_audit_partitions(min(at), max(at), 0) FROM audit_entry_whole HAVING count(*) > 0;
INSERT INTO event SELECT * FROM event_whole;
INSERT INTO audit_entry SELECT * FROM audit_entry_whole;
DROP TABLE event_whole;
DROP TABLE audit_entry_whole;

-- A row that every write changes: room for its next version on the same page, and swept often.
ALTER TABLE org_head SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
