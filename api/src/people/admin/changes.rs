//! Changes of somebody's account. What they have open follows at once, on every node.
use super::{find, find_to_edit, last_administrator, require_recovery};
use crate::{
    Cx, Result, Tx, care_teams,
    events::Change,
    handoffs,
    people::{displays::pin, factors, mine::sessions::end_others, sign_in},
    text,
};
use entity::{
    audit_entry::AuditKind,
    care_team_member,
    ids::StaffId,
    staff::{self, Column, StaffRole},
};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;

/// What is to be changed; the rest stays.
pub struct Edit {
    pub display_name: Option<String>,
    pub role: Option<StaffRole>,
    /// Empty takes it away.
    pub credential: Option<String>,
}

pub async fn update(cx: &Cx, id: StaffId, edit: Edit) -> Result<staff::Model> {
    let person = find_to_edit(cx, id, edit.role).await?;
    let mut changed = person.clone().into_active_model();
    if let Some(name) = edit.display_name {
        changed.display_name = Set(text::required("input.displayName", name, 200)?);
    }
    if edit.credential.is_some() {
        changed.credential = Set(text::optional("input.credential", edit.credential, 40)?);
    }
    if let Some(role) = edit.role {
        changed.role = Set(role);
    }

    let mut tx = cx.begin("people.update").await?;
    let changed = changed.update(&*tx).await?;
    if person.role == StaffRole::Administrator && changed.role != person.role {
        keep_an_administrator(&tx).await?;
    }
    if changed.role != person.role && must_sign_in_anew(cx, &changed).await? {
        end_others(&tx, id, None).await?;
    }
    if changed.role == StaffRole::Administrator && person.role != changed.role {
        // They see no patient any more, and nothing of what they held.
        handoffs::service::leaves(&mut tx, cx, id, None, "looks after no patients any more").await?;
    }
    let detail = json!({
        "role": [person.role.to_value(), changed.role.to_value()],
        "credential": [person.credential, changed.credential],
    });
    tx.note_detail(("staff", id.0), detail);
    let teams = member_of(&tx, id).await?;
    for team in teams {
        care_teams::service::announce(&mut tx, team).await?;
    }
    tx.emit(Change::staff(id));
    tx.commit().await?;
    Ok(changed)
}

/// Somebody who signed in by a password alone must not come into a role that takes more.
pub async fn must_sign_in_anew(cx: &Cx, person: &staff::Model) -> Result<bool> {
    Ok(sign_in::is_required(cx, person).await? && factors::of(cx, person.id).await?.is_empty())
}

/// Ends what they have open and hands back what they hold.
pub async fn deactivate(cx: &Cx, id: StaffId) -> Result<staff::Model> {
    let person = find_to_edit(cx, id, None).await?;
    cx.require(cx.actor.staff != Some(id), "deactivate yourself")?;
    if !person.active {
        return Ok(person);
    }
    let mut tx = cx.begin("people.deactivate").await?;
    let mut changed = person.clone().into_active_model();
    changed.active = Set(false);
    let changed = changed.update(&*tx).await?;
    if person.role == StaffRole::Administrator {
        keep_an_administrator(&tx).await?;
    }
    end_others(&tx, id, None).await?;
    super::links::void(&tx, id).await?;
    pin::void(&tx, id).await?;
    let teams = member_of(&tx, id).await?;
    handoffs::service::leaves(&mut tx, cx, id, None, "does not work here any more").await?;
    for team in teams {
        care_teams::service::announce(&mut tx, team).await?;
    }
    tx.emit(Change::staff(id));
    tx.commit().await?;
    Ok(changed)
}

pub async fn reactivate(cx: &Cx, id: StaffId) -> Result<staff::Model> {
    let person = find_to_edit(cx, id, None).await?;
    if person.active {
        return Ok(person);
    }
    let mut tx = cx.begin("people.reactivate").await?;
    let mut changed = person.into_active_model();
    changed.active = Set(true);
    let changed = changed.update(&*tx).await?;
    for team in member_of(&tx, id).await? {
        care_teams::service::announce(&mut tx, team).await?;
    }
    tx.emit(Change::staff(id));
    tx.commit().await?;
    Ok(changed)
}

pub async fn reset_factors(cx: &Cx, id: StaffId) -> Result<staff::Model> {
    require_recovery(cx)?;
    let person = find(cx, id).await?;
    let mut tx = cx.begin("people.resetFactors").await?;
    factors::remove_all(&tx, id).await?;
    // Whoever came in with what was lost may have chosen it.
    pin::void(&tx, id).await?;
    end_others(&tx, id, None).await?;
    tx.emit(Change::staff(id));
    tx.commit().await?;
    Ok(person)
}

pub async fn revoke_sessions(cx: &Cx, id: StaffId) -> Result<staff::Model> {
    require_recovery(cx)?;
    let person = find(cx, id).await?;
    let mut tx = cx.begin("people.revokeStaffSessions").await?;
    end_others(&tx, id, None).await?;
    tx.note(AuditKind::SignOut, Some(("staff", id.0)), Vec::new());
    tx.emit(Change::staff(id));
    tx.commit().await?;
    Ok(person)
}

/// Asked after the change: administrators are taken one at a time, in one order, so that two cannot remove each other.
async fn keep_an_administrator(tx: &Tx) -> Result<()> {
    let left = staff::Entity::find()
        .filter(Column::OrganizationId.eq(tx.organization()))
        .filter(Column::Role.eq(StaffRole::Administrator))
        .filter(Column::Active.eq(true))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&**tx as &sea_orm::DatabaseTransaction)
        .await?;
    if left.is_empty() { Err(last_administrator()) } else { Ok(()) }
}

async fn member_of(tx: &Tx, id: StaffId) -> Result<Vec<entity::ids::CareTeamId>> {
    let member = care_team_member::Entity::find()
        .filter(care_team_member::Column::OrganizationId.eq(tx.organization()))
        .filter(care_team_member::Column::StaffId.eq(id))
        .order_by_asc(care_team_member::Column::CareTeamId)
        .all(&**tx as &sea_orm::DatabaseTransaction)
        .await?;
    Ok(member.into_iter().map(|member| member.care_team_id).collect())
}
