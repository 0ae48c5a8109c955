//! What an import has to know of every resource, read in one walk over its text without keeping the rest.
use super::{
    reference::Reference,
    release,
    walk::{self, Seen},
};
use sha2::{Digest, Sha256};

/// A number or name that others know the resource by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identifier {
    pub system: String,
    pub value: String,
    pub type_code: Option<String>,
    /// True where it says that it is no longer in use.
    pub old: bool,
}

impl Identifier {
    pub fn key(&self) -> String {
        format!("{}|{}", self.system, self.value)
    }
}

/// How much a reference matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It says whose resource this is.
    Owner,
    /// It may say so, as a participant of an appointment does.
    Hint,
    /// Any other.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub role: Role,
    /// The element at the top that it stands in.
    pub element: String,
    pub text: String,
}

#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub kind: String,
    pub id: Option<String>,
    pub identifiers: Vec<Identifier>,
    pub version: Option<String>,
    pub updated: Option<String>,
    /// References that have to lead somewhere: to the resource's patient, into the bundle, and conditional ones.
    pub links: Vec<Link>,
    pub digest: [u8; 32],
}

/// Longer ones stay in the text only: an index of PostgreSQL takes 2,704 bytes.
const KEY_LIMIT: usize = 600;
const IDENTIFIERS: usize = 50;

impl Facts {
    /// Reads a minified resource. The error is a reason without any of its data.
    pub fn read(text: &str) -> Result<Self, String> {
        let seen = walk::walk(text).map_err(|error| syntax(&error))?;
        let digest = Sha256::digest(text.as_bytes()).into();
        from_seen(seen, digest)
    }

    /// What names the same resource in every import: its id, else an identifier, else what it says.
    pub fn source_key(&self) -> String {
        match (&self.id, self.identifiers.iter().find(|one| !one.old && !one.system.is_empty())) {
            (Some(id), _) => id.clone(),
            (None, Some(identifier)) => identifier.key(),
            (None, None) => format!("sha256:{}", hex(&self.digest)),
        }
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A syntax error says where; any other could quote the text, and so says nothing more.
pub fn syntax(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof => format!("malformed JSON: {error}"),
        serde_json::error::Category::Data | serde_json::error::Category::Io => {
            format!("not what FHIR prescribes at line {} column {}", error.line(), error.column())
        }
    }
}

fn from_seen(seen: Seen<'_>, digest: [u8; 32]) -> Result<Facts, String> {
    if let Some(wrong) = seen.wrong {
        return Err(wrong);
    }
    let kind = seen.kind.ok_or("it has no resourceType")?.into_owned();
    if !release::is_kind(&kind) {
        return Err("its resourceType is none of FHIR R4".to_owned());
    }
    for (element, shape) in &seen.elements {
        if let Some(release) = release::foreign(&kind, element, *shape) {
            return Err(format!("{kind}.{element} {release}"));
        }
    }
    if seen.old_code_system {
        return Err("its code systems are those of FHIR STU3 or older, not R4".to_owned());
    }
    if seen.fhir_version.is_some_and(|version| !release::is_r4(&version)) {
        return Err(format!("{kind}.fhirVersion is not R4"));
    }
    let id = seen.id.map(|id| id.into_owned());
    if id.as_deref().is_some_and(|id| !is_id(id)) {
        return Err(format!("{kind}.id is no FHIR id"));
    }
    // What these hold inside belongs to them, not to the practice.
    let closed = matches!(kind.as_str(), "Bundle" | "Parameters");
    let links = if closed { Vec::new() } else { links(&kind, seen.references) };
    let mut identifiers = seen.identifiers;
    identifiers.retain(|one| !one.value.is_empty() && one.system.len() + one.value.len() <= KEY_LIMIT);
    identifiers.truncate(IDENTIFIERS);
    let (version, updated) = (seen.version.map(|text| text.into_owned()), seen.updated.map(|text| text.into_owned()));
    Ok(Facts { kind, id, identifiers, version, updated, links, digest })
}

fn links(kind: &str, references: Vec<(Option<walk::Text<'_>>, walk::Text<'_>)>) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (element, text) in references {
        let element = element.unwrap_or_default();
        let role = role(kind, &element);
        let wanted = match Reference::parse(&text) {
            Reference::Contained => false,
            Reference::Urn | Reference::Conditional { .. } => true,
            Reference::Literal { kind, .. } => kind == "Patient" && role != Role::Other,
            Reference::Other => role == Role::Owner,
        };
        if wanted && !links.iter().any(|link| link.role == role && link.text == *text) {
            links.push(Link { role, element: element.into_owned(), text: text.into_owned() });
        }
    }
    links
}

fn role(kind: &str, element: &str) -> Role {
    match element {
        "patient" | "beneficiary" | "for" | "individual" => Role::Owner,
        // Whom a definition is for is a kind of people, not one.
        "subject" if !kind.ends_with("Definition") => Role::Owner,
        "participant" | "actor" | "target" | "link" | "recipient" | "focus" => Role::Hint,
        _ => Role::Other,
    }
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 200 && id.bytes().all(|b| b.is_ascii_graphic() && b != b'/' && b != b'|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_wherever_they_stand() {
        let text = r##"{"subject":{"reference":"Patient/p"},"id":"o","meta":{"versionId":"3"},"performer":[{"reference":
            "Practitioner?identifier=http://a.example|7"},{"reference":"Practitioner/1"}],"resourceType":"Observation",
            "identifier":[{"system":"s","value":"v","type":{"coding":[{"code":"MR"}]}}],"has":{"reference":"#c"}}"##;

        let facts = Facts::read(text).unwrap();

        assert_eq!(
            (facts.kind.as_str(), facts.id.as_deref(), facts.version.as_deref()),
            ("Observation", Some("o"), Some("3"))
        );
        assert_eq!(facts.identifiers[0].key(), "s|v");
        assert_eq!(facts.identifiers[0].type_code.as_deref(), Some("MR"));
        let link = |role, element: &str, text: &str| Link { role, element: element.to_owned(), text: text.to_owned() };
        let owner = link(Role::Owner, "subject", "Patient/p");
        let other = link(Role::Other, "performer", "Practitioner?identifier=http://a.example|7");
        assert_eq!(facts.links, [owner, other]);
    }

    #[test]
    fn a_reason_quotes_nothing() {
        let reason = |text: &str| Facts::read(text).unwrap_err();
        assert_eq!(reason(r#"{"id":"x"}"#), "it has no resourceType");
        assert_eq!(reason(r#"{"resourceType":7}"#), "resourceType is not a text");
        assert_eq!(reason(r#"{"resourceType":"Hartmann"}"#), "its resourceType is none of FHIR R4");
        assert_eq!(reason(r#"{"resourceType":"Patient","id":"Ada Hartmann"}"#), "Patient.id is no FHIR id");
        assert_eq!(reason(r#"["Hartmann"]"#), "it is no JSON object");
        assert!(reason(r#"{"resourceType":"Goal","status":"x"}"#).contains("STU3"));
    }
}
