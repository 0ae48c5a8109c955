//! Invitations and recovery: a link that an administrator hands over, shown once, used once.
use super::{find, require_recovery};
use crate::{
    App, Cx, Error, Result, Tx, care_teams,
    events::Change,
    people::{
        mine,
        service::{Newcomer, add_staff},
        sessions::{Token, digest},
        sign_in::{
            self, Entered,
            lockout::{self, Of},
        },
        visitor::Visitor,
    },
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    audit_entry::AuditKind,
    entry_link::{self, Column, LinkKind},
    ids::{CareTeamId, EntryLinkId, StaffId},
    organization, staff,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::sync::Arc;

const INVITATION: Duration = Duration::hours(72);
const RECOVERY: Duration = Duration::hours(1);

/// A link as it is shown: once.
pub struct Link {
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

/// Makes somebody who has no password yet, and the link by which they choose one.
pub async fn invite(cx: &Cx, new: Newcomer, teams: Vec<CareTeamId>) -> Result<(staff::Model, Link)> {
    require_recovery(cx)?;
    let mut joined = Vec::new();
    for team in teams {
        joined.push(care_teams::service::find_in_organization(cx, team).await?);
    }
    let mut tx = cx.begin("people.invite").await?;
    let person = add_staff(&mut tx, new, None).await?;
    for team in &joined {
        care_teams::service::join(&mut tx, team, person.id, None).await?;
    }
    let link = make(&mut tx, &person).await?;
    tx.commit().await?;
    Ok((person, link))
}

/// Another link for somebody. Those of before are void.
pub async fn renew(cx: &Cx, id: StaffId) -> Result<(staff::Model, Link)> {
    require_recovery(cx)?;
    let person = find(cx, id).await?;
    if !person.active {
        return Err(Error::Conflict("they do not work here any more: reactivate them first".to_owned()));
    }
    let mut tx = cx.begin("people.createLink").await?;
    let link = make(&mut tx, &person).await?;
    tx.commit().await?;
    Ok((person, link))
}

/// Within a transaction, for the command line as well.
pub async fn make(tx: &mut Tx, person: &staff::Model) -> Result<Link> {
    void(tx, person.id).await?;
    let (kind, lasts) = match person.password_hash {
        None => (LinkKind::Invitation, INVITATION),
        Some(_) => (LinkKind::Recovery, RECOVERY),
    };
    let token = Token::generate();
    let expires_at = tx.at + lasts;
    let row = entry_link::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(EntryLinkId::generate()),
        staff_id: Set(person.id),
        token_hash: Set(token.digest()),
        kind: Set(kind),
        created_by: Set(tx.actor().staff),
        created_at: Set(tx.at),
        expires_at: Set(expires_at),
        used_at: Set(None),
    };
    entry_link::Entity::insert(row).exec_without_returning(&**tx as &sea_orm::DatabaseTransaction).await?;
    tx.note(AuditKind::Write, Some(("staff", person.id.0)), Vec::new());
    // Behind the #, where no server and no log sees it.
    let public = tx.app().config.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
    Ok(Link { url: format!("{public}/enter#{}", token.0), expires_at })
}

pub async fn void(tx: &Tx, staff: StaffId) -> Result<()> {
    entry_link::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(tx.at))
        .filter(Column::OrganizationId.eq(tx.organization()))
        .filter(Column::StaffId.eq(staff))
        .filter(Column::UsedAt.is_null())
        .exec(&**tx as &sea_orm::DatabaseTransaction)
        .await?;
    Ok(())
}

/// Whom a link lets in, and where.
pub struct Opened {
    pub link: entry_link::Model,
    pub person: staff::Model,
    pub organization: organization::Model,
}

/// What a link is for. Used, too old, replaced and never made are all the same.
pub async fn open(app: &Arc<App>, token: &str) -> Result<Opened> {
    let unknown = || Error::NotFound("link");
    let link = entry_link::Entity::find()
        .filter(Column::TokenHash.eq(digest(token)))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(app.clock.now()))
        .one(&app.db.across_organizations())
        .await?;
    let link = link.ok_or_else(unknown)?;
    let cx = Cx::system(app.clone(), link.organization_id);
    let person = staff::Entity::find_by_id((link.organization_id, link.staff_id)).one(&cx.db()).await?;
    let person = person.filter(|person| person.active).ok_or_else(unknown)?;
    let organization = organization::Entity::find_by_id(link.organization_id).one(app.db.common()).await?;
    Ok(Opened { link, person, organization: organization.ok_or_else(unknown)? })
}

/// Sets the password, and goes on as after a right one. Whatever was open of them before ends.
pub async fn accept(app: &Arc<App>, token: &str, password: String, visitor: &Visitor) -> Result<Entered> {
    let Opened { link, person, .. } = open(app, token).await?;
    let cx = sign_in::at_the_door(app, link.organization_id, visitor);
    let hash = mine::password::chosen(&cx, "input.password", &person, password).await?;

    let mut tx = cx.begin("people.acceptLink").await?;
    let used = entry_link::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(tx.at))
        .filter(Column::OrganizationId.eq(link.organization_id))
        .filter(Column::Id.eq(link.id))
        .filter(Column::UsedAt.is_null())
        .exec(&*tx)
        .await?;
    if used.rows_affected == 0 {
        return Err(Error::NotFound("link"));
    }
    let person = mine::password::store(&mut tx, person, hash).await?;
    mine::sessions::end_others(&tx, person.id, None).await?;
    tx.emit(Change::staff(person.id));
    tx.commit().await?;
    if let Some(email) = &person.email {
        lockout::clear(app, Of::Address(email)).await?;
    }
    sign_in::go_on(app, &person, visitor).await
}
