//! The mutations of a task's life: one verb, one input, one payload each.
use super::{DateTime, Task, TaskPriority};
use crate::{
    Cx, Result,
    graphql::{
        id,
        once::{Payload, once},
        optional_id,
    },
    tasks::service,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, ids::TaskId, task};

#[derive(InputObject)]
struct CreateTaskInput {
    care_team_id: ID,
    patient_id: Option<ID>,
    kind: String,
    title: String,
    instructions: Option<String>,
    #[graphql(default_with = "Some(TaskPriority::Routine)")]
    priority: Option<TaskPriority>,
    due_at: Option<DateTime>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct ClaimTaskInput {
    task_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "service::ClaimOutcome")]
enum ClaimOutcome {
    /// The viewer holds the task now (or already did: claiming twice is harmless).
    Claimed,
    /// Somebody else holds it: `task.claim` says who and since when.
    AlreadyClaimed,
    /// It is not open to claim: `task.status` says why.
    NotClaimable,
}

#[derive(SimpleObject)]
struct ClaimTaskPayload {
    outcome: ClaimOutcome,
    task: Task,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct ReleaseTaskInput {
    task_id: ID,
    reason: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct StartTaskInput {
    task_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct CompleteTaskInput {
    task_id: ID,
    note: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct CancelTaskInput {
    task_id: ID,
    reason: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct AssignTaskInput {
    task_id: ID,
    /// Null hands the task back to the team.
    staff_id: Option<ID>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct PublishTaskInput {
    task_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct RenewClaimInput {
    task_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct HoldTaskInput {
    task_id: ID,
    reason: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct FailTaskInput {
    task_id: ID,
    reason: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct EnterTaskInErrorInput {
    task_id: ID,
    reason: String,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
pub struct TaskPayload {
    task: Task,
    client_mutation_id: Option<String>,
}

impl Payload for TaskPayload {
    type Written = task::Model;
    const SUBJECT: &'static str = "task";

    fn show(cx: &Cx, row: task::Model, client_mutation_id: Option<String>) -> Self {
        Self { task: Task::show(cx, row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<task::Model> {
        service::find_again(cx, &known).await
    }
}

impl Payload for ClaimTaskPayload {
    type Written = (service::ClaimOutcome, task::Model);
    const SUBJECT: &'static str = "task";

    fn show(cx: &Cx, (outcome, row): Self::Written, client_mutation_id: Option<String>) -> Self {
        Self { outcome: outcome.into(), task: Task::show(cx, row), client_mutation_id }
    }

    /// Only a claim that was won is remembered.
    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Self::Written> {
        Ok((service::ClaimOutcome::Claimed, service::find_again(cx, &known).await?))
    }
}

pub fn task_id(text: &ID) -> Result<TaskId> {
    id(text, "input.taskId")
}

#[derive(Default)]
pub struct TaskMutation;

#[Object]
impl TaskMutation {
    async fn create_task(&self, ctx: &Context<'_>, input: CreateTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let new = service::NewTask {
                care_team: id(&input.care_team_id, "input.careTeamId")?,
                patient: optional_id(&input.patient_id, "input.patientId")?,
                kind: input.kind,
                title: input.title,
                instructions: input.instructions,
                priority: input.priority.unwrap_or(TaskPriority::Routine).into(),
                due_at: input.due_at.map(|at| at.0),
            };
            service::create(cx, new).await
        })
        .await
    }

    async fn claim_task(&self, ctx: &Context<'_>, input: ClaimTaskInput) -> Result<ClaimTaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| service::claim(cx, task_id(&input.task_id)?).await).await
    }

    async fn release_task(&self, ctx: &Context<'_>, input: ReleaseTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::release(cx, task_id(&input.task_id)?, input.reason).await
        })
        .await
    }

    async fn start_task(&self, ctx: &Context<'_>, input: StartTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| service::start(cx, task_id(&input.task_id)?).await).await
    }

    async fn complete_task(&self, ctx: &Context<'_>, input: CompleteTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::complete(cx, task_id(&input.task_id)?, input.note).await
        })
        .await
    }

    async fn cancel_task(&self, ctx: &Context<'_>, input: CancelTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::cancel(cx, task_id(&input.task_id)?, input.reason).await
        })
        .await
    }

    async fn assign_task(&self, ctx: &Context<'_>, input: AssignTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let staff = optional_id(&input.staff_id, "input.staffId")?;
            service::assign(cx, task_id(&input.task_id)?, staff).await
        })
        .await
    }

    /// Opens a draft to the team.
    async fn publish_task(&self, ctx: &Context<'_>, input: PublishTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| service::publish(cx, task_id(&input.task_id)?).await).await
    }

    /// Keeps the claim for another lease. CONFLICT where the task has none.
    async fn renew_claim(&self, ctx: &Context<'_>, input: RenewClaimInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| service::renew_claim(cx, task_id(&input.task_id)?).await).await
    }

    /// Sets the work aside, with a reason. `startTask` takes it up again.
    async fn hold_task(&self, ctx: &Context<'_>, input: HoldTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| service::hold(cx, task_id(&input.task_id)?, input.reason).await)
            .await
    }

    /// Ends a task that could not be done.
    async fn fail_task(&self, ctx: &Context<'_>, input: FailTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| service::fail(cx, task_id(&input.task_id)?, input.reason).await)
            .await
    }

    /// Takes back a task that should never have been there.
    async fn enter_task_in_error(&self, ctx: &Context<'_>, input: EnterTaskInErrorInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::enter_in_error(cx, task_id(&input.task_id)?, input.reason).await
        })
        .await
    }
}
