//! Handoffs as the API shows them. Nothing is decided here.
mod write;
pub use write::HandoffMutation;

use super::{
    rules,
    service::{self, Whose},
};
use crate::{
    Cx, Result,
    care_teams::graphql::CareTeam,
    graphql::{cx, id, optional_id, page::connection, scalars::DateTime, to_id},
    page::PageArgs,
    patients::graphql::Patient,
    people::graphql::StaffMember,
    policy,
    tasks::graphql::{Task, TaskConnection},
};
use async_graphql::{Context, Enum, ID, Object};
use entity::{handoff, handoff_item};
use std::sync::Arc;

/// Three acts that are not each other.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "handoff::HandoffKind")]
pub enum HandoffKind {
    /// Work goes to somebody else once they acknowledge; until then the giver stays responsible.
    Transfer,
    /// The managers of the team are told, and the work stays with its holder.
    Escalation,
    /// Somebody is told about a task; nothing changes.
    Notice,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "handoff::HandoffState")]
pub enum HandoffState {
    /// Waits for its receiver.
    Open,
    /// Waits for a manager: nobody acknowledged it in time (setting `--handoff-minutes`), its receiver left, or it was
    /// escalated by hand.
    Escalated,
    Acknowledged,
    /// The work stays with its giver, who has to see to it.
    Declined,
    /// Taken back, or there is nothing of it left to hand over.
    Withdrawn,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "Whose")]
pub enum HandoffBox {
    /// For the viewer to acknowledge, or for anybody of the team.
    ToMe,
    FromMe,
    /// Late, declined, or escalated by hand: for who manages the team.
    Escalated,
    /// Everything of the team.
    Team,
}

/// Made only by [`Handoff::show`], so that every look at a patient's work is on record.
#[derive(Clone)]
pub struct Handoff(Arc<service::Handoff>);

impl Handoff {
    pub fn show(cx: &Cx, handoff: service::Handoff) -> Self {
        handoff.patients().into_iter().for_each(|patient| cx.reads.saw(patient));
        Self(Arc::new(handoff))
    }

    fn row(&self) -> &handoff::Model {
        &self.0.row
    }
}

connection!(HandoffConnection, HandoffEdge, Handoff, service::Handoff);

/// What somebody tells somebody else about work, until that one says that they know.
#[Object]
impl Handoff {
    pub async fn id(&self) -> ID {
        to_id(self.row().id)
    }

    async fn version(&self) -> i32 {
        self.row().version
    }

    async fn kind(&self) -> HandoffKind {
        self.row().kind.into()
    }

    async fn state(&self) -> HandoffState {
        self.row().state.into()
    }

    async fn care_team(&self, ctx: &Context<'_>) -> Result<CareTeam> {
        CareTeam::load(ctx, self.row().care_team_id).await
    }

    /// Null where the program itself hands over.
    async fn from(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.row().from_id).await
    }

    /// Null: whoever of the team acknowledges first; of an escalation, its managers.
    async fn to(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.row().to_id).await
    }

    /// What is going on; of an escalation its reason, of a notice the message.
    async fn situation(&self) -> &str {
        &self.row().situation
    }

    /// What is ready.
    async fn ready(&self) -> Option<&str> {
        self.row().ready.as_deref()
    }

    /// Where that can be seen.
    async fn evidence(&self) -> Option<&str> {
        self.row().evidence.as_deref()
    }

    /// What is next.
    async fn next(&self) -> Option<&str> {
        self.row().next_step.as_deref()
    }

    /// By when that must be done.
    async fn due_at(&self) -> Option<DateTime> {
        self.row().due_at.map(DateTime)
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.row().created_at)
    }

    /// When it goes to the managers unless it is acknowledged before. Null where no clock runs.
    async fn acknowledge_by(&self) -> Option<DateTime> {
        self.row().acknowledge_by.map(DateTime)
    }

    async fn acknowledged_at(&self) -> Option<DateTime> {
        self.row().acknowledged_at.map(DateTime)
    }

    async fn acknowledged_by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.row().acknowledged_by).await
    }

    /// Why it was declined, taken back, or came to nothing.
    async fn answer(&self) -> Option<&str> {
        self.row().answer.as_deref()
    }

    async fn items(&self) -> Vec<HandoffItem> {
        self.0.items.iter().map(|item| HandoffItem(item.row.clone())).collect()
    }

    async fn viewer_can_acknowledge(&self, ctx: &Context<'_>) -> Result<bool> {
        let cx = cx(ctx)?;
        Ok(rules::is_open(self.row().state) && policy::may_acknowledge(cx.scope(), cx.actor.staff, self.row()))
    }

    /// Whether the viewer may name another receiver of work that is handed over.
    async fn viewer_can_redirect(&self, ctx: &Context<'_>) -> Result<bool> {
        let cx = cx(ctx)?;
        let is_transfer = self.row().kind == handoff::HandoffKind::Transfer && self.row().from_id.is_some();
        let may = policy::may_redirect(cx.scope(), cx.actor.staff, self.row());
        Ok(is_transfer && rules::is_waiting(self.row().state) && may)
    }

    async fn viewer_can_withdraw(&self, ctx: &Context<'_>) -> Result<bool> {
        let cx = cx(ctx)?;
        Ok(rules::is_waiting(self.row().state) && policy::may_redirect(cx.scope(), cx.actor.staff, self.row()))
    }
}

pub struct HandoffItem(handoff_item::Model);

/// One task or patient of a handoff. Both are null where the viewer may not see it any more.
#[Object]
impl HandoffItem {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.task_id?).await.transpose()
    }

    /// Whose coordination is handed over.
    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        Patient::load(ctx, self.0.patient_id?).await.transpose()
    }

    /// Whether it came into the receiver's hands. Null while that is open, and where nothing is to move.
    async fn moved(&self) -> Option<bool> {
        self.0.moved
    }
}

#[derive(Default)]
pub struct HandoffQuery;

#[Object]
impl HandoffQuery {
    async fn handoff(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Handoff>> {
        Some(find(ctx, &id).await)
    }

    /// The newest first. With `waiting: false` also what was acknowledged or taken back. FORBIDDEN for a wall display and a
    /// program.
    async fn handoffs(
        &self,
        ctx: &Context<'_>,
        care_team_id: Option<ID>,
        #[graphql(name = "box", default_with = "HandoffBox::ToMe")] which: HandoffBox,
        #[graphql(default = true)] waiting: bool,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<HandoffConnection> {
        let team = optional_id(&care_team_id, "careTeamId")?;
        let page = service::list(cx(ctx)?, team, which.into(), waiting, &PageArgs { first, after }).await?;
        Ok(HandoffConnection(page))
    }

    /// Open work of a team whose holder is away: signed in nowhere, or no member any more. For who could assign it.
    async fn stranded_work(
        &self,
        ctx: &Context<'_>,
        care_team_id: ID,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<TaskConnection> {
        let page = service::stranded(cx(ctx)?, id(&care_team_id, "careTeamId")?, &PageArgs { first, after }).await?;
        Ok(TaskConnection(page))
    }
}

async fn find(ctx: &Context<'_>, text: &ID) -> Result<Handoff> {
    let cx = cx(ctx)?;
    Ok(Handoff::show(cx, service::find(cx, id(text, "id")?).await?))
}
