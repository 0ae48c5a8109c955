//! Hours and absences. Nothing is decided here.
use super::super::{hours, rules};
use crate::{
    Cx, Result,
    graphql::{
        id,
        once::{Payload, once},
        scalars::Date,
        to_id,
    },
    people::{self, graphql::StaffMember},
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{
    client_mutation,
    ids::{StaffId, TimeOffId},
    staff, time_off,
};

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
const WEEK: [Weekday; 7] = [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];

/// On which days somebody works, and how much.
#[derive(SimpleObject)]
pub struct WorkPattern {
    days: Vec<Weekday>,
    /// Share of full-time hours, above 0 and at most 1.
    hours_share: f64,
    /// Zero as long as nobody said anything: Monday to Friday, full time.
    version: i32,
}

impl From<rules::Pattern> for WorkPattern {
    fn from(pattern: rules::Pattern) -> Self {
        let works = |(at, day): (usize, &Weekday)| (pattern.days >> at & 1 == 1).then_some(*day);
        Self {
            days: WEEK.iter().enumerate().filter_map(works).collect(),
            hours_share: pattern.hours_share,
            version: pattern.version,
        }
    }
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "time_off::TimeOffReason")]
enum TimeOffReason {
    Vacation,
    Sick,
    Training,
    Family,
    Other,
}

pub struct TimeOff(pub time_off::Model);

/// Days on which somebody is away.
#[Object]
impl TimeOff {
    async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn staff(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.staff_id).await
    }

    /// The first day off.
    async fn from(&self) -> Date {
        Date(self.0.from_date)
    }

    /// The last day off.
    async fn to(&self) -> Date {
        Date(self.0.to_date)
    }

    async fn reason(&self) -> TimeOffReason {
        self.0.reason.into()
    }

    async fn is_cancelled(&self) -> bool {
        self.0.cancelled_at.is_some()
    }
}

#[derive(InputObject)]
struct SetWorkPatternInput {
    staff_id: ID,
    days: Vec<Weekday>,
    /// Share of full-time hours, 0.01 to 1.
    hours_share: f64,
    /// Spoken languages as BCP-47 tags, 12 at most.
    languages: Vec<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct AddTimeOffInput {
    staff_id: ID,
    /// The first day off.
    from: Date,
    /// The last day off, at most 400 days later.
    to: Date,
    reason: TimeOffReason,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct CancelTimeOffInput {
    time_off_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct WorkPatternPayload {
    staff: StaffMember,
    client_mutation_id: Option<String>,
}

impl Payload for WorkPatternPayload {
    type Written = staff::Model;
    const SUBJECT: &'static str = "staff";

    fn show(_: &Cx, row: staff::Model, client_mutation_id: Option<String>) -> Self {
        Self { staff: StaffMember(row.into()), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<staff::Model> {
        people::service::find(cx, StaffId(known.entity_id)).await
    }
}

#[derive(SimpleObject)]
struct TimeOffPayload {
    time_off: TimeOff,
    client_mutation_id: Option<String>,
}

impl Payload for TimeOffPayload {
    type Written = time_off::Model;
    const SUBJECT: &'static str = "time-off";

    fn show(_: &Cx, row: time_off::Model, client_mutation_id: Option<String>) -> Self {
        Self { time_off: TimeOff(row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<time_off::Model> {
        hours::find_time_off(cx, TimeOffId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct HoursMutation;

#[Object]
impl HoursMutation {
    /// Says when somebody works and which languages they speak: managers.
    async fn set_work_pattern(&self, ctx: &Context<'_>, input: SetWorkPatternInput) -> Result<WorkPatternPayload> {
        once(ctx, input.client_mutation_id.clone(), async |cx| {
            let staff = id(&input.staff_id, "input.staffId")?;
            let bit = |day: &Weekday| WEEK.iter().position(|one| one == day).map_or(0, |at| 1 << at);
            let days = input.days.iter().map(bit).fold(0, |days, bit| days | bit);
            hours::set_pattern(cx, staff, days, input.hours_share, input.languages.clone()).await
        })
        .await
    }

    /// Says that somebody is away: oneself, or a manager.
    async fn add_time_off(&self, ctx: &Context<'_>, input: AddTimeOffInput) -> Result<TimeOffPayload> {
        once(ctx, input.client_mutation_id.clone(), async |cx| {
            let staff = id(&input.staff_id, "input.staffId")?;
            hours::add_time_off(cx, staff, (input.from.0, input.to.0), input.reason.into()).await
        })
        .await
    }

    async fn cancel_time_off(&self, ctx: &Context<'_>, input: CancelTimeOffInput) -> Result<TimeOffPayload> {
        once(ctx, input.client_mutation_id.clone(), async |cx| {
            hours::cancel_time_off(cx, id(&input.time_off_id, "input.timeOffId")?).await
        })
        .await
    }
}
