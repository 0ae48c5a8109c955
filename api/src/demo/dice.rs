//! Chance with a fixed seed, and the calendar: the same moment makes the same practice.
use chrono::{DateTime, Datelike, Duration, NaiveTime, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use uuid::Uuid;

pub const TIME_ZONE: Tz = chrono_tz::America::New_York;
const SEED: u64 = 0x4855_4444_4c45;

pub struct Dice {
    rng: StdRng,
    pub now: DateTime<Utc>,
}

impl Dice {
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { rng: StdRng::seed_from_u64(SEED), now }
    }

    /// An id of the moment, because lists that are sorted by id are sorted by time.
    pub fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let random: [u8; 10] = self.rng.random();
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.rng.random_range(0..of.len())]
    }

    /// One of them, each as likely as its weight.
    pub fn weighted<'a, T>(&mut self, of: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
        let mut left = self.rng.random_range(0..of.iter().map(&weight).sum::<u32>().max(1));
        for one in of {
            match left.checked_sub(weight(one)) {
                Some(rest) => left = rest,
                None => return one,
            }
        }
        &of[of.len() - 1]
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// Both ends included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        self.rng.random_range(least..=most.max(least))
    }

    pub fn shuffle<T>(&mut self, of: &mut [T]) {
        of.shuffle(&mut self.rng);
    }

    pub fn minutes(&mut self, least: i64, most: i64) -> Duration {
        // Nothing happens on the full minute.
        Duration::seconds(self.between(least * 60, most * 60)) + Duration::milliseconds(self.between(1, 999))
    }

    pub fn minutes_ago(&mut self, least: i64, most: i64) -> DateTime<Utc> {
        self.now - self.minutes(least, most)
    }

    /// Some moment strictly between the two, where there is room for one.
    pub fn moment(&mut self, after: DateTime<Utc>, before: DateTime<Utc>) -> DateTime<Utc> {
        let span = (before - after).num_milliseconds();
        after + Duration::milliseconds(self.between(1, span - 1))
    }

    /// The same, moved back into the practice's opening hours where nothing speaks against it.
    pub fn working_moment(&mut self, after: DateTime<Utc>, before: DateTime<Utc>) -> DateTime<Utc> {
        let at = self.moment(after, before);
        let back = match at.with_timezone(&TIME_ZONE).hour() {
            0..8 => Duration::hours(14),
            8..18 => return at,
            _ => Duration::hours(9),
        };
        if at - back > after { at - back } else { at }
    }

    pub fn start_of_today(&self) -> DateTime<Utc> {
        on_day(self.now, 0, 0, 0)
    }

    /// That time of day, `days` business days after the day of `at`.
    pub fn business_day(&self, at: DateTime<Utc>, days: i64, hour: u32) -> DateTime<Utc> {
        let first = at.with_timezone(&TIME_ZONE).date_naive();
        let mut ahead = 0;
        let mut counted = 0;
        while counted < days {
            ahead += 1;
            let weekday = (first + Duration::days(ahead)).weekday();
            counted += i64::from(!matches!(weekday, Weekday::Sat | Weekday::Sun));
        }
        on_day(at, ahead, hour, 0)
    }
}

/// A time of day in the practice, `days` after the local day of `at`.
pub fn on_day(at: DateTime<Utc>, days: i64, hour: u32, minute: u32) -> DateTime<Utc> {
    let day = at.with_timezone(&TIME_ZONE).date_naive() + Duration::days(days);
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    TIME_ZONE.from_local_datetime(&day.and_time(time)).earliest().map_or(at, |local| local.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn business_days_skip_the_weekend() {
        let friday = Utc.with_ymd_and_hms(2026, 8, 14, 15, 0, 0).unwrap();
        let dice = Dice::new(friday);
        assert_eq!(dice.business_day(friday, 2, 17), Utc.with_ymd_and_hms(2026, 8, 18, 21, 0, 0).unwrap());
        assert_eq!(dice.start_of_today(), Utc.with_ymd_and_hms(2026, 8, 14, 4, 0, 0).unwrap());
    }
}
