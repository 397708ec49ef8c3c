//! The reference's path rules, checked against what Python's `os.path` gives for the same input.
#![cfg(unix)]

use std::collections::HashMap;

use std::path::Path;

use super::*;

fn settings(variables: &[(&str, &str)]) -> Settings {
    let variables: HashMap<&str, &str> = variables.iter().copied().collect();
    Settings::from(&move |name| variables.get(name).map(OsString::from))
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
    assert_eq!(token_path(&[("HOME", "/h")]), "/h/.cache/huggingface/token");
    assert_eq!(
        token_path(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/c")]),
        "/c/huggingface/token"
    );
    assert_eq!(
        token_path(&[("HOME", "/h"), ("XDG_CACHE_HOME", "~/c")]),
        "/h/c/huggingface/token"
    );
    assert_eq!(token_path(&[("HOME", "/h"), ("HF_TOKEN_PATH", "~/t")]), "/h/t");
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
    let token = |variables: &[(&str, &str)]| settings(variables).environment_token.map(|t| t.expose().to_owned());
    assert_eq!(token(&[("HF_TOKEN", " hf_\r\ntest\n")]).as_deref(), Some("hf_test"));
    assert_eq!(
        token(&[("HF_TOKEN", ""), ("HUGGING_FACE_HUB_TOKEN", "hf_test")]).as_deref(),
        Some("hf_test")
    );
    assert_eq!(token(&[("HF_TOKEN", " "), ("HUGGING_FACE_HUB_TOKEN", "hf_test")]), None);
}

#[test]
fn an_empty_offline_variable_leaves_the_word_to_the_other() {
    let offline = |variables: &[(&str, &str)]| settings(variables).offline;
    assert!(offline(&[("HF_HUB_OFFLINE", ""), ("TRANSFORMERS_OFFLINE", "on")]));
    assert!(!offline(&[("HF_HUB_OFFLINE", "0"), ("TRANSFORMERS_OFFLINE", "1")]));
    assert!(!offline(&[("HF_HUB_OFFLINE", " 1")]));
}

#[test]
fn the_timeout_is_in_whole_seconds() {
    let timeout = |value: &str| settings(&[("HF_HUB_DOWNLOAD_TIMEOUT", value)]).timeout().ok();
    assert_eq!(timeout("3"), Some(Duration::from_secs(3)));
    assert_eq!(timeout("0"), Some(DEFAULT_TIMEOUT));
    assert_eq!(timeout(""), Some(DEFAULT_TIMEOUT));
    assert_eq!(timeout("soon"), None);
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
        source.certificates.as_ref().unwrap().file.as_deref(),
        Some(Path::new("/s.pem"))
    );
    let source = settings(&[("REQUESTS_CA_BUNDLE", ""), ("CURL_CA_BUNDLE", "/c.pem")]);
    assert_eq!(source.certificates.as_ref().unwrap().variables, "CURL_CA_BUNDLE");
}
