//! The door to the clock and the calendar.

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

/// The local date of a moment given in seconds since 1970: `2026-11-23`. `None` when the calendar does not reach it.
pub(crate) fn local_date(seconds: i64) -> Option<String> {
    let moment = DateTime::from_timestamp(seconds, 0)?;
    Some(moment.with_timezone(&Local).format("%Y-%m-%d").to_string())
}
