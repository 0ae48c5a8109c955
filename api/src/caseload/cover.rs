//! One act hands what stands with somebody who is away to others, and brings it back when they return.
//!
//! Patients get another coordinator by the rules of [`super::plan`], tasks a holder who is qualified for them. What nobody
//! may take stays: a patient with who is away, a task in the team's pool. It concerns everybody's patients, also those
//! whom the one who asks does not see; they are shown only what they see.
use super::{
    back::{self, Former},
    facts::{self, Facts, Whose},
    hours, rebalance, rules,
};
use crate::{App, Cx, Error, Result, Tx, care_teams, patients, people, policy, tasks};
use chrono::{Days, NaiveDate};
use entity::{
    audit_entry::AuditKind,
    care_team, cover,
    cover_item::{self, CoverOutcome},
    ids::{CareTeamId, CoverId, CoverItemId, PatientId, StaffId, TaskId},
    organization, patient,
    task::{self, TaskStatus},
    time_off::TimeOffReason,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

const LONGEST: u64 = 400;
const SHOWN_DAYS: i64 = 14;
/// Moves need not be perfect: some days with a little more here than there.
const TOLERANCE: f64 = 0.05;

fn require_own_or_manager(cx: &Cx, staff: StaffId) -> Result<()> {
    cx.require(policy::may_set_caseload(cx.scope()) || cx.actor.staff == Some(staff), "hand over the work of others")
}

/// What goes to whom, in one team.
struct Share {
    team: care_team::Model,
    patients: Vec<(patient::Model, Option<StaffId>)>,
    tasks: Vec<(task::Model, Option<StaffId>)>,
}

/// Hands everything that stands with somebody to others, until their first day back.
pub async fn begin(cx: &Cx, staff: StaffId, returns_on: NaiveDate) -> Result<cover::Model> {
    let person = people::service::find(cx, staff).await?;
    require_own_or_manager(cx, staff)?;
    if !person.active {
        return Err(Error::bad_input("input.staffId", "does not work here any more"));
    }
    let zone = hours::time_zone(cx, staff).await?;
    let today = rules::today(&zone, cx.now());
    if returns_on <= today || returns_on > today + Days::new(LONGEST) {
        return Err(Error::bad_input("input.returnsOn", format!("must be after today, within {LONGEST} days")));
    }
    if open_of(cx, staff).await?.is_some() {
        return Err(Error::Conflict("their work is covered already".to_owned()));
    }
    let mut shares = Vec::new();
    for team in hours::teams_of(&cx.db(), cx, staff).await? {
        shares.push(share(&everything(cx), team, staff).await?);
    }

    let mut tx = cx.begin("caseload.cover").await?;
    require_takers(&tx, &shares).await?;
    let row = cover::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(CoverId::generate()),
        staff_id: Set(staff),
        started_at: Set(tx.at),
        started_by: Set(tx.actor().staff),
        returns_on: Set(returns_on),
        returns_at: Set(rules::starts_at(&zone, returns_on)),
        ended_at: Set(None),
    };
    let row = row.insert(&*tx).await?;
    let week = rules::Week::of(&zone, cx.now());
    let known = hours::of(cx, &[staff], &week).await?;
    if !rules::is_off(known.absences(staff), today) {
        hours::be_away(&tx, staff, (today, returns_on - Days::new(1)), TimeOffReason::Other).await?;
    }
    let reason = Some(format!("covers for {} until {returns_on}", person.display_name));
    for share in shares {
        hand_over(&mut tx, cx, &row, share, &reason).await?;
    }
    tx.note(AuditKind::Write, Some(("cover", row.id.0)), Vec::new());
    hours::tell_teams(&mut tx, cx, staff).await?;
    tx.commit().await?;
    Ok(row)
}

/// As the program: nothing is left behind because somebody may not see it.
fn everything(cx: &Cx) -> Cx {
    Cx::system(cx.app.clone(), cx.organization())
}

/// Before anything is given to them, in the order in which everybody takes rows.
async fn require_takers(tx: &Tx, shares: &[Share]) -> Result<()> {
    let takers = shares.iter().flat_map(|share| {
        let (patients, tasks) = (share.patients.iter().map(|(_, to)| *to), share.tasks.iter().map(|(_, to)| *to));
        patients.chain(tasks).flatten().map(|to| (to, share.team.id))
    });
    for (to, team) in takers.collect::<BTreeSet<_>>() {
        if !care_teams::service::stays_member(tx, team, to).await? {
            return Err(Error::Conflict("somebody who would cover has just left the team".to_owned()));
        }
    }
    Ok(())
}

async fn share(cx: &Cx, team: care_team::Model, staff: StaffId) -> Result<Share> {
    let facts = Arc::new(facts::of_team(cx, team.id, Whose::Absent(staff)).await?);
    let moves = rebalance::solve(facts.clone(), TOLERANCE).await?;
    let mut to: Vec<Option<StaffId>> = vec![None; facts.movable.len()];
    let mut loads = facts.loads();
    for one in &moves {
        to[one.item] = Some(facts.takers[one.to].person.id);
        loads[one.to] += facts.movable[one.item].hundredths();
    }
    let patients: Vec<_> = facts.movable.iter().map(|one| one.patient.clone()).zip(to).collect();
    let with: HashMap<PatientId, StaffId> =
        patients.iter().filter_map(|(patient, to)| Some((patient.id, (*to)?))).collect();
    let held = task::Entity::find()
        .filter(task::Column::OrganizationId.eq(cx.organization()))
        .filter(task::Column::CareTeamId.eq(team.id))
        .filter(task::Column::ClaimedBy.eq(staff))
        .filter(tasks::service::is_open())
        .order_by_asc(task::Column::Id);
    let mut tasks = Vec::new();
    for task in held.all(&cx.db()).await? {
        let to = taker_of(cx, &facts, &task, &with, &loads).await?;
        if let Some(to) = to {
            loads[to] += facts.open_task();
        }
        tasks.push((task, to.map(|to| facts.takers[to].person.id)));
    }
    Ok(Share { team, patients, tasks })
}

/// Who gets a task: who has its patient now, or else the one with the most room; qualified for it, and such that they may
/// see the patient.
async fn taker_of(
    cx: &Cx,
    facts: &Facts,
    task: &task::Model,
    with: &HashMap<PatientId, StaffId>,
    loads: &[i64],
) -> Result<Option<usize>> {
    let patient = match task.patient_id {
        Some(id) => patient::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?,
        None => None,
    };
    let coordinator = patient.as_ref().and_then(|patient| with.get(&patient.id).copied().or(patient.coordinator_id));
    let mut order: Vec<usize> = (0..facts.takers.len()).collect();
    order.sort_by(|a, b| {
        let is_theirs = |at: usize| Some(facts.takers[at].person.id) == coordinator;
        is_theirs(*b).cmp(&is_theirs(*a)).then(facts.relative(*a, loads[*a]).total_cmp(&facts.relative(*b, loads[*b])))
    });
    for at in order {
        let taker = &facts.takers[at];
        if !taker.is_qualified_for(&task.kind) {
            continue;
        }
        let id = taker.person.id;
        let may = match &patient {
            Some(patient) => {
                patients::protection::could_see(cx, id, patient, with.get(&patient.id) == Some(&id)).await?
            }
            None => true,
        };
        if may {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

async fn hand_over(tx: &mut Tx, cx: &Cx, cover: &cover::Model, share: Share, reason: &Option<String>) -> Result<()> {
    for (patient, to) in share.patients {
        let outcome = if to.is_some() { CoverOutcome::Away } else { CoverOutcome::Pool };
        if to.is_some() {
            patients::service::coordinate(tx, &patient, to, reason.clone()).await?;
        }
        remember(tx, cover, share.team.id, (Some(patient.id), None), to, outcome).await?;
    }
    for (task, to) in share.tasks {
        let id = task.id;
        let outcome = match to {
            Some(to) => {
                tasks::service::give(cx, tx, &task, to, reason.as_deref()).await?;
                CoverOutcome::Away
            }
            None => {
                tasks::service::take_from_holder(tx, cx, task, "its holder is away, and nobody could take it").await?;
                CoverOutcome::Pool
            }
        };
        remember(tx, cover, share.team.id, (None, Some(id)), to, outcome).await?;
    }
    Ok(())
}

async fn remember(
    tx: &Tx,
    cover: &cover::Model,
    team: CareTeamId,
    (patient, task): (Option<PatientId>, Option<TaskId>),
    to: Option<StaffId>,
    outcome: CoverOutcome,
) -> Result<()> {
    let item = cover_item::ActiveModel {
        organization_id: Set(cover.organization_id),
        id: Set(CoverItemId::generate()),
        cover_id: Set(cover.id),
        care_team_id: Set(team),
        patient_id: Set(patient),
        task_id: Set(task),
        to_id: Set(to),
        outcome: Set(outcome),
    };
    item.insert(&**tx).await?;
    Ok(())
}

async fn open_of(cx: &Cx, staff: StaffId) -> Result<Option<cover::Model>> {
    let open = cover::Entity::find()
        .filter(cover::Column::OrganizationId.eq(cx.organization()))
        .filter(cover::Column::StaffId.eq(staff))
        .filter(cover::Column::EndedAt.is_null());
    Ok(open.one(&cx.db()).await?)
}

/// Of somebody of a team that the viewer follows; one's own always.
pub async fn find(cx: &Cx, id: CoverId) -> Result<cover::Model> {
    let row = cover::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let row = row.ok_or(Error::NotFound("cover"))?;
    let teams = hours::teams_of(&cx.db(), cx, row.staff_id).await?;
    let sees = policy::may_set_caseload(cx.scope())
        || cx.actor.staff == Some(row.staff_id)
        || teams.iter().any(|team| policy::may_follow_team(cx.scope(), team.id));
    if sees { Ok(row) } else { Err(Error::NotFound("cover")) }
}

/// Of a team's members: those that are open, and those that ended of late; the newest first.
pub async fn of_team(cx: &Cx, team: CareTeamId) -> Result<Vec<cover::Model>> {
    let members = care_teams::service::members(cx, team).await?;
    let rows = cover::Entity::find()
        .filter(cover::Column::OrganizationId.eq(cx.organization()))
        .filter(cover::Column::StaffId.is_in(members.iter().map(|(_, person)| person.id)))
        .order_by_desc(cover::Column::StartedAt);
    let since = cx.now() - chrono::Duration::days(SHOWN_DAYS);
    let mut rows = rows.all(&cx.db()).await?;
    rows.retain(|row| row.ended_at.is_none_or(|ended| ended > since));
    Ok(rows)
}

/// What was handed over, without what is about patients whom the viewer does not see.
pub async fn items(cx: &Cx, id: CoverId) -> Result<Vec<cover_item::Model>> {
    let items = cover_item::Entity::find()
        .filter(cover_item::Column::OrganizationId.eq(cx.organization()))
        .filter(cover_item::Column::CoverId.eq(id))
        .order_by_asc(cover_item::Column::Id);
    let mut items = items.all(&cx.db()).await?;
    let patients = items.iter().filter_map(|item| item.patient_id).collect();
    let patients: Vec<PatientId> =
        patients::service::find_many(cx, patients).await?.into_iter().map(|patient| patient.id).collect();
    let tasks = items.iter().filter_map(|item| item.task_id).collect();
    let tasks: Vec<TaskId> = tasks::service::find_many(cx, tasks).await?.into_iter().map(|task| task.id).collect();
    items.retain(|item| match (item.patient_id, item.task_id) {
        (Some(patient), _) => patients.contains(&patient),
        (None, Some(task)) => tasks.contains(&task),
        (None, None) => false,
    });
    Ok(items)
}

/// "I am back": before the day that was named, too.
pub async fn end(cx: &Cx, id: CoverId) -> Result<cover::Model> {
    let row = find(cx, id).await?;
    require_own_or_manager(cx, row.staff_id)?;
    if row.ended_at.is_some() {
        return Ok(row);
    }
    bring_back(cx, row).await
}

async fn bring_back(cx: &Cx, row: cover::Model) -> Result<cover::Model> {
    let zone = hours::time_zone(cx, row.staff_id).await?;
    let items = cover_item::Entity::find()
        .filter(cover_item::Column::OrganizationId.eq(cx.organization()))
        .filter(cover_item::Column::CoverId.eq(row.id));
    let mut items = items.all(&cx.db()).await?;
    // Patients first, as who coordinates one may see their tasks for it.
    items.sort_by_key(|item| (item.patient_id.is_none(), item.patient_id, item.task_id));

    let mut tx = cx.begin("caseload.endCover").await?;
    // Another node, or another hand, may be faster.
    let ended = cover::Entity::update_many()
        .col_expr(cover::Column::EndedAt, Expr::value(tx.at))
        .filter(cover::Column::OrganizationId.eq(row.organization_id))
        .filter(cover::Column::Id.eq(row.id))
        .filter(cover::Column::EndedAt.is_null())
        .exec_with_returning(&*tx)
        .await?;
    let row = ended.into_iter().next().ok_or_else(|| Error::Conflict("it has ended already".to_owned()))?;
    let mut former: BTreeMap<CareTeamId, Option<Former>> = BTreeMap::new();
    for team in items.iter().map(|item| item.care_team_id).collect::<BTreeSet<_>>() {
        former.insert(team, back::find(&tx, team, row.staff_id).await?);
    }
    for item in items {
        let former = former.get(&item.care_team_id).and_then(Option::as_ref);
        let outcome = match (item.patient_id, item.task_id) {
            (Some(patient), _) => return_patient(&mut tx, &row, &item, former, patient).await?,
            (None, Some(task)) => return_task(&mut tx, cx, &row, &item, former, task).await?,
            (None, None) => continue,
        };
        let mut changed = item.into_active_model();
        changed.outcome = Set(outcome);
        changed.update(&*tx).await?;
    }
    hours::come_back(&tx, row.staff_id, rules::today(&zone, tx.at)).await?;
    tx.note(AuditKind::Write, Some(("cover", row.id.0)), Vec::new());
    hours::tell_teams(&mut tx, cx, row.staff_id).await?;
    tx.commit().await?;
    Ok(row)
}

const BACK: &str = "back from cover";

/// Back, unless somebody gave them to somebody else meanwhile, or who was away may not have them any more.
async fn return_patient(
    tx: &mut Tx,
    cover: &cover::Model,
    item: &cover_item::Model,
    former: Option<&Former>,
    id: PatientId,
) -> Result<CoverOutcome> {
    let patient = patient::Entity::find_by_id((cover.organization_id, id)).one(&**tx).await?;
    let Some(patient) = patient else { return Ok(CoverOutcome::Done) };
    if patient.coordinator_id == Some(cover.staff_id) {
        return Ok(CoverOutcome::Returned);
    }
    let is_with_cover = patient.coordinator_id.is_none() || patient.coordinator_id == item.to_id;
    let same_team = patient.care_team_id == Some(item.care_team_id) && patient.merged_into_id.is_none();
    if !is_with_cover || !same_team || !former.is_some_and(|former| former.may_have(&patient)) {
        return Ok(CoverOutcome::Stays);
    }
    patients::service::coordinate(tx, &patient, Some(cover.staff_id), Some(BACK.to_owned())).await?;
    Ok(CoverOutcome::Returned)
}

/// Back, unless it is done, somebody is at it, or who was away may not have it any more.
async fn return_task(
    tx: &mut Tx,
    cx: &Cx,
    cover: &cover::Model,
    item: &cover_item::Model,
    former: Option<&Former>,
    id: TaskId,
) -> Result<CoverOutcome> {
    let task = task::Entity::find_by_id((cover.organization_id, id)).one(&**tx).await?;
    let Some(task) = task.filter(|task| tasks::rules::is_open(task.status)) else { return Ok(CoverOutcome::Done) };
    let waits = match task.status {
        TaskStatus::Ready => true,
        TaskStatus::Accepted | TaskStatus::OnHold => task.claimed_by == item.to_id,
        _ => false,
    };
    let about = match task.patient_id {
        Some(id) => patient::Entity::find_by_id((cover.organization_id, id)).one(&**tx).await?,
        None => None,
    };
    let may = former.is_some_and(|former| former.may_do(&task, about.as_ref()));
    if task.care_team_id != item.care_team_id || !waits || !may {
        return Ok(CoverOutcome::Stays);
    }
    tasks::service::give(cx, tx, &task, cover.staff_id, Some(BACK)).await?;
    Ok(CoverOutcome::Returned)
}

/// Who is away has left for good: nothing comes back.
pub async fn leaves(tx: &mut Tx, staff: StaffId) -> Result<()> {
    let ended = cover::Entity::update_many()
        .col_expr(cover::Column::EndedAt, Expr::value(tx.at))
        .filter(cover::Column::OrganizationId.eq(tx.organization()))
        .filter(cover::Column::StaffId.eq(staff))
        .filter(cover::Column::EndedAt.is_null())
        .exec_with_returning(&**tx)
        .await?;
    for row in ended {
        cover_item::Entity::update_many()
            .col_expr(cover_item::Column::Outcome, Expr::value(CoverOutcome::Stays))
            .filter(cover_item::Column::OrganizationId.eq(row.organization_id))
            .filter(cover_item::Column::CoverId.eq(row.id))
            .filter(cover_item::Column::Outcome.eq(CoverOutcome::Away))
            .exec(&**tx)
            .await?;
        tx.note(AuditKind::Write, Some(("cover", row.id.0)), Vec::new());
    }
    Ok(())
}

/// Brings back what stood with everybody whose first day back has begun. Harmless when two nodes do it at once.
pub async fn sweep(app: &Arc<App>) -> Result<()> {
    for organization in organization::Entity::find().all(app.db.common()).await? {
        let cx = Cx::system(app.clone(), organization.id);
        let ripe = cover::Entity::find()
            .filter(cover::Column::OrganizationId.eq(organization.id))
            .filter(cover::Column::EndedAt.is_null())
            .filter(cover::Column::ReturnsAt.lte(app.clock.now()))
            .order_by_asc(cover::Column::ReturnsAt);
        for row in ripe.all(&cx.db()).await? {
            match bring_back(&cx, row).await {
                // Another node was faster, or somebody worked on it: the next sweep looks again.
                Ok(_) | Err(Error::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// The handoff note: what went to whom, and what came back.
pub fn note(items: &[cover_item::Model], names: &HashMap<StaffId, String>) -> String {
    let mut lines = Vec::new();
    let mut covering: Vec<StaffId> = items.iter().filter_map(|item| item.to_id).collect();
    covering.sort();
    covering.dedup();
    for staff in covering {
        let theirs: Vec<&cover_item::Model> = items.iter().filter(|item| item.to_id == Some(staff)).collect();
        let name = names.get(&staff).map_or("somebody", String::as_str);
        lines.push(format!("{name} covered {}.", counted(&theirs)));
    }
    for (outcome, words) in [
        (CoverOutcome::Pool, "Nobody could take"),
        (CoverOutcome::Returned, "Came back:"),
        (CoverOutcome::Done, "Done meanwhile:"),
        (CoverOutcome::Stays, "Stays where it is:"),
    ] {
        let these: Vec<&cover_item::Model> = items.iter().filter(|item| item.outcome == outcome).collect();
        if !these.is_empty() {
            lines.push(format!("{words} {}.", counted(&these)));
        }
    }
    if lines.is_empty() { "Nothing stood with them.".to_owned() } else { lines.join(" ") }
}

fn counted(items: &[&cover_item::Model]) -> String {
    let patients = items.iter().filter(|item| item.patient_id.is_some()).count();
    let say = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {one}s")),
    };
    [say(patients, "patient"), say(items.len() - patients, "task")].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
