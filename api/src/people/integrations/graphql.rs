//! Integrations' tokens as the API shows them. Nothing is decided here.
use super::service::{self, Known, NewToken};
use crate::{
    Cx, Result,
    graphql::{
        cx, id,
        once::{Payload, once},
        scalars::DateTime,
        to_id,
    },
    people::graphql::StaffMember,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, ids::IntegrationTokenId, integration_token::TokenScope};
use std::sync::Arc;

/// What an integration may do.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "TokenScope")]
enum IntegrationScope {
    /// See every team of the organization, its patients and tasks.
    Read,
    /// Create tasks, edit and comment on them, cancel those that nobody holds. Needs READ.
    TasksWrite,
    /// Change status, coordinator and care team of patients. Needs READ.
    PatientsWrite,
    /// Read the audit record.
    AuditRead,
    /// See confidential patients as well. Needs READ.
    ConfidentialRead,
}

#[derive(Clone)]
pub struct IntegrationToken(Arc<Known>);

impl IntegrationToken {
    pub async fn find(cx: &Cx, id: IntegrationTokenId) -> Result<Self> {
        Ok(Self(service::find(cx, id).await?.into()))
    }
}

/// A bearer token of another program. Only its hash is kept.
#[Object]
impl IntegrationToken {
    pub async fn id(&self) -> ID {
        to_id(self.0.token.id)
    }

    /// What the integration is called in the audit record.
    async fn name(&self) -> &str {
        self.0.session.name.as_deref().unwrap_or_default()
    }

    async fn scopes(&self) -> Vec<IntegrationScope> {
        self.0.scopes().into_iter().map(Into::into).collect()
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.0.session.created_at)
    }

    /// Who made it; null where the command line did.
    async fn created_by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.token.created_by).await
    }

    async fn expires_at(&self) -> Option<DateTime> {
        self.0.session.expires_at.map(DateTime)
    }

    /// To the minute; null while it was never used.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.token.last_used_at.map(DateTime)
    }

    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.session.ended_at.map(DateTime)
    }

    /// Neither revoked nor expired.
    async fn active(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.is_active(cx(ctx)?.now()))
    }
}

#[derive(InputObject)]
struct CreateIntegrationTokenInput {
    /// What the integration is called in the audit record.
    name: String,
    scopes: Vec<IntegrationScope>,
    /// How many days it lasts, 1 to 730.
    #[graphql(default_with = "Some(365)")]
    days: Option<i32>,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct CreateIntegrationTokenPayload {
    /// Shown once, as `Authorization: Bearer …`. Null where this answers a retry: revoke it and make another.
    token: Option<String>,
    integration_token: IntegrationToken,
    client_mutation_id: Option<String>,
}

impl Payload for CreateIntegrationTokenPayload {
    type Written = (Option<String>, Known);
    const SUBJECT: &'static str = "session";

    fn show(_: &Cx, (token, known): Self::Written, client_mutation_id: Option<String>) -> Self {
        Self { token, integration_token: IntegrationToken(known.into()), client_mutation_id }
    }

    /// The token is kept nowhere.
    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Self::Written> {
        Ok((None, service::find(cx, IntegrationTokenId(known.entity_id)).await?))
    }
}

#[derive(InputObject)]
struct RevokeIntegrationTokenInput {
    integration_token_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct IntegrationTokenPayload {
    integration_token: IntegrationToken,
    client_mutation_id: Option<String>,
}

impl Payload for IntegrationTokenPayload {
    type Written = Known;
    const SUBJECT: &'static str = "session";

    fn show(_: &Cx, known: Known, client_mutation_id: Option<String>) -> Self {
        Self { integration_token: IntegrationToken(known.into()), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Known> {
        service::find(cx, IntegrationTokenId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct IntegrationQuery;

#[Object]
impl IntegrationQuery {
    /// All integrations' tokens, newest first, for who runs the system; FORBIDDEN for others.
    async fn integration_tokens(&self, ctx: &Context<'_>) -> Result<Vec<IntegrationToken>> {
        Ok(service::list(cx(ctx)?).await?.into_iter().map(|known| IntegrationToken(known.into())).collect())
    }
}

#[derive(Default)]
pub struct IntegrationMutation;

#[Object]
impl IntegrationMutation {
    /// Makes a token for another program, for who runs the system.
    async fn create_integration_token(
        &self,
        ctx: &Context<'_>,
        input: CreateIntegrationTokenInput,
    ) -> Result<CreateIntegrationTokenPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let scopes = input.scopes.into_iter().map(Into::into).collect();
            let days = input.days.map_or(service::USUAL_DAYS, i64::from);
            let (secret, known) = service::create(cx, NewToken { name: input.name, scopes, days }).await?;
            Ok((Some(secret.0), known))
        })
        .await
    }

    /// Ends a token, for who runs the system: its requests are refused and its feeds end at once.
    async fn revoke_integration_token(
        &self,
        ctx: &Context<'_>,
        input: RevokeIntegrationTokenInput,
    ) -> Result<IntegrationTokenPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::revoke(cx, id(&input.integration_token_id, "input.integrationTokenId")?).await
        })
        .await
    }
}
