//! Caseloads as the API shows them. Nothing is decided here.
mod cover;
mod hours;
mod rebalance;
mod settings;
pub use cover::{Cover, CoverMutation};
pub use hours::{HoursMutation, TimeOff, WorkPattern};
pub use rebalance::{Rebalance, RebalanceMutation, RebalanceQuery};
pub use settings::{SettingsMutation, SettingsQuery};

use super::rules::{self, PartKind};
use crate::{Result, graphql::scalars::Date, patients::graphql::RiskTier, people::graphql::StaffMember};
use async_graphql::{Context, Enum, Object, SimpleObject};
use entity::load_snapshot;

/// What a part of a load counts.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum LoadPartKind {
    Patients,
    OpenTasks,
    /// On top of what they weigh as open tasks.
    OverdueTasks,
    /// Open tasks that fall due before the week is over, on top of what they weigh as open tasks: those that the member
    /// holds, and those about their patients that nobody holds.
    ClocksThisWeek,
}

/// So many of a kind, times what one weighs. The parts of a load add up to it.
#[derive(SimpleObject)]
pub struct LoadPart {
    kind: LoadPartKind,
    /// Of patients; null: not assessed.
    tier: Option<RiskTier>,
    count: i64,
    weight: f64,
    load: f64,
}

impl From<rules::Part> for LoadPart {
    fn from(part: rules::Part) -> Self {
        let (kind, tier) = match part.kind {
            PartKind::Patients(tier) => (LoadPartKind::Patients, tier),
            PartKind::OpenTasks => (LoadPartKind::OpenTasks, None),
            PartKind::OverdueTasks => (LoadPartKind::OverdueTasks, None),
            PartKind::ClocksThisWeek => (LoadPartKind::ClocksThisWeek, None),
        };
        let load = rules::amount(part.hundredths());
        Self { kind, tier: tier.map(Into::into), count: part.count, weight: part.weight, load }
    }
}

/// How much work stands with one member, or with the team as a whole.
#[derive(SimpleObject)]
pub struct Caseload {
    patients: i64,
    high_risk_patients: i64,
    open_tasks: i64,
    overdue_tasks: i64,
    /// Acuity-weighted load: the sum of the tier weights of the patients and of the open work.
    weighted_load: f64,
    /// What the member can carry, in the same unit; null for a member without a set capacity.
    capacity: Option<f64>,
    /// What they can carry this week: the capacity, times their share of full-time hours, times the share of their working
    /// days on which they are not off.
    effective_capacity: Option<f64>,
    /// What the weighted load is the sum of.
    parts: Vec<LoadPart>,
}

impl Caseload {
    pub fn new(load: &rules::Caseload, weights: &rules::Weights) -> Self {
        Self {
            patients: load.patients(),
            high_risk_patients: load.high_risk_patients(),
            open_tasks: load.count(PartKind::OpenTasks),
            overdue_tasks: load.count(PartKind::OverdueTasks),
            weighted_load: load.weighted_load(weights),
            capacity: load.capacity,
            effective_capacity: load.effective,
            parts: load.parts(weights).into_iter().map(Into::into).collect(),
        }
    }
}

pub struct LoadPoint(pub load_snapshot::Model);

/// What a member carried when a day began, confidential patients left out.
#[Object]
impl LoadPoint {
    async fn date(&self) -> Date {
        Date(self.0.date)
    }

    async fn staff(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.staff_id).await
    }

    async fn load(&self) -> f64 {
        self.0.load
    }

    /// Of that week.
    async fn capacity(&self) -> Option<f64> {
        self.0.capacity
    }

    async fn patients(&self) -> i32 {
        self.0.patients
    }

    async fn open_tasks(&self) -> i32 {
        self.0.open_tasks
    }
}
