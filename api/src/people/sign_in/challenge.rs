//! Steps that wait for their answer: for five minutes, for one right answer and at most five wrong ones. A challenge is no
//! session: nothing can be read with it.
use crate::{App, Error, Result, people::sessions::Token};
use chrono::{DateTime, Duration, Utc};
use entity::{
    ids::{OrganizationId, StaffId},
    sign_in_challenge::{self, Column},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyAuthentication, PasskeyRegistration};

const LASTS: Duration = Duration::minutes(5);
const TRIES: i32 = 5;

/// What the answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// The password was right.
    SignIn { organization: Uuid, staff: Uuid, must_enrol: bool },
    /// Somebody who is signed in proves again who they are, or sets up a factor.
    Session { organization: Uuid, staff: Uuid, session: Uuid },
    /// A passkey alone: it will tell whose it is.
    Passkey,
}

impl Purpose {
    pub fn person(self) -> Option<(OrganizationId, StaffId)> {
        match self {
            Self::SignIn { organization, staff, .. } | Self::Session { organization, staff, .. } => {
                Some((OrganizationId(organization), StaffId(staff)))
            }
            Self::Passkey => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub struct Content {
    pub purpose: Purpose,
    /// The secret of an authenticator that is being set up, sealed.
    pub totp: Option<Vec<u8>>,
    pub registration: Option<PasskeyRegistration>,
    pub authentication: Option<PasskeyAuthentication>,
    pub discovery: Option<DiscoverableAuthentication>,
}

impl Content {
    pub fn of(purpose: Purpose) -> Self {
        Self { purpose, totp: None, registration: None, authentication: None, discovery: None }
    }
}

/// A challenge, and until when it can be answered.
pub async fn begin(app: &App, content: &Content) -> Result<(String, DateTime<Utc>)> {
    let token = Token::generate();
    let expires_at = app.clock.now() + LASTS;
    let row = sign_in_challenge::ActiveModel {
        token_hash: Set(token.digest()),
        content: Set(serde_json::to_string(content)?),
        tries: Set(0),
        expires_at: Set(expires_at),
    };
    let tx = app.db.begin_common_write().await?;
    sign_in_challenge::Entity::insert(row).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok((token.0, expires_at))
}

/// What waits for an answer; unknown, used up and too late are all the same.
pub async fn find(app: &App, token: &str) -> Result<Content> {
    let row = sign_in_challenge::Entity::find_by_id(digest(token)).one(app.db.common()).await?;
    let row = row.filter(|row| row.expires_at > app.clock.now() && row.tries < TRIES);
    Ok(serde_json::from_str(&row.ok_or(Error::Unauthenticated)?.content)?)
}

/// Puts the next part of the step into it.
pub async fn put(app: &App, token: &str, content: &Content) -> Result<()> {
    let tx = app.db.begin_common_write().await?;
    sign_in_challenge::Entity::update_many()
        .col_expr(Column::Content, Expr::value(serde_json::to_string(content)?))
        .filter(Column::TokenHash.eq(digest(token)))
        .exec(&tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Counts a wrong answer.
pub async fn miss(app: &App, token: &str) -> Result<()> {
    let tx = app.db.begin_common_write().await?;
    sign_in_challenge::Entity::update_many()
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(Column::TokenHash.eq(digest(token)))
        .exec(&tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Uses it up. Of two right answers at one moment the second comes too late.
pub async fn take(app: &App, token: &str) -> Result<()> {
    let tx = app.db.begin_common_write().await?;
    let taken = sign_in_challenge::Entity::delete_by_id(digest(token)).exec(&tx).await?;
    tx.commit().await?;
    if taken.rows_affected == 1 { Ok(()) } else { Err(Error::Unauthenticated) }
}

pub async fn forget(app: &App) -> Result<()> {
    let tx = app.db.begin_common_write().await?;
    sign_in_challenge::Entity::delete_many().filter(Column::ExpiresAt.lt(app.clock.now())).exec(&tx).await?;
    Ok(tx.commit().await?)
}

fn digest(token: &str) -> Vec<u8> {
    crate::people::sessions::digest(token)
}
