//! A JSON file of one resource, read as it comes: the entries of a bundle are handed on one by one.
use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, cell::Cell, fmt};

/// An entry as it stands in the bundle.
#[derive(Deserialize)]
pub struct RawEntry {
    #[serde(rename = "fullUrl")]
    pub full_url: Option<Box<RawValue>>,
    pub resource: Option<Box<RawValue>>,
    pub request: Option<Box<RawValue>>,
}

impl RawEntry {
    pub fn full_url(&self) -> Option<String> {
        self.full_url.as_deref().and_then(|raw| serde_json::from_str(raw.get()).ok())
    }

    /// GET, POST, PUT, PATCH or DELETE, where the entry says what to do with it.
    pub fn method(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Request {
            method: Option<String>,
        }
        let request: Request = serde_json::from_str(self.request.as_deref()?.get()).ok()?;
        request.method
    }
}

/// What the file is, apart from its entries.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    pub resource_type: Option<String>,
    pub bundle_type: Option<String>,
}

/// The kinds of bundle that hold resources to keep.
pub const BUNDLES: [&str; 7] = ["transaction", "collection", "batch", "searchset", "document", "history", "message"];

/// Reads the whole file. `entry` gets each entry, also of a resource that turns out to be no bundle. `inside` is true
/// while a list of entries is read: where it stays true, the next entry is the broken one.
pub fn read<'de, R: serde_json::de::Read<'de>>(
    json: R,
    inside: &Cell<bool>,
    entry: &mut dyn FnMut(RawEntry),
) -> Result<Envelope, serde_json::Error> {
    let mut json = serde_json::Deserializer::new(json);
    let envelope = File { inside, entry }.deserialize(&mut json)?;
    json.end()?;
    Ok(envelope)
}

struct File<'f> {
    inside: &'f Cell<bool>,
    entry: &'f mut dyn FnMut(RawEntry),
}

impl<'de> DeserializeSeed<'de> for File<'_> {
    type Value = Envelope;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Envelope, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for File<'_> {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FHIR resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Envelope, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(key) = object.next_key::<Cow<'de, str>>()? {
            let no_bundle = envelope.resource_type.as_deref().is_some_and(|kind| kind != "Bundle");
            match &*key {
                "resourceType" => envelope.resource_type = text(&object.next_value::<Box<RawValue>>()?),
                "type" => envelope.bundle_type = text(&object.next_value::<Box<RawValue>>()?),
                "entry" if !no_bundle => {
                    object.next_value_seed(Entries { inside: self.inside, entry: &mut *self.entry })?
                }
                _ => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(envelope)
    }
}

/// A text, or nothing: the `type` of most resources is none.
fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

struct Entries<'f> {
    inside: &'f Cell<bool>,
    entry: &'f mut dyn FnMut(RawEntry),
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.inside.set(true);
        while let Some(entry) = list.next_element::<RawEntry>()? {
            (self.entry)(entry);
        }
        self.inside.set(false);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::de::{IoRead, SliceRead};

    #[test]
    fn entries_come_one_by_one_from_memory_and_from_a_stream() {
        let file = br#"{"entry":[{"fullUrl":"urn:uuid:1","resource":{"a": 1},"request":{"method":"PUT"}},{"x":[]}],
            "type":"batch","resourceType":"Bundle"}"#;
        let expected = Envelope { resource_type: Some("Bundle".to_owned()), bundle_type: Some("batch".to_owned()) };
        let mut seen = Vec::new();
        let mut note = |entry: RawEntry| {
            let text = entry.resource.as_ref().map(|raw| raw.get().to_owned());
            seen.push((entry.full_url(), entry.method(), text));
        };

        let inside = Cell::new(false);
        assert_eq!(read(SliceRead::new(file), &inside, &mut note).unwrap(), expected);
        assert_eq!(read(IoRead::new(&file[..]), &inside, &mut note).unwrap(), expected);

        let first = (Some("urn:uuid:1".to_owned()), Some("PUT".to_owned()), Some(r#"{"a": 1}"#.to_owned()));
        assert_eq!(seen, [first.clone(), (None, None, None), first, (None, None, None)]);
    }
    #[test]
    fn a_broken_entry_is_known() {
        let inside = Cell::new(false);
        let mut seen = 0;

        let answer = read(SliceRead::new(b"{\"entry\":[{},{\"resource\":}]}"), &inside, &mut |_| seen += 1);

        assert_eq!((answer.is_err(), inside.get(), seen), (true, true, 1));
    }
}
