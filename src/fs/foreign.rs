//! Files that are not ours alone: what shells read when they start.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::folders::{create_folder, folder_of};
use super::{failure, links, read};
use crate::error::Result;
use crate::signals;

/// Adds a line to a text file unless it is there already. The rest of the file, its mode and its links stay; one that is
/// missing is made.
pub(crate) fn add_line(path: &Path, line: &str) -> Result<()> {
    signals::survive_file_size_limit();
    let before = read(path)?.unwrap_or_default();
    if before
        .split(|byte| *byte == b'\n')
        .any(|there| there == line.as_bytes())
    {
        return Ok(());
    }
    let text = match before.last() {
        None => format!("{line}\n"),
        Some(b'\n') => format!("\n{line}\n"),
        Some(_) => format!("\n\n{line}\n"),
    };
    let append = || {
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)?
            .write_all(text.as_bytes())
    };
    append().map_err(|cause| failure("write", path, cause))
}

/// Makes `path` hold `text`, which may be read by everybody, in folders that may be missing.
pub(crate) fn write_shared(path: &Path, text: &str) -> Result<()> {
    signals::survive_file_size_limit();
    let target = links::target(path).map_err(|cause| failure("write", path, cause))?;
    create_folder(folder_of(&target))?;
    fs::write(&target, text).map_err(|cause| failure("write", path, cause))
}
