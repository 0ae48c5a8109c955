//! An item of the agenda, with its reasons and what was decided about it.
use crate::{
    Result,
    graphql::{
        load,
        load::DecisionsOf,
        scalars::{Date, DateTime},
        to_id,
    },
    huddles::{facts::reasons, rules, words},
    patients::graphql::{Patient, shows_details},
    people::graphql::StaffMember,
    tasks::graphql::Task,
};
use async_graphql::{Context, Enum, ID, Object};
use entity::{huddle_decision, huddle_item, ids::TaskId};

/// In the order in which a huddle goes through them.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "rules::Section")]
pub enum HuddleSection {
    /// Decisions of earlier huddles that are due and not done.
    Unfinished,
    /// Emergency visits and admissions since the last huddle.
    Hospital,
    /// Discharges, with the clock of the first contact.
    Discharges,
    /// Today's patients, with what is to be prepared.
    Visits,
    /// Overdue work, and work that nobody holds.
    Work,
    /// Patients without a touch for longer than their tier allows.
    Risk,
    /// What the last huddle did not come to, where no other reason is left.
    RolledOver,
    /// What somebody put there.
    Added,
}

/// Why something is on the agenda.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "rules::Code")]
pub enum HuddleReasonCode {
    DecisionOpen,
    EdVisit,
    Admission,
    Discharge,
    /// In the clinic now.
    Visit,
    VisitUnconfirmed,
    /// Work that prepares today's visit, or closes a gap at it.
    Gap,
    Overdue,
    Unowned,
    NoTouch,
    RolledOver,
    Added,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "huddle_item::HuddleItemState")]
pub enum HuddleItemState {
    Open,
    Discussed,
    /// To be spoken about at the next huddle.
    Deferred,
    /// The patient is not coming, or there is nothing to speak about: does not go to the next huddle.
    Absent,
}

pub struct HuddleReason(rules::Reason);

/// One reason. It is made of codes and moments, never of anybody's words.
#[Object]
impl HuddleReason {
    async fn code(&self) -> HuddleReasonCode {
        self.0.code.into()
    }

    /// In words: `Overdue: Outreach call`.
    async fn words(&self) -> String {
        words::reason(&self.0)
    }

    /// Since when it holds: in hospital, overdue, without a touch.
    async fn since(&self) -> Option<DateTime> {
        self.0.since.map(DateTime)
    }

    /// The clock, where there is one.
    async fn due_at(&self) -> Option<DateTime> {
        self.0.due_at.map(DateTime)
    }

    /// The work that is the reason, where the viewer sees it.
    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, TaskId(self.0.task?)).await.transpose()
    }

    /// The date of the huddle that did not come to it.
    async fn rolled_over_from(&self) -> Option<Date> {
        self.0.from.map(Date)
    }
}

pub struct HuddleDecision(huddle_decision::Model);

/// Work that was decided on.
#[Object]
impl HuddleDecision {
    /// Null where the viewer does not see it any more.
    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.task_id).await.transpose()
    }

    async fn decided_by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.decided_by).await
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

pub struct HuddleItem {
    place: i32,
    row: huddle_item::Model,
}

impl HuddleItem {
    /// `place` counts among what the viewer sees.
    pub fn at(place: i32, row: huddle_item::Model) -> Self {
        Self { place, row }
    }
}

/// A patient to speak about, or work that is about none.
#[Object]
impl HuddleItem {
    async fn id(&self) -> ID {
        to_id(self.row.id)
    }

    async fn version(&self) -> i32 {
        self.row.version
    }

    /// 1 for the first among those that the viewer sees.
    async fn position(&self) -> i32 {
        self.place
    }

    async fn section(&self) -> Result<HuddleSection> {
        Ok(rules::section(&reasons(&self.row)?).into())
    }

    /// Null where the item is about work without a patient.
    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        Patient::load(ctx, self.row.patient_id?).await.transpose()
    }

    /// The work that it is about, where that is about no patient.
    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.row.task_id?).await.transpose()
    }

    /// All of them, the most pressing first.
    async fn reasons(&self) -> Result<Vec<HuddleReason>> {
        Ok(reasons(&self.row)?.into_iter().map(HuddleReason).collect())
    }

    /// Why it stands where it stands, as a sentence.
    async fn why(&self) -> Result<&str> {
        Ok(words::place(rules::section(&reasons(&self.row)?)))
    }

    async fn state(&self) -> HuddleItemState {
        self.row.state.into()
    }

    async fn settled_at(&self) -> Option<DateTime> {
        self.row.settled_at.map(DateTime)
    }

    async fn settled_by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.row.settled_by).await
    }

    /// How long it was the current one, in seconds, without the time that runs now.
    async fn seconds(&self) -> i32 {
        self.row.seconds
    }

    /// What somebody wrote. Null on a display.
    async fn note(&self, ctx: &Context<'_>) -> Option<&str> {
        self.row.note.as_deref().filter(|_| shows_details(ctx))
    }

    async fn added_by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.row.added_by).await
    }

    /// The date of the first huddle that did not come to it.
    async fn rolled_over_from(&self) -> Option<Date> {
        self.row.rolled_from.map(Date)
    }

    async fn decisions(&self, ctx: &Context<'_>) -> Result<Vec<HuddleDecision>> {
        let decisions: Vec<huddle_decision::Model> = load(ctx, DecisionsOf(self.row.id)).await?.unwrap_or_default();
        Ok(decisions.into_iter().map(HuddleDecision).collect())
    }
}
