//! The weights. Nothing is decided here.
use super::super::{
    rules::Weights,
    settings::{self, set, shown},
};
use crate::{
    Cx, Error, Result,
    graphql::{
        cx,
        once::{Payload, once},
    },
    people::graphql::StaffRole,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::client_mutation;

/// What members of a role can carry in a full week, unless they have a capacity of their own.
#[derive(SimpleObject)]
struct RoleCapacity {
    role: StaffRole,
    capacity: f64,
}

/// What a patient and a piece of work weigh, for everybody in the practice.
#[derive(SimpleObject)]
pub struct CaseloadSettings {
    /// A patient whose risk nobody assessed.
    not_assessed: f64,
    low: f64,
    rising: f64,
    high: f64,
    highest: f64,
    open_task: f64,
    /// On top of an open task.
    overdue: f64,
    /// On top of an open task that falls due before the week is over.
    clock_this_week: f64,
    capacity_by_role: Vec<RoleCapacity>,
    /// Zero as long as nobody changed anything.
    version: i32,
}

impl CaseloadSettings {
    fn new((weights, version): (Weights, i32)) -> Self {
        let by_role = weights.capacity_by_role.into_iter();
        Self {
            not_assessed: weights.not_assessed,
            low: weights.low,
            rising: weights.rising,
            high: weights.high,
            highest: weights.highest,
            open_task: weights.open_task,
            overdue: weights.overdue,
            clock_this_week: weights.due_this_week,
            capacity_by_role: by_role.map(|(role, capacity)| RoleCapacity { role: role.into(), capacity }).collect(),
            version,
        }
    }
}

#[derive(Default)]
pub struct SettingsQuery;

#[Object]
impl SettingsQuery {
    /// What caseloads are weighed by. FORBIDDEN for wall displays.
    async fn caseload_settings(&self, ctx: &Context<'_>) -> Option<Result<CaseloadSettings>> {
        Some(read(ctx).await)
    }
}

async fn read(ctx: &Context<'_>) -> Result<CaseloadSettings> {
    Ok(CaseloadSettings::new(shown(cx(ctx)?).await?))
}

#[derive(InputObject)]
struct RoleCapacityInput {
    role: StaffRole,
    /// 0 to 10,000.
    capacity: f64,
}

/// Weights are 0 to 100, with at most two decimals.
#[derive(InputObject)]
struct SetCaseloadSettingsInput {
    not_assessed: f64,
    low: f64,
    rising: f64,
    high: f64,
    highest: f64,
    open_task: f64,
    overdue: f64,
    clock_this_week: f64,
    capacity_by_role: Vec<RoleCapacityInput>,
    expected_version: i32,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct CaseloadSettingsPayload {
    settings: CaseloadSettings,
    client_mutation_id: Option<String>,
}

impl Payload for CaseloadSettingsPayload {
    type Written = (Weights, i32);
    const SUBJECT: &'static str = "caseload-settings";

    fn show(_: &Cx, written: (Weights, i32), client_mutation_id: Option<String>) -> Self {
        Self { settings: CaseloadSettings::new(written), client_mutation_id }
    }

    async fn again(cx: &Cx, _: client_mutation::Model) -> Result<(Weights, i32)> {
        settings::current(cx).await
    }
}

#[derive(Default)]
pub struct SettingsMutation;

#[Object]
impl SettingsMutation {
    /// Sets what caseloads are weighed by: managers, who proved a moment ago who they are.
    async fn set_caseload_settings(
        &self,
        ctx: &Context<'_>,
        input: SetCaseloadSettingsInput,
    ) -> Result<CaseloadSettingsPayload> {
        once(ctx, input.client_mutation_id.clone(), async |cx| {
            let roles = input.capacity_by_role.iter();
            let weights = Weights {
                not_assessed: input.not_assessed,
                low: input.low,
                rising: input.rising,
                high: input.high,
                highest: input.highest,
                open_task: input.open_task,
                overdue: input.overdue,
                due_this_week: input.clock_this_week,
                capacity_by_role: roles.map(|one| (one.role.into(), one.capacity)).collect(),
            };
            if weights.capacity_by_role.len() < input.capacity_by_role.len() {
                return Err(Error::bad_input("input.capacityByRole", "names a role twice"));
            }
            set(cx, weights, input.expected_version).await?;
            settings::current(cx).await
        })
        .await
    }
}
