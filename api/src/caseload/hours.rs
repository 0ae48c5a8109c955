//! When somebody works, when they are away, and which languages they speak.
use super::rules::{Pattern, Week};
use crate::{Cx, Error, Result, Tx, care_teams, people, policy};
use chrono::{Days, NaiveDate};
use entity::{
    audit_entry::AuditKind,
    care_team, care_team_member,
    ids::{CareTeamId, StaffId, TimeOffId},
    organization, staff,
    time_off::{self, TimeOffReason},
    work_pattern,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, sea_query::OnConflict,
};
use std::collections::HashMap;

const LONGEST_ABSENCE: u64 = 400;
const MOST_LANGUAGES: usize = 12;

/// Patterns and absences of some people: what their week is made of.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    patterns: HashMap<StaffId, Pattern>,
    absences: HashMap<StaffId, Vec<time_off::Model>>,
}

impl Hours {
    pub fn pattern(&self, staff: StaffId) -> Pattern {
        self.patterns.get(&staff).copied().unwrap_or_default()
    }

    /// Those that are not over when the week begins, the next first.
    pub fn absences(&self, staff: StaffId) -> &[time_off::Model] {
        self.absences.get(&staff).map_or(&[], Vec::as_slice)
    }
}

pub async fn of(cx: &Cx, people: &[StaffId], week: &Week) -> Result<Hours> {
    let mut hours = Hours::default();
    let patterns = work_pattern::Entity::find()
        .filter(work_pattern::Column::OrganizationId.eq(cx.organization()))
        .filter(work_pattern::Column::StaffId.is_in(people.iter().copied()));
    for row in patterns.all(&cx.db()).await? {
        hours.patterns.insert(row.staff_id, Pattern::from(&row));
    }
    let absences = time_off::Entity::find()
        .filter(time_off::Column::OrganizationId.eq(cx.organization()))
        .filter(time_off::Column::StaffId.is_in(people.iter().copied()))
        .filter(time_off::Column::ToDate.gte(week.monday))
        .filter(time_off::Column::CancelledAt.is_null())
        .order_by_asc(time_off::Column::FromDate);
    for row in absences.all(&cx.db()).await? {
        hours.absences.entry(row.staff_id).or_default().push(row);
    }
    Ok(hours)
}

/// The teams that somebody is on.
pub async fn teams_of(db: &impl ConnectionTrait, cx: &Cx, staff: StaffId) -> Result<Vec<care_team::Model>> {
    let memberships = care_team_member::Entity::find()
        .filter(care_team_member::Column::OrganizationId.eq(cx.organization()))
        .filter(care_team_member::Column::StaffId.eq(staff))
        .all(db)
        .await?;
    let teams = care_team::Entity::find()
        .filter(care_team::Column::OrganizationId.eq(cx.organization()))
        .filter(care_team::Column::Id.is_in(memberships.iter().map(|member| member.care_team_id)))
        .order_by_asc(care_team::Column::Id);
    Ok(teams.all(db).await?)
}

/// Bars change with somebody's week: their teams hear of it.
pub async fn tell_teams(tx: &mut Tx, cx: &Cx, staff: StaffId) -> Result<()> {
    let teams: Vec<CareTeamId> = teams_of(&**tx, cx, staff).await?.into_iter().map(|team| team.id).collect();
    for team in teams {
        care_teams::service::announce(tx, team).await?;
    }
    Ok(())
}

/// Where somebody's days begin: on their first team, or else where the practice is.
pub async fn time_zone(cx: &Cx, staff: StaffId) -> Result<String> {
    if let Some(team) = teams_of(&cx.db(), cx, staff).await?.into_iter().next() {
        return Ok(team.time_zone);
    }
    let practice = organization::Entity::find_by_id(cx.organization()).one(cx.app.db.common()).await?;
    Ok(practice.ok_or(Error::NotFound("organization"))?.time_zone)
}

pub async fn set_pattern(
    cx: &Cx,
    id: StaffId,
    days: i32,
    hours_share: f64,
    languages: Vec<String>,
) -> Result<staff::Model> {
    let person = people::service::find(cx, id).await?;
    cx.require(policy::may_set_caseload(cx.scope()), "set the hours of others")?;
    if !(0.01..=1.0).contains(&hours_share) {
        return Err(Error::bad_input("input.hoursShare", "must be between 0.01 and 1"));
    }
    let languages = check_languages(languages)?;

    let mut tx = cx.begin("caseload.setHours").await?;
    let known = work_pattern::Entity::find_by_id((tx.organization(), id)).one(&*tx).await?;
    let row = work_pattern::ActiveModel {
        organization_id: Set(tx.organization()),
        staff_id: Set(id),
        days: Set(days),
        hours_share: Set(hours_share),
        version: Set(known.map_or(0, |row| row.version) + 1),
    };
    let key = [work_pattern::Column::OrganizationId, work_pattern::Column::StaffId];
    let columns = [work_pattern::Column::Days, work_pattern::Column::HoursShare, work_pattern::Column::Version];
    let again = OnConflict::columns(key).update_columns(columns).to_owned();
    work_pattern::Entity::insert(row).on_conflict(again).exec_without_returning(&*tx).await?;
    let mut changed = person.into_active_model();
    changed.languages = Set(languages);
    let person = changed.update(&*tx).await?;
    tx.note(AuditKind::Write, Some(("staff", id.0)), Vec::new());
    tell_teams(&mut tx, cx, id).await?;
    tx.commit().await?;
    Ok(person)
}

/// Tags such as `es` or `pt-BR`, each once, with spaces between.
fn check_languages(languages: Vec<String>) -> Result<String> {
    let mut known: Vec<String> = Vec::new();
    for language in languages {
        let language = language.trim().to_owned();
        let is_tag = (2..=20).contains(&language.len())
            && language
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if !is_tag {
            return Err(Error::bad_input("input.languages", "must be BCP-47 tags, such as es or pt-BR"));
        }
        if !known.contains(&language) {
            known.push(language);
        }
    }
    match known.len() <= MOST_LANGUAGES {
        true => Ok(known.join(" ")),
        false => Err(Error::bad_input("input.languages", format!("must be {MOST_LANGUAGES} at most"))),
    }
}

fn require_own_or_manager(cx: &Cx, staff: StaffId) -> Result<()> {
    let allowed = policy::may_set_caseload(cx.scope()) || cx.actor.staff == Some(staff);
    cx.require(allowed, "say when others are away")
}

pub async fn add_time_off(
    cx: &Cx,
    staff: StaffId,
    (from, to): (NaiveDate, NaiveDate),
    reason: TimeOffReason,
) -> Result<time_off::Model> {
    people::service::find(cx, staff).await?;
    require_own_or_manager(cx, staff)?;
    if to < from {
        return Err(Error::bad_input("input.to", "must not be before the first day off"));
    }
    if to > from + Days::new(LONGEST_ABSENCE) {
        return Err(Error::bad_input(
            "input.to",
            format!("must be at most {LONGEST_ABSENCE} days after the first day"),
        ));
    }

    let mut tx = cx.begin("caseload.addTimeOff").await?;
    let row = be_away(&tx, staff, (from, to), reason).await?;
    tx.note(AuditKind::Write, Some(("time-off", row.id.0)), Vec::new());
    tell_teams(&mut tx, cx, staff).await?;
    tx.commit().await?;
    Ok(row)
}

pub async fn be_away(
    tx: &Tx,
    staff: StaffId,
    (from, to): (NaiveDate, NaiveDate),
    reason: TimeOffReason,
) -> Result<time_off::Model> {
    let row = time_off::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(TimeOffId::generate()),
        staff_id: Set(staff),
        from_date: Set(from),
        to_date: Set(to),
        reason: Set(reason),
        created_at: Set(tx.at),
        cancelled_at: Set(None),
    };
    Ok(row.insert(&**tx).await?)
}

pub async fn find_time_off(cx: &Cx, id: TimeOffId) -> Result<time_off::Model> {
    let row = time_off::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let row = row.ok_or(Error::NotFound("time off"))?;
    require_own_or_manager(cx, row.staff_id)?;
    Ok(row)
}

pub async fn cancel_time_off(cx: &Cx, id: TimeOffId) -> Result<time_off::Model> {
    let row = find_time_off(cx, id).await?;
    if row.cancelled_at.is_some() {
        return Ok(row);
    }

    let mut tx = cx.begin("caseload.cancelTimeOff").await?;
    let mut changed = row.into_active_model();
    changed.cancelled_at = Set(Some(tx.at));
    let row = changed.update(&*tx).await?;
    tx.note(AuditKind::Write, Some(("time-off", row.id.0)), Vec::new());
    tell_teams(&mut tx, cx, row.staff_id).await?;
    tx.commit().await?;
    Ok(row)
}

/// Back before the last day off: what is left of the absence is not one any more.
pub async fn come_back(tx: &Tx, staff: StaffId, today: NaiveDate) -> Result<()> {
    let holding = time_off::Entity::find()
        .filter(time_off::Column::OrganizationId.eq(tx.organization()))
        .filter(time_off::Column::StaffId.eq(staff))
        .filter(time_off::Column::FromDate.lte(today))
        .filter(time_off::Column::ToDate.gte(today))
        .filter(time_off::Column::CancelledAt.is_null());
    for row in holding.all(&**tx).await? {
        let is_over_before = row.from_date < today;
        let mut changed = row.into_active_model();
        if is_over_before {
            changed.to_date = Set(today - Days::new(1));
        } else {
            changed.cancelled_at = Set(Some(tx.at));
        }
        changed.update(&**tx).await?;
    }
    Ok(())
}
