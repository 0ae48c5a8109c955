//! Sessions: a random token outside, its hash in the store.
use super::{displays, integrations, rules, sight, visitor::Visitor};
use crate::{
    Actor, Cx, Error, Result, Tx,
    app::App,
    events::Change,
    policy::{self, Capacity, Scope, Sight, Teams},
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry::AuditKind,
    care_team_member,
    ids::{DisplayId, OrganizationId, SessionId, StaffId},
    session::{self, SessionKind},
    staff,
};
use rand::Rng;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, sea_query::Expr,
};
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, sync::Arc};

/// What a person, a screen or an integration shows to be let in. Kept nowhere but with them.
pub struct Token(pub String);

impl Token {
    pub fn generate() -> Self {
        let bytes: [u8; 32] = rand::rng().random();
        Self(bytes.iter().fold("hdl_".to_owned(), |text, byte| text + &format!("{byte:02x}")))
    }

    pub fn digest(&self) -> Vec<u8> {
        digest(&self.0)
    }
}

pub fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Ends the actor's own session; its open feeds end with it.
pub async fn sign_out(cx: &Cx) -> Result<()> {
    let session = cx.actor.session.ok_or(Error::Unauthenticated)?;
    let mut tx = cx.begin("people.signOut").await?;
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(tx.at))
        .filter(session::Column::OrganizationId.eq(cx.organization()))
        .filter(session::Column::Id.eq(session))
        .filter(session::Column::EndedAt.is_null())
        .exec(&*tx)
        .await?;
    tx.note(AuditKind::SignOut, Some(("session", session.0)), Vec::new());
    tx.emit(Change::session(session));
    tx.commit().await
}

/// Who stands behind a token right now, and until when: asked for every request and every operation on a socket.
pub async fn authenticate(app: &Arc<App>, token: &str) -> Result<Actor> {
    let session = session::Entity::find()
        .filter(session::Column::TokenHash.eq(digest(token)))
        .filter(session::Column::EndedAt.is_null())
        .one(&app.db.across_organizations())
        .await?;
    let valid = |session: &session::Model| !rules::is_over(session, app.config.idle, app.clock.now());
    let session = session.filter(valid).ok_or(Error::Unauthenticated)?;
    let moment = app.db.snapshot(session.organization_id).await?;
    actor(app, moment, session).await
}

/// The same for an actor who was let in before: their rights as they are now.
pub async fn authenticate_again(cx: &Cx) -> Result<Actor> {
    let id = cx.actor.session.ok_or(Error::Unauthenticated)?;
    // One transaction: every screen asks this, and after an outage all of them at once.
    let moment = cx.app.db.snapshot(cx.organization()).await?;
    let session = session::Entity::find_by_id((cx.organization(), id)).one(&moment).await?;
    let valid = |session: &session::Model| !rules::is_over(session, cx.app.config.idle, cx.now());
    actor(&cx.app, moment, session.filter(valid).ok_or(Error::Unauthenticated)?).await
}

async fn actor(app: &App, moment: DatabaseTransaction, session: session::Model) -> Result<Actor> {
    let now = app.clock.now();
    let organization = session.organization_id;
    let mut acting = None;
    let scope = |(capacity, teams)| Scope { organization, capacity, teams, sight: Sight::default() };
    let scope = match (session.kind, session.staff_id, session.display_id) {
        (SessionKind::Staff, Some(id), _) => {
            staff_scope(&moment, organization, id, now).await?.ok_or(Error::Unauthenticated)?
        }
        (SessionKind::Display, _, Some(id)) => {
            let display = displays::service::of_session(&moment, organization, id).await?;
            acting = displays::acting::now_at(&moment, &display, now).await?;
            scope((Capacity::Display, Teams::Of(BTreeSet::from([display.care_team_id]))))
        }
        (SessionKind::Integration, _, _) => {
            scope(integrations::service::scope(&moment, organization, session.id).await?)
        }
        (SessionKind::Staff | SessionKind::Display, _, _) => return Err(Error::Unauthenticated),
    };
    moment.commit().await?;
    Ok(Actor {
        scope,
        staff: session.staff_id,
        session: Some(session.id),
        expires_at: session.expires_at,
        idle_expires_at: rules::idle_until(&session, app.config.idle),
        authenticated_at: session.authenticated_at,
        display: session.display_id,
        acting,
    })
}

/// What somebody of the staff sees and may do right now; none for who is no longer here.
pub async fn staff_scope(
    moment: &impl ConnectionTrait,
    organization: OrganizationId,
    id: StaffId,
    now: DateTime<Utc>,
) -> Result<Option<Scope>> {
    let person = staff::Entity::find_by_id((organization, id)).one(moment).await?;
    let Some(person) = person.filter(|person| person.active) else { return Ok(None) };
    let memberships = care_team_member::Entity::find()
        .filter(care_team_member::Column::OrganizationId.eq(organization))
        .filter(care_team_member::Column::StaffId.eq(id))
        .all(moment)
        .await?;
    let teams = policy::teams_of(person.role, memberships.into_iter().map(|member| member.care_team_id).collect());
    let sight = sight::of(moment, &person, now).await?;
    let capacity = Capacity::Staff { role: person.role, credential: person.credential };
    Ok(Some(Scope { organization, capacity, teams, sight }))
}

/// Opens a session of somebody who proved who they are.
pub async fn open_for(tx: &Tx, staff: StaffId, visitor: &Visitor) -> Result<(Token, session::Model)> {
    let expires_at = Some(tx.at + tx.app().config.session_length);
    let label = visitor.label();
    let address = visitor.address.map(|address| address.to_string());
    open(tx, Holder { staff: Some(staff), label, address, ..Holder::default() }, expires_at).await
}

/// A browser has one session: that of before ends when another begins. A display that somebody signs in on keeps its own.
pub async fn end_former(app: &Arc<App>, visitor: &Visitor) -> Result<()> {
    let Some(token) = &visitor.cookie else { return Ok(()) };
    let former = session::Entity::find()
        .filter(session::Column::TokenHash.eq(digest(token)))
        .filter(session::Column::Kind.eq(SessionKind::Staff))
        .filter(session::Column::EndedAt.is_null())
        .one(&app.db.across_organizations())
        .await?;
    let Some(former) = former else { return Ok(()) };
    let mut tx = Cx::system(app.clone(), former.organization_id).begin("people.signOut").await?;
    let mut ended = former.clone().into_active_model();
    ended.ended_at = Set(Some(tx.at));
    ended.update(&*tx).await?;
    tx.note(AuditKind::SignOut, Some(("session", former.id.0)), Vec::new());
    tx.emit(Change::session(former.id));
    tx.commit().await
}

#[derive(Default)]
pub(super) struct Holder {
    pub staff: Option<StaffId>,
    pub display: Option<DisplayId>,
    pub name: Option<String>,
    pub label: Option<String>,
    pub address: Option<String>,
}

pub(super) async fn open(
    tx: &Tx,
    holder: Holder,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(Token, session::Model)> {
    let token = Token::generate();
    let kind = match (holder.staff, holder.display) {
        (Some(_), _) => SessionKind::Staff,
        (None, Some(_)) => SessionKind::Display,
        (None, None) => SessionKind::Integration,
    };
    let session = session::Model {
        organization_id: tx.organization(),
        id: SessionId::generate(),
        token_hash: digest(&token.0),
        kind,
        staff_id: holder.staff,
        display_id: holder.display,
        name: holder.name,
        created_at: tx.at,
        expires_at,
        ended_at: None,
        last_active_at: holder.staff.map(|_| tx.at),
        authenticated_at: holder.staff.map(|_| tx.at),
        label: holder.label,
        address: holder.address,
    };
    let session = session.into_active_model().reset_all().insert(&**tx).await?;
    Ok((token, session))
}

pub async fn enter(app: &Arc<App>, (token, session): (Token, session::Model)) -> Result<(Token, Cx)> {
    let moment = app.db.snapshot(session.organization_id).await?;
    let actor = actor(app, moment, session).await?;
    Ok((token, Cx::new(app.clone(), actor)))
}
