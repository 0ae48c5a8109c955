use crate::{
    columns::{drop_all, index, one_of, owned, references},
    row_security::{protect, show_across},
};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

const KINDS: [&str; 10] =
    ["write", "read", "sign-in", "sign-out", "refused", "denied", "search", "export", "pushed", "break-glass"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        widen_record(manager, one_of("kind", KINDS)).await?;
        let columns = [
            ("patient", integer("labels").default(0).to_owned()),
            ("staff", integer("clearances").default(0).to_owned()),
            ("staff", boolean("privacy_officer").default(false).to_owned()),
        ];
        for (table, column) in columns {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }

        let mut table = owned("patient_block");
        table
            .col(uuid("patient_id"))
            .col(uuid("staff_id"))
            .col(timestamp_with_time_zone("at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .foreign_key(&mut references("patient_block", "patient_id", "patient"))
            .foreign_key(&mut references("patient_block", "staff_id", "staff"));
        manager.create_table(table).await?;
        // Each time that somebody asks for something; and a person is kept out of a record once.
        let holds = index("patient_block", "patient_block_open", &["staff_id", "patient_id"])
            .unique()
            .and_where(Expr::col("ended_at").is_null())
            .to_owned();
        manager.create_index(holds).await?;
        manager.create_index(index("patient_block", "patient_block_patient", &["patient_id"])).await?;
        protect(manager, "patient_block", "SELECT, INSERT, UPDATE").await?;

        let mut table = owned("break_glass");
        table
            .col(uuid("patient_id"))
            .col(uuid("staff_id"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("started_at"))
            .col(timestamp_with_time_zone("until"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(string_len_null("outcome", 24))
            .col(text_null("review_note"))
            .col(uuid_null("reviewed_by"))
            .col(timestamp_with_time_zone_null("reviewed_at"))
            .check(one_of("outcome", ["appropriate", "inappropriate"]))
            .foreign_key(&mut references("break_glass", "patient_id", "patient"))
            .foreign_key(&mut references("break_glass", "staff_id", "staff"))
            .foreign_key(&mut references("break_glass", "reviewed_by", "staff"));
        manager.create_table(table).await?;
        // Each time that somebody asks for something.
        let open = index("break_glass", "break_glass_open", &["staff_id", "patient_id"])
            .unique()
            .and_where(Expr::col("ended_at").is_null())
            .to_owned();
        manager.create_index(open).await?;
        // What time ends: of all organizations, so it alone begins with the moment.
        let ends = Index::create().name("break_glass_until").table("break_glass").col("until").to_owned();
        manager.create_index(ends.to_owned().and_where(Expr::col("ended_at").is_null()).to_owned()).await?;
        // The reviewers' list.
        manager.create_index(index("break_glass", "break_glass_started", &["started_at", "id"])).await?;
        protect(manager, "break_glass", "SELECT, INSERT, UPDATE").await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            show_across(manager, "break_glass").await?;
        }

        let mut table = owned("access_change");
        table
            .col(timestamp_with_time_zone("at"))
            .col(uuid_null("actor_id"))
            .col(string_len("kind", 24))
            .col(uuid_null("patient_id"))
            .col(uuid_null("staff_id"))
            .col(integer("before"))
            .col(integer("after"))
            .col(text("reason"))
            .check(one_of("kind", ["labels", "block", "clearances", "privacy-officer"]))
            .foreign_key(&mut references("access_change", "actor_id", "staff"))
            .foreign_key(&mut references("access_change", "patient_id", "patient"))
            .foreign_key(&mut references("access_change", "staff_id", "staff"));
        manager.create_table(table).await?;
        manager.create_index(index("access_change", "access_change_at", &["at"])).await?;
        protect(manager, "access_change", "SELECT, INSERT").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["access_change", "break_glass", "patient_block"]).await?;
        for (table, column) in [("staff", "privacy_officer"), ("staff", "clearances"), ("patient", "labels")] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

const COLUMNS: &str =
    "organization_id, id, at, session_id, actor_id, actor_kind, kind, operation, entity_type, entity_id, patients";

/// The record tells more kinds apart. A check of a table of SQLite cannot be changed, so the table is made anew.
async fn widen_record(manager: &SchemaManager<'_>, kinds: SimpleExpr) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        let all = KINDS.map(|kind| format!("'{kind}'")).join(", ");
        // A partition that was made by itself has the check by itself, too.
        let sql = format!(
            "DO $$ DECLARE partition regclass; BEGIN
               ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_kind_check;
               FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_entry'::regclass LOOP
                 EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS audit_entry_kind_check', partition);
               END LOOP;
               ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_kind_check CHECK (kind IN ({all}));
             END $$"
        );
        return db.execute_unprepared(&sql).await.map(|_| ());
    }
    let aside = "DROP INDEX audit_entry_at; DROP INDEX audit_entry_actor; ALTER TABLE audit_entry RENAME TO audit_old";
    db.execute_unprepared(aside).await?;
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
        .col(json_binary("patients"))
        .check(kinds);
    manager.create_table(table).await?;
    let copy = format!("INSERT INTO audit_entry ({COLUMNS}) SELECT {COLUMNS} FROM audit_old; DROP TABLE audit_old");
    db.execute_unprepared(&copy).await?;
    manager.create_index(index("audit_entry", "audit_entry_at", &["at"])).await?;
    manager.create_index(index("audit_entry", "audit_entry_actor", &["actor_id", "at"])).await
}
