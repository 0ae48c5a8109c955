//! The work of the demonstration practice, in words: what the teams of such a practice do all day. No names in here.
use chrono::NaiveDate;
use entity::{
    patient::{self, AdministrativeGender, PatientStatus, RiskTier},
    staff::StaffRole::{
        self, CareCoordinator, Clinician, FrontDesk, MedicalAssistant, Nurse, Pharmacist, SocialWorker,
    },
    task::TaskPriority::{self, Asap, Routine, Stat, Urgent},
};

/// Whom a piece of work is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Anybody,
    AtRisk,
    /// Just out of hospital.
    Discharged,
    InHospital,
    Watched,
    Lost,
    /// Who needs an interpreter.
    WithInterpreter,
    Child,
    /// Of the age for a mammogram.
    Woman,
    /// Of the age for a colonoscopy.
    MiddleAged,
    /// The team's own work.
    Nobody,
}

impl About {
    pub fn fits(self, patient: &patient::Model, today: NaiveDate) -> bool {
        let age = patient.birth_date.and_then(|born| today.years_since(born)).unwrap_or_default();
        let status = patient.status;
        let at_home = matches!(status, PatientStatus::Stable | PatientStatus::Watch);
        let adult = age >= 18;
        match self {
            Self::Nobody => false,
            Self::Discharged => status == PatientStatus::Transition,
            Self::InHospital => matches!(status, PatientStatus::InEd | PatientStatus::Inpatient),
            Self::Watched => status == PatientStatus::Watch && adult,
            Self::Lost => status == PatientStatus::LostToContact && adult,
            Self::Anybody => (at_home || status == PatientStatus::InClinic) && adult,
            Self::AtRisk => at_home && adult && matches!(patient.risk_tier, Some(RiskTier::High | RiskTier::Highest)),
            Self::WithInterpreter => at_home && adult && patient.interpreter_needed,
            Self::Child => at_home && (5..18).contains(&age),
            Self::Woman => at_home && (45..75).contains(&age) && patient.gender == Some(AdministrativeGender::Female),
            Self::MiddleAged => at_home && (46..76).contains(&age),
        }
    }
}

pub struct Work {
    pub kind: &'static str,
    pub title: &'static str,
    pub instructions: &'static str,
    pub steps: &'static [&'static str],
    pub about: About,
    pub priority: TaskPriority,
    /// Who usually takes it.
    pub roles: &'static [StaffRole],
}

const fn work(
    (kind, about, priority): (&'static str, About, TaskPriority),
    title: &'static str,
    instructions: &'static str,
    (roles, steps): (&'static [StaffRole], &'static [&'static str]),
) -> Work {
    Work { kind, title, instructions, steps, about, priority, roles }
}

const CALLERS: &[StaffRole] = &[CareCoordinator, Nurse, MedicalAssistant];
const NURSES: &[StaffRole] = &[Nurse];
const CARE: &[StaffRole] = &[CareCoordinator, Nurse];
const OFFICE: &[StaffRole] = &[CareCoordinator, MedicalAssistant, FrontDesk];
const MEDICATION: &[StaffRole] = &[Nurse, Pharmacist, Clinician];

/// One for each discharge, with the clock of transitional care.
pub const DISCHARGE_CALL: Work = work(
    ("TRANSITION_CONTACT", About::Discharged, Urgent),
    "Call after discharge",
    "Call within 2 business days of discharge. Two-way contact counts; a message left does not. Document each attempt.",
    (
        CARE,
        &[
            "Read the discharge summary",
            "Ask about symptoms, new and old",
            "Go through the new medication list",
            "Confirm the visit within 7 days",
            "Ask who helps at home",
        ],
    ),
);

pub const DISCHARGE_VISIT: Work = work(
    ("APPOINTMENT_CONFIRMATION", About::Discharged, Urgent),
    "Book the visit within 7 days of discharge",
    "High complexity: no later than day 7. Offer transport and an interpreter where the chart asks for one.",
    (OFFICE, &["Find a slot with the own clinician", "Confirm by phone", "Arrange transport"]),
);

pub const DISCHARGE_MEDICATION: Work = work(
    ("MEDICATION_RECONCILIATION", About::Discharged, Urgent),
    "Reconcile medication after discharge",
    "Compare the discharge list, our list and what is taken at home. Send what is unclear to the clinician.",
    (
        &[Nurse, Pharmacist],
        &["Get the discharge list", "Ask what is really taken", "Decide drug by drug", "Give the new list"],
    ),
);

pub const WORK: [Work; 40] = [
    work(
        ("APPOINTMENT_CONFIRMATION", About::Anybody, Routine),
        "Confirm tomorrow’s visit",
        "Unconfirmed two days before. Ask about fasting and transport.",
        (OFFICE, &["Call", "Send the reminder text"]),
    ),
    work(
        ("APPOINTMENT_CONFIRMATION", About::Anybody, Routine),
        "Rebook a missed visit",
        "Did not come to the last visit. Ask why, without blame, and offer two slots.",
        (OFFICE, &["Call at another time of day than last time", "Offer a telehealth visit", "Note the reason"]),
    ),
    work(
        ("APPOINTMENT_CONFIRMATION", About::WithInterpreter, Routine),
        "Confirm visit and interpreter",
        "Book the interpreter for the whole visit, teach-back included.",
        (OFFICE, &["Confirm the visit", "Book the interpreter"]),
    ),
    work(
        ("APPOINTMENT_CONFIRMATION", About::AtRisk, Urgent),
        "Arrange transport to the heart failure clinic",
        "Wheelchair van. Cancel it when the appointment moves.",
        (OFFICE, &["Call the clinic’s scheduler", "Order the van", "Tell the family the time"]),
    ),
    work(
        ("CARE_PLAN_REVIEW", About::AtRisk, Routine),
        "Review care plan, 3 months",
        "Goals, barriers, what the patient wants next. Give a copy in the preferred language.",
        (CARE, &["Ask about each goal", "Write down barriers", "Agree on the next step", "Give the copy"]),
    ),
    work(
        ("CARE_PLAN_REVIEW", About::AtRisk, Urgent),
        "Update care plan after new diagnosis",
        "Add the new problem with its owner and next step. Clinician signs.",
        (&[Nurse, Clinician, CareCoordinator], &["Draft the change", "Ask the clinician to sign"]),
    ),
    work(
        ("CARE_PLAN_REVIEW", About::Watched, Asap),
        "Review the action plan: yellow zone",
        "Two yellow days in a row. Go through the plan, decide with the clinician before noon.",
        (CARE, &["Call", "Check weight and breath", "Tell the clinician"]),
    ),
    work(
        ("CARE_PLAN_REVIEW", About::AtRisk, Routine),
        "Explain the care plan to the family",
        "The patient allows it. Answer questions, note what stays open.",
        (CARE, &["Check the consent on file", "Family call", "Note open questions"]),
    ),
    work(
        ("COVERAGE_CHECK", About::Anybody, Routine),
        "Check coverage: plan ends this month",
        "Ask the payer’s portal, then tell the patient in plain words what changes.",
        (OFFICE, &["Check eligibility", "Call the patient"]),
    ),
    work(
        ("COVERAGE_CHECK", About::Anybody, Routine),
        "Medicaid renewal papers are due",
        "Proof of income is missing. Help to fill in the form.",
        (&[SocialWorker, CareCoordinator], &["List the missing papers", "Fill in the form together", "Send it"]),
    ),
    work(
        ("COVERAGE_CHECK", About::AtRisk, Urgent),
        "Find out why the claim was denied",
        "Bill of the last imaging. Call the payer before the appeal date.",
        (OFFICE, &["Get the denial letter", "Call the payer", "Tell the patient what to do with the bill"]),
    ),
    work(
        ("EDUCATION", About::WithInterpreter, Routine),
        "Teach inhaler use with an interpreter",
        "Teach-back: let the patient show it. Note the result, not “understands”.",
        (NURSES, &["Book the interpreter", "Show", "Let show", "Give the leaflet"]),
    ),
    work(
        ("EDUCATION", About::AtRisk, Routine),
        "Teach home blood pressure readings",
        "Lend a cuff, agree on times, set the next check-in.",
        (&[Nurse, MedicalAssistant], &["Check the cuff size", "Teach-back", "Agree on a log"]),
    ),
    work(
        ("EDUCATION", About::Watched, Urgent),
        "Start insulin: first lesson",
        "Pen, sites, hypoglycemia. A second lesson within a week.",
        (NURSES, &["Pen and needles", "Signs of low sugar", "Teach-back", "Book the second lesson"]),
    ),
    work(
        ("EDUCATION", About::MiddleAged, Routine),
        "Prepare the patient for the colonoscopy",
        "Send the diet sheet, ask who drives home.",
        (&[Nurse, MedicalAssistant], &["Send the sheet", "Call three days before"]),
    ),
    work(
        ("FORM_COMPLETION", About::Child, Routine),
        "School asthma form",
        "Signature of the clinician, copy to the school nurse.",
        (&[MedicalAssistant, FrontDesk, Clinician], &["Fill in", "Get the signature", "Send"]),
    ),
    work(
        ("FORM_COMPLETION", About::AtRisk, Routine),
        "FMLA papers for the daughter",
        "The employer wants them back by the end of the week.",
        (&[MedicalAssistant, CareCoordinator, Clinician], &["Fill in", "Get the signature", "Call when ready"]),
    ),
    work(
        ("FORM_COMPLETION", About::AtRisk, Urgent),
        "Home oxygen order needs a new signature",
        "The supplier stops on Friday without it.",
        (&[MedicalAssistant, Clinician], &["Print the order", "Get the signature", "Fax and call"]),
    ),
    work(
        ("LAB_FOLLOW_UP", About::Watched, Stat),
        "Potassium 6.1: reach the patient now",
        "Critical value, called in by the laboratory. Clinician wants an ECG today.",
        (&[Nurse, Clinician], &["Call, then the emergency contact", "Tell the clinician", "Arrange the ECG"]),
    ),
    work(
        ("LAB_FOLLOW_UP", About::AtRisk, Urgent),
        "HbA1c 10.2 %: call and book a visit",
        "Result was released to the portal. Ask whether it was read.",
        (CARE, &["Tell the result", "Book within two weeks"]),
    ),
    work(
        ("LAB_FOLLOW_UP", About::Anybody, Routine),
        "Tell normal results",
        "Normal is told as well.",
        (&[MedicalAssistant, Nurse], &["Call or portal message"]),
    ),
    work(
        ("LAB_FOLLOW_UP", About::Anybody, Asap),
        "INR overdue by a week",
        "On warfarin, last INR 3.4. Walk-in slots this afternoon.",
        (NURSES, &["Call", "Offer the walk-in", "Ask about bleeding"]),
    ),
    work(
        ("MEDICATION_RECONCILIATION", About::AtRisk, Routine),
        "Reconcile medication before the annual visit",
        "Eleven drugs from three prescribers.",
        (MEDICATION, &["Ask the pharmacy for fills", "Compare", "Mark what is unclear"]),
    ),
    work(
        ("MEDICATION_RECONCILIATION", About::Watched, Urgent),
        "Two beta blockers on the list",
        "One came from the cardiologist last week. Clarify before the next fill.",
        (MEDICATION, &["Call the cardiology office", "Call the pharmacy", "Correct our list"]),
    ),
    work(
        ("OUTREACH_CALL", About::Lost, Urgent),
        "Try again at another time of day",
        "Three attempts failed. Evening slot; then ask the emergency contact.",
        (CALLERS, &["Evening call", "Emergency contact", "Letter"]),
    ),
    work(
        ("OUTREACH_CALL", About::AtRisk, Routine),
        "Monthly check-in",
        "Readings, medication, mood, who helps. Note the minutes.",
        (CARE, &["Call", "Note the minutes", "Set the next date"]),
    ),
    work(
        ("OUTREACH_CALL", About::InHospital, Asap),
        "Call the hospital’s case manager",
        "Say who we are, send the care plan, ask for the planned discharge date.",
        (CARE, &["Reach the case manager", "Send care plan and medication list", "Ask for the date"]),
    ),
    work(
        ("OUTREACH_CALL", About::InHospital, Urgent),
        "Tell the family where things stand",
        "Consent is on file. Keep to what the hospital has confirmed.",
        (CARE, &["Check the consent", "Call"]),
    ),
    work(
        ("OUTREACH_CALL", About::AtRisk, Urgent),
        "Food pantry referral: did it help?",
        "Close the loop: was the pantry open, was the food right?",
        (&[SocialWorker, CareCoordinator], &["Ask the patient", "Ask the pantry", "Close or refer again"]),
    ),
    work(
        ("PRIOR_AUTHORIZATION", About::AtRisk, Urgent),
        "Prior authorization for the lumbar MRI",
        "The payer asks for six weeks of therapy notes.",
        (OFFICE, &["Collect notes", "Send the request", "Note the decision date"]),
    ),
    work(
        ("PRIOR_AUTHORIZATION", About::AtRisk, Asap),
        "Appeal the denied inhaler",
        "The payer offers a peer-to-peer call, and not for long.",
        (&[Clinician, Pharmacist], &["Read the denial", "Call for the slot", "Note the outcome"]),
    ),
    work(
        ("RECALL", About::Woman, Routine),
        "Mammogram is overdue",
        "From the payer’s recall list. Book, or note what the patient says.",
        (CALLERS, &["Call", "Book", "Note for the list"]),
    ),
    work(
        ("RECALL", About::Anybody, Routine),
        "Diabetic eye exam is overdue",
        "From the chronic care report. Retinal camera days are Tuesday and Thursday.",
        (CALLERS, &["Call", "Book a camera slot"]),
    ),
    work(
        ("RECALL", About::Anybody, Routine),
        "Flu and pneumonia shots",
        "From the autumn list. Nurse visit, no clinician slot needed.",
        (&[MedicalAssistant, Nurse], &["Call", "Book the nurse visit"]),
    ),
    work(
        ("REFERRAL_FOLLOW_UP", About::AtRisk, Urgent),
        "No answer from cardiology in 10 days",
        "Sent and not acknowledged. Call, send again, agree on a date.",
        (OFFICE, &["Call the office", "Send again", "Note the date"]),
    ),
    work(
        ("REFERRAL_FOLLOW_UP", About::Anybody, Routine),
        "Get the dermatologist’s report",
        "Seen two weeks ago, report not here.",
        (&[MedicalAssistant, FrontDesk], &["Ask for the report", "File it", "Send it to the clinician"]),
    ),
    work(
        ("SCREENING", About::Anybody, Routine),
        "Depression screening, PHQ-9",
        "PHQ-2 was positive at check-in. A score of 10 or more goes to the social worker today.",
        (&[MedicalAssistant, Nurse, SocialWorker], &["Ask in private", "Score", "Hand over when 10 or more"]),
    ),
    work(
        ("SCREENING", About::AtRisk, Routine),
        "Social needs screening",
        "Housing, food, transport, utilities, safety. Ask whether help is wanted.",
        (&[SocialWorker, CareCoordinator], &["Ask", "Offer help", "Open a referral"]),
    ),
    work(
        ("SYMPTOM_TRIAGE", About::Watched, Stat),
        "Short of breath since last night",
        "Came in through the portal. Call back at once; 911 when at rest.",
        (&[Nurse, Clinician], &["Call", "Triage protocol", "Tell the clinician"]),
    ),
    work(
        ("REFERRAL_FOLLOW_UP", About::Nobody, Routine),
        "Clear the fax queue of reports",
        "Every page to a chart by the end of the day.",
        (&[MedicalAssistant, FrontDesk], &[]),
    ),
];

pub const COMMENTS: [&str; 16] = [
    "Left a message, asked to call back before 4 pm.",
    "Spoke with the daughter, she is glad that we called.",
    "Line was busy twice, trying again after lunch.",
    "Prefers calls in the evening, after 6.",
    "Interpreter is booked for 2:30.",
    "The pharmacy confirms the last fill was in time.",
    "Needs a ride; van is ordered.",
    "Report is on its way by fax, they say today.",
    "Asked the clinician, answer by noon.",
    "Patient wants to think it over until Monday.",
    "Portal message sent as well.",
    "Please keep the order of the calls, the family shares one phone.",
    "Insurance card is new, copy is in the chart.",
    "Payer hung up after 25 minutes on hold.",
    "Talked it through at the huddle this morning.",
    "Nothing unusual, next step as planned.",
];

pub const HOLDS: [&str; 8] = [
    "Waiting for the pharmacy to call back",
    "Waiting for the discharge summary",
    "Patient asked to be called after the weekend",
    "Waiting for the payer’s decision",
    "Waiting for the specialist’s report",
    "Interpreter is booked for tomorrow",
    "Waiting for the clinician’s signature",
    "Family decides together tonight",
];

pub const RELEASES: [&str; 5] = [
    "Needed in clinic",
    "Going off shift",
    "Called away, free to take",
    "Out this afternoon",
    "Tried once, free to take",
];

pub const CANCELLATIONS: [&str; 5] = [
    "Patient is in hospital, starts again after discharge",
    "Done at the visit already",
    "Twice on the list",
    "Patient declined",
    "Moved to another practice",
];

pub const FAILURES: [&str; 4] = [
    "Three attempts on three days, letter sent",
    "The number is not in service, no other contact",
    "The payer refused, no appeal possible",
    "Patient does not want to be called about this",
];

pub const NOTES: [&str; 8] = [
    "Reached, all questions answered.",
    "Booked.",
    "Teach-back confirmed.",
    "Sent, confirmation is in the chart.",
    "No discrepancies.",
    "One dose corrected, clinician informed.",
    "Will come on Thursday.",
    "Nothing more needed.",
];
