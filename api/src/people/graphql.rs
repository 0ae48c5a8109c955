//! People as the API shows them. Nothing is decided here.
use super::{
    clearances::{self, graphql::Sensitivity},
    displays::{
        self,
        graphql::{Acting, Display},
    },
    factors::{self, graphql::Factor},
    mine::{self, graphql::Session},
    service, sessions,
    sign_in::{self, graphql::visitor},
};
use crate::{
    Cx, Error, Result,
    care_teams::{self, graphql::CareTeam},
    emergency::graphql::BreakGlass,
    graphql::{Who, app, cx, load, to_id},
    policy,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{ids::StaffId, staff};
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

    /// Spoken ones, as BCP-47 tags; English is taken for granted.
    async fn languages(&self) -> Vec<&str> {
        self.0.languages.split_ascii_whitespace().collect()
    }

    /// Reviews emergency access, and gives clearances.
    async fn is_privacy_officer(&self) -> bool {
        self.0.privacy_officer
    }

    /// What this person is cleared for. Null with FORBIDDEN for who may not give clearances.
    async fn clearances(&self, ctx: &Context<'_>) -> Option<Result<Vec<Sensitivity>>> {
        let shown = cx(ctx).and_then(|cx| clearances::service::shown(cx, &self.0));
        Some(shown.map(clearances::graphql::show))
    }
}

pub struct Viewer(pub Cx);

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

    async fn is_privacy_officer(&self) -> bool {
        policy::may_review_access(self.0.scope())
    }

    /// May read the record: the privacy officer.
    async fn may_review_access(&self) -> bool {
        policy::may_read_record(self.0.scope())
    }

    /// The viewer's own.
    async fn clearances(&self) -> Vec<Sensitivity> {
        clearances::graphql::show(self.0.scope().sight.clearances)
    }

    /// Whether the viewer may call `breakGlass`: who treats patients, or plans their care.
    async fn can_break_glass(&self) -> bool {
        policy::may_break_glass(self.0.scope())
    }

    /// Whether the viewer may call `setStaffClearances`.
    async fn can_give_clearances(&self) -> bool {
        policy::may_give_clearances(self.0.scope())
    }

    /// The viewer's emergency access that is open, the newest first.
    async fn emergency_access(&self) -> Result<Vec<BreakGlass>> {
        BreakGlass::own(&self.0).await
    }

    /// The wall display that asks; null for everybody else.
    async fn display(&self) -> Option<Result<Display>> {
        self.0.actor.display?;
        Some(displays::service::own(&self.0).await.map(|row| Display(row.into())))
    }

    /// Who acts through this wall display right now; null everywhere else. What it sends about tasks and patients until
    /// then is done by that person, with their rights in the display's team.
    async fn acting(&self, ctx: &Context<'_>) -> Option<Result<Acting>> {
        Some(Acting::load(ctx, self.0.actor.acting.as_ref()?).await)
    }

    /// Whether the viewer has set a PIN for wall displays; null for who is no person.
    async fn has_pin(&self) -> Option<Result<bool>> {
        let id = self.0.actor.staff?;
        Some(displays::pin::hash_of(&self.0, id).await.map(|hash| hash.is_some()))
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

    /// Whether one may invite people, make links for them to come back, and end their sessions.
    async fn can_invite_staff(&self) -> bool {
        policy::may_recover_accounts(self.0.scope())
    }
}

/// Which ways in there are.
#[derive(SimpleObject)]
struct SignInOptions {
    password: bool,
    passkeys: bool,
    /// Null where no provider is set up.
    oidc: Option<OidcOption>,
}

/// The operator's own provider of sign-in.
#[derive(SimpleObject)]
struct OidcOption {
    /// What the button says: Riverside sign-on.
    name: String,
    /// Where its link leads, without `?next=`: /auth/oidc/start
    start_path: String,
}

#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer> {
        Ok(Viewer(cx(ctx)?.clone()))
    }

    /// Which ways in there are, for the sign-in screen. Nobody need be signed in.
    async fn sign_in_options(&self, ctx: &Context<'_>) -> Result<SignInOptions> {
        let provider = app(ctx)?.provider.as_ref();
        let oidc = provider.map(|provider| OidcOption {
            name: provider.settings.name.clone(),
            start_path: "/auth/oidc/start".to_owned(),
        });
        Ok(SignInOptions { password: true, passkeys: true, oidc })
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

/// A session that began or ended, of which a cookie speaks.
#[derive(Clone, Debug)]
pub enum Spoken {
    /// A person's, for as long as they stay signed in.
    Person(String),
    /// A wall display's, which lasts until it is revoked.
    Display(String),
    Ended,
}

/// Carries a new or ended session to the transport, which speaks of it in a cookie.
#[derive(Clone, Debug)]
pub struct SessionCookie(pub Arc<std::sync::Mutex<Option<Spoken>>>);

impl SessionCookie {
    pub fn empty() -> Self {
        Self(Arc::default())
    }

    fn set(ctx: &Context<'_>, spoken: Spoken) {
        if let Some(cookie) = ctx.data_opt::<Self>() {
            *cookie.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(spoken);
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
        Ok(SignInPayload::of_person(ctx, entered))
    }

    async fn sign_out(&self, ctx: &Context<'_>) -> Result<bool> {
        sessions::sign_out(cx(ctx)?).await?;
        SessionCookie::set(ctx, Spoken::Ended);
        Ok(true)
    }
}

impl SignInPayload {
    pub fn of_person(ctx: &Context<'_>, (token, cx): (sessions::Token, Cx)) -> Self {
        SessionCookie::set(ctx, Spoken::Person(token.0.clone()));
        Self::entered(ctx, token, cx)
    }

    pub fn of_display(ctx: &Context<'_>, (token, cx): (sessions::Token, Cx)) -> Self {
        SessionCookie::set(ctx, Spoken::Display(token.0.clone()));
        Self::entered(ctx, token, cx)
    }

    fn entered(ctx: &Context<'_>, token: sessions::Token, cx: Cx) -> Self {
        if let Some(who) = ctx.data_opt::<Arc<Who>>() {
            who.enter(cx.clone());
        }
        Self { token: token.0, viewer: Viewer(cx) }
    }
}
