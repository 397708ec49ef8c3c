//! Which version of a file is there, to notice another program's change. The reference writes without a lock, and in
//! place: for an instant its file is empty.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::system;

/// What another writer would change. Equal versions are the same file with the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(Option<Metadata>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Metadata {
    length: u64,
    modified: Option<SystemTime>,
    number: Option<(u64, u64)>,
}

impl Version {
    /// The one at `path`, or behind it where it is a link.
    pub(crate) fn of(path: &Path) -> Self {
        let metadata = fs::metadata(path).ok();
        Version(metadata.map(|metadata| Metadata {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            number: system::number_of(&metadata),
        }))
    }

    /// It was written less than this long ago, so its writer may not have finished.
    pub(crate) fn is_younger_than(self, age: Duration) -> bool {
        let modified = self.0.and_then(|metadata| metadata.modified);
        let elapsed = modified.and_then(|modified| modified.elapsed().ok());
        elapsed.is_some_and(|elapsed| elapsed < age)
    }
}
