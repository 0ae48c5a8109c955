//! Tasks as the API shows them. Nothing is decided here.
mod details;
mod write;
pub use details::TaskDetailMutation;
pub use write::{TaskMutation, task_id};

use super::{kinds, rules, service};
use crate::{
    Cx, Result,
    care_teams::graphql::CareTeam,
    graphql::{cx, id, load, load::StepsOf, optional_id, page::connection, scalars::DateTime, to_id},
    page::PageArgs,
    patients::graphql::{Patient, shows_details},
    people::graphql::{StaffMember, StaffRole},
    policy,
};
use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{ids::TaskId, task, task_comment, task_history, task_step};
use std::sync::Arc;

/// The FHIR R4 Task life cycle, as far as a team works with it.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "task::TaskStatus")]
pub enum TaskStatus {
    Draft,
    /// Open to anyone on the team who may do it.
    Ready,
    /// Claimed, not started.
    Accepted,
    InProgress,
    OnHold,
    Completed,
    Cancelled,
    Failed,
    EnteredInError,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "task::TaskPriority")]
pub enum TaskPriority {
    Routine,
    Urgent,
    Asap,
    Stat,
}

/// Where a task stands against its due time. It changes by an event at that very moment, without anybody writing.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "task::DueState")]
pub enum TaskDueState {
    /// No due time, or still far off.
    NotDue,
    /// Due within the hour (setting `--due-lead-minutes`).
    Due,
    Overdue,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "task_history::TaskAction")]
pub enum TaskAction {
    Created,
    Published,
    Claimed,
    Released,
    Assigned,
    Started,
    Held,
    Completed,
    Cancelled,
    Failed,
    EnteredInError,
    /// The claim's lease ran out.
    Lapsed,
    /// The due time came near.
    BecameDue,
    BecameOverdue,
    Moved,
    Edited,
}

/// Made only by [`Task::show`], so that every look at a patient's work is on record.
#[derive(Clone)]
pub struct Task(Arc<task::Model>);

impl Task {
    pub fn show(cx: &Cx, row: task::Model) -> Self {
        if let Some(patient) = row.patient_id {
            cx.reads.saw(patient);
        }
        Self(Arc::new(row))
    }

    /// The task that a history entry names; none where the viewer may not see it.
    pub async fn load(ctx: &Context<'_>, id: TaskId) -> Result<Option<Self>> {
        let row: Option<task::Model> = load(ctx, id).await?;
        let cx = cx(ctx)?;
        Ok(row.map(|row| Self::show(cx, row)))
    }
}

connection!(TaskConnection, TaskEdge, Task, task::Model);

/// A unit of work that one member of a care team can claim.
#[Object]
impl Task {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What kind of work it is, a stable code: OUTREACH_CALL, REFERRAL_FOLLOW_UP, TRANSITION_CONTACT, …
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// The kind in words: Outreach call.
    async fn kind_name(&self) -> String {
        kinds::name(&self.0.kind)
    }

    /// In the words of whoever created it; a wall display shows the kind instead, since people write names into titles.
    async fn title(&self, ctx: &Context<'_>) -> String {
        if shows_details(ctx) { self.0.title.clone() } else { kinds::name(&self.0.kind) }
    }

    async fn instructions(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.instructions.as_deref().filter(|_| shows_details(ctx))
    }

    async fn status(&self) -> TaskStatus {
        self.0.status.into()
    }

    /// Required for ON_HOLD, CANCELLED and FAILED.
    async fn status_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.status_reason.as_deref().filter(|_| shows_details(ctx))
    }

    /// Since when the task is in its status. A comment or an edit does not reset it.
    async fn status_since(&self) -> DateTime {
        DateTime(self.0.status_since)
    }

    async fn priority(&self) -> TaskPriority {
        self.0.priority.into()
    }

    async fn due_at(&self) -> Option<DateTime> {
        self.0.due_at.map(DateTime)
    }

    async fn due_state(&self) -> TaskDueState {
        self.0.due_state.into()
    }

    async fn is_overdue(&self) -> bool {
        self.0.due_state == task::DueState::Overdue && rules::is_open(self.0.status)
    }

    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        Patient::load(ctx, self.0.patient_id?).await.transpose()
    }

    async fn care_team(&self, ctx: &Context<'_>) -> Result<CareTeam> {
        CareTeam::load(ctx, self.0.care_team_id).await
    }

    async fn claim(&self) -> Option<TaskClaim> {
        self.0.claimed_by.map(|_| TaskClaim(self.0.clone()))
    }

    /// Whether somebody with the viewer's role, licence and teams may take this task now.
    async fn viewer_can_claim(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.status == task::TaskStatus::Ready && policy::may_claim(cx(ctx)?.scope(), &self.0))
    }

    /// Whether the viewer may give this task to somebody, take it from them, or move it to another team.
    async fn viewer_can_assign(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(rules::is_open(self.0.status) && policy::may_assign(cx(ctx)?.scope(), &self.0))
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    async fn completed_at(&self) -> Option<DateTime> {
        self.0.completed_at.map(DateTime)
    }

    async fn completed_by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.completed_by).await
    }

    /// Check-off steps, in order. Empty on a wall display.
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<TaskStep>> {
        if !shows_details(ctx) {
            return Ok(Vec::new());
        }
        let steps: Option<Vec<task_step::Model>> = load(ctx, StepsOf(self.0.id)).await?;
        Ok(steps.unwrap_or_default().into_iter().map(|step| TaskStep(step.into())).collect())
    }

    /// The newest first. Their text is empty on a wall display.
    async fn comments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<TaskCommentConnection> {
        let page = service::comments(cx(ctx)?, self.0.id, &PageArgs { first, after }).await?;
        Ok(TaskCommentConnection(page))
    }

    /// Every change of status or holder, the newest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<TaskHistoryConnection> {
        let page = service::history(cx(ctx)?, self.0.id, &PageArgs { first, after }).await?;
        Ok(TaskHistoryConnection(page))
    }

    /// How long the task has been in each status so far, from its history.
    async fn time_in_status(&self, ctx: &Context<'_>) -> Result<Vec<TaskStatusDuration>> {
        let cx = cx(ctx)?;
        let spent = rules::time_in_status(&service::full_history(cx, self.0.id).await?, cx.now());
        Ok(spent.into_iter().map(|(status, spent)| TaskStatusDuration::of(status, spent)).collect())
    }
}

pub struct TaskClaim(Arc<task::Model>);

/// Who holds a task.
#[Object]
impl TaskClaim {
    async fn by(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        let holder = self.0.claimed_by.ok_or_else(|| crate::Error::broken("a claim has a holder"))?;
        StaffMember::load(ctx, holder).await
    }

    async fn at(&self) -> Result<DateTime> {
        self.0.claimed_at.map(DateTime).ok_or_else(|| crate::Error::broken("a claim has a time"))
    }

    /// When the claim lapses and the task goes back to the team, unless work on it renews the claim.
    async fn lease_until(&self) -> Option<DateTime> {
        self.0.lease_until.map(DateTime)
    }

    /// The lease ends soon (setting `--lease-warning-minutes`): any work on the task keeps the claim, and so does
    /// `renewClaim`.
    async fn lapses_soon(&self) -> bool {
        self.0.lease_until.is_some() && self.0.lease_warning_at.is_none()
    }
}

#[derive(Clone)]
pub struct TaskStep(Arc<task_step::Model>);

/// One thing to check off.
#[Object]
impl TaskStep {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn text(&self) -> &str {
        &self.0.text
    }

    async fn done_at(&self) -> Option<DateTime> {
        self.0.done_at.map(DateTime)
    }

    async fn done_by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.done_by).await
    }
}

#[derive(Clone)]
pub struct TaskComment(Arc<task_comment::Model>);

impl TaskComment {
    pub fn show(_: &Cx, row: task_comment::Model) -> Self {
        Self(Arc::new(row))
    }
}

connection!(TaskCommentConnection, TaskCommentEdge, TaskComment, task_comment::Model);

/// What somebody wrote on a task.
#[Object]
impl TaskComment {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    async fn author(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.author_id).await
    }

    async fn text(&self, ctx: &Context<'_>) -> &str {
        if shows_details(ctx) { &self.0.text } else { "" }
    }
}

#[derive(Clone)]
pub struct TaskHistoryEntry(Arc<task_history::Model>);

impl TaskHistoryEntry {
    pub fn show(_: &Cx, row: task_history::Model) -> Self {
        Self(Arc::new(row))
    }
}

connection!(TaskHistoryConnection, TaskHistoryEdge, TaskHistoryEntry, task_history::Model);

/// One change of a task.
#[Object]
impl TaskHistoryEntry {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    async fn action(&self) -> TaskAction {
        self.0.action.into()
    }

    async fn status(&self) -> TaskStatus {
        self.0.status.into()
    }

    /// Null where time itself was the actor.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.actor_id).await
    }

    /// Who held the task after this.
    async fn holder(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.holder_id).await
    }

    async fn reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.reason.as_deref().filter(|_| shows_details(ctx))
    }
}

#[derive(SimpleObject)]
pub struct TaskStatusDuration {
    status: TaskStatus,
    seconds: i64,
}

impl TaskStatusDuration {
    pub fn of(status: task::TaskStatus, spent: chrono::Duration) -> Self {
        Self { status: status.into(), seconds: spent.num_seconds() }
    }
}

#[derive(InputObject, Default)]
pub struct TaskFilter {
    care_team_id: Option<ID>,
    patient_id: Option<ID>,
    /// Claimed by this staff member.
    claimed_by_id: Option<ID>,
    /// True: nobody holds it. False: somebody does.
    unclaimed: Option<bool>,
    status: Option<Vec<TaskStatus>>,
    priority: Option<Vec<TaskPriority>>,
    kind: Option<Vec<String>>,
    overdue: Option<bool>,
    due_before: Option<DateTime>,
    /// Completed at this moment or later.
    completed_since: Option<DateTime>,
}

impl TaskFilter {
    pub fn read(self) -> Result<service::Filter> {
        Ok(service::Filter {
            care_team: optional_id(&self.care_team_id, "filter.careTeamId")?,
            patient: optional_id(&self.patient_id, "filter.patientId")?,
            claimed_by: optional_id(&self.claimed_by_id, "filter.claimedById")?,
            unclaimed: self.unclaimed,
            status: self.status.map(|status| status.into_iter().map(Into::into).collect()),
            priority: self.priority.map(|priority| priority.into_iter().map(Into::into).collect()),
            kind: self.kind,
            overdue: self.overdue,
            due_before: self.due_before.map(|at| at.0),
            completed_since: self.completed_since.map(|at| at.0),
        })
    }
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "service::OrderBy")]
pub enum TaskOrder {
    /// What should be done first: priority, then due time, then age. The board's order.
    Urgency,
    DueAt,
    CreatedAt,
}

/// The kinds of task that Huddle knows, for a menu. Others may be used as well.
#[derive(SimpleObject)]
#[graphql(complex)]
struct TaskKind {
    code: &'static str,
    name: &'static str,
    /// Where the rule about who may take it comes from; null where there is none.
    source: Option<&'static str>,
    /// Who may take it; empty: everybody on the team.
    taken_by: Vec<Qualification>,
}

#[ComplexObject]
impl TaskKind {
    /// Whether the viewer has the role and licence to take it.
    async fn viewer_can_take(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(policy::is_qualified_for(&cx(ctx)?.scope().capacity, self.code))
    }
}

#[derive(SimpleObject)]
struct Qualification {
    role: StaffRole,
    /// Licences of which one is needed; empty: none in particular.
    credentials: Vec<&'static str>,
}

impl TaskKind {
    fn of(&(code, name): &(&'static str, &'static str)) -> Self {
        let gate = policy::licence::gate(code);
        let who = gate.map_or(&[][..], |gate| gate.who).iter();
        let taken_by = who.map(|(role, of)| Qualification { role: (*role).into(), credentials: of.to_vec() });
        Self { code, name, source: gate.map(|gate| gate.source), taken_by: taken_by.collect() }
    }
}

#[derive(Default)]
pub struct TaskQuery;

#[Object]
impl TaskQuery {
    async fn task(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Task>> {
        Some(find(ctx, &id).await)
    }

    async fn tasks(
        &self,
        ctx: &Context<'_>,
        filter: Option<TaskFilter>,
        order_by: Option<TaskOrder>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<TaskConnection> {
        let cx = cx(ctx)?;
        let order = order_by.map(Into::into).unwrap_or_default();
        let page = service::list(cx, filter.unwrap_or_default().read()?, order, &PageArgs { first, after }).await?;
        Ok(TaskConnection(page))
    }

    async fn task_kinds(&self, ctx: &Context<'_>) -> Result<Vec<TaskKind>> {
        cx(ctx)?;
        Ok(kinds::KINDS.iter().map(TaskKind::of).collect())
    }
}

async fn find(ctx: &Context<'_>, text: &ID) -> Result<Task> {
    let cx = cx(ctx)?;
    Ok(Task::show(cx, service::find(cx, id(text, "id")?).await?))
}
