use crate::columns::{drop_all, index, one_of, owned, references};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = owned("task");
        table
            .col(integer("version"))
            .col(uuid("care_team_id"))
            .col(uuid_null("patient_id"))
            .col(text("kind"))
            .col(text("title"))
            .col(text_null("instructions"))
            .col(string_len("status", 24))
            .col(timestamp_with_time_zone("status_since"))
            .col(text_null("status_reason"))
            .col(integer("priority"))
            .col(timestamp_with_time_zone_null("due_at"))
            .col(timestamp_with_time_zone("urgency_at"))
            .col(string_len("due_state", 24))
            .col(uuid_null("claimed_by"))
            .col(timestamp_with_time_zone_null("claimed_at"))
            .col(timestamp_with_time_zone_null("lease_until"))
            .col(timestamp_with_time_zone_null("turns_at"))
            .col(timestamp_with_time_zone_null("completed_at"))
            .col(uuid_null("completed_by"))
            .col(text_null("source"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .check(one_of(
                "status",
                [
                    "draft",
                    "ready",
                    "accepted",
                    "in-progress",
                    "on-hold",
                    "completed",
                    "cancelled",
                    "failed",
                    "entered-in-error",
                ],
            ))
            .check(one_of("due_state", ["not-due", "due", "overdue"]))
            .check(Expr::col("priority").between(0, 3))
            .check(
                // One holder, and a holder wherever work is going on.
                Expr::col("claimed_by").is_null().eq(Expr::col("claimed_at").is_null()),
            )
            .check(one_of("status", ["draft", "ready"]).not().or(Expr::col("claimed_by").is_null()))
            .check(one_of("status", ["accepted", "in-progress"]).not().or(Expr::col("claimed_by").is_not_null()))
            .foreign_key(&mut references("task", "care_team_id", "care_team"))
            .foreign_key(&mut references("task", "patient_id", "patient"))
            .foreign_key(&mut references("task", "claimed_by", "staff"))
            .foreign_key(&mut references("task", "completed_by", "staff"))
            .foreign_key(&mut references("task", "created_by", "staff"));
        manager.create_table(table).await?;
        // The board: a team's open work, most urgent first.
        manager
            .create_index(
                index("task", "task_board", &["care_team_id"])
                    .col(("priority", IndexOrder::Desc))
                    .col("urgency_at")
                    .col("id")
                    .and_where(one_of("status", ["draft", "ready", "accepted", "in-progress", "on-hold"]))
                    .to_owned(),
            )
            .await?;
        // Done today.
        manager.create_index(index("task", "task_completed", &["care_team_id", "completed_at"])).await?;
        // What somebody holds.
        manager.create_index(index("task", "task_holder", &["claimed_by"])).await?;
        // A patient's tasks, and the teams that work for the patient.
        manager.create_index(index("task", "task_patient", &["patient_id", "care_team_id"])).await?;
        // The sweep asks what time has changed, for all organisations at once.
        manager
            .create_index(
                Index::create()
                    .name("task_turns")
                    .table("task")
                    .col("turns_at")
                    .and_where(Expr::col("turns_at").is_not_null())
                    .to_owned(),
            )
            .await?;
        // An imported task is found again by its source.
        manager
            .create_index(
                index("task", "task_source", &["source"])
                    .unique()
                    .and_where(Expr::col("source").is_not_null())
                    .to_owned(),
            )
            .await?;
        let mut table = owned("task_step");
        table
            .col(uuid("task_id"))
            .col(integer("position"))
            .col(text("text"))
            .col(timestamp_with_time_zone_null("done_at"))
            .col(uuid_null("done_by"))
            .foreign_key(&mut references("task_step", "task_id", "task"))
            .foreign_key(&mut references("task_step", "done_by", "staff"));
        manager.create_table(table).await?;
        // A task's steps in order.
        manager.create_index(index("task_step", "task_step_task", &["task_id", "position"])).await?;
        let mut table = owned("task_comment");
        table
            .col(uuid("task_id"))
            .col(uuid_null("author_id"))
            .col(timestamp_with_time_zone("at"))
            .col(text("text"))
            .foreign_key(&mut references("task_comment", "task_id", "task"))
            .foreign_key(&mut references("task_comment", "author_id", "staff"));
        manager.create_table(table).await?;
        // A task's comments by time.
        manager.create_index(index("task_comment", "task_comment_task", &["task_id", "at"])).await?;
        let mut table = owned("task_history");
        table
            .col(uuid("task_id"))
            .col(uuid_null("patient_id"))
            .col(timestamp_with_time_zone("at"))
            .col(string_len("action", 24))
            .col(string_len("status", 24))
            .col(uuid_null("actor_id"))
            .col(uuid_null("holder_id"))
            .col(text_null("reason"))
            .check(one_of(
                "status",
                [
                    "draft",
                    "ready",
                    "accepted",
                    "in-progress",
                    "on-hold",
                    "completed",
                    "cancelled",
                    "failed",
                    "entered-in-error",
                ],
            ))
            .check(one_of(
                "action",
                [
                    "created",
                    "published",
                    "claimed",
                    "released",
                    "assigned",
                    "started",
                    "held",
                    "completed",
                    "cancelled",
                    "failed",
                    "entered-in-error",
                    "lapsed",
                    "became-due",
                    "became-overdue",
                    "moved",
                    "edited",
                ],
            ))
            .foreign_key(&mut references("task_history", "task_id", "task"))
            .foreign_key(&mut references("task_history", "patient_id", "patient"))
            .foreign_key(&mut references("task_history", "actor_id", "staff"))
            .foreign_key(&mut references("task_history", "holder_id", "staff"));
        manager.create_table(table).await?;
        // A task's history by time.
        manager.create_index(index("task_history", "task_history_task", &["task_id", "at"])).await?;
        // A patient's timeline.
        manager.create_index(index("task_history", "task_history_patient", &["patient_id", "at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["task_history", "task_comment", "task_step", "task"]).await
    }
}
