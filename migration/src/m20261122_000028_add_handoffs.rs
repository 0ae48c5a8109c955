use crate::{
    columns::{drop_all, index, one_of, owned, references},
    row_security::{protect, show_across},
};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Work that changes hands, requests for somebody's task, and the moment before a claim lapses.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut warning = timestamp_with_time_zone_null("lease_warning_at");
        manager.alter_table(Table::alter().table("task").add_column(&mut warning).to_owned()).await?;

        let mut table = owned("handoff");
        table
            .col(integer("version"))
            .col(uuid("care_team_id"))
            .col(string_len("kind", 24))
            .col(string_len("state", 24))
            .col(uuid_null("from_id"))
            .col(uuid_null("to_id"))
            .col(text("situation"))
            .col(text_null("ready"))
            .col(text_null("evidence"))
            .col(text_null("next_step"))
            .col(timestamp_with_time_zone_null("due_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("acknowledge_by"))
            .col(timestamp_with_time_zone_null("acknowledged_at"))
            .col(uuid_null("acknowledged_by"))
            .col(text_null("answer"))
            .check(one_of("kind", ["transfer", "escalation", "notice"]))
            .check(one_of("state", ["open", "escalated", "acknowledged", "declined", "withdrawn"]))
            .foreign_key(&mut references("handoff", "care_team_id", "care_team"))
            .foreign_key(&mut references("handoff", "from_id", "staff"))
            .foreign_key(&mut references("handoff", "to_id", "staff"))
            .foreign_key(&mut references("handoff", "acknowledged_by", "staff"));
        manager.create_table(table).await?;
        // A team's, the newest first.
        manager.create_index(index("handoff", "handoff_team", &["care_team_id", "created_at"])).await?;
        for (name, column) in [("handoff_to", "to_id"), ("handoff_from", "from_id")] {
            manager.create_index(index("handoff", name, &[column, "state"])).await?;
        }
        // What time takes to the managers: of all organizations, so it alone begins with the moment.
        let open = Index::create().name("handoff_due").table("handoff").col("acknowledge_by").to_owned();
        manager.create_index(open.to_owned().and_where(Expr::col("state").eq("open")).to_owned()).await?;
        protect(manager, "handoff", "SELECT, INSERT, UPDATE").await?;

        let mut table = owned("handoff_item");
        table
            .col(uuid("handoff_id"))
            .col(uuid_null("task_id"))
            .col(uuid_null("patient_id"))
            .col(boolean_null("moved"))
            .check(Expr::col("task_id").is_null().ne(Expr::col("patient_id").is_null()))
            .foreign_key(&mut references("handoff_item", "handoff_id", "handoff"))
            .foreign_key(&mut references("handoff_item", "task_id", "task"))
            .foreign_key(&mut references("handoff_item", "patient_id", "patient"));
        manager.create_table(table).await?;
        for (name, column) in [
            ("handoff_item_handoff", "handoff_id"),
            ("handoff_item_task", "task_id"),
            ("handoff_item_patient", "patient_id"),
        ] {
            manager.create_index(index("handoff_item", name, &[column])).await?;
        }
        protect(manager, "handoff_item", "SELECT, INSERT, UPDATE").await?;

        let mut table = owned("claim_request");
        table
            .col(integer("version"))
            .col(uuid("task_id"))
            .col(uuid("care_team_id"))
            .col(uuid("from_id"))
            .col(uuid("holder_id"))
            .col(string_len("state", 24))
            .col(text_null("message"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(text_null("answer"))
            .check(one_of("state", ["open", "granted", "declined", "expired", "withdrawn"]))
            .foreign_key(&mut references("claim_request", "task_id", "task"))
            .foreign_key(&mut references("claim_request", "care_team_id", "care_team"))
            .foreign_key(&mut references("claim_request", "from_id", "staff"))
            .foreign_key(&mut references("claim_request", "holder_id", "staff"));
        manager.create_table(table).await?;
        // Nobody asks twice at once.
        let open = index("claim_request", "claim_request_open", &["task_id", "from_id"])
            .unique()
            .and_where(Expr::col("state").eq("open"))
            .to_owned();
        manager.create_index(open).await?;
        let of_team = index("claim_request", "claim_request_team", &["care_team_id"])
            .and_where(Expr::col("state").eq("open"))
            .to_owned();
        manager.create_index(of_team).await?;
        let ends = Index::create().name("claim_request_expires").table("claim_request").col("expires_at").to_owned();
        manager.create_index(ends.to_owned().and_where(Expr::col("state").eq("open")).to_owned()).await?;
        protect(manager, "claim_request", "SELECT, INSERT, UPDATE").await?;

        if manager.get_database_backend() == DbBackend::Postgres {
            for table in ["handoff", "claim_request"] {
                show_across(manager, table).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["claim_request", "handoff_item", "handoff"]).await?;
        manager.alter_table(Table::alter().table("task").drop_column("lease_warning_at").to_owned()).await
    }
}
