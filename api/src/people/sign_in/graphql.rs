//! The steps of signing in as the API offers them. Nothing is decided here.
use super::{Entered, Given, begin_passkey, complete};
use crate::{
    Error, Result,
    cx::ClientAddress,
    graphql::{app, cx, scalars::DateTime},
    people::{admin::links, graphql::SignInPayload, visitor::Visitor},
};
use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use entity::entry_link;

/// Where the request comes from, as far as the transport knows.
pub fn visitor(ctx: &Context<'_>) -> Visitor {
    let address = ctx.data_opt::<ClientAddress>().map(|from| from.0);
    Visitor { address, ..ctx.data_opt::<Visitor>().cloned().unwrap_or_default() }
}

/// The one proof of several that may be given.
pub fn one_of(
    password: Option<String>,
    totp: Option<String>,
    recovery: Option<String>,
    passkey: Option<String>,
) -> Result<Given> {
    match (password, totp, recovery, passkey) {
        (Some(password), None, None, None) => Ok(Given::Password(password)),
        (None, Some(code), None, None) => Ok(Given::Totp(code)),
        (None, None, Some(code), None) => Ok(Given::Recovery(code)),
        (None, None, None, Some(response)) => Ok(Given::Passkey(response)),
        _ => Err(Error::bad_input("input", "give exactly one proof")),
    }
}

pub fn shown(ctx: &Context<'_>, entered: Entered) -> SignInPayload {
    SignInPayload::of_person(ctx, entered)
}

#[derive(InputObject)]
struct CompleteSignInInput {
    /// `extensions.secondFactor.challenge` of the error of `signIn`, or the one of `beginPasskeySignIn`.
    challenge: String,
    /// Six digits.
    totp_code: Option<String>,
    recovery_code: Option<String>,
    /// JSON text of `credential.toJSON()`.
    passkey_response: Option<String>,
}

#[derive(InputObject)]
struct BeginPasskeySignInInput {
    challenge: Option<String>,
}

#[derive(SimpleObject)]
pub struct PasskeyOptionsPayload {
    /// To be sent with the response: the one that was given, or a new one.
    pub challenge: String,
    /// JSON text for `PublicKeyCredential.parseRequestOptionsFromJSON` or `parseCreationOptionsFromJSON`.
    pub options: String,
}

#[derive(InputObject)]
struct OpenLinkInput {
    /// What follows the `#` of the link.
    token: String,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "entry_link::LinkKind")]
enum LinkKind {
    /// The first password of somebody new.
    Invitation,
    /// Another one for who lost theirs.
    Recovery,
}

#[derive(SimpleObject)]
struct OpenLinkPayload {
    kind: LinkKind,
    display_name: String,
    email: String,
    /// The practice's name.
    organization: String,
    expires_at: DateTime,
}

#[derive(InputObject)]
struct AcceptLinkInput {
    token: String,
    /// 8 to 256 characters, and nothing that others know or stole.
    password: String,
}

#[derive(Default)]
pub struct SignInMutation;

#[Object]
impl SignInMutation {
    /// The second step of signing in, by exactly one proof. BAD_USER_INPUT where it is not right: five times, then
    /// UNAUTHENTICATED, as when the challenge is used up or older than five minutes. RATE_LIMITED where it failed often.
    async fn complete_sign_in(&self, ctx: &Context<'_>, input: CompleteSignInInput) -> Result<SignInPayload> {
        let given = one_of(None, input.totp_code, input.recovery_code, input.passkey_response)?;
        let entered = complete(app(ctx)?, &input.challenge, given, &visitor(ctx)).await?;
        Ok(shown(ctx, entered))
    }

    /// Options for `navigator.credentials.get`. With a challenge of `signIn`: as second factor. Without one, for who is
    /// signed in: for `reauthenticate`. Without one, for who is not: signs in by a passkey alone.
    async fn begin_passkey_sign_in(
        &self,
        ctx: &Context<'_>,
        input: BeginPasskeySignInInput,
    ) -> Result<PasskeyOptionsPayload> {
        let begun = begin_passkey(app(ctx)?, cx(ctx).ok(), input.challenge, &visitor(ctx)).await?;
        Ok(PasskeyOptionsPayload { challenge: begun.0, options: begun.1 })
    }

    /// What a link is for, so that its page can greet; it is not used up. NOT_FOUND where it was used, is too old, was
    /// replaced or never made.
    async fn open_link(&self, ctx: &Context<'_>, input: OpenLinkInput) -> Result<OpenLinkPayload> {
        let opened = links::open(app(ctx)?, &input.token).await?;
        Ok(OpenLinkPayload {
            kind: opened.link.kind.into(),
            display_name: opened.person.display_name,
            email: opened.person.email.unwrap_or_default(),
            organization: opened.organization.name,
            expires_at: DateTime(opened.link.expires_at),
        })
    }

    /// Sets the password, uses the link up, and signs in as `signIn` does. Ends all that was open of the person before.
    async fn accept_link(&self, ctx: &Context<'_>, input: AcceptLinkInput) -> Result<SignInPayload> {
        let entered = links::accept(app(ctx)?, &input.token, input.password, &visitor(ctx)).await?;
        Ok(shown(ctx, entered))
    }
}
