//! Who at the provider is whom here. Somebody is found by the provider's own name for them; the first time also by an
//! address that the provider has verified. Their role, and the teams that the operator named, follow their groups.
use super::{
    rules::{Identity, Refusal, role_of, teams_of},
    settings::{Mfa, Settings},
};
use crate::{
    App, Cx, Result, Tx, care_teams,
    events::Change,
    people::{
        service::normal_email,
        sessions::{self, Token},
        visitor::Visitor,
    },
};
use entity::{
    audit_entry::AuditKind,
    care_team,
    ids::{OrganizationId, StaffId},
    oidc_identity,
    staff::{self, StaffRole},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, SqlErr};
use std::sync::Arc;

type Entered = Result<(Token, Cx), Refusal>;

/// Signs in whom the provider vouched for, or says why not. Both are on record.
pub async fn enter(
    app: &Arc<App>,
    settings: &Settings,
    organization: OrganizationId,
    identity: Identity,
    visitor: &Visitor,
) -> Result<Entered> {
    let cx = Cx::system(app.clone(), organization);
    let mut tx = cx.begin("people.signInByProvider").await?;
    let person = match settle(&cx, &mut tx, settings, &identity).await? {
        Ok(person) => person,
        Err((refusal, known)) => {
            drop(tx);
            let mut tx = cx.begin("people.signInByProvider").await?;
            tx.note(AuditKind::Refused, known.map(|id| ("staff", id.0)), Vec::new());
            tx.commit().await?;
            return Ok(Err(refusal));
        }
    };
    let opened = sessions::open_for(&tx, person, visitor).await?;
    tx.note(AuditKind::SignIn, Some(("staff", person.0)), Vec::new());
    tx.commit().await?;
    sessions::end_former(app, visitor).await?;
    Ok(Ok(sessions::enter(app, opened).await?))
}

/// Who it is, made or brought up to date; or why not, and whom that concerns.
async fn settle(
    cx: &Cx,
    tx: &mut Tx,
    settings: &Settings,
    identity: &Identity,
) -> Result<Result<StaffId, (Refusal, Option<StaffId>)>> {
    let known = known(tx, identity).await?;
    let id = known.as_ref().map(|person| person.id);
    if settings.mfa == Mfa::Amr && !identity.second_factor {
        return Ok(Err((Refusal::SecondFactor, id)));
    }
    let Some(role) = role_of(settings, &identity.groups) else { return Ok(Err((Refusal::NoRole, id))) };
    let person = match known {
        Some(person) => person,
        None => match first_time(tx, identity, role).await? {
            Ok(person) => person,
            Err(refusal) => return Ok(Err((refusal, None))),
        },
    };
    if !person.active {
        return Ok(Err((Refusal::Inactive, Some(person.id))));
    }
    let id = person.id;
    if person.role != role {
        let mut changed = person.into_active_model();
        changed.role = Set(role);
        changed.update(&**tx).await?;
        tx.emit(Change::staff(id));
    }
    follow_teams(cx, tx, settings, identity, id).await?;
    Ok(Ok(id))
}

async fn known(tx: &Tx, identity: &Identity) -> Result<Option<staff::Model>> {
    let key = (tx.organization(), identity.issuer.clone(), identity.subject.clone());
    let Some(link) = oidc_identity::Entity::find_by_id(key).one(&**tx).await? else { return Ok(None) };
    Ok(staff::Entity::find_by_id((tx.organization(), link.staff_id)).one(&**tx).await?)
}

/// Somebody whom the provider names for the first time: known here by their address, or new.
async fn first_time(tx: &mut Tx, identity: &Identity, role: StaffRole) -> Result<Result<staff::Model, Refusal>> {
    let Some(email) = identity.email.as_deref().map(normal_email) else { return Ok(Err(Refusal::NoEmail)) };
    let by_email = staff::Entity::find()
        .filter(staff::Column::OrganizationId.eq(tx.organization()))
        .filter(staff::Column::Email.eq(&email))
        .one(&**tx)
        .await?;
    let person = match by_email {
        Some(person) => {
            // The provider gave the address to somebody else since.
            let other = oidc_identity::Entity::find()
                .filter(oidc_identity::Column::OrganizationId.eq(tx.organization()))
                .filter(oidc_identity::Column::StaffId.eq(person.id))
                .filter(oidc_identity::Column::Issuer.eq(&identity.issuer))
                .one(&**tx)
                .await?;
            if other.is_some() {
                return Ok(Err(Refusal::Taken));
            }
            person
        }
        None => match hire(tx, identity, email, role).await? {
            Some(person) => person,
            None => return Ok(Err(Refusal::Taken)),
        },
    };
    let link = oidc_identity::ActiveModel {
        organization_id: Set(tx.organization()),
        issuer: Set(identity.issuer.clone()),
        subject: Set(identity.subject.clone()),
        staff_id: Set(person.id),
        created_at: Set(tx.at),
    };
    link.insert(&**tx).await?;
    tx.note(AuditKind::Write, Some(("staff", person.id.0)), Vec::new());
    Ok(Ok(person))
}

/// Without a password. None where the address is somebody's of another organisation.
async fn hire(tx: &mut Tx, identity: &Identity, email: String, role: StaffRole) -> Result<Option<staff::Model>> {
    let name: String = identity.name.as_deref().unwrap_or(&email).trim().chars().take(200).collect();
    let person = staff::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(StaffId::generate()),
        display_name: Set(if name.is_empty() { email.clone() } else { name }),
        email: Set(Some(email)),
        role: Set(role),
        active: Set(true),
        created_at: Set(tx.at),
        ..Default::default()
    };
    match person.insert(&**tx).await {
        Ok(person) => {
            tx.emit(Change::staff(person.id));
            Ok(Some(person))
        }
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Teams that the operator named follow the groups; others stay as they are.
async fn follow_teams(cx: &Cx, tx: &mut Tx, settings: &Settings, identity: &Identity, id: StaffId) -> Result<()> {
    let (on, off) = teams_of(settings, &identity.groups);
    for name in on {
        let team = care_teams::service::find_or_create(tx, name).await?;
        if !care_teams::service::is_member(&**tx, &team, id).await? {
            care_teams::service::join(tx, &team, id, None).await?;
        }
    }
    for name in off {
        let team = care_team::Entity::find()
            .filter(care_team::Column::OrganizationId.eq(tx.organization()))
            .filter(care_team::Column::Name.eq(name))
            .one(&**tx)
            .await?;
        if let Some(team) = team {
            care_teams::service::leave(tx, cx, &team, id).await?;
        }
    }
    Ok(())
}
