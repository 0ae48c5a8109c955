//! One pass over the text of a resource: notes what an import needs and forgets the rest.
use super::{
    facts::Identifier,
    release::{self, Shape},
};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::{borrow::Cow, fmt};

pub type Text<'a> = Cow<'a, str>;

#[derive(Debug, Default)]
pub struct Seen<'a> {
    pub kind: Option<Text<'a>>,
    pub id: Option<Text<'a>>,
    pub version: Option<Text<'a>>,
    pub updated: Option<Text<'a>>,
    pub fhir_version: Option<Text<'a>>,
    pub identifiers: Vec<Identifier>,
    /// The top element that a reference stands in, and the reference.
    pub references: Vec<(Option<Text<'a>>, Text<'a>)>,
    pub elements: Vec<(Text<'a>, Shape)>,
    pub old_code_system: bool,
    /// The first thing that is not as FHIR prescribes.
    pub wrong: Option<String>,
}

pub fn walk(text: &str) -> Result<Seen<'_>, serde_json::Error> {
    let mut seen = Seen::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let shape = Node { seen: &mut seen, place: Place::Top, element: None }.deserialize(&mut json)?;
    json.end()?;
    if !matches!(shape, Value::Object) {
        seen.wrong = Some("it is no JSON object".to_owned());
    }
    Ok(seen)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Top,
    Meta,
    /// In an identifier at the top; the number says how deep: itself, its type, a coding of its type.
    Identifier(u8),
    Inside,
}

enum Value<'a> {
    Text(Text<'a>),
    List,
    Object,
    Scalar,
}

/// Any value, on its way past.
struct Node<'s, 'a> {
    seen: &'s mut Seen<'a>,
    place: Place,
    element: Option<Text<'a>>,
}

impl<'a> DeserializeSeed<'a> for Node<'_, 'a> {
    type Value = Value<'a>;
    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Value<'a>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Node<'_, 'a> {
    type Value = Value<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Value<'a>, E> {
        Ok(Value::Scalar)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Value<'a>, E> {
        Ok(Value::Scalar)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Value<'a>, E> {
        Ok(Value::Scalar)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Value<'a>, E> {
        Ok(Value::Scalar)
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'a>, E> {
        Ok(Value::Scalar)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Value<'a>, A::Error> {
        loop {
            let node = Node { seen: self.seen, place: self.place, element: self.element.clone() };
            if list.next_element_seed(node)?.is_none() {
                return Ok(Value::List);
            }
        }
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<Value<'a>, A::Error> {
        if self.place == Place::Identifier(0) {
            self.seen.identifiers.push(Identifier::default());
        }
        while let Some(key) = object.next_key_seed(Key)? {
            let element = if self.place == Place::Top { Some(key.clone()) } else { self.element.clone() };
            let node = Node { seen: self.seen, place: inside(self.place, &key), element };
            let value = object.next_value_seed(node)?;
            note(self.seen, self.place, key, value, self.element.as_ref());
        }
        Ok(Value::Object)
    }
}

fn inside(place: Place, key: &str) -> Place {
    match (place, key) {
        (Place::Top, "meta") => Place::Meta,
        (Place::Top, "identifier") => Place::Identifier(0),
        (Place::Identifier(0), "type") => Place::Identifier(1),
        (Place::Identifier(1), "coding") => Place::Identifier(2),
        _ => Place::Inside,
    }
}

fn note<'a>(seen: &mut Seen<'a>, place: Place, key: Text<'a>, value: Value<'a>, element: Option<&Text<'a>>) {
    let text = match value {
        Value::Text(text) => Ok(text),
        Value::List => Err(Shape::List),
        Value::Object | Value::Scalar => Err(Shape::Other),
    };
    if place == Place::Top {
        return note_top(seen, key, text);
    }
    let Ok(text) = text else { return };
    match (&*key, place) {
        ("versionId", Place::Meta) => seen.version = Some(text),
        ("lastUpdated", Place::Meta) => seen.updated = Some(text),
        ("reference", _) => seen.references.push((element.cloned(), text)),
        ("system", Place::Identifier(0)) => identifier(seen, |one| one.system = plain(&text)),
        ("value", Place::Identifier(0)) => identifier(seen, |one| one.value = plain(&text)),
        ("use", Place::Identifier(0)) => identifier(seen, |one| one.old = text == "old"),
        ("code", Place::Identifier(2)) => identifier(seen, |one| one.type_code = Some(plain(&text))),
        ("system", _) if release::is_old_code_system(&text) => seen.old_code_system = true,
        _ => {}
    }
}

fn note_top<'a>(seen: &mut Seen<'a>, key: Text<'a>, text: Result<Text<'a>, Shape>) {
    let shape = text.as_ref().err().copied().unwrap_or(Shape::Text);
    let kept = match &*key {
        "resourceType" => &mut seen.kind,
        "id" => &mut seen.id,
        "fhirVersion" => &mut seen.fhir_version,
        _ => return seen.elements.push((key, shape)),
    };
    match text {
        Ok(text) => *kept = Some(text),
        // CapabilityStatement has one version, ImplementationGuide a list of them.
        Err(_) if key == "fhirVersion" => {}
        Err(_) => seen.wrong = Some(format!("{key} is not a text")),
    }
}

fn identifier(seen: &mut Seen<'_>, change: impl FnOnce(&mut Identifier)) {
    if let Some(last) = seen.identifiers.last_mut() {
        change(last);
    }
}

/// A database's text has no NUL.
fn plain(text: &str) -> String {
    text.trim().replace('\0', "")
}

struct Key;

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Text<'a>;
    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Text<'a>, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = Text<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Text<'a>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'a>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
