//! Second factors as the API shows them. Nothing is decided here.
use super::enrol::{self, Enrolled};
use crate::{
    Cx, Error, Result,
    graphql::{
        app, cx, id,
        once::{Payload, once},
        scalars::DateTime,
        to_id,
    },
    people::{
        graphql::SignInPayload,
        sign_in::graphql::{PasskeyOptionsPayload, shown, visitor},
    },
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, factor};

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// An authenticator app that shows six digits.
    Totp,
    Passkey,
    RecoveryCode,
}

impl From<factor::FactorKind> for FactorKind {
    fn from(kind: factor::FactorKind) -> Self {
        match kind {
            factor::FactorKind::Totp => Self::Totp,
            factor::FactorKind::Passkey => Self::Passkey,
        }
    }
}

/// What proves who somebody is, besides the password. Recovery codes are counted, not listed.
#[derive(SimpleObject)]
pub struct Factor {
    id: ID,
    kind: FactorKind,
    label: String,
    created_at: DateTime,
    last_used_at: Option<DateTime>,
}

impl From<factor::Model> for Factor {
    fn from(row: factor::Model) -> Self {
        Self {
            id: to_id(row.id),
            kind: row.kind.into(),
            label: row.label,
            created_at: DateTime(row.created_at),
            last_used_at: row.last_used_at.map(DateTime),
        }
    }
}

#[derive(InputObject)]
struct BeginTotpEnrolmentInput {
    /// Of `signIn`, where it said `mustEnrol`; none for who is signed in.
    challenge: Option<String>,
}

#[derive(SimpleObject)]
struct BeginTotpEnrolmentPayload {
    /// For `confirmTotpEnrolment`: the one that was given, or a new one.
    challenge: String,
    /// Base32, for typing.
    secret: String,
    /// `otpauth://totp/…`, to be drawn as a QR code in the page.
    uri: String,
}

#[derive(InputObject)]
struct ConfirmTotpEnrolmentInput {
    challenge: String,
    /// Six digits, as the app shows them now.
    code: String,
    /// Authenticator app, unless told.
    label: Option<String>,
}

#[derive(InputObject)]
struct BeginPasskeyRegistrationInput {
    /// Of `signIn`, where it said `mustEnrol`; none for who is signed in.
    challenge: Option<String>,
}

#[derive(InputObject)]
struct FinishPasskeyRegistrationInput {
    challenge: String,
    /// JSON text of `credential.toJSON()`.
    passkey_response: String,
    /// Passkey, unless told.
    label: Option<String>,
}

#[derive(SimpleObject)]
struct EnrolmentPayload {
    factor: Factor,
    /// Ten codes to keep on paper, shown once; empty where the person has some already.
    recovery_codes: Vec<String>,
    /// The new session where this was the last step of signing in.
    sign_in: Option<SignInPayload>,
}

impl EnrolmentPayload {
    fn show(ctx: &Context<'_>, enrolled: Enrolled) -> Self {
        let sign_in = enrolled.entered.map(|entered| shown(ctx, entered));
        Self { factor: enrolled.factor.into(), recovery_codes: enrolled.codes, sign_in }
    }
}

#[derive(InputObject)]
struct RemoveFactorInput {
    factor_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct FactorsPayload {
    factors: Vec<Factor>,
    client_mutation_id: Option<String>,
}

impl Payload for FactorsPayload {
    type Written = Vec<factor::Model>;
    const SUBJECT: &'static str = "staff";

    fn show(_: &Cx, rows: Self::Written, client_mutation_id: Option<String>) -> Self {
        Self { factors: rows.into_iter().map(Factor::from).collect(), client_mutation_id }
    }

    async fn again(cx: &Cx, _: client_mutation::Model) -> Result<Self::Written> {
        super::of(cx, cx.actor.staff.ok_or(Error::Unauthenticated)?).await
    }
}

#[derive(InputObject)]
struct RenewRecoveryCodesInput {
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct RecoveryCodesPayload {
    /// Shown once.
    recovery_codes: Vec<String>,
    client_mutation_id: Option<String>,
}

impl Payload for RecoveryCodesPayload {
    type Written = Vec<String>;
    const SUBJECT: &'static str = "staff";

    fn show(_: &Cx, recovery_codes: Vec<String>, client_mutation_id: Option<String>) -> Self {
        Self { recovery_codes, client_mutation_id }
    }

    /// They are kept nowhere, so there are new ones.
    async fn again(cx: &Cx, _: client_mutation::Model) -> Result<Vec<String>> {
        super::renew_recovery_codes(cx).await
    }
}

#[derive(Default)]
pub struct FactorMutation;

/// Setting up takes no `clientMutationId`: a challenge is answered once.
#[Object]
impl FactorMutation {
    /// A new secret for an authenticator app. FORBIDDEN with `extensions.reason` REAUTHENTICATE for who is signed in and
    /// did not prove lately who they are. CONFLICT where the server has no key to keep the secret with.
    async fn begin_totp_enrolment(
        &self,
        ctx: &Context<'_>,
        input: BeginTotpEnrolmentInput,
    ) -> Result<BeginTotpEnrolmentPayload> {
        let (challenge, shown) = enrol::begin_totp(app(ctx)?, cx(ctx).ok(), input.challenge, &visitor(ctx)).await?;
        Ok(BeginTotpEnrolmentPayload { challenge, secret: shown.secret, uri: shown.uri })
    }

    /// Sets the app up that shows this code.
    async fn confirm_totp_enrolment(
        &self,
        ctx: &Context<'_>,
        input: ConfirmTotpEnrolmentInput,
    ) -> Result<EnrolmentPayload> {
        let ConfirmTotpEnrolmentInput { challenge, code, label } = input;
        let done = enrol::confirm_totp(app(ctx)?, cx(ctx).ok(), challenge, &code, label, &visitor(ctx)).await?;
        Ok(EnrolmentPayload::show(ctx, done))
    }

    /// Options for `navigator.credentials.create`. Errors as of `beginTotpEnrolment`.
    async fn begin_passkey_registration(
        &self,
        ctx: &Context<'_>,
        input: BeginPasskeyRegistrationInput,
    ) -> Result<PasskeyOptionsPayload> {
        let begun = enrol::begin_passkey(app(ctx)?, cx(ctx).ok(), input.challenge, &visitor(ctx)).await?;
        Ok(PasskeyOptionsPayload { challenge: begun.0, options: begun.1 })
    }

    /// Keeps the passkey that the browser made.
    async fn finish_passkey_registration(
        &self,
        ctx: &Context<'_>,
        input: FinishPasskeyRegistrationInput,
    ) -> Result<EnrolmentPayload> {
        let FinishPasskeyRegistrationInput { challenge, passkey_response, label } = input;
        let done =
            enrol::finish_passkey(app(ctx)?, cx(ctx).ok(), challenge, &passkey_response, label, &visitor(ctx)).await?;
        Ok(EnrolmentPayload::show(ctx, done))
    }

    /// Takes one of one's own away. FORBIDDEN for the last one where the role must have one; needs a recent proof of who
    /// one is.
    async fn remove_factor(&self, ctx: &Context<'_>, input: RemoveFactorInput) -> Result<FactorsPayload> {
        once(ctx, input.client_mutation_id, async |cx| super::remove(cx, id(&input.factor_id, "input.factorId")?).await)
            .await
    }

    /// Ten new codes; the old ones are void. Needs a recent proof of who one is.
    async fn renew_recovery_codes(
        &self,
        ctx: &Context<'_>,
        input: RenewRecoveryCodesInput,
    ) -> Result<RecoveryCodesPayload> {
        once(ctx, input.client_mutation_id, async |cx| super::renew_recovery_codes(cx).await).await
    }
}
