use crate::columns::{drop_all, index, one_of, owned, references};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = owned("display");
        table
            .col(uuid("care_team_id"))
            .col(text("name"))
            .col(blob_null("pairing_hash").unique_key())
            .col(timestamp_with_time_zone_null("pairing_expires_at"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut references("display", "care_team_id", "care_team"));
        manager.create_table(table).await?;
        let mut table = owned("session");
        table
            .col(blob("token_hash").unique_key())
            .col(string_len("kind", 24))
            .col(uuid_null("staff_id"))
            .col(uuid_null("display_id"))
            .col(text_null("name"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("expires_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .check(one_of("kind", ["staff", "display", "integration"]))
            .foreign_key(&mut references("session", "staff_id", "staff"))
            .foreign_key(&mut references("session", "display_id", "display"));
        manager.create_table(table).await?;
        // Ending every session of a person.
        manager.create_index(index("session", "session_staff", &["staff_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["session", "display"]).await
    }
}
