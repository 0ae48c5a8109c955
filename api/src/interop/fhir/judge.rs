//! Whether each resource of a batch may come in, and whose it is. Pure.
use super::{
    batch::{Batch, BatchShape, Entry},
    facts::{Link, Role},
    known::Known,
    local::Local,
    reference::Reference,
};
use entity::ids::PatientId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Take,
    /// What it needs may still come.
    Wait(String),
    Refuse(String),
}

/// Whose a resource is: a patient of the batch, or one that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Here(usize),
    Stored(PatientId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    pub owner: Option<Owner>,
}

pub fn judge(batch: &Batch, local: &Local, known: &Known) -> Vec<Judged> {
    let court = Court { batch, local, known };
    batch.entries.iter().enumerate().map(|(index, entry)| court.judge(index, entry)).collect()
}

/// What belongs to a patient of the batch shares that patient's lot.
pub fn follow_patients(judged: &mut [Judged]) {
    for index in 0..judged.len() {
        let Some(Owner::Here(patient)) = judged[index].owner else { continue };
        if index == patient || judged[index].verdict != Verdict::Take {
            continue;
        }
        match &judged[patient].verdict {
            Verdict::Take => {}
            Verdict::Wait(reason) => judged[index].verdict = Verdict::Wait(reason.clone()),
            Verdict::Refuse(_) => judged[index].verdict = Verdict::Refuse("its patient is refused".to_owned()),
        }
    }
}

/// All files are read: what still waits, waits in vain.
pub fn give_up(judged: &mut [Judged]) {
    for one in judged {
        if let Verdict::Wait(reason) = &one.verdict {
            one.verdict = Verdict::Refuse(reason.clone());
        }
    }
}

struct Court<'a> {
    batch: &'a Batch,
    local: &'a Local,
    known: &'a Known,
}

enum Target {
    Owner(Owner),
    NoPatient,
    Missing,
    Several,
}

impl Court<'_> {
    fn judge(&self, index: usize, entry: &Entry) -> Judged {
        if entry.facts.kind == "Patient" {
            let verdict = self.links(&entry.facts.links).0;
            return Judged { verdict, owner: Some(Owner::Here(index)) };
        }
        let (verdict, owner) = self.links(&entry.facts.links);
        Judged { verdict, owner }
    }

    fn links(&self, links: &[Link]) -> (Verdict, Option<Owner>) {
        let mut verdict = Verdict::Take;
        let mut owner = None;
        let mut hints: Vec<Owner> = Vec::new();
        for link in links {
            match self.find(&link.text) {
                Target::NoPatient => {}
                Target::Owner(found) if link.role == Role::Owner => owner = owner.or(Some(found)),
                Target::Owner(found) if link.role == Role::Hint && !hints.contains(&found) => hints.push(found),
                Target::Owner(_) => {}
                Target::Several => return (Verdict::Refuse(format!("{} means several patients", link.element)), None),
                Target::Missing => match self.missing(link) {
                    Verdict::Take => {}
                    Verdict::Wait(reason) => verdict = Verdict::Wait(reason),
                    refused @ Verdict::Refuse(_) => return (refused, None),
                },
            }
        }
        let hinted = if hints.len() == 1 { hints.pop() } else { None };
        (verdict, owner.or(hinted))
    }

    fn missing(&self, link: &Link) -> Verdict {
        let reference = Reference::parse(&link.text);
        let words = format!("{} refers to {}", link.element, reference.in_words());
        match reference {
            Reference::Contained => Verdict::Take,
            Reference::Urn if self.batch.shape == BatchShape::Bundle || link.role == Role::Owner => {
                Verdict::Refuse(words)
            }
            Reference::Literal { kind: "Patient", .. } if link.role == Role::Owner => {
                Verdict::Wait(format!("{words}, which is nowhere in these files and not stored"))
            }
            Reference::Conditional { .. } => {
                Verdict::Wait(format!("{words}, which is nowhere in these files and not stored"))
            }
            Reference::Other if link.role == Role::Owner => Verdict::Refuse(words),
            Reference::Urn | Reference::Literal { .. } | Reference::Other => Verdict::Take,
        }
    }

    fn find(&self, text: &str) -> Target {
        let here = self.local.find(text);
        if let Some(first) = here.first() {
            let patient = self.batch.entries[*first].facts.kind == "Patient";
            return match (patient, here.len()) {
                (false, _) => Target::NoPatient,
                (true, 1) => Target::Owner(Owner::Here(*first)),
                (true, _) => Target::Several,
            };
        }
        match Reference::parse(text) {
            Reference::Literal { kind: "Patient", id } => {
                let stored = self.known.by_key("Patient", id).and_then(|one| one.patient);
                stored.map_or(Target::Missing, |patient| Target::Owner(Owner::Stored(patient)))
            }
            Reference::Conditional { kind, identifier } => {
                let found = self.known.by_identifier(kind, &identifier);
                let mut patients: Vec<PatientId> = found.iter().filter_map(|one| one.patient).collect();
                patients.sort();
                patients.dedup();
                match (kind, found.is_empty(), patients.as_slice()) {
                    (_, true, _) => Target::Missing,
                    ("Patient", false, [one]) => Target::Owner(Owner::Stored(*one)),
                    ("Patient", false, _) => Target::Several,
                    (_, false, _) => Target::NoPatient,
                }
            }
            Reference::Contained | Reference::Urn | Reference::Literal { .. } | Reference::Other => Target::Missing,
        }
    }
}
