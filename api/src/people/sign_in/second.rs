//! The second step, and proving again who one is.
use super::{
    Entered,
    challenge::{self, Content, Purpose},
    enter,
    lockout::{self, Of},
    put_on_record,
};
use crate::{
    App, Cx, Error, Result,
    people::{
        factors::{self, Proof, passkey},
        password,
        visitor::Visitor,
    },
};
use entity::{audit_entry::AuditKind, factor, ids::StaffId, session, staff};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::sync::Arc;

/// One proof of who somebody is.
pub enum Given {
    Password(String),
    Totp(String),
    Recovery(String),
    /// What the browser answered, as JSON.
    Passkey(String),
}

impl Given {
    /// Which field of the input it came in.
    fn field(&self) -> &'static str {
        match self {
            Self::Password(_) => "input.password",
            Self::Totp(_) => "input.totpCode",
            Self::Recovery(_) => "input.recoveryCode",
            Self::Passkey(_) => "input.passkeyResponse",
        }
    }
}

/// Options for the browser to ask for a passkey, and the challenge that its answer goes with.
pub async fn begin_passkey(
    app: &Arc<App>,
    cx: Option<&Cx>,
    challenge: Option<String>,
    visitor: &Visitor,
) -> Result<(String, String)> {
    let mut content = match (&challenge, cx.map(signed_in)) {
        (Some(challenge), _) => challenge::find(app, challenge).await?,
        (None, Some(purpose)) => Content::of(purpose?),
        (None, None) => Content::of(Purpose::Passkey),
    };
    let relying_party = passkey::relying_party(&app.config, visitor)?;
    let options = match content.purpose.person() {
        Some((organization, staff)) => {
            let known = factors::of(&Cx::system(app.clone(), organization), staff).await?;
            let (options, state) = passkey::ask(&relying_party, &known)?;
            content.authentication = Some(state);
            options
        }
        None => {
            let (options, state) = passkey::discover(&relying_party)?;
            content.discovery = Some(state);
            options
        }
    };
    match challenge {
        Some(challenge) => {
            challenge::put(app, &challenge, &content).await?;
            Ok((challenge, options))
        }
        None => Ok((challenge::begin(app, &content).await?.0, options)),
    }
}

/// For what somebody does who is signed in.
pub fn signed_in(cx: &Cx) -> Result<Purpose> {
    match (cx.actor.staff, cx.actor.session) {
        (Some(staff), Some(session)) => {
            Ok(Purpose::Session { organization: cx.organization().0, staff: staff.0, session: session.0 })
        }
        _ => Err(Error::Forbidden("do this without being a person")),
    }
}

/// Takes the second step.
pub async fn complete(app: &Arc<App>, token: &str, given: Given, visitor: &Visitor) -> Result<Entered> {
    let content = challenge::find(app, token).await?;
    let person = match content.purpose {
        Purpose::SignIn { must_enrol: true, .. } => {
            return Err(Error::bad_input("input.challenge", "asks to set up a second factor first"));
        }
        Purpose::SignIn { organization, staff, .. } => {
            let key = (entity::ids::OrganizationId(organization), StaffId(staff));
            let cx = Cx::system(app.clone(), key.0);
            staff::Entity::find_by_id(key).one(&cx.db()).await?
        }
        Purpose::Passkey => passkey::owner(app, &given).await?,
        Purpose::Session { .. } => None,
    };
    let person = person.filter(|person| person.active);
    // A passkey of nobody is a wrong answer like any other.
    let Some(person) = person else {
        challenge::miss(app, token).await?;
        return Err(wrong(&given));
    };
    let attempt = lockout::begin(app, Of::Codes(person.id)).await?;
    let Some(proof) =
        check(&Cx::system(app.clone(), person.organization_id), person.id, &content, &given, visitor).await?
    else {
        put_on_record(app, &person, "people.completeSignIn", visitor).await?;
        challenge::miss(app, token).await?;
        return Err(wrong(&given));
    };
    challenge::take(app, token).await?;
    let entered = enter(app, &person, visitor, Some(proof)).await?;
    attempt.succeeded(app).await?;
    Ok(entered)
}

/// Proves that it is still the same person who sits there.
pub async fn prove(cx: &Cx, challenge: Option<String>, given: Given, visitor: &Visitor) -> Result<()> {
    let (Some(id), Some(session)) = (cx.actor.staff, cx.actor.session) else { return Err(Error::Unauthenticated) };
    let person = crate::people::service::find(cx, id).await?;
    let address = person.email.clone().unwrap_or_default();
    let of = if matches!(given, Given::Password(_)) { Of::Address(&address) } else { Of::Codes(id) };
    let content = match &challenge {
        Some(token) => challenge::find(&cx.app, token).await?,
        None => Content::of(signed_in(cx)?),
    };
    if content.purpose != signed_in(cx)? {
        return Err(Error::bad_input("input.challenge", "is not of this session"));
    }
    let attempt = lockout::begin(&cx.app, of).await?;
    let proof = match &given {
        Given::Password(password) => {
            let right = password::verify(person.password_hash.clone(), password.clone()).await?;
            right.then_some(None)
        }
        Given::Recovery(_) => None,
        given => check(cx, id, &content, given, visitor).await?.map(Some),
    };
    let Some(proof) = proof else {
        put_on_record(&cx.app, &person, "people.reauthenticate", visitor).await?;
        return Err(wrong(&given));
    };
    if let Some(token) = &challenge {
        challenge::take(&cx.app, token).await?;
    }
    let mut tx = cx.begin("people.reauthenticate").await?;
    if let Some(proof) = proof {
        proof.spend(&tx).await?;
    }
    session::Entity::update_many()
        .col_expr(session::Column::AuthenticatedAt, Expr::value(tx.at))
        .filter(session::Column::OrganizationId.eq(cx.organization()))
        .filter(session::Column::Id.eq(session))
        .exec(&*tx)
        .await?;
    tx.note(AuditKind::SignIn, Some(("session", session.0)), Vec::new());
    tx.commit().await?;
    attempt.succeeded(&cx.app).await
}

fn wrong(given: &Given) -> Error {
    Error::bad_input(given.field(), "is not right")
}

async fn check(cx: &Cx, staff: StaffId, content: &Content, given: &Given, visitor: &Visitor) -> Result<Option<Proof>> {
    let known: Vec<factor::Model> = factors::of(cx, staff).await?;
    match given {
        Given::Password(_) => Ok(None),
        Given::Totp(code) => factors::totp::check(cx, staff, &known, code),
        Given::Recovery(code) => factors::recovery::check(cx, staff, code).await,
        Given::Passkey(response) => passkey::check(cx, &known, content, response, visitor),
    }
}
