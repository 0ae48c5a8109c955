//! The mutations of what a task says, and whose it is.
use super::{
    DateTime, TaskPriority,
    write::{TaskPayload, task_id},
};
use crate::{
    Result,
    graphql::{id, once::once},
    tasks::service,
};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

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
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct MoveTaskInput {
    task_id: ID,
    care_team_id: ID,
    reason: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct AddTaskCommentInput {
    task_id: ID,
    text: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct AddTaskStepInput {
    task_id: ID,
    text: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct CheckTaskStepInput {
    task_id: ID,
    step_id: ID,
    done: bool,
    client_mutation_id: Option<String>,
}

#[derive(Default)]
pub struct TaskDetailMutation;

#[Object]
impl TaskDetailMutation {
    async fn update_task(&self, ctx: &Context<'_>, input: UpdateTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
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
            service::update(cx, task_id(&input.task_id)?, edit).await
        })
        .await
    }

    /// Gives a task to another team. A holder who is not on that team loses the claim.
    async fn move_task(&self, ctx: &Context<'_>, input: MoveTaskInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let team = id(&input.care_team_id, "input.careTeamId")?;
            service::move_to_team(cx, task_id(&input.task_id)?, team, input.reason).await
        })
        .await
    }

    async fn add_task_comment(&self, ctx: &Context<'_>, input: AddTaskCommentInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::add_comment(cx, task_id(&input.task_id)?, input.text).await
        })
        .await
    }

    async fn add_task_step(&self, ctx: &Context<'_>, input: AddTaskStepInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::add_step(cx, task_id(&input.task_id)?, input.text).await
        })
        .await
    }

    async fn check_task_step(&self, ctx: &Context<'_>, input: CheckTaskStepInput) -> Result<TaskPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let step = id(&input.step_id, "input.stepId")?;
            service::check_step(cx, task_id(&input.task_id)?, step, input.done).await
        })
        .await
    }
}
