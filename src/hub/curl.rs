//! A request as the curl command that makes the same one, as the reference shows it with `HF_DEBUG=1`: headers by name, each
//! part quoted for a shell, and words in brackets where a secret would stand. Curl adds what depends on those by itself
//! (`Host`, `Content-Length`).

use reqwest::Request;

/// The fields of OAuth that hold secrets (RFC 6749, RFC 8628, RFC 8693).
const SECRET_FIELDS: [&str; 5] = [
    "subject_token",
    "access_token",
    "refresh_token",
    "client_secret",
    "device_code",
];
pub(super) const REDACTED: &str = "<REDACTED>";

/// The command; the body is the one to show.
pub(super) fn command(request: &Request, user_agent: &str, body: Option<&str>) -> String {
    let own = request.headers().iter().map(|(name, value)| {
        // A header marked as sensitive is an Authorization.
        let value = match value.is_sensitive() {
            true => "<TOKEN>",
            false => value.to_str().unwrap_or("(not text)"),
        };
        format!("{name}: {value}")
    });
    // The library adds these when it sends the request.
    let added = ["accept: */*".to_owned(), format!("user-agent: {user_agent}")];
    let mut headers: Vec<String> = own.chain(added).collect();
    headers.sort();
    let headers = headers.iter().flat_map(|header| ["-H", header]);
    let body = body.iter().flat_map(|body| ["-d", body]);
    let words = ["curl", "-X", request.method().as_str()].into_iter().chain(headers);
    let words = words.chain(body).chain([request.url().as_str()]);
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// A form without its secrets.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let shown = fields.iter().map(|(key, value)| match SECRET_FIELDS.contains(key) {
        true => format!("{key}={REDACTED}"),
        false => encoded(&[(key, value)]),
    });
    shown.collect::<Vec<_>>().join("&")
}

/// `application/x-www-form-urlencoded`.
pub(super) fn encoded(fields: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields).finish()
}

/// A word for a POSIX shell, in quotes where it needs them.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\"'\"'")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_apart() {
        let cases = [
            ("a-b_c.d/e:f=g", "a-b_c.d/e:f=g"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", "'it'\"'\"'s'"),
            ("$(x)`y`", "'$(x)`y`'"),
            ("a&b", "'a&b'"),
            ("é", "'é'"),
        ];
        for (word, quoted_word) in cases {
            assert_eq!(quoted(word), quoted_word);
        }
    }

    #[test]
    fn a_form_is_shown_without_its_secrets() {
        let fields = [
            ("grant_type", "a:b"),
            ("refresh_token", "r"),
            ("device_code", "d"),
            ("x", "y z"),
        ];
        let expected = "grant_type=a%3Ab&refresh_token=<REDACTED>&device_code=<REDACTED>&x=y+z";
        assert_eq!(form(&fields), expected);
    }
}
