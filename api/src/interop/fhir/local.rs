//! What a batch holds itself, by every name that a reference could use.
use super::{batch::Entry, known::Known, reference::Reference};
use std::collections::HashMap;

#[derive(Default)]
pub struct Local {
    by_url: HashMap<String, usize>,
    by_id: HashMap<(String, String), usize>,
    by_identifier: HashMap<(String, String), Vec<usize>>,
}

impl Local {
    pub fn of(entries: &[Entry]) -> Self {
        let mut local = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            let kind = &entry.facts.kind;
            if let Some(url) = &entry.full_url {
                // Some senders give one URL to several entries: then it means the patient among them.
                let first = local.by_url.entry(url.clone()).or_insert(index);
                if kind == "Patient" && entries[*first].facts.kind != "Patient" {
                    *first = index;
                }
            }
            if let Some(id) = &entry.facts.id {
                local.by_id.insert((kind.clone(), id.clone()), index);
            }
            for identifier in &entry.facts.identifiers {
                local.by_identifier.entry((kind.clone(), identifier.key())).or_default().push(index);
            }
        }
        local
    }

    /// The entries that a reference means: none, one, or, by identifier, several.
    pub fn find(&self, text: &str) -> Vec<usize> {
        if let Some(index) = self.by_url.get(text) {
            return vec![*index];
        }
        let found = match Reference::parse(text) {
            Reference::Literal { kind, id } => self.by_id.get(&(kind.to_owned(), id.to_owned())).copied(),
            Reference::Conditional { kind, identifier } => {
                return self.by_identifier.get(&(kind.to_owned(), identifier)).cloned().unwrap_or_default();
            }
            Reference::Contained | Reference::Urn | Reference::Other => None,
        };
        found.into_iter().collect()
    }

    /// What references become when they are kept: those into the bundle and by identifier lead to `Type/source_key`.
    pub fn turned(&self, entries: &[Entry], known: &Known) -> HashMap<String, String> {
        let mut turned = HashMap::new();
        let target = |entry: &Entry| format!("{}/{}", entry.facts.kind, entry.key);
        for (url, index) in &self.by_url {
            if url.starts_with("urn:") {
                turned.insert(url.clone(), target(&entries[*index]));
            }
        }
        for link in entries.iter().flat_map(|entry| &entry.facts.links) {
            let Reference::Conditional { kind, identifier } = Reference::parse(&link.text) else { continue };
            let here = self.find(&link.text).first().map(|index| target(&entries[*index]));
            let there =
                || known.by_identifier(kind, &identifier).first().map(|one| format!("{kind}/{}", one.source_key));
            if let Some(target) = here.or_else(there) {
                turned.insert(link.text.clone(), target);
            }
        }
        turned
    }
}
