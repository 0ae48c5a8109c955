use crate::columns::drop_all;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One row: `version.rs` tells what it means.
        let mut table = Table::create();
        table.table("schema_version").col(integer("number").primary_key()).col(integer("oldest_program"));
        manager.create_table(table).await?;
        let mut row = Query::insert();
        row.into_table("schema_version").columns(["number", "oldest_program"]).values_panic([10.into(), 10.into()]);
        manager.execute(row).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["schema_version"]).await
    }
}
