//! What is true of every answer, whatever a server puts into it: it is understood or refused, and a secret that it
//! repeats is not.

use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use super::*;
use crate::properties::{for_all, spoilt};

const TOKEN: &str = "hf_test_canary";

/// Everything that is made of an answer.
fn any_answer_is_borne(status: u16, header: &[u8], body: &[u8]) {
    let mut headers = HeaderMap::new();
    for name in [
        "content-type",
        "location",
        "ratelimit",
        "retry-after",
        "x-request-id",
        "x-error-message",
    ] {
        if let Ok(value) = HeaderValue::from_bytes(header) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let token = Secret::new(TOKEN);
    let secrets = Rc::new(Secrets::default());
    secrets.add(token.clone());
    let answer = Answer {
        url: Url::parse("http://hub.lan/api/whoami-v2").unwrap(),
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        body: body.to_vec(),
        secrets,
    };
    let error = match identity_in(&answer) {
        Ok(identity) => {
            assert!(!identity.user.is_empty() && identity.user.len() <= 4096);
            assert!(!identity.token_name().is_empty());
            assert!(!format!("{identity:?}").contains(TOKEN));
            failure::of_whoami(&answer)
        }
        Err(error) => error,
    };
    // The sentence is clean before the last guard, the causes after it.
    assert!(!format!("{error}{:?}", error.advice()).contains(TOKEN));
    let error = error.redacted(|text| answer.secrets.redact(text));
    assert!(!format!("{:?}", error.causes()).contains(TOKEN));
    let value = answer.json();
    let code = DeviceCode::from_json(&value, |words| answer.secrets.redact(words));
    assert!(!format!("{code:?}").contains(TOKEN));
    let _ = Grant::from_json(&value);
    if let Some(refusal) = Refusal::from_json(&value, |words| answer.shown(words)) {
        let said = failure::of_refusal(&answer, &refusal).to_string();
        assert!(!said.contains(TOKEN), "{said}");
    }
    let said = failure::of_oauth(&answer).to_string();
    assert!(!said.contains(TOKEN), "{said}");
}

fn identity() -> Value {
    json!({"name": "carol", "orgs": [{"name": "acme"}], "auth": {"accessToken": {"displayName": "laptop", "role": "read"}},
        "access_token": "a", "refresh_token": "b", "expires_in": 1, "device_code": "d", "user_code": "u", "interval": 5,
        "verification_uri": "https://x", "error": "e", "error_description": "f", "errors": [{"message": "m"}]})
}

/// JSON of any kind, a few levels deep.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::from(TOKEN)),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let object = proptest::collection::vec(("[a-z]{1,4}", inner.clone()), 0..4);
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(Value::from),
            object.prop_map(|fields| Value::Object(Map::from_iter(fields))),
        ]
    })
}

/// Every place in the JSON, as pointers.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, inner)| places(inner, &format!("{here}/{key}"), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, inner)| places(inner, &format!("{here}/{index}"), found)),
        _ => {}
    }
}

#[test]
fn any_value_in_any_place_of_an_answer_is_borne() {
    let mut everywhere = Vec::new();
    places(&identity(), "", &mut everywhere);
    let place = proptest::sample::select(everywhere);
    let status = prop_oneof![
        Just(200),
        Just(307),
        Just(400),
        Just(401),
        Just(403),
        Just(429),
        Just(500)
    ];
    for_all((place, values(), status), |(place, value, status)| {
        let mut answer = identity();
        *answer.pointer_mut(&place).unwrap() = value;
        any_answer_is_borne(status, b"x", answer.to_string().as_bytes());
    });
}

#[test]
fn any_header_of_any_answer_is_borne() {
    let header = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        "\"?[a-z]{0,3}\"?;[rtqw]?=[0-9]{0,21};[a-z]=[0-9]{0,3}".prop_map(String::into_bytes),
        "(https?:)?/?/?[a-z@:\\[\\]/%.0-9]{0,20}hf_test_canary".prop_map(String::into_bytes),
    ];
    for_all((100_u16..1000, header), |(status, header)| {
        any_answer_is_borne(status, &header, b"{}")
    });
}

#[test]
fn any_spoilt_answer_is_borne() {
    let corpus = vec![
        identity().to_string().into_bytes(),
        format!("{{\"error\": \"{TOKEN}\", \"error_description\": \"\\ud83d\\ude00\"}}").into_bytes(),
        b"\"api\";r=0;t=55;q=500;w=300".to_vec(),
        b"https://[::1]:80/x?y".to_vec(),
    ];
    for_all((100_u16..1000, spoilt(corpus)), |(status, bytes)| {
        any_answer_is_borne(status, &bytes, &bytes)
    });
}
