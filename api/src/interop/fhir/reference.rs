//! What a FHIR reference points to, read from its text.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference<'a> {
    /// Inside the same resource.
    Contained,
    /// `urn:uuid:…`: an entry of the same bundle.
    Urn,
    /// `Patient/123`, also at the end of an absolute URL.
    Literal { kind: &'a str, id: &'a str },
    /// `Practitioner?identifier=system|value`.
    Conditional { kind: &'a str, identifier: String },
    /// Nothing that an import could follow.
    Other,
}

impl<'a> Reference<'a> {
    pub fn parse(text: &'a str) -> Self {
        if text.starts_with('#') {
            return Self::Contained;
        }
        if text.starts_with("urn:") {
            return Self::Urn;
        }
        if let Some((path, query)) = text.split_once('?') {
            return conditional(path, query).unwrap_or(Self::Other);
        }
        let path = text.split('#').next().unwrap_or_default();
        let path = path.split("/_history/").next().unwrap_or_default();
        let mut parts = path.rsplit('/');
        match (parts.next(), parts.next()) {
            (Some(id), Some(kind)) if !id.is_empty() && is_kind(kind) => Self::Literal { kind, id },
            _ => Self::Other,
        }
    }

    /// How a refusal names it: identifiers and ids of patients are nobody's business in a log.
    pub fn in_words(&self) -> String {
        match self {
            Self::Contained => "a contained resource".to_owned(),
            Self::Urn => "an entry that is not in the bundle".to_owned(),
            Self::Literal { kind, .. } => format!("a {kind} by its id"),
            Self::Conditional { kind, identifier } => {
                let system = identifier.split('|').next().unwrap_or_default();
                format!("a {kind} by an identifier of {system}")
            }
            Self::Other => "something that is no reference".to_owned(),
        }
    }
}

fn conditional<'a>(path: &'a str, query: &str) -> Option<Reference<'a>> {
    let kind = path.rsplit('/').next().filter(|kind| is_kind(kind))?;
    let value = query.split('&').find_map(|part| part.strip_prefix("identifier="))?;
    let identifier = unescape(value);
    identifier.contains('|').then_some(Reference::Conditional { kind, identifier })
}

fn is_kind(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase()) && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Percent escapes, as far as they stand for UTF-8.
fn unescape(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = hex.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_says_what_it_points_to() {
        let literal = |kind, id| Reference::Literal { kind, id };
        assert_eq!(Reference::parse("Patient/12"), literal("Patient", "12"));
        assert_eq!(Reference::parse("https://a.example/fhir/Patient/12/_history/3"), literal("Patient", "12"));
        assert_eq!(Reference::parse("urn:uuid:12"), Reference::Urn);
        assert_eq!(Reference::parse("#p1"), Reference::Contained);
        assert_eq!(Reference::parse("$practitioner"), Reference::Other);
        assert_eq!(Reference::parse("nothing/"), Reference::Other);
        let identifier = "http://a.example/id|7 b".to_owned();
        let expected = Reference::Conditional { kind: "Location", identifier };
        assert_eq!(Reference::parse("Location?identifier=http://a.example/id%7C7%20b"), expected);
        assert_eq!(Reference::parse("Location?name=x"), Reference::Other);
    }

    #[test]
    fn its_words_tell_no_value() {
        let words = Reference::parse("Patient?identifier=http://a.example/mrn|4711").in_words();
        assert_eq!(words, "a Patient by an identifier of http://a.example/mrn");
    }
}
