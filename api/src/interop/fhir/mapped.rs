//! What of a resource becomes rows of the product, beside the resource itself.
use super::{
    contact,
    facts::Facts,
    person::{self, Person},
    values::Reason,
    work::{self, CareTeamFacts, TaskFacts},
};
use serde_json::Value;

#[derive(Clone, Debug)]
pub enum Mapped {
    Patient(Box<Person>),
    RelatedPerson,
    Task(Box<TaskFacts>),
    CareTeam(CareTeamFacts),
    /// E-mail addresses, by which one is known to be staff.
    Practitioner(Vec<String>),
    Nothing,
}

impl Mapped {
    pub fn read(facts: &Facts, text: &str) -> Result<Self, Reason> {
        let value = || serde_json::from_str::<Value>(text).map_err(|_| "it nests too deep".to_owned());
        Ok(match facts.kind.as_str() {
            "Patient" => Self::Patient(Box::new(person::read(&value()?, &facts.identifiers)?)),
            "RelatedPerson" => contact::related(&value()?).map(|_| Self::RelatedPerson)?,
            "Task" => Self::Task(Box::new(work::task(&value()?)?)),
            "CareTeam" => Self::CareTeam(work::care_team(&value()?)?),
            "Practitioner" => Self::Practitioner(contact::emails(&value()?)?),
            _ => Self::Nothing,
        })
    }
}
