use crate::{
    columns::{drop_all, index, one_of, owned, references},
    row_security::protect,
};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Minutes spent on patients, calls and what they were good for, and where patients get their medicines.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [text_null("pharmacy_name"), text_null("pharmacy_phone")] {
            manager.alter_table(Table::alter().table("patient").add_column(column).to_owned()).await?;
        }

        let mut table = owned("phone_call");
        table
            .col(uuid("patient_id"))
            .col(uuid("staff_id"))
            .col(timestamp_with_time_zone("at"))
            .col(string_len("outcome", 24))
            .col(integer_null("minutes"))
            .col(text_null("note"))
            .col(uuid_null("call_back_id"))
            .check(one_of("outcome", ["reached", "left-message", "no-answer", "wrong-number", "declined", "parked"]))
            .foreign_key(&mut references("phone_call", "patient_id", "patient"))
            .foreign_key(&mut references("phone_call", "staff_id", "staff"))
            .foreign_key(&mut references("phone_call", "call_back_id", "task"));
        manager.create_table(table).await?;
        // The attempts to reach a patient.
        manager.create_index(index("phone_call", "phone_call_patient", &["patient_id", "at"])).await?;
        protect(manager, "phone_call", "SELECT, INSERT, UPDATE").await?;

        let mut table = Table::create();
        table
            .table("call_credit")
            .col(uuid("organization_id"))
            .col(uuid("call_id"))
            .col(uuid("task_id"))
            .col(integer("position"))
            .col(string_len("result", 24))
            .col(text_null("reason"))
            .primary_key(Index::create().col("organization_id").col("call_id").col("task_id"))
            .check(one_of("result", ["completed", "noted", "refused"]))
            .foreign_key(ForeignKey::create().from("call_credit", "organization_id").to("organization", "id"))
            .foreign_key(&mut references("call_credit", "call_id", "phone_call"))
            .foreign_key(&mut references("call_credit", "task_id", "task"));
        manager.create_table(table).await?;
        protect(manager, "call_credit", "SELECT, INSERT").await?;

        let mut table = owned("minute_entry");
        table
            .col(uuid("patient_id"))
            .col(uuid_null("task_id"))
            .col(uuid("staff_id"))
            .col(string_len("role", 24))
            .col(integer("minutes"))
            .col(text_null("note"))
            .col(timestamp_with_time_zone("at"))
            .col(date("local_date"))
            .col(timestamp_with_time_zone("entered_at"))
            .col(timestamp_with_time_zone_null("in_error_at"))
            .col(uuid_null("in_error_by"))
            .col(text_null("in_error_reason"))
            .check(Expr::col("minutes").between(1, 480))
            .foreign_key(&mut references("minute_entry", "patient_id", "patient"))
            .foreign_key(&mut references("minute_entry", "task_id", "task"))
            .foreign_key(&mut references("minute_entry", "staff_id", "staff"))
            .foreign_key(&mut references("minute_entry", "in_error_by", "staff"));
        manager.create_table(table).await?;
        // What was spent on a patient in a month.
        manager.create_index(index("minute_entry", "minute_entry_patient", &["patient_id", "local_date"])).await?;
        // What somebody logged on a day.
        manager.create_index(index("minute_entry", "minute_entry_staff", &["staff_id", "local_date"])).await?;
        protect(manager, "minute_entry", "SELECT, INSERT, UPDATE").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["minute_entry", "call_credit", "phone_call"]).await?;
        for column in ["pharmacy_phone", "pharmacy_name"] {
            manager.alter_table(Table::alter().table("patient").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
