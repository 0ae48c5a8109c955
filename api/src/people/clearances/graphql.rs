//! Clearances as the API shows them. Nothing is decided here.
use super::service;
use crate::{
    Cx, Result,
    graphql::{
        id,
        once::{Payload, once},
    },
    people::{self, graphql::StaffMember},
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, ids::StaffId, sensitivity, sensitivity::Labels, staff};

/// Why a patient's record is more confidential than others, after the HL7 security labels. Who is not cleared for every
/// flag of a patient does not see that there is such a patient.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "sensitivity::Sensitivity")]
pub enum Sensitivity {
    /// Behavioural health (HL7 v3 ActCode PSY).
    BehavioralHealth,
    /// Substance use disorder treatment, 42 CFR Part 2 (HL7 v3 ActCode ETHUD, SUD).
    SubstanceUse,
    /// A restricted chart: well-known people, employees, people at risk of violence (HL7 v3 Confidentiality R, V).
    Restricted,
}

pub fn show(labels: Labels) -> Vec<Sensitivity> {
    labels.iter().map(Into::into).collect()
}

pub fn read(labels: Vec<Sensitivity>) -> Labels {
    labels.into_iter().map(sensitivity::Sensitivity::from).collect()
}

#[derive(InputObject)]
struct SetStaffClearancesInput {
    staff_id: ID,
    /// All that the person is cleared for from now on.
    clearances: Vec<Sensitivity>,
    /// Absent leaves it. Only an administrator says it.
    privacy_officer: Option<bool>,
    /// Why; for SUBSTANCE_USE where the consents are kept (42 CFR 2.31).
    reason: String,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct StaffClearancesPayload {
    staff: StaffMember,
    client_mutation_id: Option<String>,
}

impl Payload for StaffClearancesPayload {
    type Written = staff::Model;
    const SUBJECT: &'static str = "staff";

    fn show(_: &Cx, row: staff::Model, client_mutation_id: Option<String>) -> Self {
        Self { staff: StaffMember(row.into()), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<staff::Model> {
        people::service::find(cx, StaffId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct ClearanceMutation;

#[Object]
impl ClearanceMutation {
    /// What a person is cleared for, and whether they are a privacy officer. By an administrator or a privacy officer who
    /// proved who they are within 5 minutes; nobody changes their own.
    async fn set_staff_clearances(
        &self,
        ctx: &Context<'_>,
        input: SetStaffClearancesInput,
    ) -> Result<StaffClearancesPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let staff = id(&input.staff_id, "input.staffId")?;
            service::set(cx, staff, read(input.clearances), input.privacy_officer, input.reason).await
        })
        .await
    }
}
