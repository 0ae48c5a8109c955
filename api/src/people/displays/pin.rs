//! A person's PIN, which opens nothing but a minute at a wall display of a team that they follow.
use super::rules;
use crate::{Cx, Error, Result, Tx, people::password};
use entity::{audit_entry::AuditKind, ids::StaffId, staff_pin};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::OnConflict};
use std::collections::HashSet;

/// Sets the actor's own PIN; an older one is void.
pub async fn set(cx: &Cx, pin: String) -> Result<()> {
    let who = cx.actor.staff.ok_or(Error::Forbidden("set a PIN"))?;
    cx.require_recent()?;
    if let Some(wrong) = rules::wrong_with(&pin) {
        return Err(Error::bad_input("input.pin", wrong));
    }
    let pin_hash = password::hash_checked(pin).await?;
    let mut tx = cx.begin("people.setPin").await?;
    let row = staff_pin::ActiveModel {
        organization_id: Set(cx.organization()),
        id: Set(who),
        pin_hash: Set(pin_hash),
        set_at: Set(tx.at),
    };
    let again = OnConflict::columns([staff_pin::Column::OrganizationId, staff_pin::Column::Id])
        .update_columns([staff_pin::Column::PinHash, staff_pin::Column::SetAt])
        .to_owned();
    staff_pin::Entity::insert(row).on_conflict(again).exec_without_returning(&*tx).await?;
    tx.note(AuditKind::Write, Some(("staff", who.0)), Vec::new());
    tx.commit().await
}

/// Takes the actor's own PIN away. Who has none is answered the same.
pub async fn remove(cx: &Cx) -> Result<()> {
    let who = cx.actor.staff.ok_or(Error::Forbidden("have a PIN without being a person"))?;
    if hash_of(cx, who).await?.is_none() {
        return Ok(());
    }
    let mut tx = cx.begin("people.removePin").await?;
    void(&tx, who).await?;
    tx.note(AuditKind::Write, Some(("staff", who.0)), Vec::new());
    tx.commit().await
}

pub async fn void(tx: &Tx, who: StaffId) -> Result<()> {
    staff_pin::Entity::delete_by_id((tx.organization(), who)).exec(&**tx).await?;
    Ok(())
}

pub async fn hash_of(cx: &Cx, id: StaffId) -> Result<Option<String>> {
    let known = staff_pin::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    Ok(known.map(|known| known.pin_hash))
}

/// Who of these has one.
pub async fn holders(cx: &Cx, people: Vec<StaffId>) -> Result<HashSet<StaffId>> {
    let known = staff_pin::Entity::find()
        .select_only()
        .column(staff_pin::Column::Id)
        .filter(staff_pin::Column::OrganizationId.eq(cx.organization()))
        .filter(staff_pin::Column::Id.is_in(people));
    let known: Vec<StaffId> = known.into_tuple().all(&cx.db()).await?;
    Ok(known.into_iter().collect())
}
