//! Minutes that people spent on patients.
use crate::{
    Cx, Result,
    graphql::{
        cx,
        scalars::{Date, DateTime},
        to_id,
    },
    my_day::minutes,
    patients::graphql::Patient,
    people::graphql::StaffMember,
    tasks::graphql::Task,
};
use async_graphql::{Context, ID, Object};
use entity::minute_entry;
use std::sync::Arc;

#[derive(Clone)]
pub struct MinuteEntry(Arc<minute_entry::Model>);

impl MinuteEntry {
    pub fn show(cx: &Cx, row: minute_entry::Model) -> Self {
        cx.reads.saw(row.patient_id);
        Self(Arc::new(row))
    }
}

/// Time that somebody spent on a patient. It is never deleted: what was wrong is entered in error, and counts no more.
#[Object]
impl MinuteEntry {
    async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    /// Null where the viewer does not see them any more.
    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        Patient::load(ctx, self.0.patient_id).await.transpose()
    }

    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.task_id?).await.transpose()
    }

    async fn staff(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.staff_id).await
    }

    /// Whole minutes, 1 to 480.
    async fn minutes(&self) -> i32 {
        self.0.minutes
    }

    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When the time was spent.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// The day in the practice's calendar that it counts for.
    async fn date(&self) -> Date {
        Date(self.0.local_date)
    }

    async fn entered_at(&self) -> DateTime {
        DateTime(self.0.entered_at)
    }

    /// When it was taken back; null while it counts.
    async fn entered_in_error_at(&self) -> Option<DateTime> {
        self.0.in_error_at.map(DateTime)
    }

    /// Whether the viewer may take it back: whoever logged it, or a manager.
    async fn viewer_can_correct(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.in_error_at.is_none() && minutes::may_correct(cx(ctx)?, &self.0))
    }
}
