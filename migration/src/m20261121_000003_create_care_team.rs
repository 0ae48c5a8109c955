use crate::columns::{drop_all, index, owned, references};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = owned("care_team");
        table
            .col(string_len("name", 200))
            .col(text("time_zone"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"));
        manager.create_table(table).await?;
        // A team is found by its name, and there is one of a name.
        manager.create_index(index("care_team", "care_team_name", &["name"]).unique().to_owned()).await?;
        let mut table = Table::create();
        table
            .table("care_team_member")
            .col(uuid("organization_id"))
            .col(uuid("care_team_id"))
            .col(uuid("staff_id"))
            .col(double_null("capacity"))
            .col(timestamp_with_time_zone("joined_at"))
            .primary_key(Index::create().col("organization_id").col("care_team_id").col("staff_id"))
            .foreign_key(&mut references("care_team_member", "care_team_id", "care_team"))
            .foreign_key(&mut references("care_team_member", "staff_id", "staff"));
        manager.create_table(table).await?;
        // Signing in asks for the teams of a person.
        manager.create_index(index("care_team_member", "care_team_member_staff", &["staff_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["care_team_member", "care_team"]).await
    }
}
