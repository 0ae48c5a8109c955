//! The mutations of patients: one verb, one input, one payload each.
use super::{Patient, PatientStatus};
use crate::{
    Cx, Result,
    graphql::{
        id,
        once::{Payload, once},
    },
    patients::service,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, patient};

#[derive(InputObject)]
struct SetPatientStatusInput {
    patient_id: ID,
    status: PatientStatus,
    note: Option<String>,
    /// The version the viewer saw; a different one in store is CONFLICT, and nothing is written.
    expected_version: Option<i32>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct AssignCoordinatorInput {
    patient_id: ID,
    staff_id: ID,
    reason: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct MovePatientInput {
    patient_id: ID,
    care_team_id: ID,
    reason: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct SetPatientPharmacyInput {
    patient_id: ID,
    /// Null takes the pharmacy away.
    name: Option<String>,
    phone: Option<String>,
    /// The version the viewer saw; a different one in store is CONFLICT, and nothing is written.
    expected_version: Option<i32>,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct PatientPayload {
    patient: Patient,
    client_mutation_id: Option<String>,
}

impl Payload for PatientPayload {
    type Written = patient::Model;
    const SUBJECT: &'static str = "patient";

    fn show(cx: &Cx, row: patient::Model, client_mutation_id: Option<String>) -> Self {
        Self { patient: Patient::show(cx, row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<patient::Model> {
        service::find_again(cx, &known).await
    }
}

#[derive(Default)]
pub struct PatientMutation;

#[Object]
impl PatientMutation {
    async fn set_patient_status(&self, ctx: &Context<'_>, input: SetPatientStatusInput) -> Result<PatientPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let patient = id(&input.patient_id, "input.patientId")?;
            service::set_status(cx, patient, input.status.into(), input.note, input.expected_version).await
        })
        .await
    }

    async fn assign_coordinator(&self, ctx: &Context<'_>, input: AssignCoordinatorInput) -> Result<PatientPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let patient = id(&input.patient_id, "input.patientId")?;
            let staff = id(&input.staff_id, "input.staffId")?;
            service::assign_coordinator(cx, patient, staff, input.reason).await
        })
        .await
    }

    /// Gives a patient to another team, with their open tasks.
    async fn move_patient(&self, ctx: &Context<'_>, input: MovePatientInput) -> Result<PatientPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let patient = id(&input.patient_id, "input.patientId")?;
            let team = id(&input.care_team_id, "input.careTeamId")?;
            service::move_to_team(cx, patient, team, input.reason).await
        })
        .await
    }

    /// Says where the patient gets their medicines.
    async fn set_patient_pharmacy(&self, ctx: &Context<'_>, input: SetPatientPharmacyInput) -> Result<PatientPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let patient = id(&input.patient_id, "input.patientId")?;
            service::set_pharmacy(cx, patient, (input.name, input.phone), input.expected_version).await
        })
        .await
    }
}
