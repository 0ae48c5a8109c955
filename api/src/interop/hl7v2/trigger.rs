//! Which ADT messages Huddle uses, and what each of them is about.
use entity::patient::PatientStatus;

/// The trigger event, MSH-9.2.
///
/// | Event | What it does here |
/// |---|---|
/// | A01, A04 | begins a visit; PV1-2 says where ([`Setting::at_start`]) |
/// | A02, A12 | moves within a visit, and back; no status |
/// | A03, A13 | ends a visit, and takes that back |
/// | A05 | a plan; no status |
/// | A06, A07 | goes on with the visit as an inpatient's, or no longer as one |
/// | A08, A28, A31 | who the patient is, and whether alive; no other status |
/// | A11 | takes A01 or A04 back |
/// | A18, A30, A34, A36, A39, A40 | two records are one person |
///
/// Every other event is refused: tracking and pending events (A09, A10, A14 to A16, A25 to A27, A38) say nothing that is
/// sure, A29 deletes what a practice must keep, A41 to A45 and A50 to A51 merge or move accounts and visits, which
/// Huddle does not keep, A46 to A49 change an identifier for good, and the rest is not about where a patient is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trigger {
    // In this order they are read where two happened at the same moment: what begins before what ends, cancels last.
    A05,
    A04,
    A01,
    A06,
    A07,
    A02,
    A08,
    A28,
    A31,
    A03,
    Merge,
    A12,
    A13,
    A11,
}

impl Trigger {
    pub fn of(code: &str) -> Option<Self> {
        Some(match code {
            "A01" => Self::A01,
            "A02" => Self::A02,
            "A03" => Self::A03,
            "A04" => Self::A04,
            "A05" => Self::A05,
            "A06" => Self::A06,
            "A07" => Self::A07,
            "A08" => Self::A08,
            "A11" => Self::A11,
            "A12" => Self::A12,
            "A13" => Self::A13,
            "A28" => Self::A28,
            "A31" => Self::A31,
            "A18" | "A30" | "A34" | "A36" | "A39" | "A40" => Self::Merge,
            _ => return None,
        })
    }

    pub fn begins_a_visit(self) -> bool {
        matches!(self, Self::A01 | Self::A04)
    }

    /// Sent to correct who the patient is.
    pub fn is_about_the_person(self) -> bool {
        matches!(self, Self::A08 | Self::A28 | Self::A31)
    }

    /// What a message of this kind takes back.
    pub fn cancels(self) -> &'static [Self] {
        match self {
            Self::A11 => &[Self::A01, Self::A04],
            Self::A12 => &[Self::A02],
            Self::A13 => &[Self::A03],
            Self::A01 | Self::A02 | Self::A03 | Self::A04 | Self::A05 | Self::A06 | Self::A07 => &[],
            Self::A08 | Self::A28 | Self::A31 | Self::Merge => &[],
        }
    }
}

/// PV1-2, table 0004.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Inpatient,
    Emergency,
    Outpatient,
    /// Planned, or about an account: nobody is anywhere.
    Nowhere,
    /// Not said, or in a sender's own words.
    Unknown,
}

impl Class {
    pub fn of(code: Option<&str>) -> Self {
        match code.map(str::to_ascii_uppercase).as_deref() {
            Some("I" | "B") => Self::Inpatient,
            Some("E") => Self::Emergency,
            Some("O" | "R") => Self::Outpatient,
            Some("P" | "C" | "N") => Self::Nowhere,
            _ => Self::Unknown,
        }
    }

    pub fn setting(self) -> Option<Setting> {
        match self {
            Self::Inpatient => Some(Setting::Hospital),
            Self::Emergency => Some(Setting::Emergency),
            Self::Outpatient => Some(Setting::Clinic),
            Self::Nowhere | Self::Unknown => None,
        }
    }
}

/// Where a visit takes place, the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    Clinic,
    Emergency,
    Hospital,
}

impl Setting {
    /// Where a visit begins. The class decides (domain rule: A04 by class); an admission without one is to the hospital.
    pub fn at_start(trigger: Trigger, class: Class) -> Option<Self> {
        match class {
            Class::Unknown if trigger == Trigger::A01 => Some(Self::Hospital),
            _ => class.setting(),
        }
    }

    pub fn status(self) -> PatientStatus {
        match self {
            Self::Clinic => PatientStatus::InClinic,
            Self::Emergency => PatientStatus::InEd,
            Self::Hospital => PatientStatus::Inpatient,
        }
    }
}

/// PV1-36: where the patient went, by the codes of UB-04 as far as they matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Home, with or without help, against advice, to a hospice, to what we do not know.
    Community,
    /// Another hospital or a skilled nursing facility: still an inpatient, the transition begins when they leave that.
    Facility,
    /// 09: admitted to this hospital; 30: still a patient.
    Stays,
    Died,
}

impl Disposition {
    pub fn of(code: Option<&str>) -> Self {
        match code.map(|code| code.trim_start_matches('0')) {
            Some("20" | "40" | "41" | "42") => Self::Died,
            Some("2" | "3" | "5" | "43" | "61" | "62" | "63" | "65" | "66" | "70") => Self::Facility,
            // The same with a planned readmission.
            Some("82" | "83" | "85" | "88" | "89" | "90" | "91" | "93" | "94" | "95") => Self::Facility,
            Some("9" | "30") => Self::Stays,
            _ => Self::Community,
        }
    }
}
