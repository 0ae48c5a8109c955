//! Sharing patients anew. Nothing is decided here.
use super::{
    super::{
        facts,
        rebalance::{self, Plan, PlannedLoad as Load, PlannedMove as Move, Reason, Wanted},
        rules::amount,
    },
    LoadPart,
};
use crate::{
    Cx, Result,
    graphql::{
        cx, id,
        once::{Payload, once},
        scalars::DateTime,
        to_id,
    },
    patients::graphql::Patient,
    people::graphql::StaffMember,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, ids::RebalanceId, rebalance as row, rebalance_move};

/// Why a patient is to move, and to whom.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "Reason")]
enum MoveReason {
    EvensLoad,
    NoCoordinator,
    /// Who takes them speaks their language, and who had them does not.
    SpeaksLanguage,
    /// They have their coordinator for less than a year.
    ShortTimeTogether,
    /// Who takes them may do the open work about them, and who had them may not.
    LicensedForOpenWork,
    ChosenByHand,
}

/// Why a member neither gives nor takes.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "facts::LeftOut")]
enum LeftOutReason {
    NoCapacity,
    /// Today, or for the whole week.
    Off,
    /// Coordinates nobody, and is no care coordinator.
    NotACoordinator,
}

#[derive(SimpleObject)]
struct LeftOut {
    staff: StaffMember,
    reason: LeftOutReason,
}

struct PlannedLoad(Load);

/// A member before and after. Relative is the load as a share of the capacity.
#[Object]
impl PlannedLoad {
    async fn staff(&self) -> StaffMember {
        StaffMember(self.0.staff.clone().into())
    }

    /// Of this week.
    async fn capacity(&self) -> f64 {
        self.0.capacity
    }

    async fn load_before(&self) -> f64 {
        amount(self.0.before)
    }

    async fn load_after(&self) -> f64 {
        amount(self.0.after)
    }

    async fn relative_before(&self) -> f64 {
        self.0.relative(self.0.before)
    }

    async fn relative_after(&self) -> f64 {
        self.0.relative(self.0.after)
    }
}

struct PlannedMove {
    inner: Move,
    patient: Patient,
}

/// A patient who is to get another coordinator. The loads are those around this move, in the order of the plan.
#[Object]
impl PlannedMove {
    async fn patient(&self) -> &Patient {
        &self.patient
    }

    /// Of the patient, for `applyRebalance`.
    async fn version(&self) -> i32 {
        self.inner.patient.version
    }

    /// Null for a patient without a coordinator.
    async fn from(&self) -> Option<StaffMember> {
        self.inner.from.clone().map(|person| StaffMember(person.into()))
    }

    async fn to(&self) -> StaffMember {
        StaffMember(self.inner.to.clone().into())
    }

    /// What the patient weighs, with the clocks of theirs that nobody holds.
    async fn weight(&self) -> f64 {
        amount(self.inner.parts.iter().map(crate::caseload::rules::Part::hundredths).sum())
    }

    async fn parts(&self) -> Vec<LoadPart> {
        self.inner.parts.iter().copied().map(Into::into).collect()
    }

    async fn from_before(&self) -> Option<f64> {
        self.inner.from_loads.map(|(before, _)| amount(before))
    }

    async fn from_after(&self) -> Option<f64> {
        self.inner.from_loads.map(|(_, after)| amount(after))
    }

    async fn to_before(&self) -> f64 {
        amount(self.inner.to_loads.0)
    }

    async fn to_after(&self) -> f64 {
        amount(self.inner.to_loads.1)
    }

    async fn reasons(&self) -> Vec<MoveReason> {
        self.inner.reasons.iter().map(|reason| (*reason).into()).collect()
    }

    /// The arithmetic as a sentence, without the patient's name.
    async fn words(&self) -> &str {
        &self.inner.words
    }
}

struct RebalancePlan(Plan, Cx);

/// Who should get whom, so that the load is even. Nothing is done yet.
#[Object]
impl RebalancePlan {
    /// Who gives and takes.
    async fn members(&self) -> Vec<PlannedLoad> {
        self.0.members.iter().cloned().map(PlannedLoad).collect()
    }

    async fn moves(&self) -> Vec<PlannedMove> {
        let show =
            |one: &Move| PlannedMove { inner: one.clone(), patient: Patient::show(&self.1, one.patient.clone()) };
        self.0.moves.iter().map(show).collect()
    }

    async fn left_out(&self) -> Vec<LeftOut> {
        let show = |(person, reason): &(_, facts::LeftOut)| LeftOut {
            staff: StaffMember(std::sync::Arc::new(entity::staff::Model::clone(person))),
            reason: (*reason).into(),
        };
        self.0.left_out.iter().map(show).collect()
    }

    /// Patients who stay whatever happens: confidential ones, and who is in an emergency department or in hospital.
    async fn pinned_patients(&self) -> i64 {
        self.0.pinned
    }

    /// The fullest member's load as a share of what they can carry.
    async fn max_before(&self) -> f64 {
        self.0.highest(|member| member.before)
    }

    async fn max_after(&self) -> f64 {
        self.0.highest(|member| member.after)
    }

    async fn median_before(&self) -> f64 {
        self.0.median(|member| member.before)
    }

    async fn median_after(&self) -> f64 {
        self.0.median(|member| member.after)
    }
}

#[derive(InputObject)]
struct PlannedMoveInput {
    patient_id: ID,
    to_staff_id: ID,
}

#[derive(InputObject)]
struct RebalancePlanInput {
    care_team_id: ID,
    /// How far above the least possible maximum the plan may stay, to spare moves, 0 to 1: 0.05 is five percent.
    #[graphql(default = 0.05)]
    tolerance: f64,
    /// Also gives everybody without a coordinator to somebody.
    #[graphql(default)]
    assign_unassigned: bool,
    /// Exactly these moves instead of computed ones: a plan as it was adjusted by hand. 2,000 at most.
    moves: Option<Vec<PlannedMoveInput>>,
}

#[derive(Default)]
pub struct RebalanceQuery;

#[Object]
impl RebalanceQuery {
    /// The fewest changes of coordinators that even out what the members of a team carry: for who manages it or
    /// coordinates care there. Who needs an interpreter goes only to somebody who speaks their language.
    async fn rebalance_plan(&self, ctx: &Context<'_>, input: RebalancePlanInput) -> Option<Result<RebalancePlan>> {
        Some(plan(ctx, input).await)
    }
}

async fn plan(ctx: &Context<'_>, input: RebalancePlanInput) -> Result<RebalancePlan> {
    let cx = cx(ctx)?;
    let team = id(&input.care_team_id, "input.careTeamId")?;
    let pair = |one: &PlannedMoveInput| {
        Ok((id(&one.patient_id, "input.moves.patientId")?, id(&one.to_staff_id, "input.moves.toStaffId")?))
    };
    let moves = input.moves.as_ref().map(|moves| moves.iter().map(pair).collect::<Result<Vec<_>>>()).transpose()?;
    let plan = rebalance::plan(cx, team, input.tolerance, input.assign_unassigned, moves).await?;
    Ok(RebalancePlan(plan, cx.clone()))
}

struct KeptMove(rebalance_move::Model);

/// A patient who stayed with whom they were given to, when the rest was undone.
#[Object]
impl KeptMove {
    /// Null where the viewer does not see them.
    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        Patient::load(ctx, self.0.patient_id).await.transpose()
    }

    async fn to(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.to_id).await
    }

    async fn why(&self) -> &str {
        self.0.kept.as_deref().unwrap_or_default()
    }
}

pub struct Rebalance(pub row::Model);

/// Patients of a team who were shared anew at once.
#[Object]
impl Rebalance {
    async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    async fn by(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.by_id).await
    }

    /// How many patients.
    async fn moves(&self, ctx: &Context<'_>) -> Result<usize> {
        Ok(rebalance::moves(cx(ctx)?, self.0.id).await?.len())
    }

    async fn undone_at(&self) -> Option<DateTime> {
        self.0.undone_at.map(DateTime)
    }

    /// Whether the viewer may undo it now: on the same day, once.
    async fn viewer_can_undo(&self, ctx: &Context<'_>) -> Result<bool> {
        rebalance::may_undo(cx(ctx)?, &self.0).await
    }

    /// What could not be undone, and why.
    async fn kept(&self, ctx: &Context<'_>) -> Result<Vec<KeptMove>> {
        let moves = rebalance::moves(cx(ctx)?, self.0.id).await?;
        Ok(moves.into_iter().filter(|one| one.kept.is_some()).map(KeptMove).collect())
    }
}

#[derive(InputObject)]
struct WantedMoveInput {
    patient_id: ID,
    to_staff_id: ID,
    /// Of the patient, as the plan showed it.
    expected_version: i32,
}

#[derive(InputObject)]
struct ApplyRebalanceInput {
    care_team_id: ID,
    moves: Vec<WantedMoveInput>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct UndoRebalanceInput {
    rebalance_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct RebalancePayload {
    rebalance: Rebalance,
    client_mutation_id: Option<String>,
}

impl Payload for RebalancePayload {
    type Written = row::Model;
    const SUBJECT: &'static str = "rebalance";

    fn show(_: &Cx, row: row::Model, client_mutation_id: Option<String>) -> Self {
        Self { rebalance: Rebalance(row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<row::Model> {
        rebalance::find(cx, RebalanceId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct RebalanceMutation;

#[Object]
impl RebalanceMutation {
    /// Makes all moves of a plan, or none: CONFLICT names what changed meanwhile.
    async fn apply_rebalance(&self, ctx: &Context<'_>, input: ApplyRebalanceInput) -> Result<RebalancePayload> {
        once(ctx, input.client_mutation_id.clone(), async |cx| {
            let team = id(&input.care_team_id, "input.careTeamId")?;
            let read = |one: &WantedMoveInput| {
                let patient = id(&one.patient_id, "input.moves.patientId")?;
                let to = id(&one.to_staff_id, "input.moves.toStaffId")?;
                Ok(Wanted { patient, to, version: one.expected_version })
            };
            let wanted = input.moves.iter().map(read).collect::<Result<Vec<_>>>()?;
            rebalance::apply(cx, team, wanted).await
        })
        .await
    }

    /// On the same day: gives back whoever is still with whom they were given to, if who had them may have them still. `kept`
    /// names the others.
    async fn undo_rebalance(&self, ctx: &Context<'_>, input: UndoRebalanceInput) -> Result<RebalancePayload> {
        once(ctx, input.client_mutation_id.clone(), async |cx| {
            rebalance::undo(cx, id(&input.rebalance_id, "input.rebalanceId")?).await
        })
        .await
    }
}
