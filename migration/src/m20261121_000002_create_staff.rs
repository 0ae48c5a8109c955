use crate::columns::{drop_all, one_of, owned};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = owned("staff");
        table
            .col(text("display_name"))
            .col(string_len_null("email", 320).unique_key())
            .col(string_len("role", 24))
            .col(text_null("credential"))
            .col(text_null("password_hash"))
            .col(boolean("active"))
            .col(timestamp_with_time_zone("created_at"))
            .check(one_of(
                "role",
                [
                    "care-coordinator",
                    "nurse",
                    "medical-assistant",
                    "clinician",
                    "social-worker",
                    "pharmacist",
                    "front-desk",
                    "manager",
                    "administrator",
                ],
            ));
        manager.create_table(table).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["staff"]).await
    }
}
