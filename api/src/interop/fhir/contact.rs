//! How to reach a patient, and the people close to them.
use super::{
    person,
    values::{Node, Reason},
};
use serde_json::Value;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// None for the patient's own.
    pub name: Option<String>,
    pub relationship: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
}

/// The patient's own: the best phone with address and e-mail first, then further phones.
pub fn own(patient: &Node<'_>) -> Result<Vec<Contact>, Reason> {
    let (phones, email) = telecom(patient)?;
    let address = address(patient.objects("address")?)?;
    let mut phones = phones.into_iter();
    let first = Contact { phone: phones.next(), email, address, ..Contact::default() };
    let more = phones.map(|phone| Contact { phone: Some(phone), ..Contact::default() });
    let all = std::iter::once(first).filter(|first| *first != Contact::default()).chain(more);
    Ok(all.collect())
}

/// Patient.contact.
pub fn other(contact: &Node<'_>) -> Result<Contact, Reason> {
    let (phones, email) = telecom(contact)?;
    let name = contact.object("name")?.map(|name| full_name(&name)).transpose()?.flatten();
    let address = address(contact.object("address")?.into_iter().collect())?;
    let relationship = relationship(contact)?;
    Ok(Contact { name: Some(named(name)), relationship, phone: phones.into_iter().next(), email, address })
}

/// A RelatedPerson, who is a resource of their own.
pub fn related(resource: &Value) -> Result<Contact, Reason> {
    let person = Node::new("RelatedPerson", resource);
    let (phones, email) = telecom(&person)?;
    let mut names = person.objects("name")?;
    names.sort_by_key(|name| person::rank(name.value.get("use").and_then(Value::as_str)));
    let name = names.first().map(full_name).transpose()?.flatten();
    let address = address(person.objects("address")?)?;
    let relationship = relationship(&person)?;
    Ok(Contact { name: Some(named(name)), relationship, phone: phones.into_iter().next(), email, address })
}

/// A Practitioner's e-mail addresses in lower case.
pub fn emails(resource: &Value) -> Result<Vec<String>, Reason> {
    let mut emails = Vec::new();
    for point in Node::new("Practitioner", resource).objects("telecom")? {
        if point.text("system")?.as_deref() == Some("email") {
            emails.extend(point.text("value")?.map(|email| email.to_lowercase()));
        }
    }
    Ok(emails)
}

/// A name there has to be: without one it would be the patient's own.
fn named(name: Option<String>) -> String {
    name.unwrap_or_else(|| "(no name)".to_owned())
}

fn full_name(name: &Node<'_>) -> Result<Option<String>, Reason> {
    if let Some(text) = name.text("text")? {
        return Ok(Some(text));
    }
    let (family, given) = person::parts(name)?;
    Ok(Some(format!("{given} {family}").trim().to_owned()).filter(|name| !name.is_empty()))
}

fn relationship(node: &Node<'_>) -> Result<Option<String>, Reason> {
    for concept in node.objects("relationship")? {
        if let Some(words) = concept.words()? {
            return Ok(Some(words));
        }
    }
    Ok(None)
}

/// Phone numbers, the best first, and an e-mail address.
fn telecom(node: &Node<'_>) -> Result<(Vec<String>, Option<String>), Reason> {
    let (mut phones, mut email) = (Vec::new(), None);
    for point in node.objects("telecom")? {
        let usage = point.text("use")?;
        let Some(value) = point.text("value")? else { continue };
        match (point.text("system")?.as_deref(), usage.as_deref()) {
            (_, Some("old")) => {}
            (Some("phone" | "sms"), usage) => {
                let rank = match usage {
                    Some("mobile") => 0,
                    Some("home") => 1,
                    None => 2,
                    Some(_) => 3,
                };
                phones.push((rank, value));
            }
            (Some("email"), _) => email = email.or(Some(value)),
            _ => {}
        }
    }
    phones.sort_by_key(|(rank, _)| *rank);
    Ok((phones.into_iter().map(|(_, value)| value).collect(), email))
}

/// `12 Oak St, Boston, MA 02101`
fn address(mut addresses: Vec<Node<'_>>) -> Result<Option<String>, Reason> {
    addresses.sort_by_key(|address| match address.value.get("use").and_then(Value::as_str) {
        Some("home") => 0,
        Some("old") => 2,
        _ => 1,
    });
    let Some(address) = addresses.first() else { return Ok(None) };
    if let Some(text) = address.text("text")? {
        return Ok(Some(text));
    }
    let mut parts = address.texts("line")?;
    parts.extend(address.text("city")?);
    let state = [address.text("state")?, address.text("postalCode")?];
    parts.push(state.into_iter().flatten().collect::<Vec<_>>().join(" "));
    parts.retain(|part| !part.is_empty());
    Ok(Some(parts.join(", ")).filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_best_number_comes_first() {
        let value = json!({
            "telecom": [
                {"system": "phone", "value": "1", "use": "work"}, {"system": "phone", "value": "2", "use": "mobile"},
                {"system": "phone", "value": "3", "use": "old"}, {"system": "email", "value": "a@b.example"},
            ],
            "address": [{"line": ["12 Oak St"], "city": "Boston", "state": "MA", "postalCode": "02101"}],
        });

        let own = own(&Node::new("Patient", &value)).unwrap();

        assert_eq!(own[0].phone.as_deref(), Some("2"));
        assert_eq!(own[0].email.as_deref(), Some("a@b.example"));
        assert_eq!(own[0].address.as_deref(), Some("12 Oak St, Boston, MA 02101"));
        assert_eq!((own.len(), own[1].phone.as_deref()), (2, Some("1")));
    }
}
