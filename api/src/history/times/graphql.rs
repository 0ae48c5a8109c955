//! Times as the API shows them. Nothing is decided here.
use super::{Asked, Group, GroupBy, Times, rules::Spread, times};
use crate::{
    Result,
    graphql::{cx, optional_id, scalars::Date},
    tasks::graphql::TaskStatusDuration,
};
use async_graphql::{Context, Enum, ID, InputObject, Object};
use chrono::Duration;

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "GroupBy")]
pub enum WorkTimesGrouping {
    Kind,
    /// The team that has the task now.
    Team,
    Priority,
    /// The day on which the task was created.
    Day,
    /// The week in which it was, from its Monday.
    Week,
}

impl WorkTimesGrouping {
    pub fn read(self) -> GroupBy {
        self.into()
    }
}

/// Of which tasks: those created in a period.
#[derive(InputObject)]
pub struct WorkTimesFilter {
    /// Nothing: all teams whose boards the viewer follows.
    care_team_id: Option<ID>,
    /// The first day, in the team's time zone or, for all teams, the practice's.
    from: Date,
    /// The last day. At most 370 days.
    to: Date,
    /// Codes such as OUTREACH_CALL. Nothing: all.
    kinds: Option<Vec<String>>,
}

impl WorkTimesFilter {
    pub fn read(self) -> Result<Asked> {
        let care_team = optional_id(&self.care_team_id, "filter.careTeamId")?;
        Ok(Asked { care_team, from: self.from.0, to: self.to.0, kinds: self.kinds })
    }
}

struct WorkTime {
    spread: Spread,
    too_few: bool,
}

/// One span of work over many tasks, from the moment at which the team could take each. Percentiles are the estimate of
/// Kaplan and Meier: a task that is still open counts for as long as it is there. Where none is, they are the nearest rank.
#[Object]
impl WorkTime {
    /// Tasks that came so far.
    async fn reached(&self) -> usize {
        self.spread.reached
    }

    /// Tasks that have not yet, and still may.
    async fn waiting(&self) -> usize {
        self.spread.waiting
    }

    /// Tasks that ended without it.
    async fn ended(&self) -> usize {
        self.spread.ended
    }

    /// In seconds: a quarter of the tasks came so far within it. Null where fewer have come so far, or where there are too
    /// few.
    async fn p25(&self) -> Option<i64> {
        seconds(self.spread.p25)
    }

    /// In seconds: half of them.
    async fn median(&self) -> Option<i64> {
        seconds(self.spread.median)
    }

    /// In seconds: three quarters.
    async fn p75(&self) -> Option<i64> {
        seconds(self.spread.p75)
    }

    /// In seconds: nine of ten.
    async fn p90(&self) -> Option<i64> {
        seconds(self.spread.p90)
    }

    /// Fewer than five tasks: only a manager is told their times.
    async fn too_few(&self) -> bool {
        self.too_few
    }
}

fn seconds(time: Option<Duration>) -> Option<i64> {
    time.map(|time| time.num_seconds())
}

struct WorkTimesGroup(Group);

impl WorkTimesGroup {
    fn time(&self, spread: Spread) -> WorkTime {
        WorkTime { spread, too_few: self.0.too_few }
    }
}

/// The tasks that have something in common.
#[Object]
impl WorkTimesGroup {
    /// A kind's code, a team's id, a priority, or the first day; `all` for the whole.
    async fn key(&self) -> &str {
        &self.0.key
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// How many: without drafts, without what was entered in error, and without what came in from elsewhere already begun.
    async fn tasks(&self) -> usize {
        self.0.tasks
    }

    /// Those that have not ended yet.
    async fn open(&self) -> usize {
        self.0.open
    }

    /// Until a person did anything with the task for the first time.
    async fn first_touch(&self) -> WorkTime {
        self.time(self.0.first_touch)
    }

    /// Until the task had a holder for the first time.
    async fn claim(&self) -> WorkTime {
        self.time(self.0.claim)
    }

    async fn completion(&self) -> WorkTime {
        self.time(self.0.completion)
    }

    /// How long the tasks were in each state, all together and until now. Empty where there are too few.
    async fn time_in_status(&self) -> Vec<TaskStatusDuration> {
        self.0.in_status.iter().map(|(status, spent)| TaskStatusDuration::of(*status, *spent)).collect()
    }
}

struct WorkTimes(Times);

/// How long work took.
#[Object]
impl WorkTimes {
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    async fn to(&self) -> Date {
        Date(self.0.to)
    }

    /// Whose days are counted, as an IANA name.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// By name, by urgency or by time. What no task belongs to is missing.
    async fn groups(&self) -> Vec<WorkTimesGroup> {
        self.0.groups.iter().cloned().map(WorkTimesGroup).collect()
    }

    async fn total(&self) -> WorkTimesGroup {
        WorkTimesGroup(self.0.total.clone())
    }
}

#[derive(Default)]
pub struct TimesQuery;

#[Object]
impl TimesQuery {
    /// How long the work took that was created in a period, as far as the viewer sees it: until it was touched, claimed and
    /// completed, and in each state. From the history of each task, as it is now.
    async fn work_times(
        &self,
        ctx: &Context<'_>,
        filter: WorkTimesFilter,
        group_by: WorkTimesGrouping,
    ) -> Option<Result<WorkTimes>> {
        let found = async { times(cx(ctx)?, &filter.read()?, group_by.read()).await };
        Some(found.await.map(WorkTimes))
    }
}
