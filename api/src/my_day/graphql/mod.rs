//! One person's day as the API shows it. Nothing is decided here.
mod calls;
mod minutes;
mod write;
pub use minutes::MinuteEntry;
pub use write::MyDayMutation;

use super::{batches, minutes as entries, rules, service, waiting};
use crate::{
    Cx, Result,
    graphql::{
        cx,
        scalars::{Date, DateTime},
    },
    patients::graphql::Patient,
    people::graphql::StaffMember,
    tasks::graphql::Task,
};
use async_graphql::{ComplexObject, Context, Enum, Object, SimpleObject};
use entity::ids::StaffId;

/// One's own day: what to do next and why, what goes together, what waits on others, and the minutes it took.
#[derive(SimpleObject)]
struct MyDay {
    /// Today in the practice's calendar.
    date: Date,
    /// What to do, the next first: what one holds, and of what nobody holds the 20 that come first. What is STAT comes
    /// before everything; then one's own, what is begun, the clock, priority, promises, tier, due time and age decide, in
    /// this order. On hold is here once its due time is near. 220 at most.
    queue: Vec<DayItem>,
    /// What of the queue goes together, two tasks or more each. A task may be in several.
    batches: Vec<DayBatch>,
    /// What one cannot go on with before somebody else does, the longest waiting first. 100 at most.
    waiting: Vec<DayWaiting>,
    /// Minutes that the viewer logged for today; what was entered in error is not counted.
    minutes_today: i32,
    /// What the viewer logged for today, or entered today, the newest first; what was in error among them. 200 at most.
    minute_entries: Vec<MinuteEntry>,
}

/// A place in the queue.
#[derive(SimpleObject)]
struct DayItem {
    /// From 1 on.
    rank: usize,
    task: Task,
    /// Whether the viewer holds it; else nobody does, and the viewer may take it.
    is_mine: bool,
    /// The number that one would call about it: the patient's best.
    phone: Option<String>,
    /// Why it stands where it stands, in the order in which it counts; whose it is comes last. Never empty.
    why: Vec<DayReason>,
    /// By what it stands before the next one; null for the last.
    ahead_by: Option<DayCriterion>,
}

/// One reason for a place.
#[derive(SimpleObject)]
#[graphql(complex)]
struct DayReason {
    kind: DayReasonKind,
    /// In words: Due today.
    words: &'static str,
    /// The moment that it is about, where there is one.
    at: Option<DateTime>,
    #[graphql(skip)]
    by: Option<StaffId>,
}

#[ComplexObject]
impl DayReason {
    /// Who gave it or said when; null for other reasons.
    async fn by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.by).await
    }
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "rules::ReasonKind")]
enum DayReasonKind {
    Stat,
    InProgress,
    Overdue,
    DueSoon,
    DueToday,
    /// Urgent, or as soon as possible.
    Priority,
    /// Somebody gave it to the viewer.
    Given,
    /// Its due time was said by a person.
    Promised,
    /// The patient's risk.
    Tier,
    /// On hold, and its due time is near.
    OnHold,
    Mine,
    Open,
}

/// By what one item stands before another, in the order in which they are compared.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "rules::Criterion")]
enum DayCriterion {
    Stat,
    Held,
    Begun,
    Clock,
    Priority,
    Promise,
    Tier,
    DueTime,
    Age,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "batches::BatchKind")]
enum DayBatchKind {
    /// One number to call.
    Call,
    /// Several patients who share a number or an address.
    Household,
    /// One pharmacy.
    Pharmacy,
}

/// Tasks that one does better in one go.
#[derive(SimpleObject)]
struct DayBatch {
    kind: DayBatchKind,
    /// The pharmacy's name, or the household's address; null for a call.
    name: Option<String>,
    phone: Option<String>,
    patients: Vec<Patient>,
    tasks: Vec<Task>,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "waiting::WaitingKind")]
enum DayWaitingKind {
    /// The viewer put it on hold.
    OnHold,
    /// The viewer handed it over, and nobody has acknowledged it. It may be in the queue as well.
    HandedOver,
    /// The viewer asked its holder to take it over.
    TakeOver,
    /// The viewer gave it to who holds it.
    Given,
    /// The viewer created it, and somebody else holds it, or nobody took it in time.
    Asked,
    /// For a patient whom the viewer coordinates: with somebody else, and overdue or on hold.
    MyPatient,
}

/// Something that waits.
#[derive(SimpleObject)]
#[graphql(complex)]
struct DayWaiting {
    kind: DayWaitingKind,
    task: Task,
    since: DateTime,
    /// Why it is on hold, the situation that was handed over, or the message to the holder.
    words: Option<String>,
    #[graphql(skip)]
    on: Option<StaffId>,
}

#[ComplexObject]
impl DayWaiting {
    /// On whom; null for one's own that is on hold, and for what nobody took.
    async fn on(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.on).await
    }
}

impl MyDay {
    fn show(cx: &Cx, day: service::Day) -> Self {
        let item = |(at, item): (usize, service::Item)| DayItem {
            rank: at + 1,
            task: Task::show(cx, item.task),
            is_mine: item.is_mine,
            phone: item.phone,
            why: item.why.into_iter().map(DayReason::from).collect(),
            ahead_by: item.ahead_by.map(Into::into),
        };
        let batch = |batch: batches::Batch| DayBatch {
            kind: batch.kind.into(),
            name: batch.name,
            phone: batch.phone,
            patients: batch.patients.into_iter().map(|row| Patient::show(cx, row)).collect(),
            tasks: batch.tasks.into_iter().map(|row| Task::show(cx, row)).collect(),
        };
        let waiting = |one: waiting::Waiting| DayWaiting {
            kind: one.kind.into(),
            task: Task::show(cx, one.task),
            since: DateTime(one.since),
            words: one.words,
            on: one.on,
        };
        Self {
            date: Date(day.date),
            minutes_today: entries::sum(&day.minute_entries, day.date),
            queue: day.queue.into_iter().enumerate().map(item).collect(),
            batches: day.batches.into_iter().map(batch).collect(),
            waiting: day.waiting.into_iter().map(waiting).collect(),
            minute_entries: day.minute_entries.into_iter().map(|row| MinuteEntry::show(cx, row)).collect(),
        }
    }
}

impl From<rules::Reason> for DayReason {
    fn from(reason: rules::Reason) -> Self {
        Self { kind: reason.kind.into(), words: reason.words, at: reason.at.map(DateTime), by: reason.by }
    }
}

#[derive(Default)]
pub struct MyDayQuery;

#[Object]
impl MyDayQuery {
    /// The viewer's own day. FORBIDDEN for who is no person.
    async fn my_day(&self, ctx: &Context<'_>) -> Result<MyDay> {
        let cx = cx(ctx)?;
        Ok(MyDay::show(cx, service::of_viewer(cx).await?))
    }
}
