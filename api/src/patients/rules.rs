//! What can be said of a patient without asking the database.
use entity::patient::{self, PatientStatus};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, without accents, words parted by single spaces: Adán Portillo-Nuñez becomes `adan portillo nunez`.
pub fn fold(text: &str) -> String {
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What `patients(filter: {search})` looks in: each word after a space, so that a search finds beginnings of words.
pub fn search_text<'a>(names: impl IntoIterator<Item = &'a str>, numbers: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for word in names.into_iter().chain(numbers) {
        let folded = fold(word);
        if !folded.is_empty() {
            text.push(' ');
            text.push_str(&folded);
        }
    }
    text
}

/// The words of a search, each as a pattern for `LIKE … ESCAPE '\'`. At most eight, so that a search stays cheap.
pub fn search_patterns(search: &str) -> Vec<String> {
    fold(search).split(' ').filter(|word| !word.is_empty()).take(8).map(|word| format!("% {word}%")).collect()
}

/// Family name first, as a list is sorted: `Hartmann, Adalberto`.
pub fn full_name(patient: &patient::Model) -> String {
    name_of(&patient.family_name, &patient.given_name)
}

/// The same of the two parts.
pub fn name_of(family: &str, given: &str) -> String {
    match (family, given) {
        ("", "") => "(no name)".to_owned(),
        (family, "") => family.to_owned(),
        ("", given) => given.to_owned(),
        (family, given) => format!("{family}, {given}"),
    }
}

/// What a shared screen may show: `A. H.`
pub fn initials(patient: &patient::Model) -> String {
    let first = |name: &str| name.chars().find(|c| c.is_alphabetic()).map(|c| format!("{}.", c.to_uppercase()));
    let letters: Vec<String> =
        [&patient.given_name, &patient.family_name].into_iter().filter_map(|name| first(name)).collect();
    if letters.is_empty() { "–".to_owned() } else { letters.join(" ") }
}

/// Deceased is the one status that nothing but a correction leaves.
pub fn needs_note_to_leave(status: PatientStatus) -> bool {
    status == PatientStatus::Deceased
}

pub fn status_words(status: PatientStatus) -> &'static str {
    match status {
        PatientStatus::Stable => "Stable",
        PatientStatus::Watch => "Watch",
        PatientStatus::InClinic => "In clinic",
        PatientStatus::InEd => "In emergency department",
        PatientStatus::Inpatient => "Inpatient",
        PatientStatus::Transition => "In transition from hospital",
        PatientStatus::LostToContact => "Lost to contact",
        PatientStatus::Inactive => "Inactive",
        PatientStatus::Deceased => "Deceased",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_ignores_accents_case_and_wildcards() {
        let text = search_text(["Portillo-Nuñez", "Adán"], ["1965-03-02", "MRN 77_1"]);
        assert_eq!(text, " portillo nunez adan 1965 03 02 mrn 77 1");
        assert_eq!(search_patterns("ADÁN %"), ["% adan%"]);
        assert_eq!(search_patterns("1965-03-02"), ["% 1965%", "% 03%", "% 02%"]);
    }
}
