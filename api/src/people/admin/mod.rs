//! Administration of people: who works here, with which role, and how they get in.
pub mod changes;
pub mod graphql;
pub mod links;

use super::{factors, mine, sign_in::lockout};
use crate::{
    Cx, Error, Result, care_teams,
    page::{Page, PageArgs, Sort, page},
    policy,
};
use chrono::{DateTime, Utc};
use entity::{
    care_team, care_team_member,
    factor::FactorKind,
    ids::StaffId,
    session,
    staff::{self, Column, StaffRole},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};
use std::collections::HashMap;

#[derive(Default)]
pub struct Filter {
    pub search: Option<String>,
    pub active: Option<bool>,
    pub role: Option<StaffRole>,
}

pub async fn list(cx: &Cx, filter: Filter, args: &PageArgs) -> Result<Page<staff::Model>> {
    cx.require(policy::may_see_accounts(cx.scope()), "see the accounts of people")?;
    let mut people = staff::Entity::find().filter(Column::OrganizationId.eq(cx.organization()));
    if let Some(active) = filter.active {
        people = people.filter(Column::Active.eq(active));
    }
    if let Some(role) = filter.role {
        people = people.filter(Column::Role.eq(role));
    }
    for word in filter.search.unwrap_or_default().to_lowercase().split_whitespace().take(5) {
        people = people.filter(Condition::any().add(holds(Column::DisplayName, word)).add(holds(Column::Email, word)));
    }
    let columns = [Column::DisplayName, Column::Id].map(|column| (column, Order::Asc));
    page(cx, people, Sort { name: "staff", columns: columns.to_vec() }, args).await
}

fn holds(column: Column, word: &str) -> sea_orm::sea_query::SimpleExpr {
    let word = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Func::lower(Expr::col((staff::Entity, column))).like(LikeExpr::new(format!("%{word}%")).escape('\\'))
}

/// Somebody of the practice, whether or not they are still here.
pub async fn find(cx: &Cx, id: StaffId) -> Result<staff::Model> {
    cx.require(policy::may_see_accounts(cx.scope()), "see the accounts of people")?;
    super::service::find(cx, id).await
}

/// What belongs to somebody's account besides their row.
#[derive(Clone, Default)]
pub struct Around {
    pub factors: Vec<FactorKind>,
    pub teams: Vec<care_team::Model>,
    pub sessions: Vec<session::Model>,
    pub locked_until: Option<DateTime<Utc>>,
}

/// The same for many at once. Open sessions of others are for who may end them.
pub async fn around(cx: &Cx, ids: &[StaffId]) -> Result<HashMap<StaffId, Around>> {
    let mut found: HashMap<StaffId, Around> = ids.iter().map(|id| (*id, Around::default())).collect();
    for (staff, kind) in factors::kinds(cx, ids).await? {
        if let Some(around) = found.get_mut(&staff) {
            around.factors.push(kind);
        }
    }
    for session in mine::sessions::open_of(cx, ids).await? {
        if let Some(around) = session.staff_id.and_then(|staff| found.get_mut(&staff)) {
            around.sessions.push(session);
        }
    }
    let members = care_team_member::Entity::find()
        .filter(care_team_member::Column::OrganizationId.eq(cx.organization()))
        .filter(care_team_member::Column::StaffId.is_in(ids.iter().copied()))
        .all(&cx.db())
        .await?;
    let mut teams = care_teams::service::find_many(cx, members.iter().map(|one| one.care_team_id).collect()).await?;
    teams.sort_by(|one, other| one.name.cmp(&other.name));
    for team in teams {
        for member in members.iter().filter(|member| member.care_team_id == team.id) {
            if let Some(around) = found.get_mut(&member.staff_id) {
                around.teams.push(team.clone());
            }
        }
    }
    for (staff, until) in lockout::locked(cx, super::service::find_many(cx, ids.to_vec()).await?).await? {
        if let Some(around) = found.get_mut(&staff) {
            around.locked_until = Some(until);
        }
    }
    Ok(found)
}

/// Whether the actor is shown somebody's sessions one by one.
pub fn shows_sessions(cx: &Cx) -> bool {
    policy::may_recover_accounts(cx.scope())
}

/// For what only administrators do, lately proved to be them.
fn require_recovery(cx: &Cx) -> Result<()> {
    cx.require(policy::may_recover_accounts(cx.scope()), "administer accounts")?;
    cx.require_recent()
}

/// Somebody whom the actor may change.
async fn find_to_edit(cx: &Cx, id: StaffId, role: Option<StaffRole>) -> Result<staff::Model> {
    let person = find(cx, id).await?;
    let may = policy::may_edit_account(cx.scope(), cx.actor.staff, &person, role);
    cx.require(may, "change this person's account")?;
    cx.require_recent()?;
    Ok(person)
}

fn last_administrator() -> Error {
    Error::Conflict("they are the last administrator: make somebody else one first".to_owned())
}
