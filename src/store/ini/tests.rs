//! What Python's `configparser` makes of the same text. Every expectation was taken from it.

use super::*;

type Sections = &'static [(&'static str, &'static [(&'static str, &'static str)])];

fn assert_reads(text: &str, expected: Sections) {
    let document = parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let field = |(key, value): &(&'static str, &'static str)| ((*key).into(), (*value).into());
    let expected = expected.iter().map(|(name, fields)| Section {
        name: (*name).into(),
        fields: fields.iter().map(field).collect(),
    });
    assert_eq!(document.sections, expected.collect::<Vec<_>>(), "{text:?}");
}

#[test]
fn names_and_values_are_read_as_python_reads_them() {
    let cases: &[(&str, Sections)] = &[
        ("", &[]),
        ("[a]\nk = v\n\n", &[("a", &[("k", "v")])]),
        ("[a]\r\nk = v\r[b]\n", &[("a", &[("k", "v")]), ("b", &[])]),
        ("[ a ]x\n", &[(" a ", &[])]),
        ("[a]]\n[b]c]\n", &[("a]", &[]), ("b]c", &[])]),
        ("[]]\n", &[("]", &[])]),
        ("[a] = 1]\n", &[("a] = 1", &[])]),
        (
            "# c\n; c\n[a]\n # c\nk = v # kept ; kept\n",
            &[("a", &[("k", "v # kept ; kept")])],
        ),
        ("[a]\nKEY: a = b\n", &[("a", &[("key", "a = b")])]),
        ("[a]\nk = 1\n 2\n\n\t3\n\n", &[("a", &[("k", "1\n2\n\n3")])]),
        ("[a]\nk =\n\n  x\n", &[("a", &[("k", "\n\nx")])]),
        ("  [a]\n  k = v\n  l = w\n", &[("a", &[("k", "v"), ("l", "w")])]),
        ("[a]\n\u{1c}k = v\u{85}\n", &[("a", &[("k", "v")])]),
        ("[a]\nk = a\u{2028}b\u{b}c\n", &[("a", &[("k", "a\u{2028}b\u{b}c")])]),
        ("[a]\nk = \\\nl = x\\\n", &[("a", &[("k", "\\"), ("l", "x\\")])]),
        (
            "[DEFAULT]\nx = 1\n[a]\ny = 2\nx = 3\n",
            &[("a", &[("x", "3"), ("y", "2")])],
        ),
        ("[a]\n[DEFAULT]\nx = 1\n", &[("a", &[("x", "1")])]),
    ];
    for (text, expected) in cases {
        assert_reads(text, expected);
    }
}

#[test]
fn what_python_refuses_is_refused_with_the_line() {
    let cases: &[(&[u8], usize, Problem)] = &[
        (b"k = v\n", 1, Problem::OutsideSection),
        ("\u{feff}[a]\n".as_bytes(), 1, Problem::ByteOrderMark),
        (b"[a]\nnonsense\n", 2, Problem::NotAnOption),
        (b"[a]\n\n= v\n", 3, Problem::NotAnOption),
        (b"[a]\n[]\n", 2, Problem::NotAnOption),
        (b"[a]\n[b]\n[a]\n", 3, Problem::DuplicateSection),
        (b"[a]\nk = 1\nK = 2\n", 3, Problem::DuplicateKey),
        (b"[DEFAULT]\nk = 1\n[DEFAULT]\nk = 2\n", 4, Problem::DuplicateKey),
        (b"[a]\nk = \xff\n", 2, Problem::NotUtf8),
    ];
    for (text, line, problem) in cases {
        let expected = ParseError {
            line: *line,
            problem: *problem,
        };
        assert_eq!(parse(text), Err(expected), "{text:?}");
    }
}

#[test]
fn a_small_file_cannot_ask_for_a_huge_document() {
    let numbered = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    let defaults = format!("[DEFAULT]\n{}", numbered(1000, |number| format!("k{number} =\n")));
    let few = format!("{defaults}{}", numbered(10, |number| format!("[{number}]\n")));
    let many = format!("{defaults}{}", numbered(1000, |number| format!("[{number}]\n")));
    assert_eq!(parse(few.as_bytes()).map(|document| document.sections.len()), Ok(10));
    assert_eq!(
        parse(many.as_bytes()).map_err(|error| error.problem),
        Err(Problem::TooMuchInherited)
    );
}

#[test]
fn a_hundred_thousand_accounts_are_read_and_many_more_are_not() {
    let numbered = |count: usize| {
        (0..count)
            .map(|number| format!("[{number}]{LINE_BREAK}k = v{LINE_BREAK}{LINE_BREAK}"))
            .collect::<String>()
    };
    let many = numbered(100_000);
    let document = parse(many.as_bytes()).unwrap();
    assert_eq!(document.to_text().map(|text| text.len()), Ok(many.len()));
    let error = parse(numbered(MOST_SECTIONS + 1).as_bytes()).unwrap_err();
    assert_eq!(error.problem, Problem::TooMany);
    let keys = (0..=MOST_KEYS).map(|number| format!("{number}=\n")).collect::<String>();
    let error = parse(format!("[a]\n{keys}").as_bytes()).unwrap_err();
    assert_eq!(error.problem, Problem::TooMany);
}

#[test]
fn an_error_never_quotes_the_file() {
    let error = parse(b"[a]\nhf_test_secret\n").unwrap_err();
    assert!(!error.to_string().contains("hf_test"), "{error}");
}

#[test]
fn a_document_is_written_sorted_and_as_python_writes_it() {
    let mut document = Document::default();
    document.edit("é", |section| {
        section.append("k", "1\n2");
        section.append("empty", "");
    });
    document.edit("Z", |_| ());
    document.edit("a", |_| ());
    let expected = "[Z]\n\n[a]\n\n[é]\nk = 1\n\t2\nempty = \n\n".replace('\n', LINE_BREAK);
    assert_eq!(document.to_text().as_deref(), Ok(expected.as_str()));
    assert_eq!(Document::default().to_text().as_deref(), Ok(""));
}

#[test]
fn every_name_that_python_can_write_comes_back() {
    for name in [
        "]", "[", "[a]", "=", "a = b", ":", "#", ";", "%(x)s", "\\", "\"", " ", " a ", "😀", "default", "\u{1b}",
        "\u{85}",
    ] {
        assert!(can_name_a_section(name), "{name:?}");
        let text = format!("[{name}]\n\n");
        let document = parse(text.as_bytes()).unwrap();
        assert_eq!(document.sections, [Section::new(name)]);
    }
    for name in ["", "DEFAULT", "a\nb", "a\rb", "\n"] {
        assert!(!can_name_a_section(name), "{name:?}");
    }
}

#[test]
fn what_would_not_read_back_is_not_written() {
    for (key, value) in [
        ("k", "a\n\n"),
        ("k", " a"),
        ("K", "a"),
        ("a=b", "c"),
        ("#k", "v"),
        ("k", "a\rb"),
    ] {
        let mut document = Document::default();
        document.edit("a", |section| section.append(key, value));
        assert_eq!(document.to_text(), Err(Unwritable), "{key:?} {value:?}");
    }
}

#[test]
fn nothing_of_a_value_is_shown() {
    let document = parse(b"[a]\nhf_token = hf_test_secret\n").unwrap();
    assert!(!format!("{document:?}").contains("hf_test"), "{document:?}");
}

/// Why the reader is our own: rust-ini's, with the best of its options, takes what Python refuses and reads other values.
#[test]
fn rust_ini_does_not_read_as_python_reads() {
    let rust_ini = |text| {
        let options = rust_ini::ParseOption {
            enabled_quote: false,
            enabled_escape: false,
            enabled_indented_mutiline_value: true,
            enabled_preserve_key_leading_whitespace: false,
        };
        Ini::load_from_str_opt(text, options)
    };
    for refused in ["k = v\n", "[a]\nk = 1\nk = 2\n", "[a]\nk = 1\n[a]\nk = 2\n"] {
        assert!(parse(refused.as_bytes()).is_err() && rust_ini(refused).is_ok());
    }
    let read = "[ a ]\nk = \\\nl = x\n # c\n";
    assert_eq!(rust_ini(read).unwrap().get_from(Some("a"), "k"), Some("l = x\n# c"));
    assert_reads(read, &[(" a ", &[("k", "\\"), ("l", "x")])]);
}

/// Why sections are written one by one.
#[test]
fn rust_ini_leaves_out_the_blank_line_in_front_of_a_section_without_keys() {
    let mut ini = Ini::new();
    for (name, key) in [("a", Some("k")), ("b", None), ("c", Some("k"))] {
        let section = ini.entry(Some(name.to_owned())).or_insert(Properties::new());
        key.into_iter().for_each(|key| section.append(key, "v"));
    }
    let mut text = Vec::new();
    ini.write_to(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        ["[a]", "k=v", "[b]", "", "[c]", "k=v"]
    );
}

#[test]
fn a_section_of_megabytes_is_written_as_a_small_one_is() {
    let line = "x".repeat(LARGEST_COPIED / 2);
    let value = format!("{line}\n\t{line}");
    let text = format!("[a]\nhf_token = {value}\nother = {}\n\n", &line[..10]);
    let text = text.replace('\n', LINE_BREAK);
    assert!(text.len() > LARGEST_COPIED);

    let written = parse(text.as_bytes()).unwrap().to_text().unwrap();

    assert!(written == text, "{} and {} bytes", written.len(), text.len());
    let small = text.replace(&line, "x");
    assert_eq!(parse(small.as_bytes()).unwrap().to_text().unwrap(), small);
}
