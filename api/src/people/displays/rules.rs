//! Codes that people read from a screen, PINs, and when a display counts as there. Pure.
use chrono::{DateTime, Duration, Utc};
use rand::Rng;
use std::collections::BTreeSet;

/// Letters and digits that nobody confuses on a screen across the room.
const SIGNS: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/// How long after it was last seen a display counts as there; it is seen once a minute at least.
const THERE: Duration = Duration::minutes(2);

pub fn code(length: usize) -> String {
    let mut rng = rand::rng();
    (0..length).map(|_| char::from(SIGNS[rng.random_range(0..SIGNS.len())])).collect()
}

/// In two halves, as people read it.
pub fn spaced(code: &str) -> String {
    let (first, second) = code.split_at(code.len() / 2);
    format!("{first}-{second}")
}

/// As people type it: case, blanks and hyphens do not matter.
pub fn normal(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase()
}

pub fn is_there(last_seen: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    last_seen.is_some_and(|seen| seen + THERE >= now)
}

/// Why a PIN will not do.
pub fn wrong_with(pin: &str) -> Option<&'static str> {
    let digits = pin.as_bytes();
    if !(6..=12).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Some("must have 6 to 12 digits");
    }
    let goes_by = |step: u8| digits.windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
    let repeats = |length: usize| digits.iter().enumerate().all(|(at, digit)| *digit == digits[at % length]);
    let few = digits.iter().collect::<BTreeSet<_>>().len() < 3;
    let guessable = few || goes_by(1) || goes_by(9) || (2..=3).any(repeats) || FREQUENT.contains(&pin);
    guessable.then_some("is too easy to guess")
}

/// Among the most frequent of six digits in what was leaked elsewhere, besides rows and repetitions.
const FREQUENT: [&str; 16] = [
    "112233", "445566", "332211", "102030", "123321", "123654", "147258", "147852", "159357", "159753", "258456",
    "456123", "520131", "789456", "142536", "246810",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_read_and_typed() {
        let made = code(8);
        assert_eq!(made.len(), 8);
        assert_eq!(normal(&format!(" {} ", spaced(&made).to_lowercase())), made);
        assert_eq!(spaced("KXQT4827"), "KXQT-4827");
    }

    #[test]
    fn what_anybody_would_try_first_is_no_pin() {
        for pin in ["000000", "123456", "654321", "890123", "121212", "123123", "111222", "147258", "12345678"] {
            assert_eq!(wrong_with(pin), Some("is too easy to guess"), "{pin}");
        }
        for pin in ["", "12345", "1234567890123", "12345a", "١٢٣٤٥٦"] {
            assert_eq!(wrong_with(pin), Some("must have 6 to 12 digits"), "{pin}");
        }
        assert_eq!(wrong_with("720946"), None);
    }

    #[test]
    fn a_display_is_there_for_two_minutes_after_it_was_seen() {
        let now = DateTime::<Utc>::UNIX_EPOCH;
        assert!(!is_there(None, now));
        assert!(is_there(Some(now), now + Duration::minutes(2)));
        assert!(!is_there(Some(now), now + Duration::seconds(121)));
    }
}
