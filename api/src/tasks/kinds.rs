//! The kinds of work that Huddle knows, by stable code. Who may take which is said in `policy`.

pub const KINDS: [(&str, &str); 14] = [
    ("APPOINTMENT_CONFIRMATION", "Appointment confirmation"),
    ("CARE_PLAN_REVIEW", "Care plan review"),
    ("COVERAGE_CHECK", "Coverage check"),
    ("EDUCATION", "Patient education"),
    ("FORM_COMPLETION", "Form completion"),
    ("LAB_FOLLOW_UP", "Lab follow-up"),
    ("MEDICATION_RECONCILIATION", "Medication reconciliation"),
    ("OUTREACH_CALL", "Outreach call"),
    ("PRIOR_AUTHORIZATION", "Prior authorization"),
    ("RECALL", "Recall"),
    ("REFERRAL_FOLLOW_UP", "Referral follow-up"),
    ("SCREENING", "Screening"),
    ("SYMPTOM_TRIAGE", "Symptom triage"),
    ("TRANSITION_CONTACT", "Transition contact"),
];

/// The kind in words. A code that we do not know is read as words: `HOME_VISIT` becomes `Home visit`.
pub fn name(code: &str) -> String {
    if let Some((_, name)) = KINDS.iter().find(|(known, _)| *known == code) {
        return (*name).to_owned();
    }
    let words = code.replace('_', " ").to_lowercase();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A stable code: capital letters, digits and underscores, a letter first, 64 characters at most.
pub fn is_code(code: &str) -> bool {
    code.len() <= 64
        && code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_code_reads_as_words() {
        assert_eq!(name("RECALL"), "Recall");
        assert_eq!(name("HOME_VISIT"), "Home visit");
    }

    #[test]
    fn codes_are_codes() {
        assert!(KINDS.iter().all(|(code, _)| is_code(code)));
        assert!(!is_code("recall") && !is_code("") && !is_code("1ST") && !is_code("A B") && !is_code(&"A".repeat(65)));
    }
}
