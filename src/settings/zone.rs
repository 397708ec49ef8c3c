//! Which time zone dates are shown in.

use std::path::Path;

use super::environment;
use crate::clock::Zone;
use crate::fs;

/// Where a relative `TZ` is looked for.
const ZONE_FOLDERS: [&str; 4] = [
    "/usr/share/zoneinfo",
    "/share/zoneinfo",
    "/etc/zoneinfo",
    "/usr/share/lib/zoneinfo",
];
/// The largest in the time zone database have some kilobytes.
const LARGEST_ZONE: u64 = 1024 * 1024;

/// Whose calendar dates are shown in: the local one, unless the file that `TZ` names (tzset(3)), which would be read whole, is
/// one that may have no end.
pub(crate) fn zone() -> Zone {
    let Some(zone) = environment("TZ") else {
        return Zone::Local;
    };
    let zone = zone.to_string_lossy();
    let zone = zone.strip_prefix(':').unwrap_or(&zone);
    // An absolute path takes the place of the folder.
    let is_readable = |folder: &&str| fs::is_small_file_or_nothing(&Path::new(folder).join(zone), LARGEST_ZONE);
    match ZONE_FOLDERS.iter().all(is_readable) {
        true => Zone::Local,
        false => Zone::Utc,
    }
}
