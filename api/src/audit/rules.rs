//! What something was done for. Pure.
use crate::policy::{Capacity, Scope};
use entity::{
    audit_entry::{AuditKind, AuditPurpose},
    ids::PatientId,
    staff::StaffRole,
};

/// The purpose that a row states. Who treats, looks at patients in order to treat them; who runs the practice, to run it.
pub fn purpose(scope: &Scope, kind: AuditKind, about_patients: bool) -> AuditPurpose {
    let runs_the_practice = matches!(
        &scope.capacity,
        Capacity::Staff { role: StaffRole::Manager | StaffRole::Administrator | StaffRole::FrontDesk, .. }
    );
    match kind {
        AuditKind::BreakGlass => AuditPurpose::EmergencyTreatment,
        AuditKind::Export => AuditPurpose::Operations,
        AuditKind::Search if !runs_the_practice => AuditPurpose::Treatment,
        _ if about_patients && !runs_the_practice => AuditPurpose::Treatment,
        _ => AuditPurpose::Operations,
    }
}

/// Whether somebody sees this patient only because they said that it is an emergency.
pub fn is_emergency(scope: &Scope, patient: PatientId) -> bool {
    scope.sight.emergency.contains_key(&patient)
}

/// Whether what was asked for was refused.
pub fn is_denied(kind: AuditKind) -> bool {
    matches!(kind, AuditKind::Denied | AuditKind::Refused)
}
