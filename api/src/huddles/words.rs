//! Reasons and their order in words, without anybody's free text.
use super::rules::{Code, Reason, Section};
use crate::tasks::kinds;

pub fn reason(reason: &Reason) -> String {
    let kind = || reason.kind.as_deref().map_or_else(|| "a task".to_owned(), kinds::name);
    match reason.code {
        Code::DecisionOpen => format!("Decided earlier and not done: {}", kind()),
        Code::EdVisit => "Emergency department visit".to_owned(),
        Code::Admission => "Admitted to hospital".to_owned(),
        Code::Discharge => "Discharged: first contact".to_owned(),
        Code::Visit => "In the clinic".to_owned(),
        Code::VisitUnconfirmed => "Visit today is not confirmed".to_owned(),
        Code::Gap => format!("To prepare: {}", kind()),
        Code::Overdue => format!("Overdue: {}", kind()),
        Code::Unowned => format!("Nobody holds it: {}", kind()),
        Code::NoTouch => format!("{} risk without a touch", tier(reason.tier)),
        Code::RolledOver => "Not discussed at the last huddle".to_owned(),
        Code::Added => "Put on the agenda".to_owned(),
    }
}

fn tier(tier: Option<u8>) -> &'static str {
    match tier {
        Some(3..) => "Highest",
        Some(2) => "High",
        Some(1) => "Rising",
        _ => "Low",
    }
}

/// Why an item of this section stands where it stands.
pub fn place(section: Section) -> &'static str {
    match section {
        Section::Unfinished => "First comes what was decided earlier and is not done, the longest due first.",
        Section::Hospital => "Unexpected hospital visits come second, the earliest first.",
        Section::Discharges => "Then discharges, the nearest clock first.",
        Section::Visits => "Then today's patients, the nearest clock first.",
        Section::Work => "Then overdue work and work that nobody holds, the longest due first.",
        Section::Risk => "Then patients without a touch, by tier and by how long it has been.",
        Section::RolledOver => "Then what the last huddle did not come to.",
        Section::Added => "Last comes what somebody put on the agenda, in the order in which they did.",
    }
}
