//! What other programs do to the files meanwhile, and what names mean.
#![expect(clippy::disallowed_methods, reason = "a test arranges its world by hand")]

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use windows_permissions::constants::{SeObjectType, SecurityInformation};
use windows_permissions::utilities::current_process_sid;
use windows_permissions::wrappers::{ConvertSidToStringSid, GetNamedSecurityInfo};
use windows_permissions::{LocalBox, SecurityDescriptor};

use super::{FILE_SHARE_READ_AND_WRITE, PATIENCE, expect_rename_possible, identity, is_device, is_same_name};
use crate::clock::Stopwatch;
use crate::error::Result;
use crate::fs::{self as ours, Lock, Privacy, Removal};

const FILE_SHARE_NOTHING: u32 = 0;
const FILE_SHARE_ALL: u32 = 7;

fn folder_with(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, "old").unwrap();
    (folder, path)
}

/// As another program has it open. Python shares it for reading and writing.
fn held(path: &Path, share_mode: u32) -> File {
    OpenOptions::new()
        .read(true)
        .write(true)
        .share_mode(share_mode)
        .open(path)
        .unwrap()
}

fn names_in(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn let_go_soon(file: File) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        drop(file);
    })
}

#[test]
fn a_file_that_is_held_for_a_moment_is_replaced_then() {
    let (folder, path) = folder_with("token");
    for share_mode in [FILE_SHARE_READ_AND_WRITE, FILE_SHARE_NOTHING] {
        let holder = let_go_soon(held(&path, share_mode));
        replace(&path, b"new").unwrap();
        holder.join().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }
    assert_eq!(names_in(&folder), ["token"]);
}

#[test]
fn a_file_that_stays_held_is_not_written_behind_its_holders_back() {
    let (folder, path) = folder_with("token");
    let holder = held(&path, FILE_SHARE_READ_AND_WRITE);
    let started = Stopwatch::start();
    let error = replace(&path, b"new").unwrap_err().to_string();
    assert!(started.elapsed() >= PATIENCE);
    let expected = format!("Cannot write {}: another program has it open.", path.display());
    assert!(error.starts_with(&expected), "{error}");
    ours::check_writable(&path, 3).unwrap_err();
    drop(holder);
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(names_in(&folder), ["token"]);
    ours::check_writable(&path, 3).unwrap();
}

#[test]
fn a_file_that_is_held_is_removed_when_it_is_let_go_and_never_emptied() {
    let (_folder, path) = folder_with("token");
    let holder = held(&path, FILE_SHARE_READ_AND_WRITE);
    ours::expect_removable(&path).unwrap_err();
    let error = remove(&path).unwrap_err().to_string();
    assert!(error.contains("another program has it open"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    let holder = let_go_soon(holder);
    ours::expect_removable(&path).unwrap();
    remove(&path).unwrap();
    holder.join().unwrap();
    assert!(!path.exists());
}

#[test]
fn a_file_that_is_held_for_a_moment_by_somebody_who_shares_nothing_is_read_then() {
    let (_folder, path) = folder_with("token");
    let holder = let_go_soon(held(&path, FILE_SHARE_NOTHING));
    assert_eq!(ours::read(&path).unwrap().as_deref(), Some(b"old".as_slice()));
    holder.join().unwrap();
}

#[test]
fn a_file_that_is_not_there_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    expect_rename_possible(&folder.path().join("token")).unwrap();
}

fn lock(path: &Path) -> Result<Lock> {
    Lock::acquire(path, Duration::from_millis(600), || false, Duration::MAX, |_| {})
}

fn replace(path: &Path, content: &[u8]) -> Result<Privacy> {
    lock_elsewhere().replace(path, content)
}

fn remove(path: &Path) -> Result<Removal> {
    lock_elsewhere().remove(path)
}

fn lock_elsewhere() -> Lock {
    let elsewhere = tempfile::tempdir().unwrap();
    lock(&elsewhere.path().join("lock")).unwrap()
}

#[test]
fn the_lock_file_cannot_be_removed_while_the_lock_is_held() {
    let (_folder, path) = folder_with("stored_tokens.lock");
    let held = lock(&path).unwrap();
    assert!(held.refusal().is_none());
    fs::remove_file(&path).unwrap_err();
    drop(held);
    fs::remove_file(&path).unwrap();
}

#[test]
fn the_lock_is_one_for_all() {
    let (_folder, path) = folder_with("stored_tokens.lock");
    let held = lock(&path).unwrap();
    let error = lock(&path).unwrap_err().to_string();
    assert!(error.contains("another process has held it"), "{error}");
    drop(held);
    lock(&path).unwrap();
}

#[test]
fn a_lock_file_that_is_shared_with_nobody_is_a_lock_that_is_held() {
    let (_folder, path) = folder_with("stored_tokens.lock");
    let holder = held(&path, FILE_SHARE_NOTHING);
    let error = lock(&path).unwrap_err().to_string();
    assert!(error.contains("another process has held it"), "{error}");
    let holder = let_go_soon(holder);
    lock(&path).unwrap();
    holder.join().unwrap();
}

#[test]
fn a_lock_file_that_is_unlinked_and_still_open_somewhere_is_made_anew() {
    let (_folder, path) = folder_with("stored_tokens.lock");
    let holder = held(&path, FILE_SHARE_ALL);
    fs::remove_file(&path).unwrap();
    let holder = let_go_soon(holder);
    let held = lock(&path).unwrap();
    holder.join().unwrap();
    assert!(path.exists());
    drop(held);
}

#[test]
fn a_file_is_one_by_all_its_names() {
    let (folder, path) = folder_with("stored_tokens");
    let link = folder.path().join("link");
    fs::hard_link(&path, &link).unwrap();
    for name in ["STORED_TOKENS", "Stored_Tokens", "link"] {
        assert_eq!(identity(&folder.path().join(name)), identity(&path), "{name}");
    }
    assert!(identity(&path).is_some() && identity(folder.path()).is_some());
    assert_ne!(identity(folder.path()), identity(&path));
    assert_eq!(identity(&folder.path().join("token")), None);
}

#[test]
fn names_are_equal_whatever_their_case_and_end() {
    for name in [
        "stored_tokens",
        "Stored_TOKENS",
        "stored_tokens.",
        "stored_tokens . ",
        "stored_tokens::$DATA",
        "ſtored_toKens",
    ] {
        assert!(is_same_name(OsStr::new(name), OsStr::new("stored_tokens")), "{name}");
    }
    for name in [
        "token",
        "stored_tokens.txt",
        " stored_tokens",
        "stored tokens",
        "stored_tokens.lock",
    ] {
        assert!(!is_same_name(OsStr::new(name), OsStr::new("stored_tokens")), "{name}");
    }
}

#[test]
fn devices_are_known_by_name() {
    for name in [
        "NUL",
        "nul",
        "nul.",
        "nul .txt",
        "NUL:",
        r"C:\a\con",
        "CON.tar.gz",
        "prn",
        "AUX",
        "com1",
        "COM9.x",
        "lpt3",
        "lpt²",
        "CONIN$",
        r"\\.\COM20",
        r"\\.\pipe\x",
        r"\\.\NUL",
    ] {
        assert!(is_device(Path::new(name)), "{name}");
    }
    for name in [
        "token",
        "nulls",
        "com",
        "com10",
        "comma",
        "lptx",
        "con_token",
        r"C:\nul\token",
        r"\\server\share\token",
        r"\\?\C:\token",
    ] {
        assert!(!is_device(Path::new(name)), "{name}");
    }
}

fn access_list(path: &Path) -> String {
    let what = SecurityInformation::Dacl;
    let found = GetNamedSecurityInfo(path.as_os_str(), SeObjectType::SE_FILE_OBJECT, what).unwrap();
    // That it has had no chance to inherit something is written down in either way.
    found.as_sddl().unwrap().into_string().unwrap().replace("D:PAI", "D:P")
}

/// The list for these, as the system writes it: it has short names for some users.
fn list_for(who: &[&str], flags: &str) -> String {
    let entries: String = who.iter().map(|who| format!("(A;{flags};FA;;;{who})")).collect();
    let list: LocalBox<SecurityDescriptor> = format!("D:P{entries}").parse().unwrap();
    list.as_sddl().unwrap().into_string().unwrap()
}

fn user() -> String {
    let user = current_process_sid().unwrap();
    ConvertSidToStringSid(&user).unwrap().into_string().unwrap()
}

#[test]
#[ignore = "wine adds what the folder above hands down, and keeps modes only: for Windows itself"]
fn new_folders_and_files_are_their_owners_only_wherever_they_lie() {
    let (folder, old) = folder_with("stored_tokens");
    let within = |name: &str| folder.path().join(name);
    replace(&old, b"new").unwrap();
    replace(&within("made").join("token"), b"new").unwrap();
    lock(&within("lock")).unwrap();
    let who = ["SY", "BA", &user()];
    for file in [old, within("made").join("token"), within("lock")] {
        assert_eq!(access_list(&file), list_for(&who, ""), "{}", file.display());
    }
    assert_eq!(access_list(&within("made")), list_for(&who, "OICI"));
}

#[test]
fn what_is_made_stays_open_to_its_owner() {
    let (folder, old) = folder_with("stored_tokens");
    let new = folder.path().join("made").join("token");
    let entry = list_for(&[&user()], "").replace("D:P", "");
    for path in [&old, &new] {
        assert_eq!(replace(path, b"new").unwrap(), Privacy::OwnerOnly);
        assert!(access_list(path).contains(&entry), "{}", access_list(path));
        replace(path, b"newer").unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "newer");
    }
}
