use crate::{
    columns::{drop_all, index, one_of, owned},
    row_security::{ROLE, protect},
};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Audit rows get a number and a hash, and say what for and where from. Rows that are there stay as they are: the
/// program takes a digest of them when it first opens the database, and the chain begins with that.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut head = Table::create();
        head.table("audit_head")
            .col(uuid("organization_id").primary_key())
            .col(big_integer("number"))
            .col(var_binary("hash", 32))
            .col(big_integer("floor_number"))
            .col(var_binary("floor_hash", 32))
            .col(big_integer_null("earlier"))
            .foreign_key(ForeignKey::create().from("audit_head", "organization_id").to("organization", "id"));
        manager.create_table(head).await?;
        // Who looked at this patient: a row for each patient of a row.
        let mut patients = Table::create();
        patients
            .table("audit_patient")
            .col(uuid("organization_id"))
            .col(uuid("patient_id"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid("entry_id"))
            .primary_key(Index::create().col("organization_id").col("patient_id").col("at").col("entry_id"))
            .foreign_key(ForeignKey::create().from("audit_patient", "organization_id").to("organization", "id"));
        manager.create_table(patients).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                // A check of a table cannot be changed, so the table is made anew.
                rebuild(manager, entries().col(text_null("address")).col(json_binary_null("detail"))).await?;
                run(manager, SQLITE_UP).await
            }
            _ => {
                run(manager, &POSTGRES_UP.replace("$ROLE", ROLE)).await?;
                protect(manager, "audit_patient", "SELECT, INSERT").await
            }
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                run(manager, SQLITE_DOWN).await?;
                let kinds = one_of("kind", ["write", "read", "sign-in", "sign-out", "refused"]);
                rebuild(manager, before().check(kinds)).await?;
            }
            _ => run(manager, POSTGRES_DOWN).await?,
        }
        drop_all(manager, &["audit_patient", "audit_head"]).await
    }
}

fn before() -> TableCreateStatement {
    let mut table = owned("audit_entry");
    table
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("session_id"))
        .col(uuid_null("actor_id"))
        .col(text("actor_kind"))
        .col(string_len("kind", 24))
        .col(text("operation"))
        .col(text_null("entity_type"))
        .col(uuid_null("entity_id"))
        .col(json_binary("patients"));
    table
}

fn entries() -> TableCreateStatement {
    let mut table = before();
    table.col(big_integer_null("number")).col(var_binary_null("hash", 32)).col(string_len_null("purpose", 12));
    table
}

async fn rebuild(manager: &SchemaManager<'_>, table: &mut TableCreateStatement) -> Result<(), DbErr> {
    run(
        manager,
        "DROP INDEX audit_entry_at; DROP INDEX audit_entry_actor; ALTER TABLE audit_entry RENAME TO audit_old",
    )
    .await?;
    manager.create_table(table.to_owned()).await?;
    let columns =
        "organization_id, id, at, session_id, actor_id, actor_kind, kind, operation, entity_type, entity_id, patients";
    run(manager, &format!("INSERT INTO audit_entry ({columns}) SELECT {columns} FROM audit_old; DROP TABLE audit_old"))
        .await?;
    manager.create_index(index("audit_entry", "audit_entry_at", &["at"])).await?;
    manager.create_index(index("audit_entry", "audit_entry_actor", &["actor_id", "at"])).await
}

async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(sql).await.map(|_| ())
}

const SQLITE_UP: &str = include_str!("sql/audit_chain_sqlite.sql");
const SQLITE_DOWN: &str = "
DROP TRIGGER audit_head_only_grows;
DROP TRIGGER audit_entry_never_changes;
DROP TRIGGER audit_entry_stays;
DROP TRIGGER audit_entry_patients;
DROP TRIGGER audit_entry_forgotten;
DROP INDEX audit_entry_number;
DROP INDEX audit_entry_kind;
DELETE FROM audit_entry WHERE kind NOT IN ('write', 'read', 'sign-in', 'sign-out', 'refused');
";
const POSTGRES_UP: &str = include_str!("sql/audit_chain_postgres.sql");
const POSTGRES_DOWN: &str = "
DROP TRIGGER audit_head_only_grows ON audit_head;
DROP FUNCTION huddle_audit_head_only_grows();
DROP FUNCTION huddle_forget_audit(timestamptz);
DROP INDEX audit_entry_number;
DROP INDEX audit_entry_kind;
DROP TRIGGER audit_entry_patients ON audit_entry;
DROP FUNCTION huddle_index_audit();
ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY;
DELETE FROM audit_entry WHERE kind NOT IN ('write', 'read', 'sign-in', 'sign-out', 'refused');
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_entry DROP COLUMN number, DROP COLUMN hash, DROP COLUMN purpose, DROP COLUMN address,
  DROP COLUMN detail,
  ADD CONSTRAINT audit_entry_kind_check CHECK (kind IN ('write', 'read', 'sign-in', 'sign-out', 'refused'));
";
