//! One HL7 v2 message: segments, fields, repetitions, components, escapes.
//!
//! Ours, because the crates do not cope: `hl7-parser` 0.3.0 panics where it decodes an escape behind an accented letter
//! (it takes positions of characters for positions of bytes), drops without a word what follows a blank or a wrapped
//! line, counts the fields of MSH wrongly when MSH-2 has the fifth character of version 2.7, and puts a piece of the
//! message into its errors; batches, framing and character sets are left to the caller.
use super::text::{decode, unescape};

/// Text in which only the segments have been told apart; the rest is cut when somebody asks.
#[derive(Clone, Debug)]
pub struct Message {
    text: String,
    delimiters: Delimiters,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiters {
    pub field: char,
    pub component: char,
    pub repetition: Option<char>,
    pub escape: Option<char>,
    pub subcomponent: Option<char>,
}

impl Message {
    /// Reads what [`super::split`] cut out, or says what is wrong with it without quoting it.
    pub fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let text = decode(bytes)?;
        if text.contains('\0') {
            return Err("it holds the character NUL");
        }
        Self::parse(text)
    }

    /// The same for a message that was read before.
    pub fn parse(text: String) -> Result<Self, &'static str> {
        let delimiters = Delimiters::of(&text)?;
        Ok(Self { text, delimiters })
    }

    /// As it was read, a carriage return between segments.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.text.split('\r').map(|text| Segment { text, delimiters: self.delimiters })
    }

    pub fn segment(&self, name: &str) -> Option<Segment<'_>> {
        self.segments().find(|segment| segment.is(name))
    }

    /// The first component of a field, ready to use: `value("PV1", 19)`.
    pub fn value(&self, segment: &str, field: usize) -> Option<String> {
        self.segment(segment)?.field(field)?.component(1)
    }
}

impl Delimiters {
    fn of(text: &str) -> Result<Self, &'static str> {
        let rest = text.strip_prefix("MSH").ok_or("it does not begin with an MSH segment")?;
        let mut chars = rest.split('\r').next().unwrap_or_default().chars();
        let field = chars.next().ok_or("MSH is too short")?;
        // The same character twice (a backslash escaped on the way) is meant once.
        let mut encoding: Vec<char> = Vec::new();
        for one in chars.take_while(|one| *one != field) {
            if one.is_alphanumeric() || one.is_whitespace() {
                return Err("MSH-2 names delimiters that cannot be told from text");
            }
            if !encoding.contains(&one) {
                encoding.push(one);
            }
        }
        let component = *encoding.first().ok_or("MSH-2 names no delimiters")?;
        let delimiters = Self {
            field,
            component,
            repetition: encoding.get(1).copied(),
            escape: encoding.get(2).copied(),
            subcomponent: encoding.get(3).copied(),
        };
        if field.is_alphanumeric() || field.is_whitespace() {
            return Err("MSH-1 is no delimiter");
        }
        Ok(delimiters)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Segment<'m> {
    text: &'m str,
    delimiters: Delimiters,
}

impl<'m> Segment<'m> {
    pub fn is(&self, name: &str) -> bool {
        self.text.get(..3).is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    /// The first repetition of a field, counted from 1 as the standard counts, MSH-1 being the delimiter.
    pub fn field(&self, number: usize) -> Option<Field<'m>> {
        self.repetitions(number).next()
    }

    pub fn repetitions(&self, number: usize) -> impl Iterator<Item = Field<'m>> + use<'m> {
        let delimiters = self.delimiters;
        let index = if self.is("MSH") { number.saturating_sub(1) } else { number };
        let field = self.text.split(delimiters.field).nth(index);
        let split = move |text: &'m str| text.split(move |c| Some(c) == delimiters.repetition);
        field.into_iter().flat_map(split).map(move |text| Field { text, delimiters })
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Field<'m> {
    text: &'m str,
    delimiters: Delimiters,
}

impl Field<'_> {
    /// A component, counted from 1, its first sub-component only. Absent when empty, or the `""` that means "deleted".
    pub fn component(&self, number: usize) -> Option<String> {
        self.subcomponent(number, 1)
    }

    pub fn subcomponent(&self, number: usize, sub: usize) -> Option<String> {
        let component = self.text.split(self.delimiters.component).nth(number - 1)?;
        let part = component.split(|c| Some(c) == self.delimiters.subcomponent).nth(sub - 1)?;
        let value = unescape(part, self.delimiters);
        let value = value.trim();
        (!value.is_empty() && value != "\"\"").then(|| value.to_owned())
    }

    /// The sender says that there is none: `""`.
    pub fn is_null(&self) -> bool {
        self.text.trim() == "\"\""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pid(field: &str) -> Message {
        Message::read(format!("MSH|^~\\&|A|B\rPID|1||{field}").as_bytes()).unwrap()
    }

    fn components(message: &Message) -> Vec<Option<String>> {
        let fields = message.segment("PID").unwrap().repetitions(3).collect::<Vec<_>>();
        fields.iter().map(|field| field.component(1)).collect()
    }

    #[test]
    fn fields_are_counted_as_the_standard_counts() {
        for encoding in ["^~\\&", "^~\\&#"] {
            let message = Message::read(format!("MSH|{encoding}|APP|FAC\rPV1|1|I").as_bytes()).unwrap();
            assert_eq!(message.value("MSH", 3).as_deref(), Some("APP"));
            assert_eq!(message.value("PV1", 2).as_deref(), Some("I"));
            assert_eq!(message.value("PV1", 99), None);
            assert_eq!(message.value("ZZZ", 1), None);
        }
    }

    #[test]
    fn delimiters_are_what_the_message_says() {
        let message = Message::read(b"MSH@~&#\\@APP\rPID@1@@7~~~HOSP\\1.2~MR&8").unwrap();
        let field = message.segment("PID").unwrap().field(3).unwrap();
        assert_eq!(field.component(5).as_deref(), Some("MR"));
        assert_eq!(field.subcomponent(4, 2).as_deref(), Some("1.2"));
        assert_eq!(components(&message), [Some("7".to_owned()), Some("8".to_owned())]);
    }

    #[test]
    fn escapes_are_resolved_and_abuse_stays_text() {
        for (raw, text) in [
            ("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f"),
            ("Müller \\T\\ Söhne \\T\\ 東\\F\\", "Müller & Söhne & 東|"),
            ("\\X4A\\\\XC3BC\\\\XE9\\", "Jüé"),
            ("one\\.br\\two\\.sp+3\\", "one two"),
            ("\\H\\loud\\N\\", "loud"),
            ("\\Z99\\", "\\Z99\\"),
            ("open\\F", "open\\F"),
            ("\\\\\\\\", "\\\\\\\\"),
            ("\\X0G\\", "\\X0G\\"),
            ("a\\X00\\b", "a b"),
        ] {
            assert_eq!(components(&pid(raw)), [Some(text.to_owned())], "{raw}");
        }
    }

    #[test]
    fn blank_and_deleted_values_are_absent() {
        assert_eq!(components(&pid("")), [None]);
        assert_eq!(components(&pid("\"\"")), [None]);
        assert_eq!(components(&pid("  7  ")), [Some("7".to_owned())]);
        assert!(pid("\"\"").segment("PID").unwrap().field(3).unwrap().is_null());
    }

    #[test]
    fn the_character_set_is_the_one_named() {
        let head = "MSH|^~\\&|||||||||||||||";
        let named = |charset: &str, bytes: &[u8]| {
            let mut message = format!("{head}|{charset}\rPID|1||").into_bytes();
            message.extend_from_slice(bytes);
            Message::read(&message).map(|message| message.value("PID", 3))
        };
        assert_eq!(named("UNICODE UTF-8", "é".as_bytes()), Ok(Some("é".to_owned())));
        assert_eq!(named("8859/1", b"\xe9"), Ok(Some("é".to_owned())));
        assert_eq!(named("", b"\xe9"), Ok(Some("é".to_owned())));
        assert!(named("UNICODE UTF-8", b"\xe9").is_err());
    }

    #[test]
    fn what_is_no_message_is_refused_with_a_reason() {
        for bad in ["", "MSH", "MSH|", "EVN|A01", "MSHA^~\\&|", "MSH||A", "MSH|^a|", "MSH|^~\\&|\0"] {
            assert!(Message::read(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}
