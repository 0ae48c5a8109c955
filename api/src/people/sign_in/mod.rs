//! Signing in: a password and, for who has or must have one, a second factor; or a passkey alone.
pub mod challenge;
pub mod graphql;
pub mod lockout;
mod second;
pub mod sources;

pub use second::{Given, begin_passkey, complete, prove, signed_in};

use super::{
    factors::{self, Proof},
    password,
    service::normal_email,
    sessions::{self, Token},
    visitor::Visitor,
};
use crate::{App, Cx, Error, Result, Tx, config::SecondFactor, error::NextStep, policy};
use challenge::{Content, Purpose};
use entity::{audit_entry::AuditKind, ids::OrganizationId, organization, session, staff};
use lockout::Of;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::sync::Arc;

/// The token of a new session, and what its holder may do.
pub type Entered = (Token, Cx);

/// A wrong address and a wrong password get the same answer after the same work, and wait alike when there were many.
pub async fn sign_in(app: &Arc<App>, email: &str, password: String, visitor: &Visitor) -> Result<Entered> {
    app.sources.check(visitor).await?;
    let address = normal_email(email);
    let person = staff::Entity::find()
        .filter(staff::Column::Email.eq(&address))
        .filter(staff::Column::Active.eq(true))
        .one(&app.db.across_organizations())
        .await?;
    let attempt = match lockout::begin(app, Of::Address(&address)).await {
        Err(Error::RateLimited { retry_after }) => {
            match &person {
                Some(person) => put_on_record(app, person, "people.signInTooOften", visitor).await?,
                None => lockout::as_much_work(app, Of::Address(&address)).await?,
            }
            return Err(Error::RateLimited { retry_after });
        }
        attempt => attempt?,
    };
    let hash = person.as_ref().and_then(|person| person.password_hash.clone());
    let right = password::verify(hash, password).await?;
    if !right {
        app.sources.failed(visitor).await;
    }
    let Some(person) = person else {
        lockout::as_much_work(app, Of::Address(&address)).await?;
        return Err(Error::SignInRefused);
    };
    if !right {
        put_on_record(app, &person, "people.signIn", visitor).await?;
        return Err(Error::SignInRefused);
    }
    attempt.succeeded(app).await?;
    go_on(app, &person, visitor).await
}

/// After the first proof: a session, or the second step as an error that says what it takes.
pub async fn go_on(app: &Arc<App>, person: &staff::Model, visitor: &Visitor) -> Result<Entered> {
    let cx = at_the_door(app, person.organization_id, visitor);
    let methods = factors::methods(&cx, person.id).await?;
    let must_enrol = methods.is_empty();
    if must_enrol && !is_required(&cx, person).await? {
        return enter(app, person, visitor, None).await;
    }
    let purpose = Purpose::SignIn { organization: person.organization_id.0, staff: person.id.0, must_enrol };
    let (challenge, expires_at) = challenge::begin(app, &Content::of(purpose)).await?;
    Err(Error::SecondFactor(Arc::new(NextStep { challenge, methods, must_enrol, expires_at })))
}

/// Whether somebody must have a second factor here.
pub async fn is_required(cx: &Cx, person: &staff::Model) -> Result<bool> {
    if cx.app.config.second_factor == SecondFactor::Optional || !policy::needs_second_factor(person) {
        return Ok(false);
    }
    let practice = organization::Entity::find_by_id(person.organization_id).one(&cx.db()).await?;
    Ok(!practice.is_some_and(|practice| practice.is_demo))
}

/// The program's own hands, for somebody who is not in yet.
pub fn at_the_door(app: &Arc<App>, organization: OrganizationId, visitor: &Visitor) -> Cx {
    Cx::system(app.clone(), organization).from(visitor.address)
}

/// Opens the session, and spends the proof in the same moment.
pub async fn enter(app: &Arc<App>, person: &staff::Model, visitor: &Visitor, proof: Option<Proof>) -> Result<Entered> {
    let mut tx = at_the_door(app, person.organization_id, visitor).begin("people.signIn").await?;
    if let Some(proof) = proof {
        proof.spend(&tx).await?;
    }
    let opened = open(&mut tx, person, visitor).await?;
    tx.commit().await?;
    arrive(app, opened, visitor).await
}

pub async fn open(tx: &mut Tx, person: &staff::Model, visitor: &Visitor) -> Result<(Token, session::Model)> {
    let opened = sessions::open_for(tx, person.id, visitor).await?;
    tx.note(AuditKind::SignIn, Some(("staff", person.id.0)), Vec::new());
    Ok(opened)
}

/// What follows once the session is stored: that of before ends, and the new one is in force.
pub async fn arrive(app: &Arc<App>, opened: (Token, session::Model), visitor: &Visitor) -> Result<Entered> {
    sessions::end_former(app, visitor).await?;
    sessions::enter(app, opened).await
}

/// A proof that failed.
async fn put_on_record(
    app: &Arc<App>,
    person: &staff::Model,
    operation: &'static str,
    visitor: &Visitor,
) -> Result<()> {
    let mut tx = at_the_door(app, person.organization_id, visitor).begin(operation).await?;
    tx.note(AuditKind::Refused, Some(("staff", person.id.0)), Vec::new());
    tx.commit().await
}

/// Forgets what waits no longer.
pub async fn forget(app: &App) -> Result<()> {
    challenge::forget(app).await?;
    lockout::forget(app).await
}
