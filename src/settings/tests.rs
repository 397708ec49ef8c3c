//! The reference's path rules, checked against what Python's `os.path` gives for the same input.
#![cfg(unix)]

use std::path::Path;

use super::*;

fn settings(variables: &[(&str, &str)]) -> Settings {
    Settings::from_variables(variables.iter().copied())
}

#[test]
fn of_two_variables_with_one_name_the_last_counts_for_a_program_that_hands_them_in() {
    assert_eq!(token_path(&[("HF_HOME", "/theirs"), ("HF_HOME", "/own")]), "/own/token");
}

fn token_path(variables: &[(&str, &str)]) -> String {
    settings(variables).paths().unwrap().token.to_str().unwrap().to_owned()
}

#[test]
fn paths_expand_as_python_expands_them() {
    let cases = [
        ("~/x", "/h/x/token"),
        ("~", "/h/token"),
        ("$A/x", "/aa/x/token"),
        ("${A}/x", "/aa/x/token"),
        ("~root/x", "/root/x/token"),
        ("~nosuchuser/x", "~nosuchuser/x/token"),
        ("a~", "a~/token"),
        ("$$A", "$/aa/token"),
        ("${A", "${A/token"),
        ("${}", "${}/token"),
        ("%A%", "%A%/token"),
        ("$A-b", "/aa-b/token"),
        ("$Ä", "$Ä/token"),
        ("~$A", "/h/aa/token"),
        ("$B", "/aa/token"),
    ];
    for (value, expected) in cases {
        assert_eq!(
            token_path(&[("HOME", "/h/"), ("A", "/aa"), ("B", "$A"), ("HF_HOME", value)]),
            expected,
            "{value}"
        );
    }
}

/// As the reference does: `HF_HOME` once, and what `HF_TOKEN_PATH` would be by default, `HF_HOME/token`, once more.
#[test]
fn the_default_of_the_token_s_path_is_expanded_a_second_time() {
    let cases = [
        ("$OUTER/x", "/a/$INNER/x", "/a/in/x/token"),
        ("${OUTER}", "/a/$INNER", "/a/in/token"),
        ("$TILDE/x", "~/x", "/h/x/token"),
        ("$$OUTER", "$/a/$INNER", "$/a/in/token"),
        ("$TWICE", "$OUTER", "/a/$INNER/token"),
        ("/$NOBODY", "/$NOBODY", "/$NOBODY/token"),
    ];
    for (value, home, token) in cases {
        let settings = settings(&[
            ("HOME", "/h"),
            ("INNER", "in"),
            ("OUTER", "/a/$INNER"),
            ("TILDE", "~"),
            ("TWICE", "$OUTER"),
            ("HF_HOME", value),
        ]);
        let paths = settings.paths().unwrap();
        assert_eq!(paths.home, Path::new(home), "{value}");
        assert_eq!(paths.token, Path::new(token), "{value}");
        assert_eq!(
            paths.stored_tokens,
            Path::new(token).with_file_name("stored_tokens"),
            "{value}"
        );
    }
    let given = [("HOME", "/h"), ("A", "$B"), ("B", "/b"), ("HF_TOKEN_PATH", "$A/t")];
    assert_eq!(token_path(&given), "$B/t", "what is written there is expanded once");
}

#[test]
fn files_lie_where_the_reference_looks_for_them() {
    let cases: [(&[(&str, &str)], &str); 16] = [
        (&[], "/h/.cache/huggingface/token"),
        (&[("XDG_CACHE_HOME", "/c")], "/c/huggingface/token"),
        (&[("XDG_CACHE_HOME", "~/c")], "/h/c/huggingface/token"),
        (&[("XDG_CACHE_HOME", "../c")], "../c/huggingface/token"),
        (&[("XDG_CACHE_HOME", "/c"), ("HF_HOME", "/own")], "/own/token"),
        (&[("HF_HOME", "relative")], "relative/token"),
        (&[("HF_HOME", "/x/~/own")], "/x/~/own/token"),
        (&[("HF_HOME", "~/hf home")], "/h/hf home/token"),
        (&[("HF_HOME", "$HOME/x/")], "/h/x/token"),
        (&[("HF_HOME", "${HOME}/x/$SUB"), ("SUB", "y")], "/h/x/y/token"),
        (&[("HF_HOME", "/x/$UNSET/${UNSET}")], "/x/$UNSET/${UNSET}/token"),
        (&[("HF_HOME", "~/$UNSET")], "/h/$UNSET/token"),
        (&[("HF_TOKEN_PATH", "~/t")], "/h/t"),
        (&[("HF_TOKEN_PATH", "$B/t"), ("B", "/b"), ("HF_HOME", "/own")], "/b/t"),
        (&[("HF_TOKEN_PATH", "~/t"), ("XDG_CACHE_HOME", "/c")], "/h/t"),
        (
            &[("HUGGINGFACE_CO_STAGING", "Yes"), ("HF_HOME", "~/x")],
            "/h/.cache/huggingface_staging/token",
        ),
    ];
    for (variables, expected) in cases {
        let variables = [variables, &[("HOME", "/h")]].concat();
        assert_eq!(token_path(&variables), expected, "{variables:?}");
    }
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let default = "/h/.cache/huggingface/token";
    let cases: [(&[(&str, &str)], &str); 9] = [
        (&[("HF_HOME", "")], default),
        (&[("XDG_CACHE_HOME", "")], default),
        (&[("HF_TOKEN_PATH", "")], default),
        (
            &[("HF_HOME", ""), ("XDG_CACHE_HOME", ""), ("HF_TOKEN_PATH", "")],
            default,
        ),
        (&[("HF_HOME", ""), ("XDG_CACHE_HOME", "/c")], "/c/huggingface/token"),
        (&[("HF_HOME", "/hf"), ("HF_TOKEN_PATH", "")], "/hf/token"),
        // Empty once it is expanded.
        (&[("HF_HOME", "$EMPTY"), ("EMPTY", "")], default),
        (&[("XDG_CACHE_HOME", "${EMPTY}$EMPTY"), ("EMPTY", "")], default),
        (
            &[("HF_HOME", "/hf"), ("HF_TOKEN_PATH", "$EMPTY"), ("EMPTY", "")],
            "/hf/token",
        ),
    ];
    for (variables, expected) in cases {
        let variables = [variables, &[("HOME", "/h")]].concat();
        assert_eq!(token_path(&variables), expected, "{variables:?}");
        assert_eq!(
            settings(&variables).paths().unwrap().stored_tokens,
            Path::new(expected).with_file_name("stored_tokens")
        );
    }
}

#[test]
fn staging_moves_the_active_token_and_the_endpoint_but_not_the_stored_tokens() {
    let settings = settings(&[
        ("HOME", "/h"),
        ("HF_HOME", "/hf"),
        ("HF_ENDPOINT", "http://x"),
        ("HUGGINGFACE_CO_STAGING", "yes"),
    ]);
    let paths = settings.paths().unwrap();
    assert_eq!(paths.token, Path::new("/h/.cache/huggingface_staging/token"));
    assert_eq!(paths.stored_tokens, Path::new("/hf/stored_tokens"));
    assert_eq!(settings.endpoint().unwrap().to_string(), STAGING_ENDPOINT);
}

#[test]
fn the_first_variable_that_is_not_empty_gives_the_token() {
    // HF_TOKEN, HUGGING_FACE_HUB_TOKEN, and the token; nothing stands for a variable that is not set.
    let cases = [
        (Some("hf_one"), Some("hf_two"), Some("hf_one")),
        (None, Some("hf_two"), Some("hf_two")),
        (Some(""), Some("hf_two"), Some("hf_two")),
        (Some(""), Some(""), None),
        (None, None, None),
        (Some(" hf_\r\ntest\n"), None, Some("hf_test")),
        (Some(" hf\r\n_one\n "), Some("hf_two"), Some("hf_one")),
        (None, Some(" hf_two\n"), Some("hf_two")),
        (Some(" \r\n"), None, None),
        // The reference: a variable that is set to blanks hides the second one, and counts as no token.
        (Some(" \n"), Some("hf_two"), None),
    ];
    for (first, second, expected) in cases {
        let named = [("HF_TOKEN", first), ("HUGGING_FACE_HUB_TOKEN", second)];
        let variables: Vec<(&str, &str)> = named
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        let token = settings(&variables)
            .environment_token
            .map(|token| token.expose().to_owned());
        assert_eq!(token.as_deref(), expected, "{variables:?}");
    }
}

#[test]
fn only_four_words_switch_something_on() {
    for (value, is_on) in [
        ("1", true),
        ("oN", true),
        ("yes", true),
        ("TRUE", true),
        ("2", false),
        ("0", false),
        ("y", false),
        ("true ", false),
        ("", false),
    ] {
        assert_eq!(settings(&[("HF_HUB_OFFLINE", value)]).is_offline(), is_on, "{value:?}");
        assert_eq!(settings(&[("HF_DEBUG", value)]).debug, is_on, "{value:?}");
    }
}

#[test]
fn an_empty_offline_variable_leaves_the_word_to_the_other() {
    let offline = |variables: &[(&str, &str)]| settings(variables).is_offline();
    assert!(offline(&[("HF_HUB_OFFLINE", ""), ("TRANSFORMERS_OFFLINE", "on")]));
    assert!(!offline(&[("HF_HUB_OFFLINE", "0"), ("TRANSFORMERS_OFFLINE", "1")]));
    assert!(!offline(&[("HF_HUB_OFFLINE", " 1")]));
}

#[test]
fn the_timeout_is_in_whole_seconds() {
    let timeout = |value: &str| settings(&[("HF_HUB_DOWNLOAD_TIMEOUT", value)]).timeout().ok();
    for (value, seconds) in [("3", 3), (" 5 ", 5), ("+7", 7), ("4294967295", 4_294_967_295)] {
        assert_eq!(timeout(value), Some(Duration::from_secs(seconds)), "{value:?}");
    }
    // The reference reads 0 as "not set".
    for value in ["", "0"] {
        assert_eq!(timeout(value), Some(DEFAULT_TIMEOUT), "{value:?}");
    }
    for value in ["soon", "ten", "1.5", "-1", "1e3", "10s", "99999999999999999999", "0x10"] {
        assert_eq!(timeout(value), None, "{value:?}");
    }
}

#[test]
fn an_endpoint_in_any_other_spelling_is_refused() {
    for value in [
        "",
        "/",
        " ",
        "127.0.0.1:80",
        "huggingface.co",
        "http://",
        "http:///",
        "http://:80",
        "http://[::1",
        "http://127.0.0.1:99999",
        "ftp://127.0.0.1:80",
        "file://127.0.0.1:80/etc",
        "http://user@127.0.0.1:80",
        "http://user:secret@127.0.0.1:80",
        "http://@127.0.0.1:80",
        "http://127.0.0.1:80\nhost=evil.example",
        "http://127.0.0.1:80/\r\nX-Evil: 1",
        "http://127.0.0.1:80/a b",
        "http://127.0.0.1:80/?x=1",
        "http://127.0.0.1:80/#x",
        " http://127.0.0.1:80",
        "http://127.0.0.1:80\u{7f}",
    ] {
        let error = settings(&[("HF_ENDPOINT", value)]).endpoint().unwrap_err().to_string();
        assert!(
            error.contains("HF_ENDPOINT ") && !error.contains("secret"),
            "{value:?}: {error}"
        );
    }
}

#[test]
fn this_machine_has_many_spellings_and_none_of_them_is_exposed() {
    for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "0x7f.1", "2130706433"] {
        let endpoint = settings(&[("HF_ENDPOINT", &format!("http://{host}:80"))]).endpoint();
        assert!(!endpoint.unwrap().is_exposed(), "{host}");
    }
}

#[test]
fn patience_is_a_positive_number_of_seconds_or_the_default() {
    let lock = |value: &str| settings(&[("HF_AUTH_LOCK_TIMEOUT", value)]).lock_timeout();
    assert_eq!(lock("90"), Duration::from_secs(90));
    assert_eq!(lock(" 0.5 "), Duration::from_millis(500));
    for value in ["", "0", "-1", "1e-12", "soon", "NaN", "inf", "1e300"] {
        assert_eq!(lock(value), DEFAULT_LOCK_TIMEOUT, "{value}");
    }
    assert_eq!(settings(&[]).lock_timeout(), Duration::from_secs(30));
}

#[test]
fn openssl_s_variables_win_over_those_of_requests_and_curl() {
    let source = settings(&[("REQUESTS_CA_BUNDLE", "/r.pem"), ("SSL_CERT_FILE", "/s.pem")]);
    assert_eq!(
        source.certificates().unwrap().file.as_deref(),
        Some(Path::new("/s.pem"))
    );
    let source = settings(&[("REQUESTS_CA_BUNDLE", ""), ("CURL_CA_BUNDLE", "/c.pem")]);
    assert_eq!(source.certificates().unwrap().variables, "CURL_CA_BUNDLE");
}
