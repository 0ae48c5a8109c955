use crate::{
    columns::{drop_all, index, one_of, owned, references},
    row_security::{protect, show_across},
};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The huddle: its agenda, who leads it and what is spoken about now, what was decided, and the signed record.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_huddle(manager).await?;
        add_item(manager).await?;

        let mut table = part_of_a_huddle("huddle_attendance", "staff_id");
        table.col(uuid("staff_id")).col(timestamp_with_time_zone("at")).foreign_key(&mut references(
            "huddle_attendance",
            "staff_id",
            "staff",
        ));
        manager.create_table(table).await?;
        protect(manager, "huddle_attendance", "SELECT, INSERT, DELETE").await?;

        let mut table = Table::create();
        table
            .table("huddle_decision")
            .col(uuid("organization_id"))
            .col(uuid("task_id"))
            .col(uuid("huddle_id"))
            .col(uuid("item_id"))
            .col(uuid_null("decided_by"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid("owner_id"))
            .col(timestamp_with_time_zone("due_at"))
            .primary_key(Index::create().col("organization_id").col("task_id"))
            .foreign_key(&mut references("huddle_decision", "task_id", "task"))
            .foreign_key(&mut references("huddle_decision", "huddle_id", "huddle"))
            .foreign_key(&mut references("huddle_decision", "item_id", "huddle_item"))
            .foreign_key(&mut references("huddle_decision", "decided_by", "staff"))
            .foreign_key(&mut references("huddle_decision", "owner_id", "staff"));
        manager.create_table(table).await?;
        manager.create_index(index("huddle_decision", "huddle_decision_huddle", &["huddle_id"])).await?;
        protect(manager, "huddle_decision", "SELECT, INSERT").await?;

        let mut table = Table::create();
        table
            .table("huddle_record")
            .col(uuid("organization_id"))
            .col(uuid("huddle_id"))
            .col(text("body"))
            .col(string_len("sha256", 64))
            .col(uuid("signed_by"))
            .col(timestamp_with_time_zone("signed_at"))
            .primary_key(Index::create().col("organization_id").col("huddle_id"))
            .foreign_key(&mut references("huddle_record", "huddle_id", "huddle"))
            .foreign_key(&mut references("huddle_record", "signed_by", "staff"));
        manager.create_table(table).await?;
        // Written once: who serves may neither change nor take away what was signed.
        protect(manager, "huddle_record", "SELECT, INSERT").await?;

        let mut table = owned("huddle_addendum");
        table
            .col(uuid("huddle_id"))
            .col(uuid("author_id"))
            .col(timestamp_with_time_zone("at"))
            .col(text("text"))
            .col(string_len("sha256", 64))
            .foreign_key(&mut references("huddle_addendum", "huddle_id", "huddle"))
            .foreign_key(&mut references("huddle_addendum", "author_id", "staff"));
        manager.create_table(table).await?;
        manager.create_index(index("huddle_addendum", "huddle_addendum_huddle", &["huddle_id", "id"])).await?;
        protect(manager, "huddle_addendum", "SELECT, INSERT").await?;

        let mut table = Table::create();
        table
            .table("huddle_setting")
            .col(uuid("organization_id"))
            .col(uuid("care_team_id"))
            .col(integer("length_minutes"))
            .col(integer("highest_touch_days"))
            .col(integer("high_touch_days"))
            .col(integer("rising_touch_days"))
            .col(integer("low_touch_days"))
            .primary_key(Index::create().col("organization_id").col("care_team_id"))
            .foreign_key(&mut references("huddle_setting", "care_team_id", "care_team"));
        manager.create_table(table).await?;
        protect(manager, "huddle_setting", "SELECT, INSERT, UPDATE").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "huddle_setting",
            "huddle_addendum",
            "huddle_record",
            "huddle_decision",
            "huddle_attendance",
            "huddle_item",
            "huddle",
        ];
        drop_all(manager, &tables).await
    }
}

async fn add_huddle(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = owned("huddle");
    table
        .col(integer("version"))
        .col(uuid("care_team_id"))
        .col(date("date"))
        .col(string_len("slot", 24))
        .col(string_len("state", 24))
        .col(uuid_null("facilitator_id"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(integer("length_minutes"))
        // Names an item of its own, which names it: there is no reference, as one of the two has to be first.
        .col(uuid_null("current_item_id"))
        .col(timestamp_with_time_zone_null("current_since"))
        .col(integer("left_out"))
        .col(timestamp_with_time_zone("created_at"))
        .check(one_of("slot", ["am", "pm"]))
        .check(one_of("state", ["planned", "running", "ended", "missed"]))
        .foreign_key(&mut references("huddle", "care_team_id", "care_team"))
        .foreign_key(&mut references("huddle", "facilitator_id", "staff"));
    manager.create_table(table).await?;
    let once = index("huddle", "huddle_slot", &["care_team_id", "date", "slot"]).unique().to_owned();
    manager.create_index(once).await?;
    // Whose agendas build themselves: of all organizations, so it alone begins with the state.
    let open = Index::create().name("huddle_open").table("huddle").col("state").to_owned();
    let open = open.to_owned().and_where(Expr::col("state").is_in(["planned", "running"])).to_owned();
    manager.create_index(open).await?;
    protect(manager, "huddle", "SELECT, INSERT, UPDATE").await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        show_across(manager, "huddle").await?;
    }
    Ok(())
}

async fn add_item(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = owned("huddle_item");
    table
        .col(uuid("huddle_id"))
        .col(integer("version"))
        .col(uuid_null("patient_id"))
        .col(uuid_null("task_id"))
        .col(json_binary("reasons"))
        .col(integer("rank"))
        .col(string_len("state", 24))
        .col(timestamp_with_time_zone_null("settled_at"))
        .col(uuid_null("settled_by"))
        .col(integer("seconds"))
        .col(text_null("note"))
        .col(uuid_null("added_by"))
        .col(date_null("rolled_from"))
        .check(one_of("state", ["open", "discussed", "deferred", "absent"]))
        .foreign_key(&mut references("huddle_item", "huddle_id", "huddle"))
        .foreign_key(&mut references("huddle_item", "patient_id", "patient"))
        .foreign_key(&mut references("huddle_item", "task_id", "task"))
        .foreign_key(&mut references("huddle_item", "settled_by", "staff"))
        .foreign_key(&mut references("huddle_item", "added_by", "staff"));
    manager.create_table(table).await?;
    // One item a patient, and one for each piece of work that is about nobody.
    for (name, column) in [("huddle_item_patient", "patient_id"), ("huddle_item_task", "task_id")] {
        manager.create_index(index("huddle_item", name, &["huddle_id", column]).unique().to_owned()).await?;
    }
    protect(manager, "huddle_item", "SELECT, INSERT, UPDATE, DELETE").await
}

/// Rows that are named by their huddle and one thing more.
fn part_of_a_huddle(table: &'static str, other: &'static str) -> TableCreateStatement {
    let mut create = Table::create();
    create
        .table(table)
        .col(uuid("organization_id"))
        .col(uuid("huddle_id"))
        .primary_key(Index::create().col("organization_id").col("huddle_id").col(other))
        .foreign_key(&mut references(table, "huddle_id", "huddle"));
    create
}
