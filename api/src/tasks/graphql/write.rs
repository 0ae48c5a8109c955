//! The mutations of tasks: one verb, one input, one payload each.
use super::{DateTime, Task, TaskPriority};
use crate::{
    Result,
    graphql::{cx, id, optional_id},
    tasks::service,
};
use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{ids::TaskId, task};

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
}

#[derive(InputObject)]
struct ClaimTaskInput {
    task_id: ID,
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
}

#[derive(InputObject)]
struct ReleaseTaskInput {
    task_id: ID,
    reason: Option<String>,
}

#[derive(InputObject)]
struct StartTaskInput {
    task_id: ID,
}

#[derive(InputObject)]
struct CompleteTaskInput {
    task_id: ID,
    note: Option<String>,
}

#[derive(InputObject)]
struct CancelTaskInput {
    task_id: ID,
    reason: String,
}

#[derive(InputObject)]
struct AssignTaskInput {
    task_id: ID,
    /// Null hands the task back to the team.
    staff_id: Option<ID>,
}

#[derive(InputObject)]
struct PublishTaskInput {
    task_id: ID,
}

#[derive(InputObject)]
struct HoldTaskInput {
    task_id: ID,
    reason: String,
}

#[derive(InputObject)]
struct FailTaskInput {
    task_id: ID,
    reason: String,
}

#[derive(InputObject)]
struct EnterTaskInErrorInput {
    task_id: ID,
    reason: String,
}

#[derive(InputObject)]
struct UpdateTaskInput {
    task_id: ID,
    title: Option<String>,
    instructions: Option<String>,
    priority: Option<TaskPriority>,
    /// Null takes the due time away; absent leaves it.
    due_at: MaybeUndefined<DateTime>,
    /// The version the viewer saw; a different one in store is CONFLICT, and nothing is written.
    expected_version: Option<i32>,
}

#[derive(InputObject)]
struct MoveTaskInput {
    task_id: ID,
    care_team_id: ID,
    reason: Option<String>,
}

#[derive(InputObject)]
struct AddTaskCommentInput {
    task_id: ID,
    text: String,
}

#[derive(InputObject)]
struct AddTaskStepInput {
    task_id: ID,
    text: String,
}

#[derive(InputObject)]
struct CheckTaskStepInput {
    task_id: ID,
    step_id: ID,
    done: bool,
}

#[derive(SimpleObject)]
struct TaskPayload {
    task: Task,
}

fn shown(ctx: &Context<'_>, row: task::Model) -> Result<TaskPayload> {
    Ok(TaskPayload { task: Task::show(cx(ctx)?, row) })
}

fn task_id(text: &ID) -> Result<TaskId> {
    id(text, "input.taskId")
}

#[derive(Default)]
pub struct TaskMutation;

#[Object]
impl TaskMutation {
    async fn create_task(&self, ctx: &Context<'_>, input: CreateTaskInput) -> Result<TaskPayload> {
        let new = service::NewTask {
            care_team: id(&input.care_team_id, "input.careTeamId")?,
            patient: optional_id(&input.patient_id, "input.patientId")?,
            kind: input.kind,
            title: input.title,
            instructions: input.instructions,
            priority: input.priority.unwrap_or(TaskPriority::Routine).into(),
            due_at: input.due_at.map(|at| at.0),
        };
        shown(ctx, service::create(cx(ctx)?, new).await?)
    }

    async fn claim_task(&self, ctx: &Context<'_>, input: ClaimTaskInput) -> Result<ClaimTaskPayload> {
        let cx = cx(ctx)?;
        let (outcome, row) = service::claim(cx, task_id(&input.task_id)?).await?;
        Ok(ClaimTaskPayload { outcome: outcome.into(), task: Task::show(cx, row) })
    }

    async fn release_task(&self, ctx: &Context<'_>, input: ReleaseTaskInput) -> Result<TaskPayload> {
        shown(ctx, service::release(cx(ctx)?, task_id(&input.task_id)?, input.reason).await?)
    }

    async fn start_task(&self, ctx: &Context<'_>, input: StartTaskInput) -> Result<TaskPayload> {
        shown(ctx, service::start(cx(ctx)?, task_id(&input.task_id)?).await?)
    }

    async fn complete_task(&self, ctx: &Context<'_>, input: CompleteTaskInput) -> Result<TaskPayload> {
        shown(ctx, service::complete(cx(ctx)?, task_id(&input.task_id)?, input.note).await?)
    }

    async fn cancel_task(&self, ctx: &Context<'_>, input: CancelTaskInput) -> Result<TaskPayload> {
        shown(ctx, service::cancel(cx(ctx)?, task_id(&input.task_id)?, input.reason).await?)
    }

    async fn assign_task(&self, ctx: &Context<'_>, input: AssignTaskInput) -> Result<TaskPayload> {
        let staff = optional_id(&input.staff_id, "input.staffId")?;
        shown(ctx, service::assign(cx(ctx)?, task_id(&input.task_id)?, staff).await?)
    }

    /// Opens a draft to the team.
    async fn publish_task(&self, ctx: &Context<'_>, input: PublishTaskInput) -> Result<TaskPayload> {
        shown(ctx, service::publish(cx(ctx)?, task_id(&input.task_id)?).await?)
    }

    /// Sets the work aside, with a reason. `startTask` takes it up again.
    async fn hold_task(&self, ctx: &Context<'_>, input: HoldTaskInput) -> Result<TaskPayload> {
        shown(ctx, service::hold(cx(ctx)?, task_id(&input.task_id)?, input.reason).await?)
    }

    /// Ends a task that could not be done.
    async fn fail_task(&self, ctx: &Context<'_>, input: FailTaskInput) -> Result<TaskPayload> {
        shown(ctx, service::fail(cx(ctx)?, task_id(&input.task_id)?, input.reason).await?)
    }

    /// Takes back a task that should never have been there.
    async fn enter_task_in_error(&self, ctx: &Context<'_>, input: EnterTaskInErrorInput) -> Result<TaskPayload> {
        shown(ctx, service::enter_in_error(cx(ctx)?, task_id(&input.task_id)?, input.reason).await?)
    }
}

#[derive(Default)]
pub struct TaskDetailMutation;

#[Object]
impl TaskDetailMutation {
    async fn update_task(&self, ctx: &Context<'_>, input: UpdateTaskInput) -> Result<TaskPayload> {
        let edit = service::Edit {
            title: input.title,
            instructions: input.instructions,
            priority: input.priority.map(Into::into),
            due_at: match input.due_at {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(at) => Some(Some(at.0)),
            },
            expected_version: input.expected_version,
        };
        shown(ctx, service::update(cx(ctx)?, task_id(&input.task_id)?, edit).await?)
    }

    /// Gives a task to another team. A holder who is not on that team loses the claim.
    async fn move_task(&self, ctx: &Context<'_>, input: MoveTaskInput) -> Result<TaskPayload> {
        let team = id(&input.care_team_id, "input.careTeamId")?;
        shown(ctx, service::move_to_team(cx(ctx)?, task_id(&input.task_id)?, team, input.reason).await?)
    }

    async fn add_task_comment(&self, ctx: &Context<'_>, input: AddTaskCommentInput) -> Result<TaskPayload> {
        shown(ctx, service::add_comment(cx(ctx)?, task_id(&input.task_id)?, input.text).await?)
    }

    async fn add_task_step(&self, ctx: &Context<'_>, input: AddTaskStepInput) -> Result<TaskPayload> {
        shown(ctx, service::add_step(cx(ctx)?, task_id(&input.task_id)?, input.text).await?)
    }

    async fn check_task_step(&self, ctx: &Context<'_>, input: CheckTaskStepInput) -> Result<TaskPayload> {
        let step = id(&input.step_id, "input.stepId")?;
        shown(ctx, service::check_step(cx(ctx)?, task_id(&input.task_id)?, step, input.done).await?)
    }
}
