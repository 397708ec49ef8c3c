//! A token in the form that another tool takes, quoted for it. Knows nothing of where tokens come from.
//!
//! A token is made of the graphic characters of ASCII: no blank, no line break, nothing that depends on an encoding.

use clap::ValueEnum;

/// The variable that every tool of Hugging Face reads.
pub(super) const VARIABLE: &str = "HF_TOKEN";

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// `export HF_TOKEN=…`, for sh, bash and zsh
    Sh,
    /// `set -gx HF_TOKEN …`
    Fish,
    /// `$env:HF_TOKEN = …`
    Powershell,
    /// `HF_TOKEN=…`, for a file of variables
    Dotenv,
    /// `HF_TOKEN` for the steps that follow in a job of GitHub Actions
    GithubEnv,
    /// A manifest for `kubectl apply -f -`
    K8sSecret,
    /// The token alone, for `docker secret create NAME -`
    DockerSecret,
}

impl Form {
    /// It is kept where the token is used much later.
    pub(super) fn is_kept(self) -> bool {
        matches!(self, Form::K8sSecret | Form::DockerSecret)
    }
}

/// POSIX.1-2024, XCU 2.2.2: within single quotes every character stands for itself, but for the quote.
pub(super) fn sh(token: &str) -> String {
    format!("export {VARIABLE}={}", in_single_quotes(token))
}

fn in_single_quotes(token: &str) -> String {
    format!("'{}'", token.replace('\'', r"'\''"))
}

/// fish's single quotes know two escapes, of themselves and of the backslash.
pub(super) fn fish(token: &str) -> String {
    let quoted = token.replace('\\', r"\\").replace('\'', r"\'");
    format!("set -gx {VARIABLE} '{quoted}'")
}

/// about_Quoting_Rules: a verbatim string, in which only the quote is doubled.
pub(super) fn powershell(token: &str) -> String {
    format!("$env:{VARIABLE} = '{}'", token.replace('\'', "''"))
}

/// Whether a reader of such files, or a shell that reads one, would take the bare token for something else.
pub(super) fn needs_quotes(token: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.+/=:,@%^".contains(&byte);
    !token.bytes().all(is_plain)
}

/// Bare where that is enough: `docker --env-file` takes quotes for a part of the value. Else as a shell reads it.
pub(super) fn dotenv(token: &str) -> String {
    let value = match needs_quotes(token) {
        false => token.to_owned(),
        true if !token.contains('\'') => format!("'{token}'"),
        true => format!("\"{}\"", escaped_in_double_quotes(token)),
    };
    format!("{VARIABLE}={value}")
}

fn escaped_in_double_quotes(token: &str) -> String {
    let escaped = |c: char| r#"\"$`"#.contains(c).then_some('\\').into_iter().chain([c]);
    token.chars().flat_map(escaped).collect()
}

/// A line of the file at `GITHUB_ENV`. The runner takes everything behind the first `=` as it is, and looks for the `<<` of a
/// text of several lines only before it.
pub(super) fn github_env(token: &str) -> String {
    format!("{VARIABLE}={token}")
}

/// What has the runner blot the token out of all that follows in the log. It decodes `%25` there.
pub(super) fn mask(token: &str) -> String {
    format!("::add-mask::{}", token.replace('%', "%25"))
}

/// Where in Kubernetes the token goes.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    pub(super) key: &'a str,
    pub(super) namespace: Option<&'a str>,
}

impl Place<'_> {
    /// The option and what is wrong with its value, where Kubernetes would refuse it.
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        let is_subdomain = self.name.len() <= 253 && self.name.split('.').all(is_label);
        if !is_subdomain {
            return Some((
                "--name",
                "small letters, digits, `-` and `.`, with a letter or digit at both ends of every part, at most 253",
            ));
        }
        let of_a_key = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_key = self.key.bytes().all(of_a_key) && (1..=253).contains(&self.key.len());
        if !is_key || self.key == "." || self.key.starts_with("..") {
            return Some((
                "--key",
                "letters, digits, `-`, `_` and `.`, not only dots and without two in front, at most 253",
            ));
        }
        let is_namespace = |name: &str| name.len() <= 63 && is_label(name);
        (!self.namespace.is_none_or(is_namespace)).then_some((
            "--namespace",
            "small letters, digits and `-`, with a letter or digit at both ends, at most 63",
        ))
    }
}

/// A label of RFC 1123 as Kubernetes has it, but for its length.
fn is_label(text: &str) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [text.as_bytes().first(), text.as_bytes().last()];
    ends.into_iter().all(|end| end.is_some_and(is_letter)) && text.bytes().all(|byte| is_letter(&byte) || byte == b'-')
}

/// A manifest. What JSON writes between double quotes, YAML reads as the same text: a name such as `1e3` or `true` too.
pub(super) fn manifest(token: &str, place: &Place) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let namespace = place.namespace.map(|it| format!("  namespace: {}\n", quoted(it)));
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {}\n{}type: Opaque\nstringData:\n  {}: {}",
        quoted(place.name),
        namespace.unwrap_or_default(),
        quoted(place.key),
        quoted(token)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character that a token can have.
    fn graphic() -> String {
        ('!'..='~').collect()
    }

    #[test]
    fn each_form_quotes_as_its_reader_reads() {
        for (token, in_sh, in_fish, in_powershell, in_dotenv) in [
            ("hf_aB3", "'hf_aB3'", "'hf_aB3'", "'hf_aB3'", "hf_aB3"),
            ("a.b-c=", "'a.b-c='", "'a.b-c='", "'a.b-c='", "a.b-c="),
            ("a'b", r"'a'\''b'", r"'a\'b'", "'a''b'", "\"a'b\""),
            (r"a\b", r"'a\b'", r"'a\\b'", r"'a\b'", r"'a\b'"),
            (r"\'", r"'\'\'''", r"'\\\''", r"'\'''", r#""\\'""#),
            ("''", r"''\'''\'''", r"'\'\''", "''''''", "\"''\""),
            ("a#b", "'a#b'", "'a#b'", "'a#b'", "'a#b'"),
            ("$(x)`y`", "'$(x)`y`'", "'$(x)`y`'", "'$(x)`y`'", "'$(x)`y`'"),
            ("$'\"`", r#"'$'\''"`'"#, r#"'$\'"`'"#, "'$''\"`'", r#""\$'\"\`""#),
        ] {
            assert_eq!(sh(token), format!("export HF_TOKEN={in_sh}"));
            assert_eq!(fish(token), format!("set -gx HF_TOKEN {in_fish}"));
            assert_eq!(powershell(token), format!("$env:HF_TOKEN = {in_powershell}"));
            assert_eq!(dotenv(token), format!("HF_TOKEN={in_dotenv}"));
        }
    }

    /// As about_Quoting_Rules has it: within single quotes a doubled quote is one, and nothing else means anything.
    #[test]
    fn powershell_reads_the_token_back() {
        for token in [graphic(), "''''".to_owned(), "a'".to_owned(), "$env:X`n".to_owned()] {
            let line = powershell(&token);
            let value = line.strip_prefix("$env:HF_TOKEN = '").unwrap();
            let value = value.strip_suffix('\'').unwrap();
            let halves: Vec<&str> = value.split("''").collect();
            assert!(halves.iter().all(|part| !part.contains('\'')), "{line}");
            assert_eq!(halves.join("'"), token);
        }
    }

    #[test]
    fn github_gets_the_token_in_one_line() {
        assert_eq!(github_env("a<<b=c"), "HF_TOKEN=a<<b=c");
        assert_eq!(mask("a%25b%0Ac"), "::add-mask::a%2525b%250Ac");
    }

    #[test]
    fn what_kubernetes_would_refuse_is_refused_here() {
        let problem = |name: &str, key: &str, namespace: Option<&str>| {
            Place { name, key, namespace }.problem().map(|(option, _)| option)
        };
        let long = |count: usize| "a".repeat(count);
        for name in ["hf-token", "a", "1e3", "a.b-c.9", &long(253)] {
            assert_eq!(problem(name, "HF_TOKEN", None), None, "{name}");
        }
        for name in [
            "",
            "A",
            "a_b",
            "-a",
            "a-",
            "a..b",
            ".a",
            "a.",
            "a b",
            "é",
            "a\nb",
            "a.-b",
            &long(254),
        ] {
            assert_eq!(problem(name, "HF_TOKEN", None), Some("--name"), "{name}");
        }
        for key in ["HF_TOKEN", "token", ".dot", "a..b", "-", "a.b_C-1", &long(253)] {
            assert_eq!(problem("a", key, None), None, "{key}");
        }
        for key in ["", ".", "..", "..a", "a b", "a/b", "é", "a\n", &long(254)] {
            assert_eq!(problem("a", key, None), Some("--key"), "{key}");
        }
        for (namespace, expected) in [
            ("default", None),
            (&*long(63), None),
            (&*long(64), Some("--namespace")),
            ("a.b", Some("--namespace")),
            ("", Some("--namespace")),
        ] {
            assert_eq!(problem("a", "k", Some(namespace)), expected, "{namespace}");
        }
    }
}
