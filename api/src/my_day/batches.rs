//! What of a queue goes together: by the number to call, by household, by pharmacy. Pure.
use entity::{ids::PatientId, patient, patient_contact, task};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BatchKind {
    Call,
    Household,
    Pharmacy,
}

/// Two tasks or more that one does better in one go.
#[derive(Clone, Debug)]
pub struct Batch {
    pub kind: BatchKind,
    pub name: Option<String>,
    pub phone: Option<String>,
    /// In the order of the queue, as the tasks are.
    pub patients: Vec<patient::Model>,
    pub tasks: Vec<task::Model>,
}

/// What is known of the people of a queue.
#[derive(Clone, Debug, Default)]
pub struct People {
    pub patients: BTreeMap<PatientId, patient::Model>,
    /// The best first.
    pub contacts: BTreeMap<PatientId, Vec<patient_contact::Model>>,
}

impl People {
    fn contacts(&self, patient: PatientId) -> &[patient_contact::Model] {
        self.contacts.get(&patient).map_or(&[], Vec::as_slice)
    }

    /// The number that one would call.
    pub fn phone(&self, patient: PatientId) -> Option<&str> {
        self.contacts(patient)
            .iter()
            .find_map(|contact| contact.phone.as_deref().filter(|phone| digits(phone).is_some()))
    }

    /// Where the patient lives.
    fn address(&self, patient: PatientId) -> Option<&str> {
        let own = self.contacts(patient).iter().filter(|contact| contact.name.is_none());
        own.filter_map(|contact| contact.address.as_deref()).find(|address| !place(address).is_empty())
    }

    /// What ties people to a household: a number or an address that both have, theirs or of somebody close.
    fn ties(&self, patient: PatientId) -> Vec<String> {
        let contacts = self.contacts(patient).iter();
        let phones = contacts.filter_map(|contact| digits(contact.phone.as_deref()?));
        phones.chain(self.address(patient).map(place)).collect()
    }
}

/// The batches of a queue, in its order; those of one patient are calls, and no household.
pub fn of(queue: &[task::Model], people: &People) -> Vec<Batch> {
    let about: Vec<(&task::Model, PatientId)> =
        queue.iter().filter_map(|task| Some((task, task.patient_id?))).collect();
    let known = about.iter().filter(|(_, patient)| people.patients.contains_key(patient));
    let known: Vec<_> = known.copied().collect();
    let households = households(&known, people);

    let mut batches = group(BatchKind::Call, &known, people, |patient| people.phone(patient).and_then(digits));
    batches.extend(group(BatchKind::Household, &known, people, |patient| {
        households.get(&patient).map(ToString::to_string)
    }));
    batches.extend(group(BatchKind::Pharmacy, &known, people, |patient| {
        people.patients.get(&patient)?.pharmacy_name.as_deref().map(crate::patients::rules::fold)
    }));
    batches
}

fn group(
    kind: BatchKind,
    about: &[(&task::Model, PatientId)],
    people: &People,
    key: impl Fn(PatientId) -> Option<String>,
) -> Vec<Batch> {
    let mut batches: Vec<(String, Batch)> = Vec::new();
    for (task, id) in about {
        let (Some(key), Some(patient)) = (key(*id), people.patients.get(id)) else { continue };
        let at = batches.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            let (name, phone) = match kind {
                BatchKind::Call => (None, people.phone(*id)),
                BatchKind::Household => (people.address(*id), people.phone(*id)),
                BatchKind::Pharmacy => (patient.pharmacy_name.as_deref(), patient.pharmacy_phone.as_deref()),
            };
            let (name, phone) = (name.map(str::to_owned), phone.map(str::to_owned));
            batches.push((key, Batch { kind, name, phone, patients: Vec::new(), tasks: Vec::new() }));
            batches.len() - 1
        });
        let Some((_, batch)) = batches.get_mut(at) else { continue };
        batch.tasks.push((*task).clone());
        if batch.patients.iter().all(|one| one.id != patient.id) {
            batch.patients.push(patient.clone());
        }
    }
    let enough = |batch: &Batch| batch.tasks.len() > 1 && (kind != BatchKind::Household || batch.patients.len() > 1);
    batches.into_iter().map(|(_, batch)| batch).filter(enough).collect()
}

/// Who belongs together, by whatever chain of ties: each patient with the first of theirs.
fn households(about: &[(&task::Model, PatientId)], people: &People) -> BTreeMap<PatientId, PatientId> {
    let mut home: BTreeMap<PatientId, PatientId> = BTreeMap::new();
    let mut by_tie: BTreeMap<String, PatientId> = BTreeMap::new();
    for (_, patient) in about {
        if home.contains_key(patient) {
            continue;
        }
        home.insert(*patient, *patient);
        for tie in people.ties(*patient) {
            let Some(other) = by_tie.get(&tie).copied() else {
                by_tie.insert(tie, *patient);
                continue;
            };
            let (from, to) = (home.get(patient).copied(), home.get(&other).copied());
            if let (Some(from), Some(to)) = (from, to) {
                home.values_mut().filter(|one| **one == from).for_each(|one| *one = to);
            }
        }
    }
    home
}

/// The last ten digits of a number, however it is written; none where there are fewer than seven.
fn digits(phone: &str) -> Option<String> {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let last = digits.len().saturating_sub(10);
    (digits.len() >= 7).then(|| digits.iter().skip(last).collect())
}

/// An address, however it is written.
fn place(address: &str) -> String {
    crate::patients::rules::fold(address)
}
