//! The operations on clearances.
use crate::{
    Cx, Error, Result, Tx,
    events::Change,
    patients::protection::{AccessChange, remember},
    people::{admin::changes::must_sign_in_anew, mine::sessions::end_others, service::find},
    policy, text,
};
use entity::{access_change::AccessChangeKind, audit_entry::AuditKind, ids::StaffId, sensitivity::Labels, staff};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

const REASON_LIMIT: usize = 2_000;

/// Sets what somebody is cleared for, and whether they are a privacy officer; `None` leaves that. Their open feeds ask
/// again what they may see.
pub async fn set(
    cx: &Cx,
    id: StaffId,
    clearances: Labels,
    privacy_officer: Option<bool>,
    reason: String,
) -> Result<staff::Model> {
    let person = find(cx, id).await?;
    cx.require(policy::may_give_clearances(cx.scope()), "give clearances")?;
    cx.require(cx.actor.staff != Some(id), "change your own clearances")?;
    let appoints = privacy_officer.is_some_and(|is| is != person.privacy_officer);
    cx.require(!appoints || policy::may_appoint_privacy_officers(cx.scope()), "say who is a privacy officer")?;
    cx.require_recent()?;
    let reason = text::required("input.reason", reason, REASON_LIMIT)?;
    let officer = privacy_officer.unwrap_or(person.privacy_officer);
    if (person.clearances, person.privacy_officer) == (clearances, officer) {
        return Ok(person);
    }

    let mut tx = cx.begin("people.setClearances").await?;
    let set = staff::Entity::update_many()
        .col_expr(staff::Column::Clearances, Expr::value(clearances))
        .col_expr(staff::Column::PrivacyOfficer, Expr::value(officer))
        .filter(staff::Column::OrganizationId.eq(tx.organization()))
        .filter(staff::Column::Id.eq(id))
        // What was seen as the state before is what the record says of it.
        .filter(staff::Column::Clearances.eq(person.clearances))
        .filter(staff::Column::PrivacyOfficer.eq(person.privacy_officer))
        .exec_with_returning(&*tx)
        .await?;
    let changed = set.into_iter().next();
    let changed = changed.ok_or_else(|| Error::Conflict("the clearances were changed meanwhile".to_owned()))?;
    let kinds = [
        (AccessChangeKind::Clearances, person.clearances, changed.clearances),
        (
            AccessChangeKind::PrivacyOfficer,
            Labels(person.privacy_officer.into()),
            Labels(changed.privacy_officer.into()),
        ),
    ];
    for (kind, before, after) in kinds.into_iter().filter(|(_, before, after)| before != after) {
        note(&mut tx, AccessChange { kind, patient: None, staff: Some(id), before, after, reason: &reason }).await?;
    }
    if changed.privacy_officer && !person.privacy_officer && must_sign_in_anew(cx, &changed).await? {
        end_others(&tx, id, None).await?;
    }
    tx.emit(Change::staff(id).told());
    tx.commit().await?;
    Ok(changed)
}

async fn note(tx: &mut Tx, change: AccessChange<'_>) -> Result<()> {
    let entity = change.staff.map(|staff| ("staff", staff.0));
    remember(tx, change).await?;
    tx.note(AuditKind::Write, entity, Vec::new());
    Ok(())
}

/// What somebody is cleared for, to who may give clearances.
pub fn shown(cx: &Cx, person: &staff::Model) -> Result<Labels> {
    cx.require(policy::may_give_clearances(cx.scope()), "see what others are cleared for")?;
    Ok(person.clearances)
}
