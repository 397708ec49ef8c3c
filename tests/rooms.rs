//! The rooms of `src`: each uses those below it, and none above or beside it. Held by reading the sources.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads its world by hand, and stops where that fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up. Rooms of one level do not know each other.
const LEVELS: [&[&str]; 10] = [
    &["error"],
    &["clock", "memory", "notice", "signals"],
    &["properties", "secret"],
    &["fs", "ui"],
    &["settings"],
    &["programs"],
    &["git", "hub", "store"],
    &["auth"],
    &["commands", "delegate"],
    &["cli"],
];
/// Those who speak to the person.
const SPEAKING: [&str; 4] = ["cli", "commands", "delegate", "ui"];

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => source_files(&path),
            false => vec![path],
        })
        .collect()
}

/// The names behind each `crate::` of a text, those in braces too.
fn named_in(code: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        text.trim_start().chars().take_while(is_part).collect()
    };
    let mut names = Vec::new();
    for (start, found) in code.match_indices("crate::") {
        let behind = &code[start + found.len()..];
        let Some(group) = behind.strip_prefix('{') else {
            names.push(name(behind));
            continue;
        };
        let (mut depth, mut part) = (0, String::new());
        for c in group.chars() {
            match c {
                '}' if depth == 0 => break,
                ',' if depth == 0 => names.push(name(&std::mem::take(&mut part))),
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if c != ',' || depth > 0 {
                part.push(c);
            }
        }
        names.push(name(&part));
    }
    names
}

/// Every room with the rooms that it names, and the file in which it does.
fn uses() -> BTreeSet<(String, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut uses = BTreeSet::new();
    for path in source_files(&src) {
        let within = path.strip_prefix(&src).unwrap();
        let room = within.iter().next().unwrap().to_str().unwrap();
        let room = room.strip_suffix(".rs").unwrap_or(room);
        if ["lib", "main"].contains(&room) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code: String = lines.flat_map(|line| [line, "\n"]).collect();
        for used in named_in(&code) {
            uses.insert((room.to_owned(), used, within.display().to_string()));
        }
    }
    uses
}

fn level(room: &str) -> Option<usize> {
    LEVELS.iter().position(|level| level.contains(&room))
}

#[test]
fn a_room_uses_only_those_below_it() {
    let uses = uses();
    assert!(uses.len() > 100, "{} uses were found", uses.len());
    for (room, used, file) in &uses {
        if room == used {
            continue;
        }
        let (Some(own), Some(other)) = (level(room), level(used)) else {
            panic!("{file}: `{room}` or `{used}` has no level");
        };
        assert!(other < own, "{file}: `{room}` must not use `{used}`");
        let is_spoken_to = used != "ui" || SPEAKING.contains(&room.as_str());
        assert!(is_spoken_to, "{file}: `{room}` must not speak to the person");
    }
}

#[test]
fn the_door_to_the_person_stands_on_the_ground() {
    let ground = level("secret").unwrap();
    for (room, used, file) in uses() {
        let is_allowed = room != "ui" || used == "ui" || level(&used).unwrap() <= ground;
        assert!(is_allowed, "{file}: `ui` must not use `{used}`");
    }
}

#[test]
fn no_command_knows_another() {
    let commands = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
    let names: Vec<String> = fs::read_dir(&commands)
        .unwrap()
        .filter_map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_str()?
                .strip_suffix(".rs")
                .map(str::to_owned)
        })
        .filter(|name| name != "arguments")
        .collect();
    assert!(names.len() >= 10, "{names:?}");
    for path in source_files(&commands) {
        let own = path.strip_prefix(&commands).unwrap().iter().next().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        for name in names
            .iter()
            .filter(|name| Path::new(own).file_stem().unwrap() != name.as_str())
        {
            assert!(
                !text.contains(&format!("commands::{name}")),
                "{} knows `{name}`",
                path.display()
            );
        }
    }
}
