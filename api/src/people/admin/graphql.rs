//! People's accounts as those see them who administer. Nothing is decided here.
use super::{Around, Filter, changes, links};
use crate::{
    Cx, Result,
    care_teams::graphql::CareTeam,
    graphql::{
        cx, id, load,
        load::AroundOf,
        once::{Payload, once},
        page::connection,
        scalars::DateTime,
        to_id,
    },
    page::PageArgs,
    people::{
        factors::graphql::FactorKind,
        graphql::{StaffMember, StaffRole},
        mine::graphql::Session,
        service::Newcomer,
        sign_in,
    },
    policy,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, ids::StaffId, staff};
use std::sync::Arc;

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
enum AccountState {
    /// Has no password yet, only perhaps a link.
    Invited,
    Active,
    Deactivated,
}

#[derive(Clone)]
pub struct StaffAccount(Arc<staff::Model>, Cx);

impl StaffAccount {
    pub fn show(cx: &Cx, row: staff::Model) -> Self {
        Self(row.into(), cx.clone())
    }

    /// Loaded for all accounts of an answer together.
    async fn around(&self, ctx: &Context<'_>) -> Result<Arc<Around>> {
        Ok(load(ctx, AroundOf(self.0.id)).await?.unwrap_or_default())
    }
}

/// What those who administer people see of somebody.
#[Object]
impl StaffAccount {
    /// That of the staff member.
    async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn staff(&self) -> StaffMember {
        StaffMember(self.0.clone())
    }

    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    async fn state(&self) -> AccountState {
        match (self.0.active, &self.0.password_hash) {
            (false, _) => AccountState::Deactivated,
            (true, None) => AccountState::Invited,
            (true, Some(_)) => AccountState::Active,
        }
    }

    async fn care_teams(&self, ctx: &Context<'_>) -> Result<Vec<CareTeam>> {
        Ok(self.around(ctx).await?.teams.iter().map(|row| CareTeam(row.clone().into())).collect())
    }

    /// Kinds of second factor that they have set up.
    async fn factors(&self, ctx: &Context<'_>) -> Result<Vec<FactorKind>> {
        Ok(self.around(ctx).await?.factors.iter().map(|kind| FactorKind::from(*kind)).collect())
    }

    /// Whether their role must have a second factor here.
    async fn second_factor_required(&self) -> Result<bool> {
        sign_in::is_required(&self.1, &self.0).await
    }

    /// Too many wrong passwords: nobody signs in by one before this moment. Null where that is not so.
    async fn locked_until(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.around(ctx).await?.locked_until.map(DateTime))
    }

    /// When any of their open sessions was last used, to the minute.
    async fn last_active_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.around(ctx).await?.sessions.iter().filter_map(|session| session.last_active_at).max().map(DateTime))
    }

    /// Their open sessions. Empty for who may not end them.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        if !super::shows_sessions(&self.1) {
            return Ok(Vec::new());
        }
        Ok(Session::show_all(&self.1, self.around(ctx).await?.sessions.clone()))
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Whether the viewer may change name and credential and deactivate; the role of others only.
    async fn viewer_can_edit(&self) -> bool {
        policy::may_edit_account(self.1.scope(), self.1.actor.staff, &self.0, None)
    }

    /// Whether the viewer may make links, take factors away and end sessions.
    async fn viewer_can_recover(&self) -> bool {
        policy::may_recover_accounts(self.1.scope())
    }
}

connection!(StaffConnection, StaffEdge, StaffAccount, staff::Model);

#[derive(InputObject, Default)]
struct StaffFilter {
    /// Parts of name or e-mail address.
    search: Option<String>,
    active: Option<bool>,
    role: Option<StaffRole>,
}

#[derive(Default)]
pub struct AdminQuery;

#[Object]
impl AdminQuery {
    /// The people of the practice with their accounts, by name. FORBIDDEN for who is neither administrator nor manager.
    async fn staff(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        filter: Option<StaffFilter>,
    ) -> Result<StaffConnection> {
        let StaffFilter { search, active, role } = filter.unwrap_or_default();
        let filter = Filter { search, active, role: role.map(Into::into) };
        Ok(StaffConnection(super::list(cx(ctx)?, filter, &PageArgs { first, after }).await?))
    }

    /// One of them.
    async fn staff_account(&self, ctx: &Context<'_>, id: ID) -> Option<Result<StaffAccount>> {
        Some(find(ctx, &id).await)
    }
}

async fn find(ctx: &Context<'_>, text: &ID) -> Result<StaffAccount> {
    let cx = cx(ctx)?;
    Ok(StaffAccount::show(cx, super::find(cx, id(text, "id")?).await?))
}

#[derive(InputObject)]
struct InviteStaffInput {
    email: String,
    display_name: String,
    role: StaffRole,
    /// Licence or certification that gates task kinds, e.g. RN, LPN, CMA.
    credential: Option<String>,
    care_team_ids: Option<Vec<ID>>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct CreateRecoveryLinkInput {
    staff_id: ID,
    client_mutation_id: Option<String>,
}

/// A way in, shown once.
#[derive(SimpleObject)]
struct EntryLink {
    /// `/enter#TOKEN`, or the whole address where the server knows its own.
    url: String,
    expires_at: DateTime,
}

#[derive(SimpleObject)]
struct StaffLinkPayload {
    account: StaffAccount,
    link: EntryLink,
    client_mutation_id: Option<String>,
}

impl Payload for StaffLinkPayload {
    type Written = (staff::Model, links::Link);
    const SUBJECT: &'static str = "staff";

    fn show(cx: &Cx, (row, link): Self::Written, client_mutation_id: Option<String>) -> Self {
        let link = EntryLink { url: link.url, expires_at: DateTime(link.expires_at) };
        Self { account: StaffAccount::show(cx, row), link, client_mutation_id }
    }

    /// The link is kept nowhere, so there is a new one for the same person.
    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Self::Written> {
        links::renew(cx, StaffId(known.entity_id)).await
    }
}

#[derive(InputObject)]
struct ResetFactorsInput {
    staff_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct RevokeStaffSessionsInput {
    staff_id: ID,
    client_mutation_id: Option<String>,
}

/// What is left out stays.
#[derive(InputObject)]
struct UpdateStaffInput {
    staff_id: ID,
    display_name: Option<String>,
    role: Option<StaffRole>,
    /// Empty text takes it away.
    credential: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct DeactivateStaffInput {
    staff_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct ReactivateStaffInput {
    staff_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct StaffAccountPayload {
    account: StaffAccount,
    client_mutation_id: Option<String>,
}

impl Payload for StaffAccountPayload {
    type Written = staff::Model;
    const SUBJECT: &'static str = "staff";

    fn show(cx: &Cx, row: staff::Model, client_mutation_id: Option<String>) -> Self {
        Self { account: StaffAccount::show(cx, row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<staff::Model> {
        super::find(cx, StaffId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct AdminMutation;

fn person(text: &ID) -> Result<StaffId> {
    id(text, "input.staffId")
}

/// All of them need a recent proof of who one is: else FORBIDDEN with `extensions.reason` REAUTHENTICATE.
#[Object]
impl AdminMutation {
    /// Makes an account without a password, and a link by which its person chooses one, for 72 hours. For administrators.
    async fn invite_staff(&self, ctx: &Context<'_>, input: InviteStaffInput) -> Result<StaffLinkPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let teams = input.care_team_ids.unwrap_or_default();
            let teams = teams.iter().map(|team| id(team, "input.careTeamIds")).collect::<Result<Vec<_>>>()?;
            let new = Newcomer {
                email: input.email,
                display_name: input.display_name,
                role: input.role.into(),
                credential: input.credential,
            };
            links::invite(cx, new, teams).await
        })
        .await
    }

    /// A link by which somebody chooses a new password: for one hour, or for 72 where they never had one. Older links are
    /// void. For administrators.
    async fn create_recovery_link(
        &self,
        ctx: &Context<'_>,
        input: CreateRecoveryLinkInput,
    ) -> Result<StaffLinkPayload> {
        once(ctx, input.client_mutation_id, async |cx| links::renew(cx, person(&input.staff_id)?).await).await
    }

    /// Takes away somebody's authenticators, passkeys, recovery codes and PIN, and ends their sessions. For administrators.
    async fn reset_factors(&self, ctx: &Context<'_>, input: ResetFactorsInput) -> Result<StaffAccountPayload> {
        once(ctx, input.client_mutation_id, async |cx| changes::reset_factors(cx, person(&input.staff_id)?).await).await
    }

    /// Ends all of somebody's sessions. For administrators.
    async fn revoke_staff_sessions(
        &self,
        ctx: &Context<'_>,
        input: RevokeStaffSessionsInput,
    ) -> Result<StaffAccountPayload> {
        once(ctx, input.client_mutation_id, async |cx| changes::revoke_sessions(cx, person(&input.staff_id)?).await)
            .await
    }

    /// Changes name, role and credential. Administrators change everybody, managers who is neither; nobody their own role.
    /// CONFLICT where it would leave no administrator.
    async fn update_staff(&self, ctx: &Context<'_>, input: UpdateStaffInput) -> Result<StaffAccountPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let edit = changes::Edit {
                display_name: input.display_name,
                role: input.role.map(Into::into),
                credential: input.credential,
            };
            changes::update(cx, person(&input.staff_id)?, edit).await
        })
        .await
    }

    /// Ends what somebody has open, everywhere, and hands their claims back to their teams. Who may as for `updateStaff`;
    /// nobody themselves. CONFLICT for the last administrator.
    async fn deactivate_staff(&self, ctx: &Context<'_>, input: DeactivateStaffInput) -> Result<StaffAccountPayload> {
        once(ctx, input.client_mutation_id, async |cx| changes::deactivate(cx, person(&input.staff_id)?).await).await
    }

    /// Lets somebody in again, with the teams that they had.
    async fn reactivate_staff(&self, ctx: &Context<'_>, input: ReactivateStaffInput) -> Result<StaffAccountPayload> {
        once(ctx, input.client_mutation_id, async |cx| changes::reactivate(cx, person(&input.staff_id)?).await).await
    }
}
