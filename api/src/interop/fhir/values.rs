//! Reading FHIR's elements: absent is fine, of another type is a reason that names the element and not its content.
use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};
use serde_json::Value;

pub type Reason = String;

/// A resource or a part of it, and what it is called: `Patient.name`.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    pub value: &'a Value,
    pub name: String,
}

impl<'a> Node<'a> {
    pub fn new(name: &str, value: &'a Value) -> Self {
        Self { value, name: name.to_owned() }
    }

    fn child(&self, element: &str) -> Option<Node<'a>> {
        let value = self.value.get(element).filter(|value| !value.is_null())?;
        Some(Node { value, name: format!("{}.{element}", self.name) })
    }

    fn wrong(&self, what: &str) -> Reason {
        format!("{} is not {what}", self.name)
    }

    pub fn text(&self, element: &str) -> Result<Option<String>, Reason> {
        let Some(child) = self.child(element) else { return Ok(None) };
        let text = child.value.as_str().ok_or_else(|| child.wrong("a text"))?;
        Ok(Some(plain(text)).filter(|text| !text.is_empty()))
    }

    pub fn boolean(&self, element: &str) -> Result<Option<bool>, Reason> {
        let Some(child) = self.child(element) else { return Ok(None) };
        child.value.as_bool().map(Some).ok_or_else(|| child.wrong("true or false"))
    }

    pub fn object(&self, element: &str) -> Result<Option<Node<'a>>, Reason> {
        let Some(child) = self.child(element) else { return Ok(None) };
        if child.value.is_object() { Ok(Some(child)) } else { Err(child.wrong("an object")) }
    }

    pub fn objects(&self, element: &str) -> Result<Vec<Node<'a>>, Reason> {
        let Some(child) = self.child(element) else { return Ok(Vec::new()) };
        let list = child.value.as_array().ok_or_else(|| child.wrong("a list"))?;
        // A null stands where an extension says why there is nothing.
        let objects =
            list.iter().filter(|value| !value.is_null()).map(|value| Node { value, name: child.name.clone() });
        objects.map(|one| if one.value.is_object() { Ok(one) } else { Err(one.wrong("a list of objects")) }).collect()
    }

    pub fn texts(&self, element: &str) -> Result<Vec<String>, Reason> {
        let Some(child) = self.child(element) else { return Ok(Vec::new()) };
        let list = child.value.as_array().ok_or_else(|| child.wrong("a list"))?;
        let texts = list.iter().filter(|value| !value.is_null());
        texts.map(|value| value.as_str().map(plain).ok_or_else(|| child.wrong("a list of texts"))).collect()
    }

    /// The beginning of a date or date and time.
    pub fn moment(&self, element: &str) -> Result<Option<DateTime<Utc>>, Reason> {
        let Some(text) = self.text(element)? else { return Ok(None) };
        parse_moment(&text).map(Some).ok_or_else(|| format!("{}.{element} is not a date and time", self.name))
    }

    /// A day, where the date is that exact.
    pub fn day(&self, element: &str) -> Result<Option<NaiveDate>, Reason> {
        let Some(text) = self.text(element)? else { return Ok(None) };
        let first = parse_date(&text).ok_or_else(|| format!("{}.{element} is not a date", self.name))?;
        Ok(Some(first).filter(|_| text.len() == 10))
    }

    /// The words of a CodeableConcept: its text, else the name of a code.
    pub fn concept(&self, element: &str) -> Result<Option<String>, Reason> {
        let Some(concept) = self.object(element)? else { return Ok(None) };
        concept.words()
    }

    pub fn words(&self) -> Result<Option<String>, Reason> {
        if let Some(text) = self.text("text")? {
            return Ok(Some(text));
        }
        for coding in self.objects("coding")? {
            if let Some(display) = coding.text("display")? {
                return Ok(Some(display));
            }
        }
        Ok(None)
    }

    /// The codes of a CodeableConcept.
    pub fn codes(&self, element: &str) -> Result<Vec<String>, Reason> {
        let Some(concept) = self.object(element)? else { return Ok(Vec::new()) };
        let mut codes = Vec::new();
        for coding in concept.objects("coding")? {
            codes.extend(coding.text("code")?);
        }
        Ok(codes)
    }
}

/// Trimmed, and without what a database cannot keep.
fn plain(text: &str) -> String {
    text.trim().replace('\0', "")
}

/// The first day of a FHIR date: `2015`, `2015-03` or `2015-03-07`.
fn parse_date(text: &str) -> Option<NaiveDate> {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit())).and_then(|part| part.parse().ok())
    };
    let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let year = digits(0..4)? as i32;
    match text.len() {
        4 => NaiveDate::from_ymd_opt(year, 1, 1),
        7 if dash(4) => NaiveDate::from_ymd_opt(year, digits(5..7)?, 1),
        10 if dash(4) && dash(7) => NaiveDate::from_ymd_opt(year, digits(5..7)?, digits(8..10)?),
        _ => None,
    }
}

/// The beginning of a FHIR dateTime. A date without a time begins at midnight UTC.
pub fn parse_moment(text: &str) -> Option<DateTime<Utc>> {
    if let Some(date) = parse_date(text) {
        return Some(date.and_time(NaiveTime::MIN).and_utc());
    }
    Some(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc).trunc_subsecs(6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn dates_are_as_exact_as_they_say() {
        let value = json!({"a": "1950-02-28", "b": "1950", "c": "Hartmann", "d": "1950-02-30", "e": 1950});
        let node = Node::new("Patient", &value);
        assert_eq!(node.day("a").unwrap(), NaiveDate::from_ymd_opt(1950, 2, 28));
        assert_eq!(node.day("b").unwrap(), None);
        assert_eq!(node.day("x").unwrap(), None);
        assert_eq!(node.day("c").unwrap_err(), "Patient.c is not a date");
        assert!(node.day("d").is_err());
        assert_eq!(node.day("e").unwrap_err(), "Patient.e is not a text");
        assert_eq!(
            parse_moment("2020-01-02T03:04:05.6789+02:00").unwrap().to_rfc3339(),
            "2020-01-02T01:04:05.678900+00:00"
        );
    }
}
