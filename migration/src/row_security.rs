//! The second lock between organizations, on PostgreSQL: the database shows a connection the rows of the organization
//! that its transaction named, and none where it named none.
//!
//! A step that makes a table with an `organization_id` ends with [`protect`]. A step that reads or changes rows of such
//! a table does it between `ALTER TABLE … NO FORCE ROW LEVEL SECURITY` and `FORCE`: the owner is held to the rules too.
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Whom the serving connections act as. It belongs to the whole cluster, and nobody signs in with it.
pub const ROLE: &str = "huddle_app";

/// A table of organizations' rows: only the named one's are seen, changed and added. `rights` is a list of
/// SELECT, INSERT, UPDATE and DELETE. On SQLite there is nothing to do.
pub async fn protect(manager: &SchemaManager<'_>, table: &str, rights: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
         ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
         CREATE POLICY organization ON {table}
           USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
         GRANT {rights} ON {table} TO {ROLE};"
    );
    run(manager, &sql).await
}

/// A table that belongs to no organization.
pub async fn share(manager: &SchemaManager<'_>, table: &str, rights: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    run(manager, &format!("GRANT {rights} ON {table} TO {ROLE}")).await
}

/// Also shows the table's rows to a transaction that says that it looks across organizations.
pub async fn show_across(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let sql = format!(
        "CREATE POLICY across_organizations ON {table} FOR SELECT
           USING (current_setting('app.across_organizations', true) = 'on');"
    );
    run(manager, &sql).await
}

pub(crate) async fn make_role(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    run(manager, &MAKE_ROLE.replace("$ROLE", ROLE)).await
}

/// Every table that there is, and the rights to what has no organization.
pub(crate) async fn protect_all(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in owned(manager).await? {
        protect(manager, &table, rights(&table)).await?;
    }
    // Who signs in, by a token, an address or a code, does not yet say where; and time passes for all at once.
    for table in ["session", "staff", "display", "task"] {
        show_across(manager, table).await?;
    }
    let sql = format!(
        "GRANT SELECT, INSERT ON organization TO {ROLE};
         -- Messages are taken one at a time in a practice, by a lock on its row, which asks for a right to change it.
         GRANT UPDATE (name) ON organization TO {ROLE};
         GRANT SELECT, INSERT, UPDATE ON org_head TO {ROLE};
         GRANT SELECT ON schema_version, seaql_migrations TO {ROLE};
         GRANT EXECUTE ON FUNCTION huddle_prepare_partitions(timestamptz), huddle_forget_events(timestamptz) TO {ROLE};"
    );
    run(manager, &sql).await
}

/// What serving needs of a table, and nothing more.
fn rights(table: &str) -> &'static str {
    match table {
        // Written once.
        "audit_entry" | "event" => "SELECT, INSERT",
        // Rows that end with what they belong to.
        "care_team_member" | "patient_identifier" | "patient_contact" | "fhir_key" => "SELECT, INSERT, UPDATE, DELETE",
        // Written once, and forgotten.
        "client_mutation" => "SELECT, INSERT, DELETE",
        _ => "SELECT, INSERT, UPDATE",
    }
}

pub(crate) async fn lift_all(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut sql = String::new();
    for table in owned(manager).await? {
        sql += &format!(
            "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
             ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
             DROP POLICY organization ON {table};
             DROP POLICY IF EXISTS across_organizations ON {table};
             REVOKE ALL ON {table} FROM {ROLE};"
        );
    }
    // The role stays: other databases of the cluster may know it.
    sql += &format!(
        "REVOKE ALL ON organization, org_head, schema_version, seaql_migrations FROM {ROLE};
         REVOKE ALL ON FUNCTION huddle_prepare_partitions(timestamptz), huddle_forget_events(timestamptz) FROM {ROLE};"
    );
    run(manager, &sql).await
}

/// Tables of organizations' rows. A partition is reached through its whole, and by nobody else. The head of a log is
/// a number, and read for many at once.
async fn owned(manager: &SchemaManager<'_>) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
               WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
                 AND NOT c.relispartition AND a.attname = 'organization_id' AND c.relname <> 'org_head'
               ORDER BY 1";
    let db = manager.get_connection();
    let rows = db.query_all_raw(sea_orm_migration::sea_orm::Statement::from_string(DbBackend::Postgres, sql)).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(sql).await.map(|_| ())
}

/// Another database of the cluster may make the same role in the same moment. Whoever migrates becomes a member, as
/// they may serve as well.
const MAKE_ROLE: &str = "
DO $body$
DECLARE
  enough text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  FOR attempt IN 1..20 LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$ROLE') THEN
        CREATE ROLE $ROLE NOLOGIN;
      END IF;
      IF NOT pg_has_role(current_user, '$ROLE', enough) THEN
        EXECUTE format('GRANT $ROLE TO %I', current_user);
      END IF;
      RETURN;
    EXCEPTION
      WHEN unique_violation OR duplicate_object OR internal_error THEN
        IF attempt = 20 THEN RAISE; END IF;
      WHEN insufficient_privilege THEN
        RAISE insufficient_privilege USING MESSAGE =
          'who migrates may not make the role $ROLE: let an administrator run CREATE ROLE $ROLE NOLOGIN; GRANT $ROLE TO '
          || quote_ident(current_user);
    END;
  END LOOP;
END $body$;
";
