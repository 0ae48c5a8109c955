//! Requests for somebody's task as the API shows them. Nothing is decided here.
use super::service::{self, Request};
use crate::{
    Cx, Result,
    graphql::{
        cx, id,
        once::{Payload, once},
        scalars::DateTime,
        to_id,
    },
    people::graphql::StaffMember,
    policy,
    tasks::graphql::{Task, task_id},
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{claim_request, client_mutation, ids::ClaimRequestId, task};
use std::sync::Arc;

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "claim_request::ClaimRequestState")]
pub enum ClaimRequestState {
    Open,
    /// The task is with who asked.
    Granted,
    Declined,
    /// Nobody answered in time, or the task is no longer whose it was.
    Expired,
    Withdrawn,
}

/// Made only by [`ClaimRequest::show`], so that every look at a patient's work is on record.
#[derive(Clone)]
pub struct ClaimRequest(Arc<claim_request::Model>);

impl ClaimRequest {
    pub fn show(cx: &Cx, request: Request) -> Self {
        if let Some(patient) = request.patient {
            cx.reads.saw(patient);
        }
        Self(Arc::new(request.row))
    }
}

/// Somebody asks the holder of a task to let them have it.
#[Object]
impl ClaimRequest {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    async fn state(&self) -> ClaimRequestState {
        self.0.state.into()
    }

    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.task_id).await.transpose()
    }

    async fn from(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.from_id).await
    }

    /// Who held the task when it was asked for.
    async fn holder(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.holder_id).await
    }

    async fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When nobody waits for an answer any more (setting `--take-over-minutes`).
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// Why it was declined.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    /// Whether the viewer may grant or decline it: the holder, or who could assign the task anyway.
    async fn viewer_can_answer(&self, ctx: &Context<'_>) -> Result<bool> {
        if self.0.state != claim_request::ClaimRequestState::Open {
            return Ok(false);
        }
        let task: Option<task::Model> = crate::graphql::load(ctx, self.0.task_id).await?;
        let cx = cx(ctx)?;
        Ok(task.is_some_and(|task| policy::may_answer(cx.scope(), cx.actor.staff, &self.0, &task)))
    }
}

#[derive(Default)]
pub struct TakeOverQuery;

#[Object]
impl TakeOverQuery {
    /// Open requests for tasks of a team, the oldest first, 200 at most. FORBIDDEN for a wall display and a program.
    async fn claim_requests(&self, ctx: &Context<'_>, care_team_id: ID) -> Result<Vec<ClaimRequest>> {
        let cx = cx(ctx)?;
        let open = service::list(cx, id(&care_team_id, "careTeamId")?).await?;
        Ok(open.into_iter().map(|request| ClaimRequest::show(cx, request)).collect())
    }
}

#[derive(InputObject)]
struct AskToTakeOverInput {
    task_id: ID,
    message: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct GrantClaimRequestInput {
    claim_request_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct DeclineClaimRequestInput {
    claim_request_id: ID,
    reason: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct WithdrawClaimRequestInput {
    claim_request_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct ClaimRequestPayload {
    claim_request: ClaimRequest,
    client_mutation_id: Option<String>,
}

impl Payload for ClaimRequestPayload {
    type Written = Request;
    const SUBJECT: &'static str = "claim-request";

    fn show(cx: &Cx, request: Request, client_mutation_id: Option<String>) -> Self {
        Self { claim_request: ClaimRequest::show(cx, request), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Request> {
        service::find(cx, ClaimRequestId(known.entity_id)).await
    }
}

fn request_id(text: &ID) -> Result<ClaimRequestId> {
    id(text, "input.claimRequestId")
}

#[derive(Default)]
pub struct TakeOverMutation;

#[Object]
impl TakeOverMutation {
    /// Asks the holder of a task to let the viewer have it. The task stays where it is until they grant it. CONFLICT where
    /// nobody holds it: `claimTask` takes it.
    async fn ask_to_take_over(&self, ctx: &Context<'_>, input: AskToTakeOverInput) -> Result<ClaimRequestPayload> {
        once(ctx, input.client_mutation_id, async |cx| service::ask(cx, task_id(&input.task_id)?, input.message).await)
            .await
    }

    /// The task goes to who asked, in one step. CONFLICT where it is no longer the holder's, or the request is over.
    async fn grant_claim_request(
        &self,
        ctx: &Context<'_>,
        input: GrantClaimRequestInput,
    ) -> Result<ClaimRequestPayload> {
        once(ctx, input.client_mutation_id, async |cx| service::grant(cx, request_id(&input.claim_request_id)?).await)
            .await
    }

    async fn decline_claim_request(
        &self,
        ctx: &Context<'_>,
        input: DeclineClaimRequestInput,
    ) -> Result<ClaimRequestPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::decline(cx, request_id(&input.claim_request_id)?, input.reason).await
        })
        .await
    }

    /// Takes one's own request back.
    async fn withdraw_claim_request(
        &self,
        ctx: &Context<'_>,
        input: WithdrawClaimRequestInput,
    ) -> Result<ClaimRequestPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::withdraw(cx, request_id(&input.claim_request_id)?).await
        })
        .await
    }
}
