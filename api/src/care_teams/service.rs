//! The operations on care teams.
use crate::{
    Cx, Error, Result, Tx,
    events::Change,
    page::{Page, PageArgs, Sort, page},
    policy,
};
use entity::{
    care_team, care_team_member,
    ids::{CareTeamId, StaffId},
    organization, staff,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, Order, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use serde_json::json;

pub async fn find(cx: &Cx, id: CareTeamId) -> Result<care_team::Model> {
    let team = policy::visible_teams(cx.scope()).filter(care_team::Column::Id.eq(id)).one(&cx.db()).await?;
    team.ok_or(Error::NotFound("care team"))
}

/// Any team of the organisation: to hand work over, one need not see the team that takes it.
pub async fn find_in_organization(cx: &Cx, id: CareTeamId) -> Result<care_team::Model> {
    let team = care_team::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    team.ok_or(Error::NotFound("care team"))
}

/// Teams of the organisation by id, for the names that a visible patient or task carries.
pub async fn find_many(cx: &Cx, ids: Vec<CareTeamId>) -> Result<Vec<care_team::Model>> {
    let teams = care_team::Entity::find()
        .filter(care_team::Column::OrganizationId.eq(cx.organization()))
        .filter(care_team::Column::Id.is_in(ids));
    Ok(teams.all(&cx.db()).await?)
}

pub async fn list(cx: &Cx, args: &PageArgs) -> Result<Page<care_team::Model>> {
    let sort = Sort {
        name: "name",
        columns: vec![(care_team::Column::Name, Order::Asc), (care_team::Column::Id, Order::Asc)],
    };
    page(cx, policy::visible_teams(cx.scope()), sort, args).await
}

/// The care teams whose boards somebody follows, by name.
pub async fn followed(cx: &Cx) -> Result<Vec<care_team::Model>> {
    let mut teams = policy::visible_teams(cx.scope()).order_by_asc(care_team::Column::Name).all(&cx.db()).await?;
    teams.retain(|team| policy::may_follow_team(cx.scope(), team.id));
    Ok(teams)
}

/// A team's members who are still here, by name.
pub async fn members(cx: &Cx, team: CareTeamId) -> Result<Vec<(care_team_member::Model, staff::Model)>> {
    let organization = cx.organization();
    let members = care_team_member::Entity::find()
        .filter(care_team_member::Column::OrganizationId.eq(organization))
        .filter(care_team_member::Column::CareTeamId.eq(team))
        .all(&cx.db())
        .await?;
    let people = staff::Entity::find()
        .filter(staff::Column::OrganizationId.eq(organization))
        .filter(staff::Column::Id.is_in(members.iter().map(|member| member.staff_id)))
        .filter(staff::Column::Active.eq(true))
        .order_by_asc(staff::Column::DisplayName)
        .all(&cx.db())
        .await?;
    let find = |id: StaffId| members.iter().find(|member| member.staff_id == id).cloned();
    Ok(people.into_iter().filter_map(|person| Some((find(person.id)?, person))).collect())
}

/// The team of that name in the transaction's organisation, made when there is none.
pub async fn find_or_create(tx: &mut Tx, name: &str) -> Result<care_team::Model> {
    let organization = tx.organization();
    let known = care_team::Entity::find()
        .filter(care_team::Column::OrganizationId.eq(organization))
        .filter(care_team::Column::Name.eq(name))
        .one(&**tx)
        .await?;
    if let Some(team) = known {
        return Ok(team);
    }
    let practice = organization::Entity::find_by_id(organization).one(&**tx).await?;
    let practice = practice.ok_or(Error::NotFound("organization"))?;
    let team = care_team::ActiveModel {
        organization_id: Set(organization),
        id: Set(CareTeamId::generate()),
        name: Set(name.to_owned()),
        time_zone: Set(practice.time_zone),
        version: Set(1),
        created_at: Set(tx.at),
    };
    let team = team.insert(&**tx).await?;
    tx.emit(Change::care_team(&team));
    Ok(team)
}

pub async fn is_member(db: &impl sea_orm::ConnectionTrait, team: &care_team::Model, staff: StaffId) -> Result<bool> {
    let key = (team.organization_id, team.id, staff);
    let member = care_team_member::Entity::find_by_id(key).one(db).await?;
    let person = staff::Entity::find_by_id((team.organization_id, staff)).one(db).await?;
    Ok(member.is_some() && person.is_some_and(|person| person.active))
}

/// The same, and it stays so until the transaction ends: whoever takes them off the team, or ends their work here, waits.
/// Asked before somebody is given work, so that it cannot be left with who is gone.
pub async fn stays_member(tx: &Tx, team: CareTeamId, staff: StaffId) -> Result<bool> {
    let db: &DatabaseTransaction = tx;
    let person = staff::Entity::find_by_id((tx.organization(), staff)).lock_shared().one(db).await?;
    let member = care_team_member::Entity::find_by_id((tx.organization(), team, staff)).lock_shared().one(db).await?;
    Ok(member.is_some() && person.is_some_and(|person| person.active))
}

/// Puts somebody on a team. Somebody who is on it already gets the new capacity.
pub async fn add_member(cx: &Cx, team: CareTeamId, staff: StaffId, capacity: Option<f64>) -> Result<care_team::Model> {
    check_capacity(capacity)?;
    let team = find(cx, team).await?;
    cx.require(policy::may_manage_team(cx.scope(), team.id), "change the members of this team")?;
    let person = staff::Entity::find_by_id((cx.organization(), staff)).one(&cx.db()).await?;
    person.filter(|person| person.active).ok_or(Error::NotFound("staff member"))?;

    let mut tx = cx.begin("careTeams.addMember").await?;
    let team = join(&mut tx, &team, staff, capacity).await?;
    tx.commit().await?;
    Ok(team)
}

/// The same within a transaction, for somebody who is known to be here.
pub async fn join(
    tx: &mut Tx,
    team: &care_team::Model,
    staff: StaffId,
    capacity: Option<f64>,
) -> Result<care_team::Model> {
    let member = care_team_member::ActiveModel {
        organization_id: Set(team.organization_id),
        care_team_id: Set(team.id),
        staff_id: Set(staff),
        capacity: Set(capacity),
        joined_at: Set(tx.at),
    };
    let key = [
        care_team_member::Column::OrganizationId,
        care_team_member::Column::CareTeamId,
        care_team_member::Column::StaffId,
    ];
    let again =
        sea_orm::sea_query::OnConflict::columns(key).update_column(care_team_member::Column::Capacity).to_owned();
    let known = care_team_member::Entity::find_by_id((team.organization_id, team.id, staff)).one(&**tx).await?;
    care_team_member::Entity::insert(member).on_conflict(again).exec_without_returning(&**tx).await?;
    if known.is_none() {
        tx.note_detail(("staff", staff.0), json!({ "careTeam": [null, team.id.to_string()] }));
    }
    changed(tx, team, staff).await
}

/// Takes somebody off a team. Their open feeds of it end; the tasks they hold there go back to the team.
pub async fn remove_member(cx: &Cx, team: CareTeamId, staff: StaffId) -> Result<care_team::Model> {
    let team = find(cx, team).await?;
    cx.require(policy::may_manage_team(cx.scope(), team.id), "change the members of this team")?;

    let mut tx = cx.begin("careTeams.removeMember").await?;
    let team = leave(&mut tx, cx, &team, staff).await?.ok_or(Error::NotFound("member"))?;
    tx.commit().await?;
    Ok(team)
}

/// The same within a transaction. None for who is not on the team.
pub async fn leave(tx: &mut Tx, cx: &Cx, team: &care_team::Model, staff: StaffId) -> Result<Option<care_team::Model>> {
    let key = (team.organization_id, team.id, staff);
    let gone = care_team_member::Entity::delete_by_id(key).exec(&**tx).await?;
    if gone.rows_affected == 0 {
        return Ok(None);
    }
    tx.note_detail(("staff", staff.0), json!({ "careTeam": [team.id.to_string(), null] }));
    crate::handoffs::service::leaves(tx, cx, staff, Some(team.id), "left the team").await?;
    Ok(Some(changed(tx, team, staff).await?))
}

pub async fn set_capacity(
    cx: &Cx,
    team: CareTeamId,
    staff: StaffId,
    capacity: Option<f64>,
) -> Result<care_team::Model> {
    check_capacity(capacity)?;
    let team = find(cx, team).await?;
    cx.require(policy::may_manage_team(cx.scope(), team.id), "change the capacities of this team")?;

    let mut tx = cx.begin("careTeams.setCapacity").await?;
    let set = care_team_member::Entity::update_many()
        .col_expr(care_team_member::Column::Capacity, Expr::value(capacity))
        .filter(care_team_member::Column::OrganizationId.eq(team.organization_id))
        .filter(care_team_member::Column::CareTeamId.eq(team.id))
        .filter(care_team_member::Column::StaffId.eq(staff))
        .exec(&*tx)
        .await?;
    if set.rows_affected == 0 {
        return Err(Error::NotFound("member"));
    }
    let team = changed(&mut tx, &team, staff).await?;
    tx.commit().await?;
    Ok(team)
}

fn check_capacity(capacity: Option<f64>) -> Result<()> {
    match capacity {
        Some(capacity) if !(0.0..=10_000.0).contains(&capacity) => {
            Err(Error::bad_input("input.capacity", "must be between 0 and 10,000"))
        }
        _ => Ok(()),
    }
}

/// Announces the team and the person whose access it may have changed.
async fn changed(tx: &mut Tx, team: &care_team::Model, staff: StaffId) -> Result<care_team::Model> {
    let team = announce(tx, team.id).await?;
    tx.emit(Change::staff(staff));
    Ok(team)
}

/// A new version of the team, as its members or what is shown of them changed.
pub async fn announce(tx: &mut Tx, team: CareTeamId) -> Result<care_team::Model> {
    let teams = care_team::Entity::update_many()
        .col_expr(care_team::Column::Version, Expr::col(care_team::Column::Version).add(1))
        .filter(care_team::Column::OrganizationId.eq(tx.organization()))
        .filter(care_team::Column::Id.eq(team))
        .exec_with_returning(&**tx)
        .await?;
    let team = teams.into_iter().next().ok_or(Error::NotFound("care team"))?;
    tx.emit(Change::care_team(&team));
    Ok(team)
}
