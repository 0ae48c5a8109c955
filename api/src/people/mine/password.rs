//! Passwords that are chosen: by who has one, or by a link.
use super::sessions::end_others;
use crate::{
    App, Cx, Error, Result, Tx,
    events::Change,
    people::{
        password, refused_passwords, service,
        sign_in::lockout::{self, Of},
    },
};
use entity::{audit_entry::AuditKind, ids::OrganizationId, organization, staff};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};

/// Ends one's other sessions: whoever knew the old password may sit at one of them.
pub async fn change(cx: &Cx, old: String, new: String) -> Result<()> {
    let staff = cx.actor.staff.ok_or(Error::Forbidden("have a password without being a person"))?;
    let person = service::find(cx, staff).await?;
    let address = person.email.clone().unwrap_or_default();
    let attempt = lockout::begin(&cx.app, Of::Address(&address)).await?;
    if !password::verify(person.password_hash.clone(), old).await? {
        let mut tx = cx.begin("people.changePassword").await?;
        tx.note(AuditKind::Refused, Some(("staff", staff.0)), Vec::new());
        tx.commit().await?;
        return Err(Error::bad_input("input.oldPassword", "is not right"));
    }
    attempt.succeeded(&cx.app).await?;
    let hash = chosen(cx, "input.newPassword", &person, new).await?;

    let mut tx = cx.begin("people.changePassword").await?;
    store(&mut tx, person, hash).await?;
    end_others(&tx, staff, cx.actor.session).await?;
    tx.commit().await
}

/// The hash of a password that may be chosen by this person.
pub async fn chosen(cx: &Cx, field: &str, person: &staff::Model, new: String) -> Result<String> {
    let email = person.email.clone().unwrap_or_default();
    let hash = password::hash(field, new.clone()).await?;
    check(&cx.app, cx.organization(), field, &[&person.display_name, &email], &new).await?;
    Ok(hash)
}

/// Refuses what others would guess, or stole before.
pub async fn check(app: &App, id: OrganizationId, field: &str, names: &[&str], new: &str) -> Result<()> {
    let practice = organization::Entity::find_by_id(id).one(app.db.common()).await?;
    let practice = practice.map(|practice| practice.name).unwrap_or_default();
    let names: Vec<&str> = names.iter().copied().chain([practice.as_str()]).collect();
    refused_passwords::check(field, new, &names, app.config.breached_passwords.clone()).await
}

pub async fn store(tx: &mut Tx, person: staff::Model, hash: String) -> Result<staff::Model> {
    let mut changed = person.into_active_model();
    changed.password_hash = Set(Some(hash));
    let person = changed.update(&**tx).await?;
    tx.emit(Change::staff(person.id));
    Ok(person)
}
