//! Confidential patients, and who is cleared for them.
use crate::{Answer, Person, Practice};
use api::patients::protection;
use entity::{
    ids::{PatientId, StaffId},
    sensitivity::{Labels, Sensitivity},
    staff,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::json;

impl Practice {
    /// Marks a patient, as a file would.
    pub async fn marks(&self, patient: &str, labels: &[Sensitivity]) {
        let labels: Labels = labels.iter().copied().collect();
        let patient: PatientId = patient.parse().expect("a patient's id");
        let marked = protection::set_labels(&self.cx(), patient, labels, "a test".to_owned(), None).await;
        marked.expect("the patient is marked");
    }

    /// Lets a person see such patients, without a word to their feeds.
    pub async fn clears(&self, person: StaffId, labels: &[Sensitivity]) {
        self.changes(person, |row| row.clearances = Set(labels.iter().copied().collect())).await;
    }

    /// Makes a person a privacy officer.
    pub async fn appoints(&self, person: StaffId) {
        self.changes(person, |row| row.privacy_officer = Set(true)).await;
    }

    /// Writes somebody's row, as no operation does, without a word to their feeds.
    pub async fn changes(&self, person: StaffId, change: impl FnOnce(&mut staff::ActiveModel)) {
        let row = staff::Entity::find_by_id((self.organization, person)).one(&self.db).await.expect("a row is read");
        let mut row = row.expect("the person is there").into_active_model();
        change(&mut row);
        row.update(&self.db).await.expect("the row is written");
    }
}

impl Person {
    pub async fn flags(&self, patient: &str, flags: &[&str]) -> Answer {
        let input = json!({ "patientId": patient, "flags": flags, "reason": "the patient asked for it" });
        self.act("setPatientConfidentiality", input).await
    }

    pub async fn keeps_out(&self, patient: &str, staff: StaffId) -> Answer {
        let input = json!({ "patientId": patient, "staffId": staff.to_string(), "reason": "a relative" });
        self.act("blockFromPatient", input).await
    }

    pub async fn gives_clearances(&self, staff: StaffId, clearances: &[&str]) -> Answer {
        let input = json!({ "staffId": staff.to_string(), "clearances": clearances, "reason": "consents, folder 12" });
        self.act("setStaffClearances", input).await
    }

    /// Takes emergency access, and answers its id.
    pub async fn breaks_glass(&self, patient: &str) -> String {
        let input = json!({ "patientId": patient, "reason": "collapsed in the waiting room" });
        self.act("breakGlass", input).await.text_at("/breakGlass/breakGlass/id")
    }
}
