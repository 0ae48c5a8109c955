//! Calls, and what they were good for.
use crate::{
    Cx, Result,
    graphql::{scalars::DateTime, to_id},
    my_day::calls,
    patients::graphql::Patient,
    people::graphql::StaffMember,
    tasks::graphql::Task,
};
use async_graphql::{Context, Enum, ID, Object};
use entity::{call_credit, phone_call};
use std::sync::Arc;

/// How a call ended.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "phone_call::CallOutcome")]
pub enum CallOutcome {
    Reached,
    LeftMessage,
    NoAnswer,
    WrongNumber,
    /// Did not want to talk.
    Declined,
    /// Broken off, to be called back.
    Parked,
}

/// What became of a task that a call was good for.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "call_credit::CallCreditResult")]
enum CallCreditResult {
    Completed,
    /// It got a comment.
    Noted,
    /// Nothing was written to it.
    Refused,
}

#[derive(Clone)]
pub struct Call(Arc<calls::Recorded>);

impl Call {
    pub fn show(cx: &Cx, recorded: calls::Recorded) -> Self {
        cx.reads.saw(recorded.call.patient_id);
        Self(Arc::new(recorded))
    }
}

/// A call to a patient, or to who answers for them.
#[Object]
impl Call {
    async fn id(&self) -> ID {
        to_id(self.0.call.id)
    }

    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        Patient::load(ctx, self.0.call.patient_id).await.transpose()
    }

    async fn staff(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.call.staff_id).await
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.call.at)
    }

    async fn outcome(&self) -> CallOutcome {
        self.0.call.outcome.into()
    }

    async fn note(&self) -> Option<&str> {
        self.0.call.note.as_deref()
    }

    /// All that the call took, in minutes.
    async fn minutes(&self) -> Option<i32> {
        self.0.call.minutes
    }

    /// What became of each task, in the order in which they were named.
    async fn credits(&self) -> Vec<CallCredit> {
        self.0.credits.iter().cloned().map(CallCredit).collect()
    }

    /// The task to call back; null where no time was said, or the viewer does not see it any more.
    async fn call_back(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.call.call_back_id?).await.transpose()
    }
}

pub struct CallCredit(call_credit::Model);

/// A task that was named with a call.
#[Object]
impl CallCredit {
    /// Null where the viewer does not see it any more.
    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.task_id).await.transpose()
    }

    async fn result(&self) -> CallCreditResult {
        self.0.result.into()
    }

    /// Why nothing was written to it, in words: somebody else holds it.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
}
