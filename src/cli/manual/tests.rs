//! The tables hold what the code reads and what the README names.
#![expect(
    clippy::disallowed_methods,
    reason = "the sources are read as text, for what they name"
)]

use std::collections::BTreeSet;
use std::path::Path;

use super::*;

const README: &str = include_str!("../../../README.md");
const LARGEST_README: usize = 10_000;

/// Words in capitals in `src/settings` that are no variables: values, and what the compiler is asked for.
const VALUES: [&str; 6] = ["CARGO_PKG_VERSION", "COLAB_ENTERPRISE", "HTTP", "HTTPS", "TRUE", "YES"];

fn in_the_table() -> BTreeSet<&'static str> {
    VARIABLES.iter().flat_map(|variable| variable.names).copied().collect()
}

/// The Rust files of a room of `src` ("": of all of them), without their tests and comments.
fn code_of(room: &str) -> String {
    let mut code = String::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room);
    collect(&folder, &mut code);
    if !room.is_empty() {
        read(&folder.with_extension("rs"), &mut code);
    }
    assert!(!code.is_empty(), "no code in src/{room}");
    code
}

fn collect(folder: &Path, code: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            collect(&path, code);
        } else if name.ends_with(".rs") && !["manual.rs", "tests.rs", "properties.rs", "harnesses.rs"].contains(&name) {
            read(&path, code);
        }
    }
}

fn read(path: &Path, code: &mut String) {
    let text = std::fs::read_to_string(path).unwrap();
    let program = text.split("\n#[cfg(test)]").next().unwrap();
    let lines = program.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.for_each(|line| code.extend([line, "\n"]));
}

/// Whether it is written as the name of a variable is: capitals, digits and low lines.
fn is_a_name(text: &str) -> bool {
    let of_a_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    text.len() > 2 && text.starts_with(|first: char| first.is_ascii_uppercase()) && text.bytes().all(of_a_name)
}

#[test]
fn every_variable_that_the_settings_read_is_in_the_table() {
    let settings = code_of("settings");
    let elsewhere = code_of("");
    let asked_for = elsewhere
        .split("environment(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let read: BTreeSet<&str> = settings
        .split('"')
        .chain(asked_for)
        .filter(|text| is_a_name(text))
        .collect();
    assert!(read.contains("HF_TOKEN") && read.contains("SHELL"), "{read:?}");

    let known: BTreeSet<&str> = in_the_table().into_iter().chain(VALUES).collect();
    let missing: Vec<&&str> = read.difference(&known).collect();
    assert!(missing.is_empty(), "not in VARIABLES of src/cli/manual.rs: {missing:?}");
}

#[test]
fn the_table_names_nothing_twice_and_nothing_that_the_code_does_not() {
    let code = code_of("");
    let names = in_the_table();

    assert_eq!(
        names.len(),
        VARIABLES.iter().map(|variable| variable.names.len()).sum::<usize>()
    );
    for name in names.into_iter().chain(VALUES) {
        assert!(code.contains(&format!("\"{name}\"")), "nothing reads {name}");
    }
}

#[test]
fn the_variables_of_the_readme_are_in_the_table() {
    let words: BTreeSet<&str> = README
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| is_a_name(word) && word.contains('_'))
        .collect();
    assert!(words.contains("HF_TOKEN_PATH"), "{words:?}");

    let known = in_the_table();
    let missing: Vec<&&str> = words.difference(&known).collect();
    assert!(missing.is_empty(), "not in VARIABLES of src/cli/manual.rs: {missing:?}");
}

#[test]
fn the_readme_is_one_page() {
    assert!(
        README.len() <= LARGEST_README,
        "README.md has {} bytes: the rest belongs into the other papers",
        README.len()
    );
}

#[test]
fn what_is_marked_has_an_end_and_every_meaning_is_a_sentence() {
    let meanings = VARIABLES
        .iter()
        .map(|variable| variable.meaning)
        .chain(FILES.iter().map(|file| file.meaning))
        .chain(EXIT_STATUSES.iter().map(|status| status.meaning))
        .chain([ABOUT_VARIABLES]);
    for meaning in meanings {
        assert!(meaning.matches('`').count() % 2 == 0, "{meaning}");
        assert!(meaning.ends_with('.') && !meaning.contains("  "), "{meaning}");
    }
}
