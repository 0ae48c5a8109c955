use crate::{columns::drop_all, row_security::protect};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What tasks and patients looked like after each event about them, so that a board of the past can be shown. What is
/// there already is kept as it is now.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kept = ColumnDef::new("kept_seq").big_integer().not_null().default(0).to_owned();
        manager.alter_table(Table::alter().table("org_head").add_column(kept).to_owned()).await?;
        let mut tasks = versions("task_version", "task_id");
        tasks
            .col(uuid("care_team_id"))
            .col(uuid_null("patient_id"))
            .col(text("kind"))
            .col(text("title"))
            .col(string_len("status", 24))
            .col(timestamp_with_time_zone("status_since"))
            .col(text_null("status_reason"))
            .col(integer("priority"))
            .col(timestamp_with_time_zone_null("due_at"))
            .col(string_len("due_state", 24))
            .col(uuid_null("claimed_by"))
            .col(timestamp_with_time_zone_null("claimed_at"))
            .col(timestamp_with_time_zone_null("lease_until"))
            .col(timestamp_with_time_zone_null("completed_at"))
            .col(uuid_null("completed_by"))
            .col(timestamp_with_time_zone("created_at"));
        manager.create_table(tasks).await?;
        let mut patients = versions("patient_version", "patient_id");
        patients
            .col(text("family_name"))
            .col(text("given_name"))
            .col(text_null("preferred_language"))
            .col(boolean("interpreter_needed"))
            .col(string_len("status", 24))
            .col(timestamp_with_time_zone("status_since"))
            .col(text("status_source"))
            .col(string_len_null("risk_tier", 24))
            .col(uuid_null("care_team_id"))
            .col(uuid_null("coordinator_id"))
            .col(uuid_null("merged_into_id"));
        manager.create_table(patients).await?;
        for table in ["task_version", "patient_version"] {
            // The events of a span, and what a span of the log has put out of date.
            let mut by_number = Index::create();
            by_number.name(format!("{table}_seq")).table(table).col("organization_id").col("seq");
            manager.create_index(by_number).await?;
            // A team's board.
            let mut by_team = Index::create();
            by_team.name(format!("{table}_team")).table(table).col("organization_id").col("care_team_id").col("seq");
            manager.create_index(by_team).await?;
        }
        keep_what_is_there(manager).await?;
        protect(manager, "task_version", "SELECT, INSERT, DELETE").await?;
        protect(manager, "patient_version", "SELECT, INSERT, DELETE").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["patient_version", "task_version"]).await?;
        manager.alter_table(Table::alter().table("org_head").drop_column("kept_seq").to_owned()).await
    }
}

fn versions(table: &'static str, of: &'static str) -> TableCreateStatement {
    let mut create = Table::create();
    create
        .table(table)
        .col(uuid("organization_id"))
        .col(uuid(of))
        .col(big_integer("seq"))
        .col(big_integer("tx_seq"))
        .col(integer("version"))
        .primary_key(Index::create().col("organization_id").col(of).col("seq"))
        .foreign_key(ForeignKey::create().from(table, "organization_id").to("organization", "id"));
    create
}

const TASK: &str =
    "version, care_team_id, patient_id, kind, title, status, status_since, status_reason, priority, due_at,
    due_state, claimed_by, claimed_at, lease_until, completed_at, completed_by, created_at";
const PATIENT: &str = "version, family_name, given_name, preferred_language, interpreter_needed, status, status_since,
    status_source, risk_tier, care_team_id, coordinator_id, merged_into_id";

async fn keep_what_is_there(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut sql = "UPDATE org_head SET kept_seq = seq;".to_owned();
    for (table, columns) in [("task", TASK), ("patient", PATIENT)] {
        let all = columns.split(',').map(|column| format!("it.{}", column.trim())).collect::<Vec<_>>().join(", ");
        let copy = format!(
            "INSERT INTO {table}_version (organization_id, {table}_id, seq, tx_seq, {columns})
               SELECT it.organization_id, it.id, head.seq, head.seq, {all}
               FROM {table} AS it JOIN org_head AS head ON head.organization_id = it.organization_id;"
        );
        sql += &match manager.get_database_backend() {
            DbBackend::Postgres => format!(
                "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; {copy} ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            ),
            _ => copy,
        };
    }
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}
