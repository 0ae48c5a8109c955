use crate::columns::{drop_all, index, one_of, owned};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
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
            .check(one_of("kind", ["write", "read", "sign-in", "sign-out", "refused"]));
        manager.create_table(table).await?;
        // Reports for a period.
        manager.create_index(index("audit_entry", "audit_entry_at", &["at"])).await?;
        // What somebody did.
        manager.create_index(index("audit_entry", "audit_entry_actor", &["actor_id", "at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["audit_entry"]).await
    }
}
