//! Setting up a factor: by who is signed in, or as the last step of signing in for who must have one.
use super::{add, of, passkey, totp};
use crate::{
    App, Cx, Error, Result, Tx,
    people::{
        service,
        sign_in::{
            self, Entered,
            challenge::{self, Content, Purpose},
            lockout::{self, Of},
        },
        visitor::Visitor,
    },
    text,
};
use entity::{
    factor::{self, FactorKind},
    ids::FactorId,
    staff,
};
use std::sync::Arc;

const LABEL: usize = 60;

/// Who sets up a factor, and the step that waits for it.
struct Step {
    cx: Cx,
    person: staff::Model,
    content: Content,
    /// None before the first answer.
    challenge: Option<String>,
}

/// What was set up: the codes are shown once, and who was not signed in is now.
pub struct Enrolled {
    pub factor: factor::Model,
    pub codes: Vec<String>,
    pub entered: Option<Entered>,
}

/// A new secret for an app, with the challenge to answer it by.
pub async fn begin_totp(
    app: &Arc<App>,
    cx: Option<&Cx>,
    challenge: Option<String>,
    visitor: &Visitor,
) -> Result<(String, totp::Shown)> {
    let mut step = Step::find(app, cx, challenge, visitor).await?;
    let account = step.person.email.as_deref().unwrap_or(&step.person.display_name);
    let (sealed, shown) = totp::make(&step.cx, step.person.id, account)?;
    step.content.totp = Some(sealed);
    Ok((step.wait().await?, shown))
}

pub async fn confirm_totp(
    app: &Arc<App>,
    cx: Option<&Cx>,
    challenge: String,
    code: &str,
    label: Option<String>,
    visitor: &Visitor,
) -> Result<Enrolled> {
    let step = Step::find(app, cx, Some(challenge), visitor).await?;
    let sealed = step.content.totp.clone().ok_or_else(|| not_begun("beginTotpEnrolment"))?;
    let attempt = lockout::begin(app, Of::Codes(step.person.id)).await?;
    let now = app.clock.now();
    let Some(of) = totp::step(&step.cx, step.person.id, &sealed, code, now)? else {
        return step.miss("input.code", "is not the code of now: check that the device's clock is right").await;
    };
    attempt.succeeded(app).await?;
    let label = label_of(label, "Authenticator app")?;
    let row = |tx: &Tx| factor::Model {
        last_step: Some(of),
        ..new(tx, step.person.id, FactorKind::Totp, label.clone(), sealed.clone())
    };
    step.finish(app, row, visitor).await
}

/// Options for the browser to make a passkey.
pub async fn begin_passkey(
    app: &Arc<App>,
    cx: Option<&Cx>,
    challenge: Option<String>,
    visitor: &Visitor,
) -> Result<(String, String)> {
    let mut step = Step::find(app, cx, challenge, visitor).await?;
    let known = of(&step.cx, step.person.id).await?;
    let relying_party = passkey::relying_party(&app.config, visitor)?;
    let (options, state) = passkey::register(&relying_party, &step.person, &known)?;
    step.content.registration = Some(state);
    Ok((step.wait().await?, options))
}

pub async fn finish_passkey(
    app: &Arc<App>,
    cx: Option<&Cx>,
    challenge: String,
    response: &str,
    label: Option<String>,
    visitor: &Visitor,
) -> Result<Enrolled> {
    let step = Step::find(app, cx, Some(challenge), visitor).await?;
    let state = step.content.registration.as_ref().ok_or_else(|| not_begun("beginPasskeyRegistration"))?;
    let relying_party = passkey::relying_party(&app.config, visitor)?;
    let Some((passkey, id)) = passkey::registered(&relying_party, state, response) else {
        return step.miss("input.passkeyResponse", "is not an answer to this challenge").await;
    };
    let label = label_of(label, "Passkey")?;
    let secret = serde_json::to_vec(&passkey)?;
    let row = |tx: &Tx| factor::Model {
        credential_id: Some(id.clone()),
        ..new(tx, step.person.id, FactorKind::Passkey, label.clone(), secret.clone())
    };
    step.finish(app, row, visitor).await
}

impl Step {
    /// Who is signed in proved lately that it is them; who is not has a challenge that asks for a factor.
    async fn find(app: &Arc<App>, cx: Option<&Cx>, challenge: Option<String>, visitor: &Visitor) -> Result<Self> {
        let content = match (&challenge, cx) {
            (Some(challenge), _) => challenge::find(app, challenge).await?,
            (None, Some(cx)) => Content::of(sign_in::signed_in(cx)?),
            (None, None) => return Err(Error::Unauthenticated),
        };
        let cx = match (content.purpose, cx) {
            (Purpose::SignIn { organization, must_enrol: true, .. }, _) => {
                sign_in::at_the_door(app, entity::ids::OrganizationId(organization), visitor)
            }
            (purpose @ Purpose::Session { .. }, Some(cx)) if purpose == sign_in::signed_in(cx)? => {
                cx.require_recent()?;
                cx.out_of_snapshot()
            }
            _ => return Err(Error::bad_input("input.challenge", "asks for another step")),
        };
        let (_, staff) = content.purpose.person().ok_or(Error::Unauthenticated)?;
        let person = service::find(&cx, staff).await?;
        // Of two who know the password, the one who set up the first factor keeps the other out.
        let begun = matches!(content.purpose, Purpose::SignIn { .. });
        if !person.active || (begun && !of(&cx, staff).await?.is_empty()) {
            return Err(Error::Unauthenticated);
        }
        Ok(Self { cx, person, content, challenge })
    }

    async fn wait(&self) -> Result<String> {
        match &self.challenge {
            Some(challenge) => {
                challenge::put(&self.cx.app, challenge, &self.content).await?;
                Ok(challenge.clone())
            }
            None => Ok(challenge::begin(&self.cx.app, &self.content).await?.0),
        }
    }

    async fn miss<T>(&self, field: &str, why: &str) -> Result<T> {
        if let Some(challenge) = &self.challenge {
            challenge::miss(&self.cx.app, challenge).await?;
        }
        Err(Error::bad_input(field, why))
    }

    async fn finish(
        &self,
        app: &Arc<App>,
        row: impl FnOnce(&Tx) -> factor::Model,
        visitor: &Visitor,
    ) -> Result<Enrolled> {
        challenge::take(app, self.challenge.as_deref().unwrap_or_default()).await?;
        let mut tx = self.cx.begin("people.addFactor").await?;
        let row = row(&tx);
        let (factor, codes) = add(&mut tx, &self.person, row).await?;
        let opened = match self.content.purpose {
            Purpose::SignIn { .. } => Some(sign_in::open(&mut tx, &self.person, visitor).await?),
            Purpose::Session { .. } | Purpose::Passkey => None,
        };
        tx.commit().await?;
        let entered = match opened {
            Some(opened) => Some(sign_in::arrive(app, opened, visitor).await?),
            None => None,
        };
        Ok(Enrolled { factor, codes, entered })
    }
}

fn new(tx: &Tx, staff_id: entity::ids::StaffId, kind: FactorKind, label: String, secret: Vec<u8>) -> factor::Model {
    factor::Model {
        organization_id: tx.organization(),
        id: FactorId::generate(),
        staff_id,
        kind,
        label,
        secret,
        credential_id: None,
        last_step: None,
        created_at: tx.at,
        last_used_at: Some(tx.at),
    }
}

fn label_of(label: Option<String>, otherwise: &str) -> Result<String> {
    Ok(text::optional("input.label", label, LABEL)?.unwrap_or_else(|| otherwise.to_owned()))
}

fn not_begun(first: &str) -> Error {
    Error::bad_input("input.challenge", format!("asks for {first} first"))
}
