//! Who the patient is, as PID says, and what of it the practice takes over.
use super::{
    message::{Field, Segment},
    time,
};
use chrono::NaiveDate;
use entity::patient::AdministrativeGender;

const NAME_LIMIT: usize = 200;
const TEXT_LIMIT: usize = 500;

/// None where the message says nothing: what is empty never overwrites.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Family name and given names: one of them may be empty.
    pub name: Option<(String, String)>,
    pub birth_date: Option<NaiveDate>,
    pub gender: Option<AdministrativeGender>,
    pub language: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
}

impl Person {
    pub fn of(patient: &Segment<'_>) -> Self {
        let value = |field: usize| patient.field(field).and_then(|field| field.component(1));
        let telecom: Vec<Field<'_>> = [13, 14].into_iter().flat_map(|field| patient.repetitions(field)).collect();
        Self {
            name: name(&patient.repetitions(5).collect::<Vec<_>>()),
            birth_date: value(7).and_then(|text| time::date(&text)),
            gender: value(8).and_then(|code| gender(&code)),
            language: value(15).and_then(|code| language(&code)),
            phone: telecom.iter().find_map(phone).map(|text| cut(&text, TEXT_LIMIT)),
            email: telecom.iter().find_map(email).map(|text| cut(&text, TEXT_LIMIT)),
            address: patient.field(11).as_ref().and_then(address).map(|text| cut(&text, TEXT_LIMIT)),
        }
    }
}

/// What to write over `current`: what was absent, or what the same sender had said before and now corrects.
pub fn news<T: PartialEq>(current: Option<&T>, said_before: Option<&T>, said: Option<T>) -> Option<T> {
    let said = said?;
    match current {
        None => Some(said),
        Some(current) if *current == said => None,
        Some(current) => (said_before == Some(current)).then_some(said),
    }
}

/// The legal name, else the first one.
fn name(names: &[Field<'_>]) -> Option<(String, String)> {
    let legal = names.iter().find(|name| name.component(7).as_deref() == Some("L"));
    let name = legal.or(names.first())?;
    let given: Vec<String> = [2, 3].into_iter().filter_map(|part| name.component(part)).collect();
    let (family, given) = (name.component(1).unwrap_or_default(), given.join(" "));
    (!family.is_empty() || !given.is_empty()).then(|| (cut(&family, NAME_LIMIT), cut(&given, NAME_LIMIT)))
}

fn gender(code: &str) -> Option<AdministrativeGender> {
    match code.to_ascii_uppercase().as_str() {
        "F" => Some(AdministrativeGender::Female),
        "M" => Some(AdministrativeGender::Male),
        "A" | "N" | "O" => Some(AdministrativeGender::Other),
        "U" => Some(AdministrativeGender::Unknown),
        _ => None,
    }
}

/// BCP-47, from a tag, a code of ISO 639-2 or the English name; nothing where it is none of these.
fn language(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let tag = match text.as_str() {
        "eng" | "english" => "en",
        "spa" | "spanish" => "es",
        "chi" | "zho" | "chinese" | "mandarin" => "zh",
        "cantonese" => "yue",
        "fre" | "fra" | "french" => "fr",
        "ger" | "deu" | "german" => "de",
        "vie" | "vietnamese" => "vi",
        "tgl" | "tagalog" => "tl",
        "ara" | "arabic" => "ar",
        "rus" | "russian" => "ru",
        "por" | "portuguese" => "pt",
        "kor" | "korean" => "ko",
        "ita" | "italian" => "it",
        "pol" | "polish" => "pl",
        "hat" | "haitian creole" => "ht",
        "hin" | "hindi" => "hi",
        "jpn" | "japanese" => "ja",
        "som" | "somali" => "so",
        "yue" | "chr" | "cho" | "hmn" | "nav" => &text,
        tag => {
            let (language, region) = tag.split_once('-').unwrap_or((tag, "xx"));
            let letters = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
            if !letters(language) || !letters(region) {
                return None;
            }
            return Some(match tag.split_once('-') {
                Some((language, region)) => format!("{language}-{}", region.to_uppercase()),
                None => language.to_owned(),
            });
        }
    };
    Some(tag.to_owned())
}

/// The number as one text (XTN.1), else in its parts.
fn phone(field: &Field<'_>) -> Option<String> {
    let internet = field.component(2).as_deref() == Some("NET") || field.component(3).as_deref() == Some("Internet");
    if internet {
        return None;
    }
    let has_digits = |text: &String| text.bytes().filter(u8::is_ascii_digit).count() >= 3;
    field.component(12).or_else(|| field.component(1)).filter(has_digits).or_else(|| {
        let parts: Vec<String> = [5, 6, 7].into_iter().filter_map(|part| field.component(part)).collect();
        Some(parts.join(" ")).filter(has_digits)
    })
}

fn email(field: &Field<'_>) -> Option<String> {
    [4, 1].into_iter().filter_map(|part| field.component(part)).find(|text| text.contains('@'))
}

fn address(field: &Field<'_>) -> Option<String> {
    let parts: Vec<String> = (1..=6).filter_map(|part| field.component(part)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::message::Message, *};

    #[test]
    fn a_person_is_what_pid_says() {
        let message = Message::read(
            "MSH|^~\\&|A\rPID|1||7||Müller^Jürgen^K~Alias^Al||19650302|M|||1 High St^^Springfield^IL^62701||^NET^Internet^a@b.example~(555)123-4567^PRN^PH||SPA"
                .as_bytes(),
        )
        .unwrap();
        let person = Person::of(&message.segment("PID").unwrap());
        let expected = Person {
            name: Some(("Müller".to_owned(), "Jürgen K".to_owned())),
            birth_date: NaiveDate::from_ymd_opt(1965, 3, 2),
            gender: Some(AdministrativeGender::Male),
            language: Some("es".to_owned()),
            phone: Some("(555)123-4567".to_owned()),
            email: Some("a@b.example".to_owned()),
            address: Some("1 High St, Springfield, IL, 62701".to_owned()),
        };
        assert_eq!(person, expected);
    }

    #[test]
    fn what_is_empty_says_nothing() {
        let message = Message::read(b"MSH|^~\\&|A\rPID|1||7||\"\"^\"\"||1965|Q|||\"\"||\"\"||klingon").unwrap();
        assert_eq!(Person::of(&message.segment("PID").unwrap()), Person::default());
    }

    #[test]
    fn only_the_absent_and_the_senders_own_are_overwritten() {
        assert_eq!(news(None, None, Some(1)), Some(1));
        assert_eq!(news(Some(&1), Some(&1), Some(2)), Some(2));
        assert_eq!(news(Some(&1), None, Some(2)), None);
        assert_eq!(news(Some(&1), Some(&3), Some(2)), None);
        assert_eq!(news(Some(&1), Some(&1), None), None);
        assert_eq!(news(Some(&1), Some(&1), Some(1)), None);
    }
}
