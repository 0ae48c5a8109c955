//! Second factors: authenticator apps, passkeys, and recovery codes on paper for when those are lost.
pub mod enrol;
pub mod graphql;
pub mod passkey;
pub mod recovery;
pub mod totp;

use super::service;
use crate::{Cx, Error, Result, Tx, events::Change, people::sign_in};
use entity::{
    audit_entry::AuditKind,
    factor::{self, FactorKind},
    ids::{FactorId, RecoveryCodeId, StaffId},
    recovery_code, staff,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};

/// What somebody set up, oldest first.
pub async fn of(cx: &Cx, staff: StaffId) -> Result<Vec<factor::Model>> {
    let factors = factor::Entity::find()
        .filter(factor::Column::OrganizationId.eq(cx.organization()))
        .filter(factor::Column::StaffId.eq(staff))
        .order_by_asc(factor::Column::Id);
    Ok(factors.all(&cx.db()).await?)
}

/// With what somebody can take the second step, in the words of the API.
pub async fn methods(cx: &Cx, staff: StaffId) -> Result<Vec<&'static str>> {
    let factors = of(cx, staff).await?;
    let has = |kind| factors.iter().any(|factor| factor.kind == kind);
    let mut methods = Vec::new();
    if has(FactorKind::Totp) {
        methods.push("TOTP");
    }
    if has(FactorKind::Passkey) {
        methods.push("PASSKEY");
    }
    // Codes stand for what is lost; without it there is nothing to stand for.
    if !methods.is_empty() && recovery_codes_left(cx, staff).await? > 0 {
        methods.push("RECOVERY_CODE");
    }
    Ok(methods)
}

pub async fn recovery_codes_left(cx: &Cx, staff: StaffId) -> Result<u64> {
    Ok(recovery::unused(cx.organization(), staff).count(&cx.db()).await?)
}

/// A right answer, still to be marked as used.
pub enum Proof {
    Totp(factor::Model, i64),
    Recovery(recovery_code::Model),
    /// A passkey with its counter as it is now.
    Passkey(factor::Model, Vec<u8>),
}

impl Proof {
    /// Marks it as used, once: of two with the same code at one moment the second is refused.
    pub async fn spend(self, tx: &Tx) -> Result<()> {
        let (spent, field) = match self {
            Self::Totp(factor, step) => {
                let fresh =
                    Condition::any().add(factor::Column::LastStep.is_null()).add(factor::Column::LastStep.lt(step));
                let used = used(&factor, tx).col_expr(factor::Column::LastStep, Expr::value(step)).filter(fresh);
                (used.exec(&**tx).await?, "input.totpCode")
            }
            Self::Passkey(factor, secret) => {
                let used = used(&factor, tx).col_expr(factor::Column::Secret, Expr::value(secret));
                (used.exec(&**tx).await?, "input.passkeyResponse")
            }
            Self::Recovery(code) => {
                let used = recovery_code::Entity::update_many()
                    .col_expr(recovery_code::Column::UsedAt, Expr::value(tx.at))
                    .filter(recovery_code::Column::OrganizationId.eq(code.organization_id))
                    .filter(recovery_code::Column::Id.eq(code.id))
                    .filter(recovery_code::Column::UsedAt.is_null());
                (used.exec(&**tx).await?, "input.recoveryCode")
            }
        };
        if spent.rows_affected == 1 { Ok(()) } else { Err(Error::bad_input(field, "was used already")) }
    }
}

fn used(factor: &factor::Model, tx: &Tx) -> sea_orm::UpdateMany<factor::Entity> {
    factor::Entity::update_many()
        .col_expr(factor::Column::LastUsedAt, Expr::value(tx.at))
        .filter(factor::Column::OrganizationId.eq(factor.organization_id))
        .filter(factor::Column::Id.eq(factor.id))
}

/// Takes one of the actor's own away. Who must have one keeps the last.
pub async fn remove(cx: &Cx, id: FactorId) -> Result<Vec<factor::Model>> {
    let staff = cx.actor.staff.ok_or(Error::NotFound("factor"))?;
    let known = of(cx, staff).await?;
    known.iter().find(|factor| factor.id == id).ok_or(Error::NotFound("factor"))?;
    let person = service::find(cx, staff).await?;
    let may = known.len() > 1 || !sign_in::is_required(cx, &person).await?;
    cx.require(may, "remove the last second factor, as your role must have one")?;
    cx.require_recent()?;

    let mut tx = cx.begin("people.removeFactor").await?;
    let removed = factor::Entity::delete_by_id((cx.organization(), id)).exec(&*tx).await?;
    if removed.rows_affected == 0 {
        return Err(Error::NotFound("factor"));
    }
    tx.note(AuditKind::Write, Some(("factor", id.0)), Vec::new());
    tx.emit(Change::staff(staff));
    tx.commit().await?;
    of(cx, staff).await
}

/// Takes all of somebody away, for who lost them.
pub async fn remove_all(tx: &Tx, staff: StaffId) -> Result<()> {
    factor::Entity::delete_many()
        .filter(factor::Column::OrganizationId.eq(tx.organization()))
        .filter(factor::Column::StaffId.eq(staff))
        .exec(&**tx)
        .await?;
    recovery::void(tx, staff).await
}

/// Ten new recovery codes for the actor; the old ones are void.
pub async fn renew_recovery_codes(cx: &Cx) -> Result<Vec<String>> {
    let staff = cx.actor.staff.ok_or(Error::Forbidden("have recovery codes without being a person"))?;
    cx.require_recent()?;
    let mut tx = cx.begin("people.renewRecoveryCodes").await?;
    let codes = recovery::make(&tx, staff).await?;
    tx.note(AuditKind::Write, Some(("staff", staff.0)), Vec::new());
    tx.commit().await?;
    Ok(codes)
}

/// Stores what was set up. The first comes with recovery codes.
async fn add(tx: &mut Tx, person: &staff::Model, factor: factor::Model) -> Result<(factor::Model, Vec<String>)> {
    use sea_orm::{ActiveModelTrait, IntoActiveModel};
    let factor = factor.into_active_model().reset_all().insert(&**tx).await?;
    let left = recovery::unused(tx.organization(), person.id).count(&**tx as &sea_orm::DatabaseTransaction).await?;
    let codes = if left == 0 { recovery::make(tx, person.id).await? } else { Vec::new() };
    tx.note(AuditKind::Write, Some(("factor", factor.id.0)), Vec::new());
    tx.emit(Change::staff(person.id));
    Ok((factor, codes))
}

/// Ids of codes never leave this room.
fn code_id() -> RecoveryCodeId {
    RecoveryCodeId::generate()
}

/// Who of these has which kinds, each once.
pub async fn kinds(cx: &Cx, staff: &[StaffId]) -> Result<Vec<(StaffId, FactorKind)>> {
    let rows = factor::Entity::find()
        .filter(factor::Column::OrganizationId.eq(cx.organization()))
        .filter(factor::Column::StaffId.is_in(staff.iter().copied()))
        .all(&cx.db())
        .await?;
    let mut kinds: Vec<_> = rows.into_iter().map(|factor| (factor.staff_id, factor.kind)).collect();
    kinds.sort();
    kinds.dedup();
    Ok(kinds)
}
