//! What an ADT message says, taken out of its segments.
use super::{
    identity::Identifier,
    message::{Field, Message, Segment},
    person::Person,
    rules::{Event, Life},
    time,
    trigger::{Class, Disposition, Trigger},
};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

/// A message of the future is a wrong clock or a wrong year: it would outlast all that follows.
pub const AHEAD: Duration = Duration::hours(24);

#[derive(Clone, Debug)]
pub struct Adt {
    pub event: Event,
    /// MSH-3 and MSH-4.
    pub sender: String,
    /// PV1-2 as it was sent.
    pub class: Option<String>,
    pub disposition: Option<String>,
    pub identifiers: Vec<Identifier>,
    pub person: Person,
    pub merges: Vec<Pair>,
}

/// Two records of one person, by their numbers.
#[derive(Clone, Debug)]
pub struct Pair {
    pub stays: Vec<Identifier>,
    /// Who stays.
    pub person: Person,
    pub goes: Vec<Identifier>,
}

/// `ADT A01`, or the three letters of another message: for counting and for reasons.
pub fn kind(message: &Message) -> Option<String> {
    let letter = |text: &String| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let field = message.segment("MSH")?.field(9);
    let code = field.and_then(|field| field.component(1)).filter(letter)?;
    if code != "ADT" {
        return Some(code);
    }
    let trigger = field.and_then(|field| field.component(2)).or_else(|| message.value("EVN", 1)).filter(letter)?;
    Some(format!("ADT {trigger}"))
}

/// The message as Huddle uses it, or why it cannot.
pub fn read(message: &Message, zone: Tz, now: DateTime<Utc>) -> Result<Adt, String> {
    let kind = kind(message).ok_or("MSH-9 names no message type")?;
    let code = match kind.strip_prefix("ADT ") {
        Some(code) => code.to_owned(),
        None => return Err(format!("{kind} messages are not used by Huddle, only ADT")),
    };
    let trigger = Trigger::of(&code).ok_or_else(|| format!("{kind} is not used by Huddle"))?;
    let control_id = message.value("MSH", 10).ok_or("MSH-10 has no control id")?;
    let (application, facility) = (message.value("MSH", 3), message.value("MSH", 4));
    let sender = [&application, &facility].map(|name| name.clone().unwrap_or_default()).join("|");
    let source = facility.or(application).unwrap_or_else(|| "an unnamed sender".to_owned());
    let at =
        occurred(message, zone).ok_or("none of EVN-6, EVN-2 and MSH-7 is a time as HL7 writes it (YYYYMMDDHHMM)")?;
    if at > now + AHEAD {
        return Err("EVN-6, EVN-2 or MSH-7 is in the future".to_owned());
    }
    let patient = message.segment("PID").ok_or("it has no PID segment")?;
    let identifiers = identifiers(patient.repetitions(3));
    if identifiers.is_empty() {
        return Err("PID-3 has no identifier".to_owned());
    }
    let disposition = message.value("PV1", 36);
    let class = message.value("PV1", 2);
    let event = Event {
        trigger,
        code,
        at,
        source: source.chars().take(60).collect(),
        control_id,
        visit: message.value("PV1", 19),
        class: Class::of(class.as_deref()),
        location: location(message),
        disposition: Disposition::of(disposition.as_deref()),
        ended: message.value("PV1", 45).and_then(|text| time::instant(&text, zone)),
        life: life(&patient, zone),
    };
    let merges = if trigger == Trigger::Merge { merges(message)? } else { Vec::new() };
    Ok(Adt { event, sender, class, disposition, identifiers, person: Person::of(&patient), merges })
}

/// The first of the three that is a time.
fn occurred(message: &Message, zone: Tz) -> Option<DateTime<Utc>> {
    let told = [("EVN", 6), ("EVN", 2), ("MSH", 7)].map(|(segment, field)| message.value(segment, field));
    told.iter().flatten().find_map(|text| time::instant(text, zone))
}

fn life(patient: &Segment<'_>, zone: Tz) -> Life {
    let value = |field: usize| patient.field(field).and_then(|field| field.component(1));
    let since = value(29).and_then(|text| time::instant(&text, zone));
    match value(30).map(|word| word.to_ascii_uppercase()).as_deref() {
        Some("Y" | "YES") => Life::Dead { since },
        Some("N" | "NO") => Life::Alive,
        _ if since.is_some() => Life::Dead { since },
        _ if [29, 30].iter().any(|field| patient.field(*field).is_some_and(|field| field.is_null())) => Life::Alive,
        _ => Life::Unsaid,
    }
}

/// Point of care, room, bed and facility.
fn location(message: &Message) -> Option<String> {
    let field = message.segment("PV1")?.field(3)?;
    let parts: Vec<String> = (1..=4).filter_map(|number| field.component(number)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn identifiers<'m>(fields: impl Iterator<Item = Field<'m>>) -> Vec<Identifier> {
    fields.filter_map(|field| Identifier::of(&field)).collect()
}

/// Each MRG belongs to the PID before it.
fn merges(message: &Message) -> Result<Vec<Pair>, String> {
    let mut pairs = Vec::new();
    let (mut stays, mut person) = (Vec::new(), Person::default());
    for segment in message.segments() {
        if segment.is("PID") {
            stays = identifiers(segment.repetitions(3));
            person = Person::of(&segment);
        } else if segment.is("MRG") {
            let goes = identifiers(segment.repetitions(1));
            if stays.is_empty() || goes.is_empty() {
                return Err("PID-3 or MRG-1 has no identifier".to_owned());
            }
            pairs.push(Pair { stays: stays.clone(), person: person.clone(), goes });
        }
    }
    if pairs.is_empty() { Err("it has no MRG segment".to_owned()) } else { Ok(pairs) }
}

impl Adt {
    /// Where a status that comes of it is from. No patient data.
    pub fn said_by(&self) -> String {
        format!("ADT {} from {}", self.event.code, self.event.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &[u8] = "MSH|^~\\&|ADT|MERCY|||202601101200-0500||ADT^A01^ADT_A01|m1|P|2.5||||||UNICODE UTF-8\rEVN|A01|20260110\r\
        PID|1||7^^^MERCY&1.2.3&ISO^MR~8^^^USA^SS||M\u{fc}ller^J\\XC3BC\\rgen||19650302|M|||1 High \\T\\ Low||555^^^a@b||en||||||||||||||20260109|Y\r\
        PV1|1|I|W1^101||||||||||||||||V1|||||||||||||||||01|||||||||20260111\rMRG|9^^^MERCY^MR"
        .as_bytes();

    fn try_to_read(bytes: &[u8]) -> Result<Adt, String> {
        let message = Message::read(bytes)?;
        kind(&message);
        read(&message, Tz::America__New_York, DateTime::<Utc>::MAX_UTC - AHEAD)
    }

    #[test]
    fn a_message_is_what_its_fields_say() {
        let adt = try_to_read(FULL).unwrap();
        assert_eq!(adt.said_by(), "ADT A01 from MERCY");
        assert_eq!((adt.sender.as_str(), adt.event.control_id.as_str()), ("ADT|MERCY", "m1"));
        assert_eq!(adt.event.visit.as_deref(), Some("V1"));
        assert_eq!(adt.event.location.as_deref(), Some("W1 101"));
        assert_eq!(adt.event.at.to_rfc3339(), "2026-01-10T05:00:00+00:00");
        assert_eq!(adt.event.ended.map(|at| at.to_rfc3339()).as_deref(), Some("2026-01-11T05:00:00+00:00"));
        assert!(matches!(adt.event.life, Life::Dead { since: Some(_) }));
        assert_eq!(adt.identifiers[0].system(), "urn:oid:1.2.3");
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for end in 0..FULL.len() {
            let _ = try_to_read(&FULL[..end]);
            for byte in [0, b'\r', b'\\', b'^', b'|', b'X', 0xc3, 0xff] {
                let mut bytes = FULL.to_vec();
                bytes[end] = byte;
                let _ = try_to_read(&bytes);
            }
        }
    }
}
