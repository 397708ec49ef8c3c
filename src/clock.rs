//! The door to the clock and the calendar.

use std::time::{Duration, Instant};

use chrono::{DateTime, Local, Utc};

/// Seconds since 1970, UTC.
#[expect(clippy::disallowed_methods, reason = "this is the clock's one door")]
pub(crate) fn now() -> i64 {
    Utc::now().timestamp()
}

/// This moment as part of a file name: `20261123T025401Z`.
#[expect(clippy::disallowed_methods, reason = "this is the clock's one door")]
pub(crate) fn stamp() -> String {
    Utc::now().format("%Y%m%dT%H%M%SZ").to_string()
}

/// Whose calendar a date is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// That of where this machine is.
    Local,
    Utc,
}

/// The date of a moment given in seconds since 1970: `2026-11-23`. `None` when the calendar does not reach it.
pub(crate) fn date(seconds: i64, zone: Zone) -> Option<String> {
    const DAY: &str = "%Y-%m-%d";
    let moment = DateTime::from_timestamp(seconds, 0)?;
    let date = match zone {
        Zone::Local => moment.with_timezone(&Local).format(DAY),
        Zone::Utc => moment.format(DAY),
    };
    Some(date.to_string())
}

/// A moment as servers write it (RFC 3339), in seconds since 1970.
pub(crate) fn moment(text: &str) -> Option<i64> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    Some(moment.timestamp())
}

/// The same with the time of day, in UTC: `2026-11-23 02:54:01 UTC`.
pub(crate) fn date_and_time(seconds: i64) -> Option<String> {
    let moment = DateTime::from_timestamp(seconds, 0)?;
    Some(moment.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// Lets time pass.
pub(crate) fn pause(duration: Duration) {
    std::thread::sleep(duration);
}

/// A moment by which something must be done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// The moment `patience` from now.
    #[expect(clippy::disallowed_methods, reason = "this is the clock's one door")]
    pub(crate) fn after(patience: Duration) -> Self {
        Deadline(Instant::now() + patience)
    }

    /// The time that is left until then.
    #[expect(clippy::disallowed_methods, reason = "this is the clock's one door")]
    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether it is too late.
    #[expect(clippy::disallowed_methods, reason = "this is the clock's one door")]
    pub(crate) fn has_passed(self) -> bool {
        Instant::now() >= self.0
    }
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "this is the clock's one door")]
    pub(crate) fn start() -> Self {
        Stopwatch(Instant::now())
    }

    /// The time since the start.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
