//! A FHIR Patient, as far as the product uses it. The rest stays in the verbatim resource.
use super::{
    contact::{self, Contact},
    facts::Identifier,
    values::{Node, Reason},
};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    patient::AdministrativeGender,
    sensitivity::{Labels, Sensitivity},
};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub family: String,
    pub given: String,
    /// Every name, also former ones, to be found by.
    pub names: Vec<String>,
    pub birth_date: Option<NaiveDate>,
    pub gender: Option<AdministrativeGender>,
    pub language: Option<String>,
    pub interpreter_needed: bool,
    pub mrn: Option<String>,
    pub active: bool,
    pub deceased: Option<Deceased>,
    pub contacts: Vec<Contact>,
    pub labels: Labels,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deceased {
    pub at: Option<DateTime<Utc>>,
}

pub fn read(resource: &Value, identifiers: &[Identifier]) -> Result<Person, Reason> {
    let patient = Node::new("Patient", resource);
    let mut names = patient.objects("name")?;
    names.sort_by_key(|name| rank(name.value.get("use").and_then(Value::as_str)));
    let (family, given) = match names.first() {
        Some(name) => parts(name)?,
        None => Default::default(),
    };
    let mut all = Vec::new();
    for name in &names {
        let (family, given) = parts(name)?;
        all.extend([family, given].into_iter().filter(|part| !part.is_empty()));
    }
    let mut contacts = contact::own(&patient)?;
    for other in patient.objects("contact")? {
        contacts.push(contact::other(&other)?);
    }
    Ok(Person {
        family,
        given,
        names: all,
        birth_date: patient.day("birthDate")?,
        gender: gender(&patient)?,
        language: language(&patient)?,
        interpreter_needed: interpreter(&patient)?,
        mrn: mrn(identifiers),
        active: patient.boolean("active")?.unwrap_or(true),
        deceased: deceased(&patient)?,
        contacts,
        labels: labels(&patient)?,
    })
}

/// The name that is in use comes first.
pub fn rank(usage: Option<&str>) -> u8 {
    match usage {
        Some("official") => 0,
        Some("usual") => 1,
        None => 2,
        Some("temp") => 3,
        Some("nickname") => 4,
        Some("anonymous") => 5,
        Some("old") => 7,
        Some("maiden") => 8,
        Some(_) => 6,
    }
}

/// Family name and given names. A name that is text only is all family name.
pub fn parts(name: &Node<'_>) -> Result<(String, String), Reason> {
    let family = name.text("family")?.unwrap_or_default();
    let given = name.texts("given")?.join(" ").trim().to_owned();
    if family.is_empty() && given.is_empty() {
        return Ok((name.text("text")?.unwrap_or_default(), given));
    }
    Ok((family, given))
}

fn gender(patient: &Node<'_>) -> Result<Option<AdministrativeGender>, Reason> {
    Ok(match patient.text("gender")?.as_deref() {
        None => None,
        Some("male") => Some(AdministrativeGender::Male),
        Some("female") => Some(AdministrativeGender::Female),
        Some("other") => Some(AdministrativeGender::Other),
        Some("unknown") => Some(AdministrativeGender::Unknown),
        Some(_) => return Err("Patient.gender is none of male, female, other, unknown".to_owned()),
    })
}

/// The preferred language as BCP-47, else the first.
fn language(patient: &Node<'_>) -> Result<Option<String>, Reason> {
    let mut spoken = Vec::new();
    for one in patient.objects("communication")? {
        let code = one.codes("language")?.into_iter().find(|code| is_language(code));
        spoken.extend(code.map(|code| (one.boolean("preferred").map(|is| is != Some(true)), code)));
    }
    let mut best = None;
    for (not_preferred, code) in spoken {
        let not_preferred = not_preferred?;
        if best.is_none() || (!not_preferred && best.as_ref().is_some_and(|(is_not, _)| *is_not)) {
            best = Some((not_preferred, code));
        }
    }
    Ok(best.map(|(_, code)| code))
}

fn is_language(code: &str) -> bool {
    let mut parts = code.split('-');
    parts.next().is_some_and(|first| (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// US Core says it as a coded answer (LOINC LA33-6 is yes), FHIR's own extension as true or false.
fn interpreter(patient: &Node<'_>) -> Result<bool, Reason> {
    for extension in patient.objects("extension")? {
        let url = extension.text("url")?.unwrap_or_default();
        if url.ends_with("/us-core-interpreter-needed") || url.ends_with("/patient-interpreterRequired") {
            let coded = extension.object("valueCoding")?.map(|coding| coding.text("code")).transpose()?.flatten();
            let yes = coded.is_some_and(|code| matches!(code.as_str(), "LA33-6" | "373066001"));
            return Ok(yes || extension.boolean("valueBoolean")? == Some(true));
        }
    }
    Ok(false)
}

fn mrn(identifiers: &[Identifier]) -> Option<String> {
    let mut numbers = identifiers.iter().filter(|one| one.type_code.as_deref() == Some("MR") && !one.old);
    numbers.next().map(|one| one.value.clone())
}

fn deceased(patient: &Node<'_>) -> Result<Option<Deceased>, Reason> {
    if let Some(at) = patient.moment("deceasedDateTime")? {
        return Ok(Some(Deceased { at: Some(at) }));
    }
    Ok(patient.boolean("deceasedBoolean")?.filter(|is| *is).map(|_| Deceased { at: None }))
}

/// What `meta.security` says: codes of ActCode for behavioural health, substance use and kinds of patients, and the
/// Confidentiality codes R and V. Other labels are about parts of a record, and mark nobody.
fn labels(patient: &Node<'_>) -> Result<Labels, Reason> {
    let Some(meta) = patient.object("meta")? else { return Ok(Labels::NONE) };
    let mut labels = Vec::new();
    for coding in meta.objects("security")? {
        let (system, code) = (coding.text("system")?.unwrap_or_default(), coding.text("code")?.unwrap_or_default());
        labels.extend(match (system.rsplit('/').next().unwrap_or_default(), code.as_str()) {
            ("v3-ActCode", "BH" | "MH" | "PSY" | "PSYTHPN") => Some(Sensitivity::BehavioralHealth),
            ("v3-ActCode", "ETH" | "ETHUD" | "OPIOIDUD" | "SUD" | "42CFRPart2") => Some(Sensitivity::SubstanceUse),
            ("v3-ActCode", "CEL" | "EMP" | "SDV" | "VIO" | "VIP") | ("v3-Confidentiality", "R" | "V") => {
                Some(Sensitivity::Restricted)
            }
            _ => None,
        });
    }
    Ok(labels.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patient_is_read() {
        let resource = json!({
            "name": [{"use": "maiden", "family": "Rivas"}, {"family": "Nuñez", "given": ["Ada", "May"], "use": "official"}],
            "birthDate": "1950-02-28", "gender": "female", "deceasedDateTime": "2020-05-01",
            "communication": [
                {"language": {"coding": [{"code": "en-US"}]}},
                {"language": {"coding": [{"code": "es"}]}, "preferred": true},
            ],
            "extension": [{
                "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed",
                "valueCoding": {"code": "LA33-6"},
            }],
            "telecom": [{"system": "phone", "value": "555-0100", "use": "home"}],
            "contact": [{"name": {"given": ["Bo"]}, "relationship": [{"text": "Son"}]}],
        });
        let number = |code: &str, value: &str| Identifier {
            system: "http://a.example".to_owned(),
            value: value.to_owned(),
            type_code: Some(code.to_owned()),
            old: false,
        };

        let person = read(&resource, &[number("SS", "1"), number("MR", "77")]).unwrap();

        assert_eq!((person.family.as_str(), person.given.as_str()), ("Nuñez", "Ada May"));
        assert_eq!(person.names, ["Nuñez", "Ada May", "Rivas"]);
        assert_eq!((person.language.as_deref(), person.interpreter_needed), (Some("es"), true));
        assert_eq!((person.mrn.as_deref(), person.active), (Some("77"), true));
        assert_eq!(person.deceased.unwrap().at.unwrap().to_rfc3339(), "2020-05-01T00:00:00+00:00");
        assert_eq!(person.contacts.len(), 2);
        assert_eq!(person.contacts[1].relationship.as_deref(), Some("Son"));
    }

    #[test]
    fn security_labels_are_those_that_hide_a_whole_patient() {
        let marked = |system: &str, code: &str| {
            let system = format!("http://terminology.hl7.org/CodeSystem/{system}");
            read(&json!({"meta": {"security": [{"system": system, "code": code}]}}), &[]).unwrap().labels
        };
        assert_eq!(marked("v3-ActCode", "PSY"), Labels::from_iter([Sensitivity::BehavioralHealth]));
        assert_eq!(marked("v3-ActCode", "ETHUD"), Labels::from_iter([Sensitivity::SubstanceUse]));
        assert_eq!(marked("v3-Confidentiality", "V"), Labels::from_iter([Sensitivity::Restricted]));
        assert_eq!(marked("v3-Confidentiality", "N"), Labels::NONE);
        assert_eq!(marked("v3-ActReason", "PSY"), Labels::NONE);
        let wrong = read(&json!({"meta": {"security": "V"}}), &[]).unwrap_err();
        assert_eq!(wrong, "Patient.meta.security is not a list");
    }

    #[test]
    fn a_wrong_type_is_named_without_its_content() {
        let reason = |resource: Value| read(&resource, &[]).unwrap_err();
        assert_eq!(reason(json!({"birthDate": "Hartmann"})), "Patient.birthDate is not a date");
        assert_eq!(reason(json!({"name": {"family": "Hartmann"}})), "Patient.name is not a list");
        assert_eq!(reason(json!({"name": [{"family": ["Hartmann"]}]})), "Patient.name.family is not a text");
        assert!(reason(json!({"gender": "Hartmann"})).starts_with("Patient.gender is none of"));
        assert_eq!(reason(json!({"active": "yes"})), "Patient.active is not true or false");
    }
}
