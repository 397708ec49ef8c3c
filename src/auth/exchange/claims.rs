//! What an identity token says of itself, where it is a JWT (RFC 7519). It is read and never verified: that is for the Hub
//! to do. Does no I/O, and never looks at the signature.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The claims of a JWT, by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claims(Map<String, Value>);

/// Those that have a place of their own.
const NAMED: [&str; 4] = ["iss", "sub", "aud", "exp"];

impl Claims {
    /// The claims, if the text is a JWT as JWS in its compact form has it (RFC 7515 §7.1).
    pub(crate) fn of(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (header, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        object(header)?;
        object(claims).map(Claims)
    }

    /// Who made the token.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// Who it is about.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    /// Who it is for: one, or a list. `None` where it does not say.
    pub(crate) fn audiences(&self) -> Option<Vec<&str>> {
        match self.0.get("aud")? {
            Value::Null => None,
            Value::Array(all) => Some(all.iter().filter_map(Value::as_str).collect()),
            one => Some(one.as_str().into_iter().collect()),
        }
    }

    /// When it ends, in seconds since 1970; parts of seconds are allowed, and dropped.
    pub(crate) fn expires_at(&self) -> Option<i64> {
        let end = self.0.get("exp")?;
        end.as_i64().or_else(|| end.as_f64().map(|seconds| seconds as i64))
    }

    /// Whatever else it says, in the order of the names.
    pub(crate) fn others(&self) -> impl Iterator<Item = (&str, &Value)> {
        let all = self.0.iter().map(|(name, value)| (name.as_str(), value));
        all.filter(|(name, _)| !NAMED.contains(name))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }
}

/// Some put padding behind it, which RFC 7515 leaves away.
fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::properties::{for_all, spoilt};

    fn encoded(text: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(text)
    }

    fn jwt(claims: &str) -> String {
        format!("{}.{}.c2lnbmF0dXJl", encoded(r#"{"alg":"RS256"}"#), encoded(claims))
    }

    fn claims(value: Value) -> Claims {
        Claims::of(&jwt(&value.to_string())).unwrap()
    }

    #[test]
    fn only_a_jwt_is_taken_for_one() {
        let (head, body) = (encoded("{}"), encoded(r#"{"sub": "é"}"#));
        for text in [
            format!("{head}.{body}.sig"),
            format!("{head}.{body}."),
            format!("{head}=.{body}==.s"),
        ] {
            assert_eq!(Claims::of(&text).unwrap().subject(), Some("é"), "{text}");
        }
        let list = encoded("[1]");
        for text in [
            String::new(),
            "hf_test_identity".to_owned(),
            "an.identity.token".to_owned(),
            "eyJ.hf_test_identity.sig".to_owned(),
            "..".to_owned(),
            format!("{head}.{body}"),
            // Encrypted: RFC 7516 §7.1.
            format!("{head}.{body}.a.b.c"),
            format!("{head}.{list}.s"),
            format!("{list}.{body}.s"),
            format!("{head}.{}.s", encoded("{\"sub\": \"a\"} x")),
            format!("{head}.{body}é.s"),
            format!(" {head}.{body}.s"),
        ] {
            assert_eq!(Claims::of(&text), None, "{text}");
        }
    }

    #[test]
    fn an_audience_is_one_or_a_list_or_nobody_or_not_said() {
        for (value, expected) in [
            (json!({}), None),
            (json!({"aud": null}), None),
            (json!({"aud": "a"}), Some(vec!["a"])),
            (json!({"aud": ""}), Some(vec![""])),
            (json!({"aud": ["a", "b"]}), Some(vec!["a", "b"])),
            (json!({"aud": ["a", 5, null]}), Some(vec!["a"])),
            (json!({"aud": []}), Some(vec![])),
            (json!({"aud": 5}), Some(vec![])),
            (json!({"aud": {"a": "b"}}), Some(vec![])),
        ] {
            assert_eq!(claims(value.clone()).audiences(), expected, "{value}");
        }
    }

    #[test]
    fn an_end_is_a_number_of_any_kind() {
        for (value, expected) in [
            (json!({}), None),
            (json!({"exp": "1700000000"}), None),
            (json!({"exp": null}), None),
            (json!({"exp": 1_700_000_000}), Some(1_700_000_000)),
            (json!({"exp": 1_700_000_000.9}), Some(1_700_000_000)),
            (json!({"exp": 1.7e9}), Some(1_700_000_000)),
            (json!({"exp": -5}), Some(-5)),
            (json!({"exp": 1e300}), Some(i64::MAX)),
            (json!({"exp": u64::MAX}), Some(i64::MAX)),
        ] {
            assert_eq!(claims(value.clone()).expires_at(), expected, "{value}");
        }
    }

    #[test]
    fn the_others_are_those_without_a_place_of_their_own() {
        let claims = claims(json!({"iss": "i", "sub": 5, "aud": "a", "exp": 1, "ref": "main", "n": [1]}));
        assert_eq!((claims.issuer(), claims.subject()), (Some("i"), None));
        let others: Vec<(&str, &Value)> = claims.others().collect();
        assert_eq!(others, [("n", &json!([1])), ("ref", &json!("main"))]);
    }

    #[test]
    fn any_text_is_borne() {
        let deep = jwt(&format!("{{\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000)));
        assert_eq!(Claims::of(&deep), None);
        let corpus = [
            jwt(r#"{"iss":"i","sub":"s","aud":["a"],"exp":1700000000,"x":{"y":[1]}}"#),
            jwt("{}"),
        ];
        for_all(spoilt(corpus.map(String::into_bytes).to_vec()), |bytes| {
            if let Some(claims) = Claims::of(&String::from_utf8_lossy(&bytes)) {
                let _ = (claims.issuer(), claims.subject(), claims.audiences());
                let _ = (claims.expires_at(), claims.others().count());
            }
        });
    }
}
