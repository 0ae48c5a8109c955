//! The past as the API shows it. Its things have types of their own: nothing can be done with them, so they have none of
//! the fields that tell what the viewer may do, and no cache takes them for those of now.
use super::{Item, Items, Moment, TaskThen, What, board, items};
use crate::{
    Cx, Result,
    graphql::{cx, id, scalars::DateTime, to_id},
    patients::{
        graphql::{PatientStatus, RiskTier},
        rules,
    },
    people::graphql::StaffMember,
    tasks::{
        graphql::{TaskDueState, TaskPriority, TaskStatus},
        kinds,
        rules::is_open,
    },
};
use async_graphql::{Context, Enum, ID, Object};
use entity::{patient_version, task};
use std::sync::Arc;

/// A task as it was. Made only by `show`, so that every look at a patient's work is on record.
struct TaskMoment(TaskThen);

impl TaskMoment {
    fn show(cx: &Cx, then: TaskThen) -> Self {
        if let Some(patient) = then.row.patient_id {
            cx.reads.saw(patient);
        }
        Self(then)
    }
}

/// A task as it was at a moment of the past.
#[Object]
impl TaskMoment {
    async fn id(&self) -> ID {
        to_id(self.0.row.task_id)
    }

    async fn version(&self) -> i32 {
        self.0.row.version
    }

    async fn kind(&self) -> &str {
        &self.0.row.kind
    }

    async fn kind_name(&self) -> String {
        kinds::name(&self.0.row.kind)
    }

    async fn title(&self) -> &str {
        &self.0.row.title
    }

    async fn status(&self) -> TaskStatus {
        self.0.row.status.into()
    }

    async fn status_reason(&self) -> Option<&str> {
        self.0.row.status_reason.as_deref()
    }

    async fn status_since(&self) -> DateTime {
        DateTime(self.0.row.status_since)
    }

    async fn priority(&self) -> TaskPriority {
        self.0.row.priority.into()
    }

    async fn due_at(&self) -> Option<DateTime> {
        self.0.row.due_at.map(DateTime)
    }

    async fn due_state(&self) -> TaskDueState {
        self.0.row.due_state.into()
    }

    async fn is_overdue(&self) -> bool {
        self.0.row.due_state == task::DueState::Overdue && is_open(self.0.row.status)
    }

    /// Who held it, by the name they have today.
    async fn holder(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.row.claimed_by).await
    }

    async fn claimed_at(&self) -> Option<DateTime> {
        self.0.row.claimed_at.map(DateTime)
    }

    async fn lease_until(&self) -> Option<DateTime> {
        self.0.row.lease_until.map(DateTime)
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.0.row.created_at)
    }

    async fn completed_at(&self) -> Option<DateTime> {
        self.0.row.completed_at.map(DateTime)
    }

    async fn completed_by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.row.completed_by).await
    }

    /// As they were then.
    async fn patient(&self, ctx: &Context<'_>) -> Result<Option<PatientMoment>> {
        let cx = cx(ctx)?;
        Ok(self.0.patient.clone().map(|row| PatientMoment::show(cx, row)))
    }
}

/// A patient as they were. Made only by `show`, so that every look at a patient is on record.
struct PatientMoment(Arc<patient_version::Model>);

impl PatientMoment {
    fn show(cx: &Cx, row: Arc<patient_version::Model>) -> Self {
        cx.reads.saw(row.patient_id);
        Self(row)
    }
}

/// What a board showed of a patient at a moment of the past.
#[Object]
impl PatientMoment {
    async fn id(&self) -> ID {
        to_id(self.0.patient_id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    async fn display_name(&self) -> String {
        rules::name_of(&self.0.family_name, &self.0.given_name)
    }

    async fn preferred_language(&self) -> Option<&str> {
        self.0.preferred_language.as_deref()
    }

    async fn interpreter_needed(&self) -> bool {
        self.0.interpreter_needed
    }

    async fn status(&self) -> PatientStatus {
        self.0.status.into()
    }

    async fn status_since(&self) -> DateTime {
        DateTime(self.0.status_since)
    }

    async fn status_source(&self) -> &str {
        &self.0.status_source
    }

    async fn risk_tier(&self) -> Option<RiskTier> {
        self.0.risk_tier.map(Into::into)
    }

    async fn care_team_id(&self) -> Option<ID> {
        self.0.care_team_id.map(to_id)
    }

    /// Who was responsible for them, by the name they have today.
    async fn coordinator(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.coordinator_id).await
    }
}

struct BoardMoment(Moment);

/// A team's board as it was at a moment. Shown is what was the team's then, without patients who are hidden from the
/// viewer today. Read-only.
#[Object]
impl BoardMoment {
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Where the team's feed stood: `replayItems` goes on after it.
    async fn cursor(&self) -> String {
        self.0.cursor.to_string()
    }

    /// The first moment that can be shown: events are kept for the time that is set (`--event-retention-hours`).
    async fn kept_since(&self) -> DateTime {
        DateTime(self.0.kept_since)
    }

    /// The team's midnight before the moment.
    async fn day_started_at(&self) -> DateTime {
        DateTime(self.0.day_started_at)
    }

    /// The team's, as an IANA name.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// Open work, and what was completed since midnight, in no order.
    async fn tasks(&self, ctx: &Context<'_>) -> Result<Vec<TaskMoment>> {
        let cx = cx(ctx)?;
        Ok(self.0.tasks.iter().map(|task| TaskMoment::show(cx, task.clone())).collect())
    }

    /// The team's patients, and those whom its open work was about, in no order.
    async fn patients(&self, ctx: &Context<'_>) -> Result<Vec<PatientMoment>> {
        let cx = cx(ctx)?;
        Ok(self.0.patients.iter().map(|row| PatientMoment::show(cx, row.clone())).collect())
    }
}

/// What an item of the past tells.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
enum ReplayKind {
    TaskChanged,
    PatientChanged,
    /// Members, roles or capacities changed. The team as such is known as it is today only.
    CareTeamChanged,
    /// A task or patient left the team's board.
    NodeRemoved,
}

struct ReplayItem(Item);

/// What the team's feed said then, with the same cursor.
#[Object]
impl ReplayItem {
    async fn cursor(&self) -> String {
        self.0.cursor.to_string()
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Null where time itself was the actor, or a message or an import.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.actor).await
    }

    async fn kind(&self) -> ReplayKind {
        match self.0.what {
            What::Task(_) => ReplayKind::TaskChanged,
            What::Patient(_) => ReplayKind::PatientChanged,
            What::CareTeam => ReplayKind::CareTeamChanged,
            What::TaskLeft(_) | What::PatientLeft(_) => ReplayKind::NodeRemoved,
        }
    }

    /// Of TASK_CHANGED: the task after it.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<TaskMoment>> {
        let What::Task(then) = &self.0.what else { return Ok(None) };
        Ok(Some(TaskMoment::show(cx(ctx)?, then.as_ref().clone())))
    }

    /// Of PATIENT_CHANGED: the patient after it.
    async fn patient(&self, ctx: &Context<'_>) -> Result<Option<PatientMoment>> {
        let What::Patient(row) = &self.0.what else { return Ok(None) };
        Ok(Some(PatientMoment::show(cx(ctx)?, row.clone())))
    }

    /// Of NODE_REMOVED: the task or patient that left.
    async fn node_id(&self) -> Option<ID> {
        match self.0.what {
            What::TaskLeft(task) => Some(to_id(task)),
            What::PatientLeft(patient) => Some(to_id(patient)),
            What::Task(_) | What::Patient(_) | What::CareTeam => None,
        }
    }
}

struct ReplayItems(Items);

/// A stretch of a team's past.
#[Object]
impl ReplayItems {
    /// The oldest first.
    async fn items(&self) -> Vec<ReplayItem> {
        self.0.items.iter().cloned().map(ReplayItem).collect()
    }

    /// After which to go on, also where no item was the team's.
    async fn cursor(&self) -> String {
        self.0.cursor.to_string()
    }

    async fn has_more(&self) -> bool {
        self.0.has_more
    }
}

#[derive(Default)]
pub struct ReplayQuery;

#[Object]
impl ReplayQuery {
    /// The team's board at a moment of the past, for people who follow it. A moment before what is kept is
    /// BAD_USER_INPUT; one to come is now.
    async fn replay(&self, ctx: &Context<'_>, care_team_id: ID, at: DateTime) -> Option<Result<BoardMoment>> {
        let found = async { board(cx(ctx)?, id(&care_team_id, "careTeamId")?, at.0).await };
        Some(found.await.map(BoardMoment))
    }

    /// What the team's feed said after a cursor, each change once, in order: 100 items, or `first`, at most 200. `until`
    /// leaves out what happened later.
    async fn replay_items(
        &self,
        ctx: &Context<'_>,
        care_team_id: ID,
        after: String,
        until: Option<DateTime>,
        first: Option<i32>,
    ) -> Option<Result<ReplayItems>> {
        let until = until.map(|until| until.0);
        let found = async { items(cx(ctx)?, id(&care_team_id, "careTeamId")?, &after, until, first).await };
        Some(found.await.map(ReplayItems))
    }
}
