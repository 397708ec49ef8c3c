//! Any file that a person or a program may have left at `stored_tokens`: the same names and values, or refused by both.

use std::collections::BTreeMap;

use hf_auth::ini;
use proptest::prelude::*;
use serde_json::Value;

use super::python::Python;
use super::{Sections, holds_for_all, same};
use crate::support::Sandbox;

/// Parts of lines that mean something, or nearly do.
const PIECES: [&str; 52] = [
    "[a]",
    "[b]",
    "[]",
    "[a]]",
    "[ x ]",
    "[DEFAULT]",
    "[default]",
    "]",
    "[",
    "a = 1",
    "b: 2",
    "A=3",
    " c = 4",
    "\td=5",
    " ",
    "",
    "\t",
    "#c",
    ";c",
    " #c",
    "k",
    "=v",
    ":v",
    "x = y = z",
    "e =",
    "e:",
    " more",
    "  more",
    "\u{1c}",
    "\u{b}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "é=ü",
    "[é😀]",
    "\u{0}",
    "a\\",
    "\\",
    "[a] trailing",
    "[a] = 3",
    "Ünï = x",
    "İ=1",
    "k = # not",
    "\u{a0}nb=1",
    "[a\tb]",
    "hf_token = hf_test_1",
    "hf_token=hf_test_2",
    "HF_TOKEN: hf_test_3",
    "rem x",
    "%(a)s = %",
    "\u{1f}u = 1",
    "\u{3000}w = 1",
];

fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(&PIECES[..]).prop_map(str::to_owned);
    let parts = prop_oneof![8 => piece, 2 => anything()];
    let end = prop::sample::select(&["\n", "\n", "\n", "\r\n", "\r", "\n\n", ""][..]);
    (prop::collection::vec(parts, 1..3), end).prop_map(|(parts, end)| parts.concat() + end)
}

/// Any text, but for upper-case letters that are younger than some Pythons: keys are lower-cased by the Unicode tables of
/// whoever reads them.
fn anything() -> impl Strategy<Value = String> {
    let is_known = |letter: &char| *letter < '\u{1c80}' || !letter.is_uppercase();
    let letter = any::<char>().prop_filter("a young letter", is_known);
    prop::collection::vec(letter, 0..8).prop_map(String::from_iter)
}

fn document() -> impl Strategy<Value = Vec<u8>> {
    let start = prop::sample::select(&["", "[a]\n", "[z]\nq=1\n", "\u{feff}[a]\n"][..]);
    let spoilt = prop::option::weighted(0.1, (any::<prop::sample::Index>(), any::<u8>()));
    (start, prop::collection::vec(line(), 0..9), spoilt).prop_map(|(start, lines, spoilt)| {
        let mut bytes = (start.to_owned() + &lines.concat()).into_bytes();
        if let Some((place, byte)) = spoilt {
            bytes.insert(place.index(bytes.len() + 1), byte);
        }
        bytes
    })
}

fn read_by(python: &Python) -> Option<Sections> {
    let sections = python.call("read", &[]).unwrap();
    serde_json::from_value(sections).unwrap()
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn a_document_means_the_same_to_both() {
    let sandbox = Sandbox::new();
    let python = Python::start(&sandbox);
    holds_for_all(
        "generated `stored_tokens` files, read and rewritten by both",
        10_000,
        document(),
        |bytes| {
            sandbox.write("stored_tokens", &bytes);
            let theirs = read_by(&python);
            let ours = ini::parse(&bytes).ok();
            same("accepted", &theirs.is_some(), &ours.is_some())?;
            let (Some(theirs), Some(ours)) = (theirs, ours) else {
                return Ok(());
            };
            let names = |(name, _): &(String, Vec<_>)| name.clone();
            let our_names: Vec<String> = ours.sections().iter().map(|section| section.name.to_string()).collect();
            same("names", &theirs.iter().map(names).collect(), &our_names)?;
            for (name, fields) in &theirs {
                for (key, value) in fields {
                    let got = ours.section(name).and_then(|section| section.get(key));
                    same(&format!("[{name}] {key}"), &Some(value.as_str()), &got)?;
                }
            }
            let Ok(rewritten) = ours.to_text() else {
                return Ok(());
            };
            python.call("rewrite", &[])?;
            same("rewritten", &sandbox.read("stored_tokens"), &rewritten)
        },
    );
}

/// The same through the program, as far as it shows what a file holds.
#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn the_program_and_python_list_and_rewrite_a_document_alike() {
    let (theirs, ours) = (Sandbox::new(), Sandbox::new());
    let python = Python::start(&theirs);
    holds_for_all(
        "the same through the program (`list`, `logout`)",
        600,
        document(),
        |bytes| {
            theirs.write("stored_tokens", &bytes);
            ours.write("stored_tokens", &bytes);
            let sections = read_by(&python);

            let listed = ours.hf(&["auth", "list", "--json"]).run();
            same("accepted", &sections.is_some(), &(listed.status == 0))?;
            let Some(sections) = sections else {
                return same("kept", &bytes, &ours.read_bytes("stored_tokens"));
            };
            let listed: Vec<Value> = serde_json::from_str(&listed.stdout).unwrap();
            let names: Vec<&str> = sections.iter().map(|(name, _)| name.as_str()).collect();
            let our_names: Vec<&str> = listed.iter().map(|row| row["name"].as_str().unwrap()).collect();
            same("names", &names, &our_names)?;

            let Some((gone, _)) = sections.iter().find(|(name, _)| !name.contains('\0')) else {
                return Ok(());
            };
            let left = ours.hf(&["auth", "logout", "--token-name", gone]).run();
            if left.status != 0 {
                return same("kept", &bytes, &ours.read_bytes("stored_tokens"));
            }
            python.call("logout", &[gone.as_str().into()])?;
            let text = |sandbox: &Sandbox| BTreeMap::from([("stored_tokens", sandbox.read("stored_tokens"))]);
            same("rewritten", &text(&theirs), &text(&ours))
        },
    );
}
