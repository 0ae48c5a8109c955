use sea_orm_migration::{prelude::*, schema::uuid_null, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("org_head").add_column(uuid_null("ring_key")).to_owned();
        manager.alter_table(column).await?;
        let random = match manager.get_database_backend() {
            DbBackend::Sqlite => "randomblob(16)",
            _ => "gen_random_uuid()",
        };
        let fill = format!("UPDATE org_head SET ring_key = {random}");
        manager.get_connection().execute_unprepared(&fill).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("org_head").drop_column("ring_key").to_owned()).await
    }
}
