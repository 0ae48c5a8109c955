//! Care teams as the API shows them. Nothing is decided here.
use super::{service, today};
use crate::{
    Cx, Error, Result,
    caseload::{
        self,
        graphql::{Caseload, Cover, LoadPoint, Rebalance, TimeOff, WorkPattern},
    },
    events::Cursor,
    graphql::{
        cx, id, load,
        load::{CaseloadOf, PinOf},
        once::{Payload, once},
        page::connection,
        scalars::DateTime,
        to_id,
    },
    huddles::{
        self,
        graphql::{Huddle, HuddleConnection, HuddleSettings, SinceLastHuddle},
    },
    page::PageArgs,
    patients::{
        self,
        graphql::{PatientConnection, PatientFilter},
    },
    people::{displays, displays::graphql::Display, graphql::StaffMember},
    policy,
    tasks::{
        self,
        graphql::{TaskConnection, TaskFilter, TaskOrder},
    },
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{care_team, client_mutation, ids::CareTeamId};
use std::sync::Arc;

#[derive(Clone)]
pub struct CareTeam(pub Arc<care_team::Model>);

impl CareTeam {
    pub fn show(_: &Cx, row: care_team::Model) -> Self {
        Self(Arc::new(row))
    }

    /// The team that a visible row names.
    pub async fn load(ctx: &Context<'_>, id: CareTeamId) -> Result<Self> {
        let row: Option<care_team::Model> = load(ctx, id).await?;
        row.map(|row| Self(row.into())).ok_or(Error::NotFound("care team"))
    }

    /// What stands on its board is for who may follow it; others know it by name.
    fn require_followed(&self, ctx: &Context<'_>) -> Result<()> {
        let cx = cx(ctx)?;
        cx.require(policy::may_follow_team(cx.scope(), self.0.id), "see the patients and the work of this team")
    }

    async fn caseloads(&self, ctx: &Context<'_>) -> Result<Arc<caseload::service::TeamCaseload>> {
        self.require_followed(ctx)?;
        load(ctx, CaseloadOf(self.0.id)).await?.ok_or(Error::NotFound("caseload"))
    }
}

connection!(CareTeamConnection, CareTeamEdge, CareTeam, care_team::Model);

/// The people who look after a panel of patients together.
#[Object]
impl CareTeam {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// IANA time zone of the practice: business days and local dates are counted in it.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<CareTeamMember>> {
        let members = service::members(cx(ctx)?, self.0.id).await?;
        Ok(members
            .into_iter()
            .map(|(_, person)| CareTeamMember { team: self.clone(), staff: StaffMember(person.into()) })
            .collect())
    }

    async fn caseload(&self, ctx: &Context<'_>) -> Result<Caseload> {
        let of_team = self.caseloads(ctx).await?;
        Ok(Caseload::new(&of_team.team, &of_team.weights))
    }

    /// The middle of what the members carry this week, as a share of what each can carry; null where nobody has a capacity.
    async fn median_relative_load(&self, ctx: &Context<'_>) -> Result<Option<f64>> {
        Ok(self.caseloads(ctx).await?.median())
    }

    /// What the members carried when each day began, the oldest first: 1 to 26 weeks.
    async fn load_trend(&self, ctx: &Context<'_>, #[graphql(default = 8)] weeks: i32) -> Result<Vec<LoadPoint>> {
        self.require_followed(ctx)?;
        let rows = caseload::trend::of_team(cx(ctx)?, &self.0, weeks).await?;
        Ok(rows.into_iter().map(LoadPoint).collect())
    }

    /// Absences of members during which others have their work: those that last, and those of the last two weeks.
    async fn covers(&self, ctx: &Context<'_>) -> Result<Vec<Cover>> {
        self.require_followed(ctx)?;
        Ok(caseload::cover::of_team(cx(ctx)?, self.0.id).await?.into_iter().map(Cover).collect())
    }

    /// When patients were shared anew in the last two weeks, the newest first.
    async fn rebalances(&self, ctx: &Context<'_>) -> Result<Vec<Rebalance>> {
        self.require_followed(ctx)?;
        Ok(caseload::rebalance::of_team(cx(ctx)?, self.0.id).await?.into_iter().map(Rebalance).collect())
    }

    /// Whether the viewer may share the team's patients anew.
    async fn viewer_can_rebalance(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(policy::may_rebalance(cx(ctx)?.scope(), self.0.id))
    }

    async fn patients(
        &self,
        ctx: &Context<'_>,
        filter: Option<PatientFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<PatientConnection> {
        self.require_followed(ctx)?;
        let cx = cx(ctx)?;
        let mut filter = filter.unwrap_or_default().read()?;
        filter.care_team = Some(self.0.id);
        let page = patients::service::list(cx, filter, &PageArgs { first, after }).await?;
        Ok(PatientConnection(page))
    }

    async fn tasks(
        &self,
        ctx: &Context<'_>,
        filter: Option<TaskFilter>,
        order_by: Option<TaskOrder>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<TaskConnection> {
        self.require_followed(ctx)?;
        let cx = cx(ctx)?;
        let mut filter = filter.unwrap_or_default().read()?;
        filter.care_team = Some(self.0.id);
        let order = order_by.map(Into::into).unwrap_or_default();
        let page = tasks::service::list(cx, filter, order, &PageArgs { first, after }).await?;
        Ok(TaskConnection(page))
    }

    /// Where the team's feed stood when this answer was read, taken in the same database snapshot as everything under
    /// this team. Open `teamFeed(after: feedCursor)` and no change is missed or seen twice.
    async fn feed_cursor(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(Cursor::now(cx(ctx)?).await?.to_string())
    }

    /// Work of this team that nobody holds.
    async fn unclaimed_tasks(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(self.caseloads(ctx).await?.unclaimed_tasks)
    }

    /// When the team's present day began, in its time zone.
    async fn day_started_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(today::started_at(&self.0.time_zone, cx(ctx)?.now())))
    }

    /// Whether the viewer may change members, capacities and displays.
    async fn viewer_can_manage(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(policy::may_manage_team(cx(ctx)?.scope(), self.0.id))
    }

    /// The huddle that runs now; else the one of this part of the day, if anybody opened it. `openHuddle` makes it.
    async fn huddle(&self, ctx: &Context<'_>) -> Option<Result<Huddle>> {
        Huddle::now(ctx, &self.0).await.transpose()
    }

    /// All huddles, the newest first.
    async fn huddles(&self, ctx: &Context<'_>, first: Option<i32>, after: Option<String>) -> Result<HuddleConnection> {
        Ok(HuddleConnection(huddles::service::list(cx(ctx)?, self.0.id, &PageArgs { first, after }).await?))
    }

    async fn huddle_settings(&self, ctx: &Context<'_>) -> Result<HuddleSettings> {
        Ok(huddles::service::settings::of(cx(ctx)?, self.0.id).await?.into())
    }

    /// What changed since the last huddle.
    async fn since_last_huddle(&self, ctx: &Context<'_>) -> Result<SinceLastHuddle> {
        Ok(SinceLastHuddle(huddles::news::since(cx(ctx)?, &self.0, None).await?))
    }

    /// The team's wall displays, by name.
    async fn displays(&self, ctx: &Context<'_>) -> Result<Vec<Display>> {
        let displays = displays::service::list(cx(ctx)?, Some(self.0.id)).await?;
        Ok(displays.into_iter().map(|row| Display(row.into())).collect())
    }

    /// Whether the viewer may pair, rename and revoke displays of this team.
    async fn viewer_can_pair_display(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(policy::may_pair_display(cx(ctx)?.scope(), self.0.id))
    }
}

pub struct CareTeamMember {
    team: CareTeam,
    staff: StaffMember,
}

/// Somebody's place on a team.
#[Object]
impl CareTeamMember {
    async fn staff(&self) -> StaffMember {
        self.staff.clone()
    }

    /// Patients and work this member carries, for caseload balance.
    async fn caseload(&self, ctx: &Context<'_>) -> Result<Caseload> {
        let of_team = self.team.caseloads(ctx).await?;
        let load = of_team.members.get(&self.staff.0.id).cloned().unwrap_or_default();
        Ok(Caseload::new(&load, &of_team.weights))
    }

    /// On which days they work, and how much.
    async fn work_pattern(&self, ctx: &Context<'_>) -> Result<WorkPattern> {
        Ok(self.team.caseloads(ctx).await?.hours.pattern(self.staff.0.id).into())
    }

    /// Absences that are not over, the next first.
    async fn time_off(&self, ctx: &Context<'_>) -> Result<Vec<TimeOff>> {
        let of_team = self.team.caseloads(ctx).await?;
        let absences = of_team.hours.absences(self.staff.0.id).iter();
        Ok(absences.filter(|off| off.to_date >= of_team.week.today).cloned().map(TimeOff).collect())
    }

    /// Whether they are away today, in the team's time zone.
    async fn is_off(&self, ctx: &Context<'_>) -> Result<bool> {
        let of_team = self.team.caseloads(ctx).await?;
        Ok(caseload::rules::is_off(of_team.hours.absences(self.staff.0.id), of_team.week.today))
    }

    /// Whether they can act by a PIN at the wall display that asks; null for everybody else.
    async fn has_pin(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        if cx(ctx)?.scope().is_display() { load(ctx, PinOf(self.staff.0.id)).await } else { Ok(None) }
    }
}

#[derive(Default)]
pub struct CareTeamQuery;

#[Object]
impl CareTeamQuery {
    async fn care_team(&self, ctx: &Context<'_>, id: ID) -> Option<Result<CareTeam>> {
        Some(find(ctx, &id).await)
    }

    async fn care_teams(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<CareTeamConnection> {
        let page = service::list(cx(ctx)?, &PageArgs { first, after }).await?;
        Ok(CareTeamConnection(page))
    }
}

async fn find(ctx: &Context<'_>, text: &ID) -> Result<CareTeam> {
    Ok(CareTeam(service::find(cx(ctx)?, id(text, "id")?).await?.into()))
}

#[derive(InputObject)]
struct AddCareTeamMemberInput {
    care_team_id: ID,
    staff_id: ID,
    capacity: Option<f64>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct RemoveCareTeamMemberInput {
    care_team_id: ID,
    staff_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct SetMemberCapacityInput {
    care_team_id: ID,
    staff_id: ID,
    /// In the unit of `Caseload.weightedLoad`; null takes the limit away.
    capacity: Option<f64>,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
pub struct CareTeamPayload {
    care_team: CareTeam,
    client_mutation_id: Option<String>,
}

impl Payload for CareTeamPayload {
    type Written = care_team::Model;
    const SUBJECT: &'static str = "care-team";

    fn show(cx: &Cx, row: care_team::Model, client_mutation_id: Option<String>) -> Self {
        Self { care_team: CareTeam::show(cx, row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<care_team::Model> {
        service::find(cx, CareTeamId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct CareTeamMutation;

#[Object]
impl CareTeamMutation {
    async fn add_care_team_member(&self, ctx: &Context<'_>, input: AddCareTeamMemberInput) -> Result<CareTeamPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let (team, staff) = (id(&input.care_team_id, "input.careTeamId")?, id(&input.staff_id, "input.staffId")?);
            service::add_member(cx, team, staff, input.capacity).await
        })
        .await
    }

    async fn remove_care_team_member(
        &self,
        ctx: &Context<'_>,
        input: RemoveCareTeamMemberInput,
    ) -> Result<CareTeamPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let (team, staff) = (id(&input.care_team_id, "input.careTeamId")?, id(&input.staff_id, "input.staffId")?);
            service::remove_member(cx, team, staff).await
        })
        .await
    }

    async fn set_member_capacity(&self, ctx: &Context<'_>, input: SetMemberCapacityInput) -> Result<CareTeamPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let (team, staff) = (id(&input.care_team_id, "input.careTeamId")?, id(&input.staff_id, "input.staffId")?);
            service::set_capacity(cx, team, staff, input.capacity).await
        })
        .await
    }
}
