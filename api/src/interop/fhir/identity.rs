//! Who a patient is: the numbers that tell, and whether two records can be of one person. Pure.
use super::{facts::Identifier, person::Person};
use crate::patients::rules::fold;
use entity::patient;

/// The numbers that name one person: those of records, or else the social security number. A driver's licence, a
/// passport or an insurance number tells too little, because it changes or is shared.
pub fn telling(identifiers: &[Identifier]) -> Vec<&Identifier> {
    let of = |tier: u8| identifiers.iter().filter(|one| rank(one) == Some(tier)).collect::<Vec<_>>();
    let records = of(0);
    if records.is_empty() { of(1) } else { records }
}

fn rank(identifier: &Identifier) -> Option<u8> {
    if identifier.old || identifier.system.is_empty() {
        return None;
    }
    match identifier.type_code.as_deref() {
        None if identifier.system.ends_with("/us-ssn") => Some(1),
        None | Some("MR" | "MRT" | "PI" | "PT" | "PN" | "NI" | "RI" | "EN" | "U") => Some(0),
        Some("SS" | "SB" | "NNUSA") => Some(1),
        Some(_) => None,
    }
}

/// Neither the family name nor the birth date agrees: two people, whatever the numbers say.
pub fn is_somebody_else(known: &patient::Model, person: &Person) -> bool {
    let births = known.birth_date.zip(person.birth_date).is_some_and(|(one, other)| one != other);
    let (one, other) = (fold(&known.family_name), fold(&person.family));
    births && !one.is_empty() && !other.is_empty() && one != other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(system: &str, code: Option<&str>) -> Identifier {
        Identifier { system: system.to_owned(), value: "1".to_owned(), type_code: code.map(str::to_owned), old: false }
    }

    #[test]
    fn records_tell_more_than_social_security_and_licences_tell_nothing() {
        let all = [number("l", Some("DL")), number("s", Some("SS")), number("m", Some("MR")), number("", Some("MR"))];
        let systems = |all: &[Identifier]| telling(all).iter().map(|one| one.system.clone()).collect::<Vec<_>>();
        assert_eq!(systems(&all), ["m"]);
        assert_eq!(systems(&all[..2]), ["s"]);
        assert!(systems(&all[..1]).is_empty());
    }
}
