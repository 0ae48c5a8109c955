//! The times of HL7 v2: as exact as the sender knew, with an offset or in the practice's time zone.
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// `YYYYMMDD[HHMM[SS[.S…]]][±ZZZZ]`, or the same with the punctuation of ISO 8601. Less than a day is no moment.
pub fn instant(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let (local, offset) = parse(text)?;
    match offset {
        Some(offset) => offset.from_local_datetime(&local).single().map(|at| at.to_utc()),
        None => Some(in_zone(local, zone)),
    }
}

/// The day of a birth or a death. Unknown month or day: no date.
pub fn date(text: &str) -> Option<NaiveDate> {
    let digits: String = plain(text).chars().take(8).collect();
    NaiveDate::parse_from_str(&digits, "%Y%m%d").ok().filter(|_| digits.len() == 8)
}

fn parse(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let text = plain(text);
    let (clock, offset) = match text.find(['+', '-', 'Z']) {
        Some(at) => (text.get(..at)?, Some(self::offset(text.get(at..)?)?)),
        None => (text.as_str(), None),
    };
    let (digits, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(digits) || !all_digits(fraction) {
        return None;
    }
    let part = |from: usize| digits.get(from..from + 2)?.parse().ok();
    let day = date(digits)?;
    let (hour, minute, second) = match digits.len() {
        8 => (0, 0, 0),
        10 => (part(8)?, 0, 0),
        12 => (part(8)?, part(10)?, 0),
        14 => (part(8)?, part(10)?, part(12)?),
        _ => return None,
    };
    // A leap second is told as the last moment of its minute.
    let time = NaiveTime::from_hms_opt(hour, minute, u32::min(second, 59)).filter(|_| second <= 60)?;
    Some((day.and_time(time), offset))
}

fn offset(text: &str) -> Option<FixedOffset> {
    if text == "Z" {
        return Some(Utc.fix());
    }
    let hours: i32 = text.get(1..3)?.parse().ok()?;
    let minutes: i32 = text.get(3..5)?.parse().ok()?;
    if text.len() != 5 || minutes > 59 || hours > 14 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60;
    FixedOffset::east_opt(if text.starts_with('-') { -seconds } else { seconds })
}

/// Takes the punctuation out of `2026-01-15T14:30:00`.
fn plain(text: &str) -> String {
    let text = text.trim();
    let is_iso = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    if !is_iso {
        return text.to_owned();
    }
    let drop = |(at, c): &(usize, char)| !(matches!(c, ':' | 'T' | ' ') || (*c == '-' && *at < 10));
    text.char_indices().filter(drop).map(|(_, c)| c).collect()
}

/// What clocks show twice is the first time; what they skip is as late as if they had not.
fn in_zone(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    zone.from_local_datetime(&local).earliest().map_or_else(
        || {
            let before = local.checked_sub_days(Days::new(1)).unwrap_or(local);
            let offset = zone.offset_from_local_datetime(&before).earliest().map_or(0, |it| it.fix().local_minus_utc());
            (local - chrono::Duration::seconds(offset.into())).and_utc()
        },
        |at| at.to_utc(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::America::New_York;

    #[test]
    fn times_are_read_as_exactly_as_they_are_told() {
        for (text, expected) in [
            ("20260115143000", "2026-01-15T19:30:00Z"),
            ("20260715143000", "2026-07-15T18:30:00Z"),
            ("202601151430", "2026-01-15T19:30:00Z"),
            ("2026011514", "2026-01-15T19:00:00Z"),
            ("20260115", "2026-01-15T05:00:00Z"),
            ("20260115143000.1234", "2026-01-15T19:30:00Z"),
            ("20260115143000+0130", "2026-01-15T13:00:00Z"),
            ("20260115-0800", "2026-01-15T08:00:00Z"),
            ("2026-01-15T14:30:00", "2026-01-15T19:30:00Z"),
            ("2026-01-15T14:30:00Z", "2026-01-15T14:30:00Z"),
            // Clocks went from 02:00 to 03:00, and back from 02:00 to 01:00.
            ("202603080230", "2026-03-08T07:30:00Z"),
            ("202611010130", "2026-11-01T05:30:00Z"),
        ] {
            let at = instant(text, New_York).map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
            assert_eq!(at.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026",
            "202601",
            "20260230",
            "2026011525",
            "01/15/2025 14:30:00",
            "2026011514300",
            "2026-01-15T14:30:00+99",
            "٢٠٢٦٠١١٥",
            "20260115+é",
        ] {
            assert_eq!(instant(text, New_York), None, "{text}");
        }
    }

    #[test]
    fn a_birth_date_needs_a_day() {
        assert_eq!(date("19650302"), NaiveDate::from_ymd_opt(1965, 3, 2));
        assert_eq!(date("196503021200"), NaiveDate::from_ymd_opt(1965, 3, 2));
        assert_eq!(date("1965"), None);
        assert_eq!(date("1965-03-02"), NaiveDate::from_ymd_opt(1965, 3, 2));
    }
}
