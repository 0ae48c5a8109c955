//! The mutations that say who is kept out of a patient's record.
use super::Patient;
use crate::{
    Cx, Result,
    graphql::{
        id,
        once::{Payload, once},
    },
    patients::protection,
    people::clearances::graphql::{Sensitivity, read},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, ids::PatientId, patient};

#[derive(InputObject)]
struct SetPatientConfidentialityInput {
    patient_id: ID,
    /// All flags that the patient has from now on.
    flags: Vec<Sensitivity>,
    reason: String,
    /// The version the viewer saw; a different one in store is CONFLICT, and nothing is written.
    expected_version: Option<i32>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct BlockFromPatientInput {
    patient_id: ID,
    staff_id: ID,
    reason: String,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct UnblockFromPatientInput {
    patient_id: ID,
    staff_id: ID,
    reason: String,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct ProtectPatientPayload {
    /// Null where the viewer does not see the patient any more.
    patient: Option<Patient>,
    client_mutation_id: Option<String>,
}

impl Payload for ProtectPatientPayload {
    type Written = Option<patient::Model>;
    const SUBJECT: &'static str = "patient";

    fn show(cx: &Cx, row: Option<patient::Model>, client_mutation_id: Option<String>) -> Self {
        Self { patient: row.map(|row| Patient::show(cx, row)), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Option<patient::Model>> {
        protection::still_seen(cx, PatientId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct ProtectionMutation;

#[Object]
impl ProtectionMutation {
    /// Flags a patient as confidential, or takes flags away, which asks for a clearance of that flag or a privacy officer.
    /// Who is not cleared loses the patient from their screens at once, and work that they hold about them goes back to
    /// the team.
    async fn set_patient_confidentiality(
        &self,
        ctx: &Context<'_>,
        input: SetPatientConfidentialityInput,
    ) -> Result<ProtectPatientPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let patient = id(&input.patient_id, "input.patientId")?;
            let flags = read(input.flags);
            let marked = protection::set_labels(cx, patient, flags, input.reason, input.expected_version).await?;
            protection::still_seen(cx, marked.id).await
        })
        .await
    }

    /// Keeps one person out of one patient's record, whatever else they may see; not even in an emergency.
    async fn block_from_patient(
        &self,
        ctx: &Context<'_>,
        input: BlockFromPatientInput,
    ) -> Result<ProtectPatientPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let patient = id(&input.patient_id, "input.patientId")?;
            let staff = id(&input.staff_id, "input.staffId")?;
            let patient = protection::block(cx, patient, staff, input.reason).await?;
            protection::still_seen(cx, patient.id).await
        })
        .await
    }

    /// Lets that person see the patient again, as far as they may otherwise.
    async fn unblock_from_patient(
        &self,
        ctx: &Context<'_>,
        input: UnblockFromPatientInput,
    ) -> Result<ProtectPatientPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let patient = id(&input.patient_id, "input.patientId")?;
            let staff = id(&input.staff_id, "input.staffId")?;
            let patient = protection::unblock(cx, patient, staff, input.reason).await?;
            protection::still_seen(cx, patient.id).await
        })
        .await
    }
}
