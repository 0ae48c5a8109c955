//! One's own account as the API shows it. Nothing is decided here.
use super::{password, sessions};
use crate::{
    Cx, Result,
    graphql::{
        cx, id,
        once::{Payload, once},
        scalars::DateTime,
        to_id,
    },
    people::{
        rules,
        sign_in::{self, graphql::visitor},
    },
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, ids::SessionId, session};
use std::sync::Arc;

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "session::SessionKind")]
pub enum SessionKind {
    Staff,
    Display,
    Integration,
}

#[derive(Clone)]
pub struct Session(Arc<session::Model>, Cx);

impl Session {
    pub fn show(cx: &Cx, row: session::Model) -> Self {
        Self(row.into(), cx.clone())
    }

    pub fn show_all(cx: &Cx, rows: Vec<session::Model>) -> Vec<Self> {
        rows.into_iter().map(|row| Self::show(cx, row)).collect()
    }
}

/// Somebody's being signed in, on one browser, screen or program.
#[Object]
impl Session {
    async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn kind(&self) -> SessionKind {
        self.0.kind.into()
    }

    /// Browser and system in a few words: Firefox on Windows. Null where it said nothing.
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// From where it was opened, as far as the server can tell.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// To the minute.
    async fn last_active_at(&self) -> Option<DateTime> {
        self.0.last_active_at.map(DateTime)
    }

    /// Whether it is the one that asks.
    async fn current(&self) -> bool {
        self.1.actor.session == Some(self.0.id)
    }

    /// When it ends, whatever is done. Null for a display.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }

    /// When it ends unless its person does something before: sends any request without the header `Huddle-Passive: 1`.
    /// Null for displays and integrations, which have no such limit.
    async fn idle_expires_at(&self) -> Option<DateTime> {
        rules::idle_until(&self.0, self.1.app.config.idle).map(DateTime)
    }

    /// How long it may be left alone, in seconds. Null for displays and integrations.
    async fn idle_seconds(&self) -> Option<i64> {
        (self.0.kind == session::SessionKind::Staff).then(|| self.1.app.config.idle.num_seconds())
    }

    /// When its person last proved who they are.
    async fn authenticated_at(&self) -> Option<DateTime> {
        self.0.authenticated_at.map(DateTime)
    }

    /// Until when privileged acts ask for no new proof. Null where that time is over.
    async fn recent_until(&self) -> Option<DateTime> {
        let until = self.0.authenticated_at? + self.1.app.config.recent;
        (until > self.1.now()).then_some(DateTime(until))
    }
}

#[derive(Default)]
pub struct MineQuery;

#[Object]
impl MineQuery {
    /// One's own open sessions, the newest first.
    async fn my_sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let cx = cx(ctx)?;
        Ok(Session::show_all(cx, sessions::mine(cx).await?))
    }
}

#[derive(InputObject)]
struct ReauthenticateInput {
    password: Option<String>,
    /// Six digits.
    totp_code: Option<String>,
    /// With `passkeyResponse`: the one that `beginPasskeySignIn` answered with.
    challenge: Option<String>,
    /// JSON text of `credential.toJSON()`.
    passkey_response: Option<String>,
}

#[derive(SimpleObject)]
struct ReauthenticatePayload {
    session: Session,
}

#[derive(InputObject)]
struct ChangePasswordInput {
    old_password: String,
    /// 8 to 256 characters, and nothing that others know or stole.
    new_password: String,
}

#[derive(SimpleObject)]
struct ChangePasswordPayload {
    session: Session,
}

#[derive(InputObject)]
struct RevokeSessionInput {
    session_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct RevokeOtherSessionsInput {
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct SessionsPayload {
    /// One's own open sessions as they are now.
    sessions: Vec<Session>,
    client_mutation_id: Option<String>,
}

impl Payload for SessionsPayload {
    type Written = Vec<session::Model>;
    const SUBJECT: &'static str = "staff";

    fn show(cx: &Cx, rows: Self::Written, client_mutation_id: Option<String>) -> Self {
        Self { sessions: Session::show_all(cx, rows), client_mutation_id }
    }

    async fn again(cx: &Cx, _: client_mutation::Model) -> Result<Self::Written> {
        sessions::mine(cx).await
    }
}

#[derive(Default)]
pub struct MineMutation;

/// What carries a secret takes no `clientMutationId`, as nothing is kept that was made of the secret.
#[Object]
impl MineMutation {
    /// Proves again who one is: by exactly one of password, code, and passkey. BAD_USER_INPUT where it is not right;
    /// RATE_LIMITED where that happened often.
    async fn reauthenticate(&self, ctx: &Context<'_>, input: ReauthenticateInput) -> Result<ReauthenticatePayload> {
        let cx = cx(ctx)?;
        let given = sign_in::graphql::one_of(input.password, input.totp_code, None, input.passkey_response)?;
        sign_in::prove(cx, input.challenge, given, &visitor(ctx)).await?;
        Ok(ReauthenticatePayload { session: Session::show(cx, sessions::current(cx).await?) })
    }

    /// Ends one's other sessions. A wrong old password counts as a sign-in that failed.
    async fn change_password(&self, ctx: &Context<'_>, input: ChangePasswordInput) -> Result<ChangePasswordPayload> {
        let cx = cx(ctx)?;
        password::change(cx, input.old_password, input.new_password).await?;
        Ok(ChangePasswordPayload { session: Session::show(cx, sessions::current(cx).await?) })
    }

    /// Ends one of one's own sessions, also the one that asks.
    async fn revoke_session(&self, ctx: &Context<'_>, input: RevokeSessionInput) -> Result<SessionsPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            sessions::revoke(cx, id::<SessionId>(&input.session_id, "input.sessionId")?).await
        })
        .await
    }

    /// Ends all of one's own sessions but the one that asks.
    async fn revoke_other_sessions(
        &self,
        ctx: &Context<'_>,
        input: RevokeOtherSessionsInput,
    ) -> Result<SessionsPayload> {
        once(ctx, input.client_mutation_id, async |cx| sessions::revoke_others(cx).await).await
    }
}
