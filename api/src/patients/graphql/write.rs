//! The mutations of patients: one verb, one input, one payload each.
use super::{Patient, PatientStatus};
use crate::{
    Result,
    graphql::{cx, id},
    patients::service,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

#[derive(InputObject)]
struct SetPatientStatusInput {
    patient_id: ID,
    status: PatientStatus,
    note: Option<String>,
    /// The version the viewer saw; a different one in store is CONFLICT, and nothing is written.
    expected_version: Option<i32>,
}

#[derive(InputObject)]
struct AssignCoordinatorInput {
    patient_id: ID,
    staff_id: ID,
    reason: Option<String>,
}

#[derive(InputObject)]
struct MovePatientInput {
    patient_id: ID,
    care_team_id: ID,
    reason: Option<String>,
}

#[derive(SimpleObject)]
struct PatientPayload {
    patient: Patient,
}

#[derive(Default)]
pub struct PatientMutation;

#[Object]
impl PatientMutation {
    async fn set_patient_status(&self, ctx: &Context<'_>, input: SetPatientStatusInput) -> Result<PatientPayload> {
        let (cx, patient) = (cx(ctx)?, id(&input.patient_id, "input.patientId")?);
        let row = service::set_status(cx, patient, input.status.into(), input.note, input.expected_version).await?;
        Ok(PatientPayload { patient: Patient::show(cx, row) })
    }

    async fn assign_coordinator(&self, ctx: &Context<'_>, input: AssignCoordinatorInput) -> Result<PatientPayload> {
        let (cx, patient) = (cx(ctx)?, id(&input.patient_id, "input.patientId")?);
        let staff = id(&input.staff_id, "input.staffId")?;
        let row = service::assign_coordinator(cx, patient, staff, input.reason).await?;
        Ok(PatientPayload { patient: Patient::show(cx, row) })
    }

    /// Gives a patient to another team, with their open tasks.
    async fn move_patient(&self, ctx: &Context<'_>, input: MovePatientInput) -> Result<PatientPayload> {
        let (cx, patient) = (cx(ctx)?, id(&input.patient_id, "input.patientId")?);
        let team = id(&input.care_team_id, "input.careTeamId")?;
        let row = service::move_to_team(cx, patient, team, input.reason).await?;
        Ok(PatientPayload { patient: Patient::show(cx, row) })
    }
}
