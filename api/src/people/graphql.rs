//! People as the API shows them. Nothing is decided here.
use super::{
    factors::{self, graphql::Factor},
    mine::{self, graphql::Session},
    service, sessions,
    sign_in::{self, graphql::visitor},
};
use crate::{
    App, Cx, Error, Result,
    care_teams::{self, graphql::CareTeam},
    graphql::{
        Who, cx, id, load,
        once::{Payload, once},
        scalars::DateTime,
        to_id,
    },
    policy,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{
    client_mutation,
    ids::{DisplayId, StaffId},
    staff,
};
use std::sync::Arc;

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "staff::StaffRole")]
pub enum StaffRole {
    CareCoordinator,
    Nurse,
    MedicalAssistant,
    Clinician,
    SocialWorker,
    Pharmacist,
    FrontDesk,
    Manager,
    Administrator,
}

#[derive(Clone)]
pub struct StaffMember(pub Arc<staff::Model>);

impl StaffMember {
    /// Somebody whom a visible row names.
    pub async fn load(ctx: &Context<'_>, id: StaffId) -> Result<Self> {
        let row: Option<staff::Model> = load(ctx, id).await?;
        row.map(|row| Self(row.into())).ok_or(Error::NotFound("staff member"))
    }

    pub async fn load_optional(ctx: &Context<'_>, id: Option<StaffId>) -> Option<Result<Self>> {
        Some(Self::load(ctx, id?).await)
    }
}

/// Somebody who works here.
#[Object]
impl StaffMember {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn display_name(&self) -> &str {
        &self.0.display_name
    }

    async fn role(&self) -> StaffRole {
        self.0.role.into()
    }

    /// Licence or certification that gates task kinds, e.g. RN, LPN, CMA.
    async fn credential(&self) -> Option<&str> {
        self.0.credential.as_deref()
    }

    async fn active(&self) -> bool {
        self.0.active
    }
}

pub struct Viewer(Cx);

/// Who is asking: a person, a wall display, or an integration.
#[Object]
impl Viewer {
    async fn staff(&self) -> Option<Result<StaffMember>> {
        let id = self.0.actor.staff?;
        Some(service::find(&self.0, id).await.map(|row| StaffMember(row.into())))
    }

    /// The care teams whose boards the viewer follows, by name. None for who only runs the system.
    async fn care_teams(&self) -> Result<Vec<CareTeam>> {
        Ok(care_teams::service::followed(&self.0).await?.into_iter().map(|row| CareTeam(row.into())).collect())
    }

    /// True for a wall display: read-only, and patients appear by initials.
    async fn is_display(&self) -> bool {
        self.0.scope().is_display()
    }

    /// The session that asks.
    async fn session(&self) -> Result<Session> {
        Ok(Session::show(&self.0, mine::sessions::current(&self.0).await?))
    }

    /// One's own authenticators and passkeys, oldest first. Empty for displays and integrations.
    async fn factors(&self) -> Result<Vec<Factor>> {
        let Some(staff) = self.0.actor.staff else { return Ok(Vec::new()) };
        Ok(factors::of(&self.0, staff).await?.into_iter().map(Factor::from).collect())
    }

    /// How many recovery codes are still unused.
    async fn recovery_codes_left(&self) -> Result<u64> {
        let Some(staff) = self.0.actor.staff else { return Ok(0) };
        factors::recovery_codes_left(&self.0, staff).await
    }

    /// Whether one's role must have a second factor here: then the last one cannot be removed.
    async fn second_factor_required(&self) -> Result<bool> {
        let Some(staff) = self.0.actor.staff else { return Ok(false) };
        sign_in::is_required(&self.0, &service::find(&self.0, staff).await?).await
    }

    /// Whether one may see the accounts of people, and change some of them.
    async fn can_manage_staff(&self) -> bool {
        policy::may_see_accounts(self.0.scope())
    }
}

#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer> {
        Ok(Viewer(cx(ctx)?.clone()))
    }
}

#[derive(InputObject)]
struct SignInInput {
    email: String,
    password: String,
}

#[derive(SimpleObject)]
pub struct SignInPayload {
    /// Sent as `Authorization: Bearer …`; a browser gets the same session as a cookie and need not keep this.
    token: String,
    viewer: Viewer,
}

#[derive(InputObject)]
struct CreateDisplayInput {
    care_team_id: ID,
    /// Where it hangs: Huddle room.
    name: String,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct CreateDisplayPayload {
    /// Typed once at the display's /pair page.
    pairing_code: String,
    expires_at: DateTime,
    client_mutation_id: Option<String>,
}

impl Payload for CreateDisplayPayload {
    type Written = (String, chrono::DateTime<chrono::Utc>);
    const SUBJECT: &'static str = "display";

    fn show(_: &Cx, (pairing_code, expires_at): Self::Written, client_mutation_id: Option<String>) -> Self {
        Self { pairing_code, expires_at: DateTime(expires_at), client_mutation_id }
    }

    /// The code is kept nowhere, so there is a new one for the same display.
    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Self::Written> {
        sessions::create_display_again(cx, DisplayId(known.entity_id)).await
    }
}

#[derive(InputObject)]
struct PairDisplayInput {
    pairing_code: String,
}

/// Carries a new or ended session to the transport, which speaks of it in a cookie.
#[derive(Clone, Debug)]
pub struct SessionCookie(pub Arc<std::sync::Mutex<Option<Option<String>>>>);

impl SessionCookie {
    pub fn empty() -> Self {
        Self(Arc::default())
    }

    /// `None` takes the cookie away.
    fn set(ctx: &Context<'_>, token: Option<&str>) {
        if let Some(cookie) = ctx.data_opt::<Self>() {
            *cookie.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(token.map(str::to_owned));
        }
    }
}

#[derive(Default)]
pub struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// Signs in by address and password. UNAUTHENTICATED where they are wrong; also where a second step is needed, and then
    /// with `extensions.secondFactor`: `challenge` and `methods` for `completeSignIn`, or `mustEnrol` for who must set up a
    /// factor first. RATE_LIMITED with `extensions.retryAfter` after several wrong passwords.
    async fn sign_in(&self, ctx: &Context<'_>, input: SignInInput) -> Result<SignInPayload> {
        let entered = sign_in::sign_in(app(ctx)?, &input.email, input.password, &visitor(ctx)).await?;
        Ok(entered_as(ctx, entered))
    }

    async fn sign_out(&self, ctx: &Context<'_>) -> Result<bool> {
        sessions::sign_out(cx(ctx)?).await?;
        SessionCookie::set(ctx, None);
        Ok(true)
    }

    /// Makes a code with which a shared screen signs in, read-only, for one team. It works once, for 15 minutes.
    async fn create_display(&self, ctx: &Context<'_>, input: CreateDisplayInput) -> Result<CreateDisplayPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let team = id(&input.care_team_id, "input.careTeamId")?;
            sessions::create_display(cx, team, input.name).await
        })
        .await
    }

    /// Signs a shared screen in.
    async fn pair_display(&self, ctx: &Context<'_>, input: PairDisplayInput) -> Result<SignInPayload> {
        let entered = sessions::pair_display(app(ctx)?, &input.pairing_code).await?;
        Ok(entered_as(ctx, entered))
    }
}

pub fn app<'a>(ctx: &Context<'a>) -> Result<&'a Arc<App>> {
    ctx.data_opt::<Arc<App>>().ok_or_else(|| Error::broken("every request carries the app"))
}

pub fn entered_as(ctx: &Context<'_>, (token, cx): (sessions::Token, Cx)) -> SignInPayload {
    SessionCookie::set(ctx, Some(&token.0));
    if let Some(who) = ctx.data_opt::<Arc<Who>>() {
        who.enter(cx.clone());
    }
    SignInPayload { token: token.0, viewer: Viewer(cx) }
}
