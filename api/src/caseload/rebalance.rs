//! Shares the patients of a team anew: proposed and explained, adjusted by hand, done in one transaction, and undone on the
//! same day.
use super::{
    back::{self, Former},
    facts::{self, Facts, LeftOut, Whose},
    plan::{self, Move},
    rules::{self, Part, amount},
};
use crate::{Cx, Error, Result, Tx, care_teams, patients, policy};
use entity::{
    audit_entry::AuditKind,
    care_team,
    ids::{CareTeamId, PatientId, RebalanceId, StaffId},
    patient, rebalance, rebalance_move, staff,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt::Write,
    sync::Arc,
};

/// More at once would keep everybody else's writes waiting.
pub const MOST_MOVES: usize = 2_000;
const SHOWN_DAYS: i64 = 14;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    EvensLoad,
    NoCoordinator,
    SpeaksLanguage,
    ShortTimeTogether,
    LicensedForOpenWork,
    ChosenByHand,
}

/// A member's load before and after, in hundredths.
#[derive(Clone, Debug)]
pub struct PlannedLoad {
    pub staff: staff::Model,
    pub capacity: f64,
    pub before: i64,
    pub after: i64,
}

impl PlannedLoad {
    pub fn relative(&self, load: i64) -> f64 {
        amount(load) / self.capacity
    }
}

#[derive(Clone, Debug)]
pub struct PlannedMove {
    pub patient: patient::Model,
    pub from: Option<staff::Model>,
    pub to: staff::Model,
    pub parts: Vec<Part>,
    /// Around this move, in the order of the plan.
    pub from_loads: Option<(i64, i64)>,
    pub to_loads: (i64, i64),
    pub reasons: Vec<Reason>,
    pub words: String,
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub members: Vec<PlannedLoad>,
    pub moves: Vec<PlannedMove>,
    pub left_out: Vec<(staff::Model, LeftOut)>,
    pub pinned: i64,
}

impl Plan {
    pub fn highest(&self, load: fn(&PlannedLoad) -> i64) -> f64 {
        self.members.iter().map(|member| member.relative(load(member))).fold(0.0, f64::max)
    }

    pub fn median(&self, load: fn(&PlannedLoad) -> i64) -> f64 {
        rules::median(self.members.iter().map(|member| member.relative(load(member))).collect()).unwrap_or_default()
    }
}

/// Who should get whom. With `moves` exactly these, explained.
pub async fn plan(
    cx: &Cx,
    team: CareTeamId,
    tolerance: f64,
    unassigned: bool,
    moves: Option<Vec<(PatientId, StaffId)>>,
) -> Result<Plan> {
    let team = find_team(cx, team).await?;
    if !(0.0..=1.0).contains(&tolerance) {
        return Err(Error::bad_input("input.tolerance", "must be between 0 and 1"));
    }
    let Some(moves) = moves else {
        let facts = Arc::new(facts::of_team(cx, team.id, Whose::Everybody(unassigned)).await?);
        let moves = solve(facts.clone(), tolerance).await?;
        return Ok(explain(&facts, &moves, false));
    };
    let facts = facts::of_team(cx, team.id, Whose::Everybody(true)).await?;
    let moves = chosen(&facts, &moves).map_err(|(at, why)| Error::bad_input(format!("input.moves.{at}"), why))?;
    Ok(explain(&facts, &moves, true))
}

async fn find_team(cx: &Cx, team: CareTeamId) -> Result<care_team::Model> {
    let team = care_teams::service::find(cx, team).await?;
    cx.require(policy::may_rebalance(cx.scope(), team.id), "share the patients of this team anew")?;
    Ok(team)
}

/// It thinks for up to a second: not where others wait to be answered.
pub async fn solve(facts: Arc<Facts>, tolerance: f64) -> Result<Vec<Move>> {
    let thinking = tokio::task::spawn_blocking(move || {
        let cost = |item: usize, to: usize| facts.cost(item, to);
        plan::solve(&facts.problem(tolerance, &cost))
    });
    thinking.await.map_err(Error::internal)
}

/// The moves that somebody names, if each of them may be; or the place of the first that may not, and why.
fn chosen(facts: &Facts, moves: &[(PatientId, StaffId)]) -> Result<Vec<Move>, (usize, &'static str)> {
    let items: HashMap<PatientId, usize> =
        facts.movable.iter().enumerate().map(|(at, one)| (one.patient.id, at)).collect();
    let takers: HashMap<StaffId, usize> =
        facts.takers.iter().enumerate().map(|(at, taker)| (taker.person.id, at)).collect();
    if moves.len() > MOST_MOVES {
        return Err((MOST_MOVES, "are too many at once: 2,000 at most"));
    }
    let mut seen = HashSet::new();
    let each = moves.iter().enumerate().map(|(at, (patient, to))| {
        let item = *items.get(patient).ok_or((at, "names a patient who stays, or is not in the team's care"))?;
        let to = *takers.get(to).ok_or((at, "names somebody who takes no patients in this team now"))?;
        let from = facts.movable[item].holder;
        let fits = facts.cost(item, to).is_some() && from != Some(to);
        match fits && seen.insert(*patient) {
            true => Ok(Move { item, from, to }),
            false => Err((at, "names a patient twice, or somebody who may not have them")),
        }
    });
    each.collect()
}

/// The numbers of a plan, one move after the other.
pub fn explain(facts: &Facts, moves: &[Move], by_hand: bool) -> Plan {
    let before = facts.loads();
    let mut now = before.clone();
    let explained = moves.iter().map(|one| {
        let movable = &facts.movable[one.item];
        let weight = movable.hundredths();
        let from_loads = one.from.map(|from| {
            now[from] -= weight;
            (now[from] + weight, now[from])
        });
        now[one.to] += weight;
        let to_loads = (now[one.to] - weight, now[one.to]);
        let mut reasons = vec![match (by_hand, one.from) {
            (true, _) => Reason::ChosenByHand,
            (false, Some(_)) => Reason::EvensLoad,
            (false, None) => Reason::NoCoordinator,
        }];
        let more = [
            (Reason::SpeaksLanguage, facts.gains_language(movable, one.to)),
            (Reason::LicensedForOpenWork, facts.gains_licence(movable, one.to)),
            (Reason::ShortTimeTogether, facts.is_new_together(movable)),
        ];
        reasons.extend(more.into_iter().filter_map(|(reason, holds)| holds.then_some(reason)));
        PlannedMove {
            patient: movable.patient.clone(),
            from: one.from.map(|from| facts.takers[from].person.clone()),
            to: facts.takers[one.to].person.clone(),
            parts: movable.parts.clone(),
            from_loads,
            to_loads,
            words: words(facts, one, from_loads, to_loads),
            reasons,
        }
    });
    let explained: Vec<PlannedMove> = explained.collect();
    let members = facts.takers.iter().zip(before.iter().zip(&now)).map(|(taker, (before, after))| PlannedLoad {
        staff: taker.person.clone(),
        capacity: taker.capacity,
        before: *before,
        after: *after,
    });
    Plan { members: members.collect(), moves: explained, left_out: facts.left_out.clone(), pinned: facts.pinned }
}

fn words(facts: &Facts, one: &Move, from_loads: Option<(i64, i64)>, to_loads: (i64, i64)) -> String {
    let mut words = format!("Weighs {}.", amount(facts.movable[one.item].hundredths()));
    let mut say = |at: usize, (before, after): (i64, i64)| {
        let taker = &facts.takers[at];
        let share = |load: i64| (facts.relative(at, load) * 100.0).round();
        let (name, capacity) = (&taker.person.display_name, taker.capacity);
        let (was, is) = (amount(before), amount(after));
        let _ = write!(words, " {name} {was} → {is} of {capacity} ({} % → {} %).", share(before), share(after));
    };
    if let (Some(from), Some(loads)) = (one.from, from_loads) {
        say(from, loads);
    }
    say(one.to, to_loads);
    words
}

/// A move as somebody saw it.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub patient: PatientId,
    pub to: StaffId,
    pub version: i32,
}

/// All moves or none: whoever changed meanwhile is named.
pub async fn apply(cx: &Cx, team: CareTeamId, wanted: Vec<Wanted>) -> Result<rebalance::Model> {
    let team = find_team(cx, team).await?;
    if wanted.is_empty() {
        return Err(Error::bad_input("input.moves", "must name at least one move"));
    }
    let facts = facts::of_team(cx, team.id, Whose::Everybody(true)).await?;
    let pairs: Vec<_> = wanted.iter().map(|one| (one.patient, one.to)).collect();
    let moves = chosen(&facts, &pairs).map_err(|(at, why)| match wanted.get(at) {
        Some(one) => Error::Conflict(format!("the move of {} {why}", one.patient)),
        None => Error::bad_input("input.moves", why),
    })?;
    let stale =
        moves.iter().zip(&wanted).filter(|(one, wanted)| facts.movable[one.item].patient.version != wanted.version);
    let stale: Vec<String> = stale.map(|(_, wanted)| wanted.patient.to_string()).collect();
    if !stale.is_empty() {
        return Err(Error::Conflict(format!("changed meanwhile: {}", stale.join(", "))));
    }

    let mut tx = cx.begin("caseload.rebalance").await?;
    let row = rebalance::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(RebalanceId::generate()),
        care_team_id: Set(team.id),
        at: Set(tx.at),
        by_id: Set(tx.actor().staff),
        day: Set(rules::today(&team.time_zone, tx.at)),
        undone_at: Set(None),
    };
    let row = row.insert(&*tx).await?;
    // In the order in which everybody takes rows, so that two who take the same ones wait in turn: people first.
    let takers: BTreeSet<StaffId> = moves.iter().map(|one| facts.takers[one.to].person.id).collect();
    for taker in takers {
        if !care_teams::service::stays_member(&tx, team.id, taker).await? {
            return Err(Error::Conflict("somebody who takes patients has just left the team".to_owned()));
        }
    }
    let mut moves = moves;
    moves.sort_by_key(|one| facts.movable[one.item].patient.id);
    for one in moves {
        let (movable, to) = (&facts.movable[one.item], &facts.takers[one.to].person);
        let reason = Some("caseload shared anew".to_owned());
        patients::service::coordinate(&mut tx, &movable.patient, Some(to.id), reason).await?;
        let moved = rebalance_move::ActiveModel {
            organization_id: Set(row.organization_id),
            rebalance_id: Set(row.id),
            patient_id: Set(movable.patient.id),
            from_id: Set(movable.patient.coordinator_id),
            to_id: Set(to.id),
            kept: Set(None),
        };
        moved.insert(&*tx).await?;
    }
    announce(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row)
}

async fn announce(tx: &mut Tx, row: &rebalance::Model) -> Result<()> {
    tx.note(AuditKind::Write, Some(("rebalance", row.id.0)), Vec::new());
    care_teams::service::announce(tx, row.care_team_id).await?;
    Ok(())
}

pub async fn find(cx: &Cx, id: RebalanceId) -> Result<rebalance::Model> {
    let row = rebalance::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let row = row.filter(|row| policy::may_follow_team(cx.scope(), row.care_team_id));
    row.ok_or(Error::NotFound("rebalance"))
}

/// Of the last two weeks, the newest first.
pub async fn of_team(cx: &Cx, team: CareTeamId) -> Result<Vec<rebalance::Model>> {
    let rows = rebalance::Entity::find()
        .filter(rebalance::Column::OrganizationId.eq(cx.organization()))
        .filter(rebalance::Column::CareTeamId.eq(team))
        .filter(rebalance::Column::At.gt(cx.now() - chrono::Duration::days(SHOWN_DAYS)))
        .order_by_desc(rebalance::Column::At);
    Ok(rows.all(&cx.db()).await?)
}

pub async fn moves(cx: &Cx, id: RebalanceId) -> Result<Vec<rebalance_move::Model>> {
    let rows = rebalance_move::Entity::find()
        .filter(rebalance_move::Column::OrganizationId.eq(cx.organization()))
        .filter(rebalance_move::Column::RebalanceId.eq(id))
        .order_by_asc(rebalance_move::Column::PatientId);
    Ok(rows.all(&cx.db()).await?)
}

/// It is undone on the day on which it was done.
pub async fn may_undo(cx: &Cx, row: &rebalance::Model) -> Result<bool> {
    let team = care_teams::service::find_in_organization(cx, row.care_team_id).await?;
    let is_same_day = rules::today(&team.time_zone, cx.now()) == row.day;
    Ok(row.undone_at.is_none() && is_same_day && policy::may_rebalance(cx.scope(), team.id))
}

async fn people_of(tx: &Tx, ids: BTreeSet<StaffId>) -> Result<Vec<staff::Model>> {
    let people = staff::Entity::find()
        .filter(staff::Column::OrganizationId.eq(tx.organization()))
        .filter(staff::Column::Id.is_in(ids));
    Ok(people.all(&**tx).await?)
}

/// Gives back whoever is still with whom they were given to, if who had them may have them still. The others stay, and say
/// why.
pub async fn undo(cx: &Cx, id: RebalanceId) -> Result<rebalance::Model> {
    let row = find(cx, id).await?;
    let team = find_team(cx, row.care_team_id).await?;
    if row.undone_at.is_some() {
        return Err(Error::Conflict("it is undone already".to_owned()));
    }
    if rules::today(&team.time_zone, cx.now()) != row.day {
        return Err(Error::Conflict("it can be undone on the same day only".to_owned()));
    }
    let moves = moves(cx, id).await?;

    let mut tx = cx.begin("caseload.undoRebalance").await?;
    let undone = rebalance::Entity::update_many()
        .col_expr(rebalance::Column::UndoneAt, sea_orm::sea_query::Expr::value(tx.at))
        .filter(rebalance::Column::OrganizationId.eq(row.organization_id))
        .filter(rebalance::Column::Id.eq(row.id))
        .filter(rebalance::Column::UndoneAt.is_null())
        .exec_with_returning(&*tx)
        .await?;
    let row = undone.into_iter().next().ok_or_else(|| Error::Conflict("it is undone already".to_owned()))?;
    let takers =
        people_of(&tx, moves.iter().flat_map(|one| [Some(one.to_id), one.from_id]).flatten().collect()).await?;
    let mut former: BTreeMap<StaffId, Option<Former>> = BTreeMap::new();
    for from in moves.iter().filter_map(|one| one.from_id).collect::<BTreeSet<_>>() {
        former.insert(from, back::find(&tx, team.id, from).await?);
    }
    for one in moves {
        let patient = patient::Entity::find_by_id((row.organization_id, one.patient_id)).one(&*tx).await?;
        let patient = patient.ok_or(Error::NotFound("patient"))?;
        let speaks = |staff: StaffId, language: &str| {
            takers.iter().any(|person| person.id == staff && facts::speaks(person, language))
        };
        let why = if patient.coordinator_id != Some(one.to_id) {
            Some("has another coordinator since")
        } else if patient.care_team_id != Some(team.id) || patient.merged_into_id.is_some() {
            Some("is on another team since")
        } else if !patient.labels.is_empty() {
            Some("is confidential since")
        } else {
            one.from_id.and_then(|from| {
                let loses = |language| speaks(one.to_id, language) && !speaks(from, language);
                match former.get(&from).and_then(Option::as_ref) {
                    None => Some("came from somebody who is not on the team any more"),
                    Some(known) if !known.may_have(&patient) => {
                        Some("came from somebody who may not see them any more")
                    }
                    Some(_) if facts::needed_language(&patient).is_some_and(loses) => {
                        Some("needs a language that only who has them now speaks")
                    }
                    Some(_) => None,
                }
            })
        };
        match why {
            None => {
                let reason = Some("sharing anew was undone".to_owned());
                patients::service::coordinate(&mut tx, &patient, one.from_id, reason).await?;
            }
            Some(why) => {
                let mut kept = one.into_active_model();
                kept.kept = Set(Some(why.to_owned()));
                kept.update(&*tx).await?;
            }
        }
    }
    announce(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row)
}
