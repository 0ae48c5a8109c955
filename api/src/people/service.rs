//! The operations on staff and organisations.
use super::{mine, password};
use crate::{Cx, Error, Result, Tx, app::App, audit, text};
use entity::{
    ids::{OrganizationId, StaffId},
    org_head, organization,
    sensitivity::Labels,
    staff::{self, StaffRole},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, SqlErr};
use std::sync::Arc;
use uuid::Uuid;

/// What an empty database's organisation is called.
pub const DEFAULT_ORGANIZATION: &str = "Practice";
pub const DEFAULT_TIME_ZONE: &str = "America/New_York";

/// The organisation of that name; without a name the only one, made when there is none.
pub async fn organization(app: &Arc<App>, name: Option<&str>) -> Result<organization::Model> {
    let all = organizations(app).await?;
    match (name, all.as_slice()) {
        (Some(name), all) => all
            .iter()
            .find(|one| one.name == name)
            .cloned()
            .ok_or_else(|| Error::bad_input("--organization", format!("there is no organization called {name}"))),
        (None, [only]) => Ok(only.clone()),
        (None, []) => create_organization(app, DEFAULT_ORGANIZATION, DEFAULT_TIME_ZONE, false).await,
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|one| one.name.as_str()).collect();
            Err(Error::bad_input("--organization", format!("say which one: {}", names.join(", "))))
        }
    }
}

pub async fn organizations(app: &Arc<App>) -> Result<Vec<organization::Model>> {
    Ok(organization::Entity::find().order_by_asc(organization::Column::Name).all(app.db.common()).await?)
}

/// A server on an empty database has somewhere to put its first people.
pub async fn organization_if_empty(app: &Arc<App>) -> Result<()> {
    if organization::Entity::find().one(app.db.common()).await?.is_none() {
        create_organization(app, DEFAULT_ORGANIZATION, DEFAULT_TIME_ZONE, false).await?;
    }
    Ok(())
}

/// Makes an organisation, with the heads of its event log and its record.
pub async fn create_organization(
    app: &Arc<App>,
    name: &str,
    time_zone: &str,
    is_demo: bool,
) -> Result<organization::Model> {
    let name = text::required("name", name.to_owned(), 200)?;
    if organization::Entity::find().filter(organization::Column::Name.eq(&name)).one(app.db.common()).await?.is_some() {
        return Err(Error::bad_input("name", "is another organization's"));
    }
    let id = OrganizationId::generate();
    let tx = app.db.begin_write(id).await?;
    let organization = organization::ActiveModel {
        id: Set(id),
        name: Set(name),
        time_zone: Set(time_zone.to_owned()),
        is_demo: Set(is_demo),
        created_at: Set(app.clock.now()),
    };
    let organization = organization.insert(&tx).await?;
    let head = org_head::ActiveModel {
        organization_id: Set(id),
        seq: Set(0),
        floor_seq: Set(0),
        kept_seq: Set(0),
        epoch: Set(Uuid::new_v4()),
        ring_key: Set(Some(Uuid::new_v4())),
    };
    head.insert(&tx).await?;
    audit::begin_with(&tx, id).await?;
    tx.commit().await?;
    Ok(organization)
}

#[derive(Clone, Debug)]
pub struct NewStaff {
    pub email: String,
    pub display_name: String,
    pub role: StaffRole,
    pub credential: Option<String>,
    pub password: String,
}

/// Somebody who comes to work here.
#[derive(Clone, Debug)]
pub struct Newcomer {
    pub email: String,
    pub display_name: String,
    pub role: StaffRole,
    pub credential: Option<String>,
}

/// Makes a staff member who can sign in.
pub async fn create_staff(tx: &mut Tx, new: NewStaff) -> Result<staff::Model> {
    let NewStaff { email, display_name, role, credential, password } = new;
    let names = [display_name.as_str(), email.as_str()];
    mine::password::check(tx.app(), tx.organization(), "password", &names, &password).await?;
    let hash = password::hash("password", password).await?;
    add_staff(tx, Newcomer { email, display_name, role, credential }, Some(hash)).await
}

/// Makes a staff member. Without the hash of a password they come in by a link.
pub async fn add_staff(tx: &mut Tx, new: Newcomer, password_hash: Option<String>) -> Result<staff::Model> {
    let email = normal_email(&new.email);
    if !email.contains('@') || email.len() > 320 || email.contains(char::is_whitespace) {
        return Err(Error::bad_input("email", "is not an e-mail address"));
    }
    let staff = staff::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(StaffId::generate()),
        display_name: Set(text::required("name", new.display_name, 200)?),
        email: Set(Some(email)),
        role: Set(new.role),
        credential: Set(text::optional("credential", new.credential, 40)?),
        password_hash: Set(password_hash),
        active: Set(true),
        clearances: Set(Labels::NONE),
        privacy_officer: Set(false),
        languages: Set(String::new()),
        created_at: Set(tx.at),
    };
    // Also to somebody of another organization, whom we are not shown: the table keeps addresses apart.
    let staff = staff.insert(&**tx).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::bad_input("email", "already belongs to somebody"),
        _ => error.into(),
    })?;
    tx.emit(crate::events::Change::staff(staff.id));
    Ok(staff)
}

/// One spelling of an address. PostgreSQL keeps no NUL, and would fail at the question.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase().replace('\0', "\u{fffd}")
}

pub async fn find_many(cx: &Cx, ids: Vec<StaffId>) -> Result<Vec<staff::Model>> {
    let people = staff::Entity::find()
        .filter(staff::Column::OrganizationId.eq(cx.organization()))
        .filter(staff::Column::Id.is_in(ids));
    Ok(people.all(&cx.db()).await?)
}

pub async fn find(cx: &Cx, id: StaffId) -> Result<staff::Model> {
    find_many(cx, vec![id]).await?.pop().ok_or(Error::NotFound("staff member"))
}

/// Somebody of the organization by what they sign in with.
pub async fn find_by_email(cx: &Cx, email: &str) -> Result<staff::Model> {
    let person = staff::Entity::find()
        .filter(staff::Column::OrganizationId.eq(cx.organization()))
        .filter(staff::Column::Email.eq(normal_email(email)));
    person.one(&cx.db()).await?.ok_or(Error::NotFound("staff member"))
}

/// What decides which kinds of work somebody may take.
pub async fn qualification(cx: &Cx, id: StaffId) -> Result<(StaffRole, Option<String>)> {
    let person = find(cx, id).await?;
    Ok((person.role, person.credential))
}
