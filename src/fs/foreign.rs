//! Files that are not ours alone: what shells read when they start, and what a CI reads behind a step.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::folders::{create_folder, folder_of};
use super::{failure, links, read, system};
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

/// A file that is there and gets more lines.
pub(crate) struct Appendable {
    path: PathBuf,
    file: File,
}

impl Appendable {
    /// Nothing is changed by this.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let open = || {
            let target = links::target(path)?;
            system::open_to_write(OpenOptions::new().read(true).append(true), &target)
        };
        let (file, _) = open().map_err(|cause| failure("write", path, cause))?;
        let path = path.to_owned();
        Ok(Appendable { path, file })
    }

    /// A line of its own at the end, whether or not the one before it had an end.
    pub(crate) fn add_line(&mut self, line: &str) -> Result<()> {
        signals::survive_file_size_limit();
        let mut last = [b'\n'];
        let is_open_line =
            self.file.seek(SeekFrom::End(-1)).is_ok() && self.file.read_exact(&mut last).is_ok() && last != [b'\n'];
        let text = format!("{}{line}\n", if is_open_line { "\n" } else { "" });
        let written = self.file.write_all(text.as_bytes());
        written.map_err(|cause| failure("write", &self.path, cause))
    }
}
