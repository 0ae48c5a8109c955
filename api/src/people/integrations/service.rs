//! The operations on integrations' tokens. A token is a session; what it may do stands beside it.
use crate::{
    Cx, Error, Result,
    events::Change,
    people::sessions::{self, Holder, Token},
    policy::{self, Capacity, Teams},
    text,
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    audit_entry::AuditKind,
    ids::{IntegrationTokenId, OrganizationId, SessionId},
    integration_token::{self, TokenScope},
    session,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Iterable, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use std::collections::BTreeSet;

pub const USUAL_DAYS: i64 = 365;
pub const MOST_DAYS: i64 = 730;

#[derive(Clone, Debug)]
pub struct NewToken {
    pub name: String,
    pub scopes: Vec<TokenScope>,
    pub days: i64,
}

/// A token as it is shown: never the token itself.
#[derive(Clone, Debug)]
pub struct Known {
    pub token: integration_token::Model,
    pub session: session::Model,
}

impl Known {
    pub fn scopes(&self) -> Vec<TokenScope> {
        read_scopes(&self.token.scopes).into_iter().collect()
    }

    pub fn is_active(&self, now: DateTime<Utc>) -> bool {
        self.session.ended_at.is_none() && self.session.expires_at.is_none_or(|expires| expires > now)
    }
}

/// A word that this program does not know gives no right.
fn read_scopes(words: &str) -> BTreeSet<TokenScope> {
    TokenScope::iter().filter(|scope| words.split(' ').any(|word| word == scope.word())).collect()
}

/// What the integration behind a session may do.
pub async fn scope(
    moment: &impl ConnectionTrait,
    organization: OrganizationId,
    session: SessionId,
) -> Result<(Capacity, Teams)> {
    let id = IntegrationTokenId(session.0);
    let token = integration_token::Entity::find_by_id((organization, id)).one(moment).await?;
    let scopes = read_scopes(&token.ok_or(Error::Unauthenticated)?.scopes);
    let teams = policy::teams_of_integration(&scopes);
    Ok((Capacity::Integration { scopes }, teams))
}

/// Makes a token, which nobody can be shown again.
pub async fn create(cx: &Cx, new: NewToken) -> Result<(Token, Known)> {
    cx.require(policy::may_manage_tokens(cx.scope()), "make an integration's token")?;
    cx.require_recent()?;
    let name = text::required("input.name", new.name, 200)?;
    let scopes: BTreeSet<TokenScope> = new.scopes.into_iter().collect();
    check(&scopes)?;
    if !(1..=MOST_DAYS).contains(&new.days) {
        return Err(Error::bad_input("input.days", format!("must be between 1 and {MOST_DAYS}")));
    }
    let mut tx = cx.begin("integrations.create").await?;
    let expires_at = tx.at + Duration::days(new.days);
    let holder = Holder { name: Some(name), ..Holder::default() };
    let (secret, session) = sessions::open(&tx, holder, Some(expires_at)).await?;
    let token = integration_token::ActiveModel {
        organization_id: Set(cx.organization()),
        id: Set(IntegrationTokenId(session.id.0)),
        scopes: Set(scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" ")),
        created_by: Set(cx.actor.staff),
        last_used_at: Set(None),
    };
    let token = token.insert(&*tx).await?;
    tx.note(AuditKind::Write, Some(("session", session.id.0)), Vec::new());
    tx.commit().await?;
    Ok((secret, Known { token, session }))
}

fn check(scopes: &BTreeSet<TokenScope>) -> Result<()> {
    if scopes.is_empty() {
        return Err(Error::bad_input("input.scopes", "must name at least one"));
    }
    let alone = scopes.iter().all(|scope| *scope == TokenScope::AuditRead);
    if !alone && !scopes.contains(&TokenScope::Read) {
        return Err(Error::bad_input("input.scopes", "all but the audit's need READ as well"));
    }
    Ok(())
}

/// All tokens there ever were, newest first.
pub async fn list(cx: &Cx) -> Result<Vec<Known>> {
    cx.require(policy::may_manage_tokens(cx.scope()), "see integrations' tokens")?;
    let tokens = integration_token::Entity::find()
        .filter(integration_token::Column::OrganizationId.eq(cx.organization()))
        .order_by_desc(integration_token::Column::Id)
        .all(&cx.db())
        .await?;
    let mut known = Vec::new();
    let sessions = session::Entity::find()
        .filter(session::Column::OrganizationId.eq(cx.organization()))
        .filter(session::Column::Id.is_in(tokens.iter().map(|token| SessionId(token.id.0))))
        .all(&cx.db())
        .await?;
    for token in tokens {
        if let Some(session) = sessions.iter().find(|session| session.id.0 == token.id.0).cloned() {
            known.push(Known { token, session });
        }
    }
    Ok(known)
}

pub async fn find(cx: &Cx, id: IntegrationTokenId) -> Result<Known> {
    let nothing = Error::NotFound("integration token");
    if !policy::may_manage_tokens(cx.scope()) {
        return Err(nothing);
    }
    let token = integration_token::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let session = session::Entity::find_by_id((cx.organization(), SessionId(id.0))).one(&cx.db()).await?;
    token.zip(session).map(|(token, session)| Known { token, session }).ok_or(nothing)
}

/// Ends a token: what it opened ends with it. Ending it twice changes nothing.
pub async fn revoke(cx: &Cx, id: IntegrationTokenId) -> Result<Known> {
    let known = find(cx, id).await?;
    let mut tx = cx.begin("integrations.revoke").await?;
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(tx.at))
        .filter(session::Column::OrganizationId.eq(cx.organization()))
        .filter(session::Column::Id.eq(known.session.id))
        .filter(session::Column::EndedAt.is_null())
        .exec(&*tx)
        .await?;
    tx.emit(Change::session(known.session.id));
    tx.commit().await?;
    find(cx, id).await
}
