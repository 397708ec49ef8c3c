//! What is true of every file and every document, whatever is in it.

use proptest::prelude::*;

use super::*;
use crate::properties::{for_all, spoilt};

const CORPUS: [&[u8]; 6] = [
    b"[laptop]\nhf_token = hf_test_1\n\n[oauth-carol]\nhf_token = a\nrefresh_token = b\nexpires_at = 1797935782\n\n",
    b"[DEFAULT]\nx = 1\n[a]\ny = 2\nx = 3\n[DEFAULT]\nz: 4\n",
    b"# c\n ; c\n[ a ]x\n  k = v # kept\n   l\n\n  m\r\n[b]c]\r",
    "\u{feff}[\u{e9}]\nK\u{130} = \u{1c}\u{85}\u{2028}\n".as_bytes(),
    b"[]]\n= v\n[]\nk\n",
    b"",
];

/// Reading ends in a document or in an error, a section at a time too, and a document, once written, reads back as itself.
fn reading_and_rewriting_lose_nothing(bytes: &[u8]) {
    let mut sections = Vec::new();
    let given = parse_each(bytes, |section| sections.push(section));
    let read = parse(bytes);
    assert_eq!(given.err(), read.as_ref().err().copied());
    let Ok(document) = read else {
        return;
    };
    assert_eq!(sections, document.sections);
    let text = document.to_text().expect("what was read can be written");
    let read_back = parse(text.as_bytes()).unwrap();
    assert_eq!(read_back.sections.len(), document.sections.len());
    for section in &document.sections {
        assert_eq!(read_back.section(&section.name), Some(section));
    }
    assert_eq!(read_back.to_text().unwrap(), text, "written again it is the same");
}

/// A file in the dialect, more often than not a good one.
fn files() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "\\[[a-z\\]\\[ =é]{0,6}\\][ a]?",
        "[a-zA-Z]{1,3} ?[=:] ?[ -~]{0,8}",
        "[ \\t]{1,2}[a-z]{0,4}",
        "[#;] ?[a-z]{0,4}",
        Just("[DEFAULT]".to_owned()),
        Just(String::new()),
        any::<String>(),
    ];
    let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
    proptest::collection::vec((line, end), 0..12)
        .prop_map(|lines| lines.iter().flat_map(|(line, end)| [line.as_str(), end]).collect())
}

type Sections = Vec<(String, Vec<(String, String)>)>;

/// A document as `login` makes it: names of any kind that can be stored, values of one line.
fn documents() -> impl Strategy<Value = Sections> {
    let field = ("[a-z_]{1,8}", "([!-~][ -~]{0,8}[!-~])?");
    let section = (any::<String>(), proptest::collection::vec(field, 0..4));
    proptest::collection::vec(section, 0..5)
}

#[test]
fn any_bytes_are_read_or_refused() {
    for_all(proptest::collection::vec(any::<u8>(), 0..200), |bytes| {
        reading_and_rewriting_lose_nothing(&bytes);
    });
}

#[test]
fn any_file_is_rewritten_without_a_loss() {
    for_all(files(), |text| reading_and_rewriting_lose_nothing(text.as_bytes()));
}

#[test]
fn any_document_reads_back_as_it_was_written() {
    for_all(documents(), |sections| {
        let mut document = Document::default();
        for (name, fields) in sections.iter().filter(|(name, _)| can_name_a_section(name)) {
            document.edit(name, |section| {
                fields.iter().for_each(|(key, value)| section.insert(key, value));
            });
        }
        let text = document.to_text().unwrap();
        let read_back = parse(text.as_bytes()).unwrap();
        let mut sorted = document.sections;
        sorted.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(read_back.sections, sorted);
    });
}

#[test]
fn any_spoilt_file_is_rewritten_without_a_loss() {
    let corpus = CORPUS.map(<[u8]>::to_vec).to_vec();
    for_all(spoilt(corpus), |bytes| reading_and_rewriting_lose_nothing(&bytes));
}
