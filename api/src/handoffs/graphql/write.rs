//! The mutations of handoffs: one verb, one input, one payload each.
use super::Handoff;
use crate::{
    Cx, Result,
    graphql::{
        id,
        once::{Payload, once},
        optional_id,
        scalars::DateTime,
    },
    handoffs::service::{self, Choice, Line, NewHandoff, Words},
    tasks::graphql::{Task, TaskPriority, task_id},
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{
    client_mutation,
    ids::{HandoffId, StaffId},
    task,
};
use std::str::FromStr;

#[derive(InputObject)]
struct TransferTaskInput {
    task_id: ID,
    /// Null: whoever of the team acknowledges first.
    to_staff_id: Option<ID>,
    /// What is going on.
    situation: String,
    ready: Option<String>,
    /// Where what is ready can be seen.
    evidence: Option<String>,
    next: Option<String>,
    due_at: Option<DateTime>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct CreateHandoffInput {
    care_team_id: ID,
    /// Null: whoever of the team acknowledges first.
    to_staff_id: Option<ID>,
    /// Tasks that the viewer holds.
    task_ids: Vec<ID>,
    /// Patients whom the viewer coordinates.
    patient_ids: Vec<ID>,
    situation: String,
    ready: Option<String>,
    evidence: Option<String>,
    next: Option<String>,
    due_at: Option<DateTime>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct EscalateTaskInput {
    task_id: ID,
    reason: String,
    /// The next higher one, unless said.
    priority: Option<TaskPriority>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct NotifyAboutTaskInput {
    task_id: ID,
    staff_id: ID,
    message: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct AcknowledgeHandoffInput {
    handoff_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct DeclineHandoffInput {
    handoff_id: ID,
    reason: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct RedirectHandoffInput {
    handoff_id: ID,
    /// Null: whoever of the team acknowledges first.
    to_staff_id: Option<ID>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct WithdrawHandoffInput {
    handoff_id: ID,
    reason: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct HandoffPayload {
    handoff: Handoff,
    client_mutation_id: Option<String>,
}

impl Payload for HandoffPayload {
    type Written = service::Handoff;
    const SUBJECT: &'static str = "handoff";

    fn show(cx: &Cx, handoff: service::Handoff, client_mutation_id: Option<String>) -> Self {
        Self { handoff: Handoff::show(cx, handoff), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<service::Handoff> {
        service::find(cx, HandoffId(known.entity_id)).await
    }
}

/// What becomes of a task at the end of somebody's day.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "Choice")]
enum LeavingChoice {
    /// To somebody, or to whoever of the team acknowledges first.
    HandOver,
    /// Back to the pool.
    Return,
    /// On hold, with the reason.
    Keep,
}

#[derive(InputObject)]
struct LeavingTaskInput {
    task_id: ID,
    choice: LeavingChoice,
    /// For HAND_OVER; null: whoever of the team acknowledges first.
    to_staff_id: Option<ID>,
    /// Everybody on the team reads it.
    reason: String,
    next: Option<String>,
    due_at: Option<DateTime>,
}

impl LeavingTaskInput {
    fn read(self) -> Result<Line> {
        Ok(Line {
            task: id(&self.task_id, "input.tasks.taskId")?,
            choice: self.choice.into(),
            to: optional_id(&self.to_staff_id, "input.tasks.toStaffId")?,
            reason: self.reason,
            next: self.next,
            due_at: self.due_at.map(|at| at.0),
        })
    }
}

#[derive(InputObject)]
struct LeaveForTheDayInput {
    /// Every task that the viewer holds, but for those that wait for a receiver already.
    tasks: Vec<LeavingTaskInput>,
    client_mutation_id: Option<String>,
}

/// What is still with the viewer.
#[derive(SimpleObject)]
struct LeaveForTheDayPayload {
    /// What they keep, and what nobody has acknowledged yet.
    tasks: Vec<Task>,
    /// What waits for its receivers.
    handoffs: Vec<Handoff>,
    client_mutation_id: Option<String>,
}

impl Payload for LeaveForTheDayPayload {
    type Written = (Vec<task::Model>, Vec<service::Handoff>);
    const SUBJECT: &'static str = "staff";

    fn show(cx: &Cx, (tasks, handoffs): Self::Written, client_mutation_id: Option<String>) -> Self {
        Self {
            tasks: tasks.into_iter().map(|task| Task::show(cx, task)).collect(),
            handoffs: handoffs.into_iter().map(|handoff| Handoff::show(cx, handoff)).collect(),
            client_mutation_id,
        }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Self::Written> {
        service::left_with(cx, StaffId(known.entity_id)).await
    }
}

fn handoff_id(text: &ID) -> Result<HandoffId> {
    id(text, "input.handoffId")
}

fn receiver(text: &Option<ID>) -> Result<Option<StaffId>> {
    optional_id(text, "input.toStaffId")
}

fn ids<T: FromStr>(texts: &[ID], field: &str) -> Result<Vec<T>> {
    texts.iter().map(|text| id(text, field)).collect()
}

#[derive(Default)]
pub struct HandoffMutation;

#[Object]
impl HandoffMutation {
    /// Hands a task that the viewer holds to somebody else, who has to acknowledge it: until then it stays the viewer's.
    /// CONFLICT where it is being handed over already.
    async fn transfer_task(&self, ctx: &Context<'_>, input: TransferTaskInput) -> Result<HandoffPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let (situation, ready, evidence, next) = (input.situation, input.ready, input.evidence, input.next);
            let words = Words { situation, ready, evidence, next, due_at: input.due_at.map(|at| at.0) };
            service::transfer(cx, task_id(&input.task_id)?, receiver(&input.to_staff_id)?, words).await
        })
        .await
    }

    /// The same for several tasks and patients of one team, 1 to 200.
    async fn create_handoff(&self, ctx: &Context<'_>, input: CreateHandoffInput) -> Result<HandoffPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let (situation, ready, evidence, next) = (input.situation, input.ready, input.evidence, input.next);
            let new = NewHandoff {
                team: id(&input.care_team_id, "input.careTeamId")?,
                to: receiver(&input.to_staff_id)?,
                tasks: ids(&input.task_ids, "input.taskIds")?,
                patients: ids(&input.patient_ids, "input.patientIds")?,
                words: Words { situation, ready, evidence, next, due_at: input.due_at.map(|at| at.0) },
            };
            service::create(cx, new).await
        })
        .await
    }

    /// Lets the managers of the team know, and raises the priority. The task stays with its holder.
    async fn escalate_task(&self, ctx: &Context<'_>, input: EscalateTaskInput) -> Result<HandoffPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::escalate(cx, task_id(&input.task_id)?, input.reason, input.priority.map(Into::into)).await
        })
        .await
    }

    /// Tells somebody who sees the task about it. Nothing else changes.
    async fn notify_about_task(&self, ctx: &Context<'_>, input: NotifyAboutTaskInput) -> Result<HandoffPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let to = id(&input.staff_id, "input.staffId")?;
            service::notify(cx, task_id(&input.task_id)?, to, input.message).await
        })
        .await
    }

    /// Says that one knows. What is transferred is the viewer's from now on, as far as it is still the giver's: each item
    /// says whether it moved.
    async fn acknowledge_handoff(&self, ctx: &Context<'_>, input: AcknowledgeHandoffInput) -> Result<HandoffPayload> {
        once(ctx, input.client_mutation_id, async |cx| service::acknowledge(cx, handoff_id(&input.handoff_id)?).await)
            .await
    }

    /// By its receiver. The work stays with its giver, who is told why.
    async fn decline_handoff(&self, ctx: &Context<'_>, input: DeclineHandoffInput) -> Result<HandoffPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::decline(cx, handoff_id(&input.handoff_id)?, input.reason).await
        })
        .await
    }

    /// Names another receiver of work that is handed over, and lets the clock run anew.
    async fn redirect_handoff(&self, ctx: &Context<'_>, input: RedirectHandoffInput) -> Result<HandoffPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::redirect(cx, handoff_id(&input.handoff_id)?, receiver(&input.to_staff_id)?).await
        })
        .await
    }

    /// Takes a handoff back.
    async fn withdraw_handoff(&self, ctx: &Context<'_>, input: WithdrawHandoffInput) -> Result<HandoffPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::withdraw(cx, handoff_id(&input.handoff_id)?, input.reason).await
        })
        .await
    }

    /// The end of a day: what becomes of each task that the viewer holds, all of it or nothing. CONFLICT where the list is
    /// not what they hold.
    async fn leave_for_the_day(&self, ctx: &Context<'_>, input: LeaveForTheDayInput) -> Result<LeaveForTheDayPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let lines = input.tasks.into_iter().map(LeavingTaskInput::read).collect::<Result<Vec<_>>>()?;
            service::leave_for_the_day(cx, lines).await
        })
        .await
    }
}
