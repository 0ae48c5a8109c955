use crate::columns::{drop_all, index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = "client_mutation";
        manager
            .create_table(
                Table::create()
                    .table(table)
                    .col(uuid("organization_id"))
                    .col(uuid("actor_id"))
                    .col(text("client_mutation_id"))
                    .col(text("operation"))
                    .col(blob("digest"))
                    .col(uuid("entity_id"))
                    .col(integer("entity_version"))
                    .col(uuid_null("left_team_id"))
                    .col(timestamp_with_time_zone("at"))
                    .primary_key(Index::create().col("organization_id").col("actor_id").col("client_mutation_id"))
                    .foreign_key(ForeignKey::create().from(table, "organization_id").to("organization", "id"))
                    .to_owned(),
            )
            .await?;
        // Forgetting the old ones.
        manager.create_index(index(table, "client_mutation_at", &["at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["client_mutation"]).await
    }
}
