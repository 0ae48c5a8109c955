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
pub async fn factor_kinds(cx: &Cx, id: StaffId) -> Result<Vec<FactorKind>> {
    let mut kinds: Vec<FactorKind> = factors::of(cx, id).await?.into_iter().map(|factor| factor.kind).collect();
    kinds.sort();
    kinds.dedup();
    Ok(kinds)
}

pub async fn teams(cx: &Cx, id: StaffId) -> Result<Vec<care_team::Model>> {
    let member = care_team_member::Entity::find()
        .filter(care_team_member::Column::OrganizationId.eq(cx.organization()))
        .filter(care_team_member::Column::StaffId.eq(id))
        .all(&cx.db())
        .await?;
    let mut teams =
        care_teams::service::find_many(cx, member.into_iter().map(|member| member.care_team_id).collect()).await?;
    teams.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(teams)
}

pub async fn locked_until(cx: &Cx, person: &staff::Model) -> Result<Option<DateTime<Utc>>> {
    match &person.email {
        Some(email) => lockout::locked_since(&cx.app, email).await,
        None => Ok(None),
    }
}

/// Their open sessions; none for who may not end them.
pub async fn sessions(cx: &Cx, id: StaffId) -> Result<Vec<session::Model>> {
    match policy::may_recover_accounts(cx.scope()) {
        true => mine::sessions::open_of(cx, &[id]).await,
        false => Ok(Vec::new()),
    }
}

pub async fn last_active_at(cx: &Cx, id: StaffId) -> Result<Option<DateTime<Utc>>> {
    Ok(mine::sessions::open_of(cx, &[id]).await?.into_iter().filter_map(|session| session.last_active_at).max())
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
