//! What members carry, how it is shared anew, and who stands in for whom.
mod cover;
mod load;
mod rebalance;

use entity::{
    ids::PatientId,
    patient::{self, RiskTier},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use tests::{Kit, Person};

/// Writes a patient's row, as a file would.
async fn changes(kit: &Kit, patient: &str, change: impl FnOnce(&mut patient::ActiveModel)) {
    let id: PatientId = patient.parse().unwrap();
    let row = patient::Entity::find_by_id((kit.organization, id)).one(&kit.db).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    change(&mut row);
    row.update(&kit.db).await.unwrap();
}

/// A patient of Cedar whom somebody coordinates.
async fn patient_of(kit: &Kit, who: &Person, tier: Option<RiskTier>) -> String {
    let patient = kit.patient("Rosa Diaz", "Cedar").await;
    let (id, tx) = (patient.parse().unwrap(), kit.cx());
    api::patients::service::assign_coordinator(&tx, id, who.id, None).await.unwrap();
    changes(kit, &patient, |row| {
        row.risk_tier = Set(tier);
        (row.interpreter_needed, row.preferred_language) = (Set(false), Set(None));
    })
    .await;
    patient
}

async fn coordinator(kit: &Kit, patient: &str) -> Option<entity::ids::StaffId> {
    let id: PatientId = patient.parse().unwrap();
    let row = patient::Entity::find_by_id((kit.organization, id)).one(&kit.db).await.unwrap();
    row.unwrap().coordinator_id
}
