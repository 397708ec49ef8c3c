//! The door to the clock and the calendar.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Local, Utc};

use crate::{fs, settings};

/// Where a relative `TZ` is looked for.
const ZONE_FOLDERS: [&str; 4] = [
    "/usr/share/zoneinfo",
    "/share/zoneinfo",
    "/etc/zoneinfo",
    "/usr/share/lib/zoneinfo",
];
/// The largest in the time zone database have some kilobytes.
const LARGEST_ZONE: u64 = 1024 * 1024;

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

/// The local date of a moment given in seconds since 1970: `2026-11-23`. `None` when the calendar does not reach it. UTC's
/// where the local time cannot be known.
pub(crate) fn local_date(seconds: i64) -> Option<String> {
    const DAY: &str = "%Y-%m-%d";
    let moment = DateTime::from_timestamp(seconds, 0)?;
    let date = match has_readable_zone() {
        true => moment.with_timezone(&Local).format(DAY),
        false => moment.format(DAY),
    };
    Some(date.to_string())
}

/// Whether the file that `TZ` names (tzset(3)) is one that comes to an end: it is about to be read whole.
fn has_readable_zone() -> bool {
    let Some(zone) = settings::environment("TZ") else {
        return true;
    };
    let zone = zone.to_string_lossy();
    let zone = zone.strip_prefix(':').unwrap_or(&zone);
    // An absolute path takes the place of the folder.
    ZONE_FOLDERS
        .iter()
        .all(|folder| fs::is_small_file_or_nothing(&Path::new(folder).join(zone), LARGEST_ZONE))
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

impl crate::auth::device::Clock for Stopwatch {
    fn elapsed(&self) -> Duration {
        Stopwatch::elapsed(*self)
    }

    fn sleep(&mut self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
