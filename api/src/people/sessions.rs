//! Sessions: a random token outside, its hash in the store.
use super::{rules, visitor::Visitor};
use crate::{
    Actor, Cx, Error, Result, Tx,
    app::App,
    events::Change,
    policy::{self, Capacity, Scope, Teams},
    text,
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    audit_entry::AuditKind,
    care_team_member, display,
    ids::{CareTeamId, DisplayId, OrganizationId, SessionId, StaffId},
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

const PAIRING_CODE_LENGTH: usize = 8;
pub const PAIRING_MINUTES: i64 = 15;

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
    let organization = session.organization_id;
    let (capacity, teams) = match (session.kind, session.staff_id, session.display_id) {
        (SessionKind::Staff, Some(id), _) => staff_scope(&moment, organization, id).await?,
        (SessionKind::Display, _, Some(id)) => {
            let display = display::Entity::find_by_id((organization, id)).one(&moment).await?;
            let display = display.ok_or(Error::Unauthenticated)?;
            (Capacity::Display, Teams::Of(BTreeSet::from([display.care_team_id])))
        }
        (SessionKind::Integration, _, _) => (Capacity::Integration, Teams::All),
        (SessionKind::Staff | SessionKind::Display, _, _) => return Err(Error::Unauthenticated),
    };
    moment.commit().await?;
    let scope = Scope { organization, capacity, teams };
    Ok(Actor {
        scope,
        staff: session.staff_id,
        session: Some(session.id),
        expires_at: session.expires_at,
        idle_expires_at: rules::idle_until(&session, app.config.idle),
        authenticated_at: session.authenticated_at,
    })
}

async fn staff_scope(
    moment: &impl ConnectionTrait,
    organization: OrganizationId,
    id: StaffId,
) -> Result<(Capacity, Teams)> {
    let person = staff::Entity::find_by_id((organization, id)).one(moment).await?;
    let person = person.filter(|person| person.active).ok_or(Error::Unauthenticated)?;
    let memberships = care_team_member::Entity::find()
        .filter(care_team_member::Column::OrganizationId.eq(organization))
        .filter(care_team_member::Column::StaffId.eq(id))
        .all(moment)
        .await?;
    let teams = policy::teams_of(person.role, memberships.into_iter().map(|member| member.care_team_id).collect());
    Ok((Capacity::Staff { role: person.role, credential: person.credential }, teams))
}

/// Makes a code with which a shared screen signs in once, for 15 minutes.
pub async fn create_display(cx: &Cx, team: CareTeamId, name: String) -> Result<(String, DateTime<Utc>)> {
    let team = crate::care_teams::service::find(cx, team).await?;
    cx.require(policy::may_pair_display(cx.scope(), team.id), "pair a display with this team")?;
    let name = text::required("input.name", name, 200)?;
    make_display(cx, team.id, name, Duration::minutes(PAIRING_MINUTES)).await
}

async fn make_display(
    cx: &Cx,
    care_team_id: CareTeamId,
    name: String,
    lasts: Duration,
) -> Result<(String, DateTime<Utc>)> {
    let code = pairing_code();
    let mut tx = cx.begin("people.createDisplay").await?;
    let expires_at = tx.at + lasts;
    let display = display::ActiveModel {
        organization_id: Set(cx.organization()),
        id: Set(DisplayId::generate()),
        care_team_id: Set(care_team_id),
        name: Set(name),
        pairing_hash: Set(Some(digest(&code))),
        pairing_expires_at: Set(Some(expires_at)),
        created_at: Set(tx.at),
    };
    let display = display.insert(&*tx).await?;
    tx.note(AuditKind::Write, Some(("display", display.id.0)), Vec::new());
    tx.commit().await?;
    Ok((code, expires_at))
}

/// A fresh pairing code for the team's display of that name, which is made when there is none. An older code is void.
pub async fn renew_display(cx: &Cx, team: CareTeamId, name: &str, lasts: Duration) -> Result<(String, DateTime<Utc>)> {
    let team = crate::care_teams::service::find(cx, team).await?;
    cx.require(policy::may_pair_display(cx.scope(), team.id), "pair a display with this team")?;
    let known = display::Entity::find()
        .filter(display::Column::OrganizationId.eq(cx.organization()))
        .filter(display::Column::CareTeamId.eq(team.id))
        .filter(display::Column::Name.eq(name))
        .one(&cx.db())
        .await?;
    match known {
        Some(known) => renew_code(cx, known, lasts).await,
        None => make_display(cx, team.id, name.to_owned(), lasts).await,
    }
}

/// A fresh pairing code for a display whose making is asked for again: nobody kept the first one.
pub async fn create_display_again(cx: &Cx, id: DisplayId) -> Result<(String, DateTime<Utc>)> {
    let display = display::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let display = display.ok_or(Error::NotFound("display"))?;
    let team = crate::care_teams::service::find(cx, display.care_team_id).await?;
    cx.require(policy::may_pair_display(cx.scope(), team.id), "pair a display with this team")?;
    renew_code(cx, display, Duration::minutes(PAIRING_MINUTES)).await
}

async fn renew_code(cx: &Cx, known: display::Model, lasts: Duration) -> Result<(String, DateTime<Utc>)> {
    let code = pairing_code();
    let mut tx = cx.begin("people.renewDisplay").await?;
    let expires_at = tx.at + lasts;
    let id = known.id;
    let mut renewed = known.into_active_model();
    renewed.pairing_hash = Set(Some(digest(&code)));
    renewed.pairing_expires_at = Set(Some(expires_at));
    renewed.update(&*tx).await?;
    tx.note(AuditKind::Write, Some(("display", id.0)), Vec::new());
    tx.commit().await?;
    Ok((code, expires_at))
}

/// Signs a shared screen in with its pairing code, which is then used up. Its session lasts until it is ended.
pub async fn pair_display(app: &Arc<App>, code: &str) -> Result<(Token, Cx)> {
    let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_uppercase();
    let refused = || Error::bad_input("input.pairingCode", "is not a code that is waiting to be used");
    let waiting = display::Entity::find()
        .filter(display::Column::PairingHash.eq(digest(&code)))
        .filter(display::Column::PairingExpiresAt.gt(app.clock.now()))
        .one(&app.db.across_organizations())
        .await?;
    let waiting = waiting.ok_or_else(refused)?;

    let mut tx = Cx::system(app.clone(), waiting.organization_id).begin("people.pairDisplay").await?;
    let used = display::Entity::update_many()
        .col_expr(display::Column::PairingHash, Expr::value(None::<Vec<u8>>))
        .filter(display::Column::OrganizationId.eq(waiting.organization_id))
        .filter(display::Column::Id.eq(waiting.id))
        .filter(display::Column::PairingHash.is_not_null())
        .exec(&*tx)
        .await?;
    if used.rows_affected == 0 {
        return Err(refused());
    }
    let opened = open(&tx, Holder { display: Some(waiting.id), ..Holder::default() }, None).await?;
    tx.note(AuditKind::SignIn, Some(("display", waiting.id.0)), Vec::new());
    tx.commit().await?;
    enter(app, opened).await
}

/// Makes an integration's token: it reads everything of the organisation, and writes nothing.
pub async fn create_integration(cx: &Cx, name: String) -> Result<Token> {
    let name = text::required("name", name, 200)?;
    let mut tx = cx.begin("people.createIntegration").await?;
    let (token, session) = open(&tx, Holder { name: Some(name), ..Holder::default() }, None).await?;
    tx.note(AuditKind::Write, Some(("session", session.id.0)), Vec::new());
    tx.commit().await?;
    Ok(token)
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
struct Holder {
    staff: Option<StaffId>,
    display: Option<DisplayId>,
    name: Option<String>,
    label: Option<String>,
    address: Option<String>,
}

async fn open(tx: &Tx, holder: Holder, expires_at: Option<DateTime<Utc>>) -> Result<(Token, session::Model)> {
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

/// Letters and digits that nobody confuses on a screen across the room.
fn pairing_code() -> String {
    const SIGNS: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    let mut rng = rand::rng();
    (0..PAIRING_CODE_LENGTH).map(|_| char::from(SIGNS[rng.random_range(0..SIGNS.len())])).collect()
}
