use crate::{
    columns::{drop_all, index, one_of, owned, references},
    row_security::protect,
};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 8] = [
    "cover_item",
    "cover",
    "rebalance_move",
    "rebalance",
    "load_snapshot",
    "time_off",
    "work_pattern",
    "caseload_settings",
];

/// Weights, hours and absences, what members carried on which day, and who was given to whom to even that out.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // BCP-47, with spaces between.
        let languages = text("languages").default("").to_owned();
        manager.alter_table(Table::alter().table("staff").add_column(languages).to_owned()).await?;

        let mut table = Table::create();
        table
            .table("caseload_settings")
            .col(uuid("organization_id").primary_key().to_owned())
            .col(integer("version"))
            .col(json_binary("settings"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(ForeignKey::create().from("caseload_settings", "organization_id").to("organization", "id"));
        manager.create_table(table).await?;
        protect(manager, "caseload_settings", "SELECT, INSERT, UPDATE").await?;

        let mut table = Table::create();
        table
            .table("work_pattern")
            .col(uuid("organization_id"))
            .col(uuid("staff_id"))
            .col(integer("days"))
            .col(double("hours_share"))
            .col(integer("version"))
            .primary_key(Index::create().col("organization_id").col("staff_id"))
            .foreign_key(&mut references("work_pattern", "staff_id", "staff"));
        manager.create_table(table).await?;
        protect(manager, "work_pattern", "SELECT, INSERT, UPDATE").await?;

        let mut table = owned("time_off");
        table
            .col(uuid("staff_id"))
            .col(date("from_date"))
            .col(date("to_date"))
            .col(string_len("reason", 24))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("cancelled_at"))
            .check(one_of("reason", ["vacation", "sick", "training", "family", "other"]))
            .foreign_key(&mut references("time_off", "staff_id", "staff"));
        manager.create_table(table).await?;
        manager.create_index(index("time_off", "time_off_staff", &["staff_id", "to_date"])).await?;
        protect(manager, "time_off", "SELECT, INSERT, UPDATE").await?;

        let mut table = Table::create();
        table
            .table("load_snapshot")
            .col(uuid("organization_id"))
            .col(uuid("care_team_id"))
            .col(date("date"))
            .col(uuid("staff_id"))
            .col(double("load"))
            .col(double_null("capacity"))
            .col(integer("patients"))
            .col(integer("open_tasks"))
            .primary_key(Index::create().col("organization_id").col("care_team_id").col("date").col("staff_id"))
            .foreign_key(&mut references("load_snapshot", "care_team_id", "care_team"))
            .foreign_key(&mut references("load_snapshot", "staff_id", "staff"));
        manager.create_table(table).await?;
        protect(manager, "load_snapshot", "SELECT, INSERT").await?;

        rebalances(manager).await?;
        covers(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &TABLES).await?;
        manager.alter_table(Table::alter().table("staff").drop_column("languages").to_owned()).await
    }
}

async fn rebalances(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = owned("rebalance");
    table
        .col(uuid("care_team_id"))
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("by_id"))
        // In the team's time zone: it is undone on the same day.
        .col(date("day"))
        .col(timestamp_with_time_zone_null("undone_at"))
        .foreign_key(&mut references("rebalance", "care_team_id", "care_team"))
        .foreign_key(&mut references("rebalance", "by_id", "staff"));
    manager.create_table(table).await?;
    manager.create_index(index("rebalance", "rebalance_team", &["care_team_id", "at"])).await?;
    protect(manager, "rebalance", "SELECT, INSERT, UPDATE").await?;

    let mut table = Table::create();
    table
        .table("rebalance_move")
        .col(uuid("organization_id"))
        .col(uuid("rebalance_id"))
        .col(uuid("patient_id"))
        .col(uuid_null("from_id"))
        .col(uuid("to_id"))
        // Why undoing left it as it was.
        .col(text_null("kept"))
        .primary_key(Index::create().col("organization_id").col("rebalance_id").col("patient_id"))
        .foreign_key(&mut references("rebalance_move", "rebalance_id", "rebalance"))
        .foreign_key(&mut references("rebalance_move", "patient_id", "patient"))
        .foreign_key(&mut references("rebalance_move", "from_id", "staff"))
        .foreign_key(&mut references("rebalance_move", "to_id", "staff"));
    manager.create_table(table).await?;
    protect(manager, "rebalance_move", "SELECT, INSERT, UPDATE").await
}

async fn covers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = owned("cover");
    table
        .col(uuid("staff_id"))
        .col(timestamp_with_time_zone("started_at"))
        .col(uuid_null("started_by"))
        .col(date("returns_on"))
        .col(timestamp_with_time_zone("returns_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .foreign_key(&mut references("cover", "staff_id", "staff"))
        .foreign_key(&mut references("cover", "started_by", "staff"));
    manager.create_table(table).await?;
    // Somebody is covered once at a time; and what time ends.
    let open = Expr::col("ended_at").is_null();
    let once = index("cover", "cover_open", &["staff_id"]).unique().and_where(open.clone()).to_owned();
    manager.create_index(once).await?;
    manager.create_index(index("cover", "cover_returns", &["returns_at"]).and_where(open).to_owned()).await?;
    protect(manager, "cover", "SELECT, INSERT, UPDATE").await?;

    let mut table = owned("cover_item");
    table
        .col(uuid("cover_id"))
        .col(uuid("care_team_id"))
        .col(uuid_null("patient_id"))
        .col(uuid_null("task_id"))
        .col(uuid_null("to_id"))
        .col(string_len("outcome", 24))
        .check(one_of("outcome", ["away", "returned", "done", "stays", "pool"]))
        .foreign_key(&mut references("cover_item", "cover_id", "cover"))
        .foreign_key(&mut references("cover_item", "care_team_id", "care_team"))
        .foreign_key(&mut references("cover_item", "patient_id", "patient"))
        .foreign_key(&mut references("cover_item", "task_id", "task"))
        .foreign_key(&mut references("cover_item", "to_id", "staff"));
    manager.create_table(table).await?;
    manager.create_index(index("cover_item", "cover_item_cover", &["cover_id"])).await?;
    protect(manager, "cover_item", "SELECT, INSERT, UPDATE").await
}
