//! What is true of every environment, whatever its variables hold.

use std::ffi::{OsStr, OsString};

use proptest::prelude::*;

use super::{Endpoint, Settings, expand::expand, variables::Variables};
use crate::properties::{for_all, spoilt};

/// An environment in which every variable holds this.
fn everything_is(value: &OsStr) -> Variables {
    let value = value.to_owned();
    Variables::found_by(move |_| Some(value.clone()))
}

/// Settings can be read from any environment, and each of them is a value or an error.
fn any_value_is_borne(text: &str) {
    let variables = everything_is(OsStr::new(text));
    let settings = Settings::of(variables.clone());
    let _ = (settings.paths(), settings.timeout());
    if let Ok(endpoint) = settings.endpoint() {
        let _ = settings.proxies().of(endpoint.url());
    }
    if let Ok(endpoint) = Endpoint::parse(OsStr::new(text)) {
        let url = endpoint.join("/x").unwrap();
        assert_eq!(url.origin(), endpoint.url().origin());
        assert!(url.username().is_empty() && url.password().is_none(), "{text}");
    }
    assert!(settings.user_agent().chars().all(|c| c.is_ascii_graphic() || c == ' '));
    expand(OsStr::new(text), variables.lookup());
}

/// Text of what paths are made of, and of what expands.
fn paths() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("~"),
        Just("/"),
        Just("$"),
        Just("${"),
        Just("}"),
        Just("$A"),
        Just("${A}"),
        Just("%A%"),
        Just("é"),
        Just("a"),
        Just("_")
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

#[test]
fn a_path_without_special_characters_stands_for_itself() {
    for_all("[^~$%]{0,40}", |path| {
        let expanded = expand(OsStr::new(&path), everything_is(OsStr::new("/x")).lookup());
        assert_eq!(expanded, OsString::from(&path));
    });
}

#[test]
fn a_path_stays_as_it_is_where_nothing_it_names_is_set() {
    for_all(paths().prop_filter("a home", |path| !path.starts_with('~')), |path| {
        assert_eq!(expand(OsStr::new(&path), &|_| None), OsString::from(&path));
    });
}

#[test]
fn expanding_once_is_enough_where_the_values_are_plain() {
    for_all(paths(), |path| {
        let lookup = |name: &str| (name == "A" || name == "HOME").then(|| OsString::from("/x"));
        let once = expand(OsStr::new(&path), &lookup);
        if !once.to_str().unwrap().contains(['~', '$', '%']) {
            assert_eq!(expand(&once, &lookup), once);
        }
    });
}

#[test]
fn any_value_of_any_variable_is_borne() {
    for_all(any::<String>(), |value| any_value_is_borne(&value));
    for_all(paths(), |value| any_value_is_borne(&value));
    for_all("https?://[a-z@:\\[\\]/%.0-9é]{0,20}", |value| {
        any_value_is_borne(&value)
    });
}

#[test]
fn any_spoilt_value_of_any_variable_is_borne() {
    let corpus = [
        "~/x/$A/${HOME}/%A%",
        "~root/$$A${",
        "https://user:pw@[::1]:80/a?b#c",
        "http://hub.lan:8080/mirror//",
        "socks5h://127.0.0.1:1080",
        "10",
    ];
    let corpus = corpus.map(|value| value.as_bytes().to_vec()).to_vec();
    for_all(spoilt(corpus), |bytes| {
        any_value_is_borne(&String::from_utf8_lossy(&bytes))
    });
}
