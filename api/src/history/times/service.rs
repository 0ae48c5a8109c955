//! Times of the tasks that came up in a period, by group.
use super::rules::{Entry, Life, STATES, Spread, life, spread};
use crate::{
    Cx, Error, Result,
    care_teams::{self, today},
    policy,
    tasks::kinds,
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use entity::{
    ids::{CareTeamId, StaffId, TaskHistoryId, TaskId},
    organization,
    task::{self, TaskPriority, TaskStatus},
    task_history::{self, TaskAction},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use std::collections::{BTreeMap, HashMap};

const LONGEST_DAYS: i64 = 370;
/// Tasks of one answer.
const MOST: u64 = 50_000;
const MOST_KINDS: usize = 50;
/// Of fewer tasks the times could be told apart.
const FEW: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    Kind,
    Team,
    Priority,
    Day,
    Week,
}

/// Of which tasks. Days are those of the team or, for all teams, of the practice, and both are included.
#[derive(Clone, Debug)]
pub struct Asked {
    pub care_team: Option<CareTeamId>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// None: all.
    pub kinds: Option<Vec<String>>,
}

pub struct Times {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub time_zone: String,
    pub groups: Vec<Group>,
    pub total: Group,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub key: String,
    pub name: String,
    pub tasks: usize,
    pub open: usize,
    pub first_touch: Spread,
    pub claim: Spread,
    pub completion: Spread,
    /// Of all its tasks together.
    pub in_status: Vec<(TaskStatus, Duration)>,
    /// There are so few tasks that who asks is not told their times.
    pub too_few: bool,
}

pub async fn times(cx: &Cx, asked: &Asked, by: GroupBy) -> Result<Times> {
    let (time_zone, teams) = teams(cx, asked.care_team).await?;
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let (from, until) = period(asked, zone)?;
    if let Some(kinds) = &asked.kinds
        && (kinds.len() > MOST_KINDS || !kinds.iter().all(|kind| kinds::is_code(kind)))
    {
        return Err(Error::bad_input(
            "filter.kinds",
            format!("must be at most {MOST_KINDS} codes such as OUTREACH_CALL"),
        ));
    }

    let mut found = created(&teams.scope, teams.names.keys().copied(), from, until);
    if let Some(kinds) = &asked.kinds {
        found = found.filter(task::Column::Kind.is_in(kinds));
    }
    let tasks = tasks(cx, found.clone()).await?;
    let mut lives = lives(cx, found).await?;
    let shows_few = policy::may_see_few_times(cx.scope());
    let mut groups: BTreeMap<(String, String), Vec<Life>> = BTreeMap::new();
    let mut all = Vec::new();
    for task in tasks {
        if let Some(life) = lives.remove(&task.id) {
            all.push(life.clone());
            groups.entry(key_of(by, &task, zone, &teams.names)).or_default().push(life);
        }
    }
    let group = |((_, key), lives): ((String, String), Vec<Life>)| {
        let name = name_of(by, &key, &teams.names);
        summed(key, name, &lives, shows_few)
    };
    Ok(Times {
        from: asked.from,
        to: asked.to,
        groups: groups.into_iter().map(group).collect(),
        total: summed("all".to_owned(), "All".to_owned(), &all, shows_few),
        time_zone,
    })
}

/// Tasks of these teams that came up in a period.
pub fn created(
    scope: &policy::Scope,
    teams: impl IntoIterator<Item = CareTeamId>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Select<task::Entity> {
    policy::visible_tasks(scope)
        .filter(task::Column::CareTeamId.is_in(teams))
        .filter(task::Column::CreatedAt.gte(from))
        .filter(task::Column::CreatedAt.lt(until))
}

struct OfTeams {
    scope: policy::Scope,
    names: HashMap<CareTeamId, String>,
}

/// The zone whose days are counted, and the teams. An emergency puts nobody into a count.
async fn teams(cx: &Cx, one: Option<CareTeamId>) -> Result<(String, OfTeams)> {
    if let Some(team) = one {
        let team = care_teams::service::find(cx, team).await?;
        let may = policy::may_see_times(cx.scope()) && policy::may_follow_team(cx.scope(), team.id);
        cx.require(may, "see how long the work of this team took")?;
        let scope = cx.scope().within(team.id);
        return Ok((team.time_zone, OfTeams { scope, names: HashMap::from([(team.id, team.name)]) }));
    }
    cx.require(policy::may_see_times(cx.scope()), "see how long work took")?;
    let followed = care_teams::service::followed(cx).await?;
    let mut scope = cx.scope().clone();
    scope.sight.emergency.clear();
    let practice = organization::Entity::find_by_id(cx.organization()).one(&cx.db()).await?;
    let zone = practice.map_or_else(|| "UTC".to_owned(), |practice| practice.time_zone);
    Ok((zone, OfTeams { scope, names: followed.into_iter().map(|team| (team.id, team.name)).collect() }))
}

fn period(asked: &Asked, zone: Tz) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    let days = (asked.to - asked.from).num_days();
    if days < 0 {
        return Err(Error::bad_input("filter.to", "is before filter.from"));
    }
    if days >= LONGEST_DAYS || !(1_900..3_000).contains(&asked.from.year()) {
        return Err(Error::bad_input("filter.to", format!("a period has at most {LONGEST_DAYS} days")));
    }
    let next = asked.to.succ_opt().ok_or_else(|| Error::bad_input("filter.to", "is too far off"))?;
    Ok((midnight(asked.from, zone), midnight(next, zone)))
}

/// Noon always is, and its day begins at the first moment that it has.
fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let noon = day.and_time(noon).and_local_timezone(zone).earliest();
    noon.map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |noon| today::started_at(zone.name(), noon.to_utc()))
}

/// What of a task decides where it is counted.
struct Counted {
    id: TaskId,
    kind: String,
    team: CareTeamId,
    priority: TaskPriority,
    created_at: DateTime<Utc>,
}

async fn tasks(cx: &Cx, found: Select<task::Entity>) -> Result<Vec<Counted>> {
    use task::Column::{CareTeamId, CreatedAt, Id, Kind, Priority};
    let columns = found.select_only().columns([Id, Kind, CareTeamId, Priority, CreatedAt]).limit(MOST + 1);
    let rows: Vec<(TaskId, String, entity::ids::CareTeamId, TaskPriority, DateTime<Utc>)> =
        columns.into_tuple().all(&cx.db()).await?;
    if rows.len() as u64 > MOST {
        return Err(Error::bad_input(
            "filter",
            format!("has more than {MOST} tasks: choose a shorter period or a team"),
        ));
    }
    let counted = |(id, kind, team, priority, created_at)| Counted { id, kind, team, priority, created_at };
    Ok(rows.into_iter().map(counted).collect())
}

type EntryRow = (TaskId, DateTime<Utc>, TaskAction, TaskStatus, Option<StaffId>, Option<StaffId>, TaskHistoryId);

async fn lives(cx: &Cx, found: Select<task::Entity>) -> Result<HashMap<TaskId, Life>> {
    use task_history::Column::{Action, ActorId, At, HolderId, Id, OrganizationId, Status, TaskId as Of};
    let found = found.select_only().column(task::Column::Id);
    let rows: Vec<EntryRow> = task_history::Entity::find()
        .select_only()
        .columns([Of, At, Action, Status, ActorId, HolderId, Id])
        .filter(OrganizationId.eq(cx.organization()))
        .filter(Of.in_subquery(found.into_query()))
        .order_by_asc(Of)
        .order_by_asc(At)
        .order_by_asc(Id)
        .into_tuple()
        .all(&cx.db())
        .await?;
    let now = cx.now();
    let mut lives = HashMap::new();
    for entries in rows.chunk_by(|one, next| one.0 == next.0) {
        let entry = |&(_, at, action, status, actor, holder, _): &EntryRow| Entry {
            at,
            action,
            status,
            by_person: actor.is_some(),
            is_held: holder.is_some(),
        };
        let history: Vec<Entry> = entries.iter().map(entry).collect();
        if let (Some((task, ..)), Some(life)) = (entries.first(), life(&history, now)) {
            lives.insert(*task, life);
        }
    }
    Ok(lives)
}

/// What groups are sorted by, and the key.
fn key_of(by: GroupBy, task: &Counted, zone: Tz, teams: &HashMap<CareTeamId, String>) -> (String, String) {
    let day = || task.created_at.with_timezone(&zone).date_naive();
    match by {
        GroupBy::Kind => (kinds::name(&task.kind), task.kind.clone()),
        GroupBy::Team => (teams.get(&task.team).cloned().unwrap_or_default(), task.team.to_string()),
        GroupBy::Priority => {
            let (rank, key) = match task.priority {
                TaskPriority::Stat => ("1", "STAT"),
                TaskPriority::Asap => ("2", "ASAP"),
                TaskPriority::Urgent => ("3", "URGENT"),
                TaskPriority::Routine => ("4", "ROUTINE"),
            };
            (rank.to_owned(), key.to_owned())
        }
        GroupBy::Day => (String::new(), day().to_string()),
        GroupBy::Week => {
            let day = day();
            let monday = day - Duration::days(i64::from(day.weekday().num_days_from_monday()));
            (String::new(), monday.to_string())
        }
    }
}

fn name_of(by: GroupBy, key: &str, teams: &HashMap<CareTeamId, String>) -> String {
    match by {
        GroupBy::Kind => kinds::name(key),
        GroupBy::Team => key.parse().ok().and_then(|id| teams.get(&id).cloned()).unwrap_or_default(),
        GroupBy::Priority => kinds::name(key),
        GroupBy::Day | GroupBy::Week => key.to_owned(),
    }
}

fn summed(key: String, name: String, lives: &[Life], shows_few: bool) -> Group {
    let too_few = lives.len() < FEW && !shows_few;
    let told = |spread: Spread| match too_few {
        true => Spread { p25: None, median: None, p75: None, p90: None, ..spread },
        false => spread,
    };
    let in_status = |status: TaskStatus| {
        let spent = lives.iter().flat_map(|life| &life.in_status).filter(|(of, _)| *of == status);
        (status, spent.map(|(_, spent)| *spent).sum())
    };
    Group {
        key,
        name,
        tasks: lives.len(),
        open: lives.iter().filter(|life| life.is_open).count(),
        first_touch: told(spread(lives.iter().map(|life| life.first_touch))),
        claim: told(spread(lives.iter().map(|life| life.claim))),
        completion: told(spread(lives.iter().map(|life| life.completion))),
        in_status: if too_few { Vec::new() } else { STATES.map(in_status).to_vec() },
        too_few,
    }
}
