//! Dates, times and sizes as people read them: the month in words, the time of Paris, « 2,4 Mo ».
//!
//! No sentence lives here. To add a language: its months, its arm in each function.

use std::sync::LazyLock;
use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::Locale;
use crate::domain::document::Day;
use crate::domain::source::Timestamp;

/// The time people in mainland France live by; the time zones are in the program, whatever the machine has.
static PARIS: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));

const MOIS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn local(at: Timestamp) -> DateTime {
    let instant = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
    PARIS.to_datetime(instant)
}

fn written(locale: Locale, date: Date) -> String {
    let month = usize::try_from(date.month()).unwrap_or(1).saturating_sub(1);
    let (day, year) = (date.day(), date.year());
    match locale {
        Locale::Fr => {
            let month = MOIS.get(month).copied().unwrap_or_default();
            let first = if day == 1 { "er" } else { "" };
            format!("le {day}{first}\u{a0}{month} {year}")
        }
        Locale::En => format!("{day}\u{a0}{} {year}", MONTHS.get(month).copied().unwrap_or_default()),
    }
}

/// The calendar date of a moment, in Paris.
pub fn date_of(at: Timestamp) -> Date {
    local(at).date()
}

/// The last microsecond of a day, in Paris.
pub fn end_of_day(day: Day) -> Option<Timestamp> {
    let midnight = day.date().tomorrow().ok()?.to_zoned(PARIS.clone()).ok()?;
    Some(Timestamp::from_micros(midnight.timestamp().as_microsecond().checked_sub(1)?))
}

/// When people are told of dates: 9 h, in Paris. Nobody is woken.
const MORNING: i8 = 9;
/// And nobody is told of them after 21 h.
const EVENING: i8 = 21;

/// The morning of a day, in Paris.
pub fn morning_of(day: Day) -> Option<Timestamp> {
    let morning = day.date().at(MORNING, 0, 0, 0).to_zoned(PARIS.clone()).ok()?;
    Some(Timestamp::from_micros(morning.timestamp().as_microsecond()))
}

/// The first morning after a moment, in Paris.
pub fn next_morning(after: Timestamp) -> Timestamp {
    let today = date_of(after);
    let days = [Some(today), today.tomorrow().ok()];
    let found = days.into_iter().flatten().filter_map(|day| morning_of(Day::of(day))).find(|morning| *morning > after);
    found.unwrap_or_else(|| after.plus(Duration::from_hours(24)))
}

/// Whether people may be told of something that can wait: from 9 h to 21 h, in Paris.
pub fn is_daytime(at: Timestamp) -> bool {
    (MORNING..EVENING).contains(&local(at).hour())
}

/// « le 3 mars 2027 », `3 March 2027`. Sentences in English add their `on`.
pub fn day(locale: Locale, at: Timestamp) -> String {
    written(locale, date_of(at))
}

/// [`day`], for a day that somebody typed.
pub fn day_of(locale: Locale, day: Day) -> String {
    written(locale, day.date())
}

/// « 14 h 30 », `14:30`.
pub fn clock(locale: Locale, at: Timestamp) -> String {
    let time = local(at).time();
    match locale {
        Locale::Fr => format!("{}\u{a0}h\u{a0}{:02}", time.hour(), time.minute()),
        Locale::En => format!("{}:{:02}", time.hour(), time.minute()),
    }
}

/// « le 3 mars 2027 à 14 h 30 », `3 March 2027 at 14:30`.
pub fn moment(locale: Locale, at: Timestamp) -> String {
    let joint = match locale {
        Locale::Fr => "à",
        Locale::En => "at",
    };
    format!("{} {joint} {}", day(locale, at), clock(locale, at))
}

/// « 2,4 Mo », `2.4 MB`. Counted by 1024, so that a limit of 100 MiB reads « 100 Mo » and never promises more than is taken.
pub fn size(locale: Locale, bytes: u64) -> String {
    const STEP: u64 = 1024;
    let (units, point) = match locale {
        Locale::Fr => (["octets", "ko", "Mo", "Go"], ','),
        Locale::En => (["bytes", "kB", "MB", "GB"], '.'),
    };
    let (mut unit, mut index) = (1_u64, 0_usize);
    while index < 3 && bytes >= unit.saturating_mul(STEP) {
        unit = unit.saturating_mul(STEP);
        index = index.saturating_add(1);
    }
    let name = units.get(index).copied().unwrap_or_default();
    if index == 0 {
        let name = if bytes > 1 { name } else { name.trim_end_matches('s') };
        return format!("{bytes}\u{a0}{name}");
    }
    let tenths = (u128::from(bytes) * 10 + u128::from(unit / 2)) / u128::from(unit);
    let (whole, rest) = (tenths / 10, tenths % 10);
    if rest == 0 || whole >= 100 { format!("{whole}\u{a0}{name}") } else { format!("{whole}{point}{rest}\u{a0}{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace('\u{a0}', " ")
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn dates_have_their_month_in_words_and_the_time_of_paris() {
        let winter = at("2027-03-03T13:30:00Z");
        assert_eq!(plain(&day(Locale::Fr, winter)), "le 3 mars 2027");
        assert_eq!(plain(&moment(Locale::Fr, winter)), "le 3 mars 2027 à 14 h 30");
        assert_eq!(plain(&moment(Locale::En, winter)), "3 March 2027 at 14:30");
        let summer = at("2027-07-31T22:05:00Z");
        assert_eq!(plain(&moment(Locale::Fr, summer)), "le 1er août 2027 à 0 h 05");
        assert_eq!(plain(&day_of(Locale::Fr, Day::parse("2027-12-01").unwrap())), "le 1er décembre 2027");
        assert_eq!(plain(&day_of(Locale::En, Day::parse("2027-12-01").unwrap())), "1 December 2027");
    }

    #[test]
    fn mornings_are_at_nine_in_paris_whatever_the_season() {
        for (after, morning) in [
            ("2027-03-03T07:59:59Z", "2027-03-03T08:00:00Z"),
            ("2027-03-03T08:00:00Z", "2027-03-04T08:00:00Z"),
            ("2027-03-27T23:30:00Z", "2027-03-28T07:00:00Z"),
            ("2027-03-27T08:00:00Z", "2027-03-28T07:00:00Z"),
            ("2027-10-30T22:30:00Z", "2027-10-31T08:00:00Z"),
            ("2027-07-14T07:00:00Z", "2027-07-15T07:00:00Z"),
        ] {
            assert_eq!(next_morning(at(after)), at(morning), "{after}");
        }
        for (when, expected) in [("07:59", false), ("08:00", true), ("19:59", true), ("20:00", false), ("23:30", false)]
        {
            assert_eq!(is_daytime(at(&format!("2027-03-03T{when}:00Z"))), expected, "{when}");
        }
    }

    #[test]
    fn sizes_are_short() {
        for (bytes, fr, en) in [
            (0, "0 octet", "0 byte"),
            (1, "1 octet", "1 byte"),
            (900, "900 octets", "900 bytes"),
            (1024, "1 ko", "1 kB"),
            (2_516_582, "2,4 Mo", "2.4 MB"),
            (100 * 1024 * 1024, "100 Mo", "100 MB"),
            (600 * 1024 * 1024, "600 Mo", "600 MB"),
            (5 * 1024 * 1024 * 1024, "5 Go", "5 GB"),
        ] {
            assert_eq!(plain(&size(Locale::Fr, bytes)), fr);
            assert_eq!(plain(&size(Locale::En, bytes)), en);
        }
        assert!(!size(Locale::Fr, u64::MAX).is_empty());
    }
}
