//! The team's calendar day. Pure.
use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

/// When the day that `now` is in began in the time zone. Where midnight does not exist, the first moment after it.
pub fn started_at(time_zone: &str, now: DateTime<Utc>) -> DateTime<Utc> {
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let midnight = now.with_timezone(&zone).date_naive().and_time(chrono::NaiveTime::MIN);
    let first = (0..24)
        .find_map(|half_hours| zone.from_local_datetime(&(midnight + Duration::minutes(30 * half_hours))).earliest());
    first.map_or(now, |start| start.to_utc())
}

/// The day in the time zone that a moment is in.
pub fn date(time_zone: &str, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&time_zone.parse().unwrap_or(Tz::UTC)).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_local_midnight() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(started_at("America/New_York", at("2026-11-21T03:00:00Z")), at("2026-11-20T05:00:00Z"));
        // The day on which the clocks go back still has one midnight.
        assert_eq!(started_at("America/New_York", at("2026-11-01T23:00:00Z")), at("2026-11-01T04:00:00Z"));
        // In Beirut the clocks went forward at midnight.
        assert_eq!(started_at("Asia/Beirut", at("2026-03-29T12:00:00Z")), at("2026-03-28T22:00:00Z"));
    }
}
