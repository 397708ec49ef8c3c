//! Files and folders for their owner alone, by their access lists: those of Python's `mkdir(0o700)`, which lets in the
//! system and its administrators too, as a profile folder does.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

use windows_permissions::constants::{SeObjectType, SecurityInformation};
use windows_permissions::utilities::current_process_sid;
use windows_permissions::wrappers::{ConvertSidToStringSid, SetSecurityInfo};
use windows_permissions::{LocalBox, SecurityDescriptor};

use super::FILE_FLAG_BACKUP_SEMANTICS;
use crate::fs::privacy::{Folder, Privacy};
use crate::fs::refusals::Step;

const READ_CONTROL_AND_WRITE_DAC: u32 = 0x0006_0000;
/// What a folder's list hands down to the files and folders in it.
const TO_ALL_WITHIN: &str = "OICI";
/// What everybody may do where there are no lists.
const EVERYTHING: u32 = 0o666;

/// For a file that is not there yet.
pub(in crate::fs) fn create_new() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create_new(true);
    options
}

pub(in crate::fs) fn make_private(path: &Path, _file: &File) -> io::Result<Privacy> {
    Ok(keep_others_out(path, ""))
}

pub(in crate::fs) use make_private as make_new_private;

pub(in crate::fs) fn create_folder(path: &Path, _kind: Folder) -> io::Result<()> {
    fs::create_dir(path)?;
    keep_others_out(path, TO_ALL_WITHIN);
    Ok(())
}

/// Who may not change the list (on many shares) leaves the reading to whoever may.
fn keep_others_out(path: &Path, inheritance: &str) -> Privacy {
    match set_list(path, inheritance) {
        // There are none: FAT.
        Err(cause) if Step::SetMode.is_refused(&cause) => Privacy::Exposed(EVERYTHING),
        _ => Privacy::OwnerOnly,
    }
}

/// Named is the user and not the owner: what an elevated process makes belongs to the administrators.
fn list(inheritance: &str) -> io::Result<String> {
    let user = current_process_sid()?;
    let user = ConvertSidToStringSid(&user)?;
    let entry = |who: &str| format!("(A;{inheritance};FA;;;{who})");
    let entries = ["SY", "BA", &user.to_string_lossy()].map(entry).concat();
    Ok(format!("D:P{entries}"))
}

fn set_list(path: &Path, inheritance: &str) -> io::Result<()> {
    let descriptor: LocalBox<SecurityDescriptor> = list(inheritance)?.parse()?;
    let mut options = OpenOptions::new();
    let mut file = options
        .access_mode(READ_CONTROL_AND_WRITE_DAC)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS)
        .open(path)?;
    let what = SecurityInformation::Dacl | SecurityInformation::ProtectedDacl;
    SetSecurityInfo(
        &mut file,
        SeObjectType::SE_FILE_OBJECT,
        what,
        None,
        None,
        descriptor.dacl(),
        None,
    )
}
