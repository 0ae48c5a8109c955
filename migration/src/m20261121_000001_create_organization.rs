use crate::columns::{drop_all, one_of};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("organization")
            .col(uuid("id").primary_key())
            .col(text("name").unique_key())
            .col(text("time_zone"))
            .col(boolean("is_demo"))
            .col(timestamp_with_time_zone("created_at"));
        manager.create_table(table).await?;
        let mut table = Table::create();
        table
            .table("org_head")
            .col(uuid("organization_id").primary_key())
            .col(big_integer("seq"))
            .col(big_integer("floor_seq"))
            .col(uuid("epoch"))
            .foreign_key(ForeignKey::create().from("org_head", "organization_id").to("organization", "id"));
        manager.create_table(table).await?;
        let mut table = Table::create();
        table
            .table("event")
            .col(uuid("organization_id"))
            .col(big_integer("seq"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid_null("actor_id"))
            .col(string_len("entity_type", 24))
            .col(uuid("entity_id"))
            .col(integer("entity_version"))
            .col(json_binary("teams_before"))
            .col(json_binary("teams_after"))
            .primary_key(Index::create().col("organization_id").col("seq"))
            .check(one_of("entity_type", ["task", "patient", "care-team", "staff", "session"]))
            .foreign_key(ForeignKey::create().from("event", "organization_id").to("organization", "id"));
        manager.create_table(table).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["event", "org_head", "organization"]).await
    }
}
