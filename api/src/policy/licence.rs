//! Which work asks for which role or licence.
use super::Capacity;
use entity::staff::StaffRole::{self, CareCoordinator, Clinician, MedicalAssistant, Nurse, Pharmacist, SocialWorker};

/// A role, and the licences of which one is needed; none named: none in particular.
pub type Qualification = (StaffRole, &'static [&'static str]);

/// Who may take work of a kind. What has no gate is for everybody on the team.
pub struct Gate {
    pub kind: &'static str,
    pub who: &'static [Qualification],
    pub source: &'static str,
}

/// Everybody who was trained to speak about symptoms and care, which the front desk was not.
const CARE: &[Qualification] = &[
    (CareCoordinator, &[]),
    (Nurse, &[]),
    (MedicalAssistant, &[]),
    (Clinician, &[]),
    (SocialWorker, &[]),
    (Pharmacist, &[]),
];

pub const GATES: [Gate; 4] = [
    Gate {
        kind: "MEDICATION_RECONCILIATION",
        who: &[(Clinician, &[]), (Pharmacist, &[]), (Nurse, &["RN"])],
        source: "HEDIS TRC: by a prescriber, a pharmacist or a registered nurse",
    },
    Gate {
        kind: "SYMPTOM_TRIAGE",
        who: CARE,
        source: "not by who makes appointments; each practice's standing orders say more",
    },
    Gate {
        kind: "TRANSITION_CONTACT",
        who: CARE,
        source: "CMS Transitional Care Management: by the clinician or clinical staff under their direction",
    },
    Gate {
        kind: "CARE_PLAN_REVIEW",
        who: CARE,
        source: "CMS Chronic Care Management: by the clinician or clinical staff under their direction",
    },
];

pub fn gate(kind: &str) -> Option<&'static Gate> {
    GATES.iter().find(|gate| gate.kind == kind)
}

/// Whether somebody of this role and licence may take work of this kind.
pub fn is_qualified_for(capacity: &Capacity, kind: &str) -> bool {
    let Capacity::Staff { role, credential } = capacity else { return false };
    let fits = |(wanted, licences): &Qualification| {
        wanted == role && (licences.is_empty() || credential.as_deref().is_some_and(|own| licences.contains(&own)))
    };
    gate(kind).is_none_or(|gate| gate.who.iter().any(fits))
}
