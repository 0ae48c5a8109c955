-- Turns `task` and `patient` into 64 partitions each, by organization: for a database that has outgrown one table, past
-- some 50 million tasks. Everything else stays: the program asks the same questions, indexes, references, rules and
-- rights come along under their names.
--
--   psql "$HUDDLE_MIGRATE_DATABASE_URL" --single-transaction -v ON_ERROR_STOP=1 -f docs/hash-partitions.sql
--
-- Run it as the owner of the tables, with no huddle serving: it copies every row, and locks the tables until it is done.
-- The new tables need as much space again until the old ones are dropped at its end.

CREATE FUNCTION pg_temp.partition_by_organization(whole text, parts int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  old text := whole || '_whole';
  keys text[];       -- primary key
  outward text[];    -- references of this table and to it, as statements
  indexes text[];
  policies text[];
  grants text[];
  one record;
  statement text;
BEGIN
  keys := ARRAY(SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', whole, conname, pg_get_constraintdef(oid))
                FROM pg_constraint WHERE conrelid = whole::regclass AND contype = 'p');
  outward := ARRAY(SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
                   FROM pg_constraint WHERE contype = 'f' AND whole::regclass IN (conrelid, confrelid) AND conparentid = 0);
  indexes := ARRAY(SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = whole::regclass AND NOT indisprimary);
  policies := ARRAY(SELECT format('CREATE POLICY %I ON %I FOR %s USING (%s)', policyname, whole, cmd, qual)
                    FROM pg_policies WHERE schemaname = current_schema() AND tablename = whole);
  grants := ARRAY(SELECT format('GRANT %s ON %I TO %I', privilege_type, whole, grantee)
                  FROM information_schema.role_table_grants
                  WHERE table_schema = current_schema() AND table_name = whole AND grantee <> current_user);

  EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', whole);
  FOR one IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
             WHERE contype = 'f' AND whole::regclass IN (conrelid, confrelid) AND conparentid = 0 LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.conname);
  END LOOP;
  FOR one IN SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = whole::regclass LOOP
    EXECUTE format('ALTER INDEX %s RENAME TO %I', one.name, one.name || '_whole');
  END LOOP;
  EXECUTE format('ALTER TABLE %I RENAME TO %I', whole, old);

  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY HASH (organization_id)',
                 whole, old);
  FOR part IN 0 .. parts - 1 LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s)',
                   whole || '_' || lpad(part::text, 2, '0'), whole, parts, part);
  END LOOP;
  EXECUTE format('INSERT INTO %I SELECT * FROM %I', whole, old);
  EXECUTE format('DROP TABLE %I', old);

  FOREACH statement IN ARRAY keys || indexes LOOP EXECUTE statement; END LOOP;
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', whole);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', whole);
  FOREACH statement IN ARRAY policies || grants || outward LOOP EXECUTE statement; END LOOP;
  EXECUTE format('ANALYZE %I', whole);
END $$;

SELECT pg_temp.partition_by_organization('patient', 64);
SELECT pg_temp.partition_by_organization('task', 64);
