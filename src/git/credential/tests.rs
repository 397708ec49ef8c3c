//! Descriptions as git and others write them, and whom the token is given to.

use std::ffi::OsStr;

use proptest::prelude::*;

use super::*;

fn endpoint(text: &str) -> Endpoint {
    Endpoint::parse(OsStr::new(text)).unwrap()
}

/// Whether git gets the token of the first for the second.
fn is_answered(hub: &str, description: &str) -> bool {
    Description::parse(description.as_bytes())
        .unwrap()
        .is_for(&endpoint(hub))
}

#[test]
fn the_endpoints_own_place_is_answered_however_it_is_spelt() {
    let cases = [
        ("https://huggingface.co", "protocol=https\nhost=huggingface.co\n\n"),
        ("https://huggingface.co", "protocol=https\nhost=huggingface.co"),
        ("https://huggingface.co", "protocol=https\nhost=HuggingFace.CO:443\n"),
        ("https://huggingface.co:443", "protocol=HTTPS\nhost=huggingface.co\n"),
        ("http://hub.lan", "protocol=http\nhost=hub.lan:80\n"),
        ("http://hub.lan:8080", "protocol=http\nhost=hub.lan:8080\n"),
        ("http://[::1]:9", "protocol=http\nhost=[::1]:9\n"),
        ("http://[::1]", "protocol=http\nhost=[::1]\n"),
        (
            "https://huggingface.co",
            "protocol=https\nhost=huggingface.co\nusername=hf_user\n",
        ),
        (
            "https://huggingface.co",
            "protocol=https\nhost=huggingface.co\npath=alice/model\n",
        ),
        ("https://bücher.example", "protocol=https\nhost=bücher.example\n"),
        ("https://bücher.example", "protocol=https\nhost=BÜCHER.example\n"),
        ("https://bücher.example", "protocol=https\nhost=xn--bcher-kva.example\n"),
        ("https://xn--bcher-kva.example", "url=https://b%C3%BCcher.example\n"),
        (
            "https://huggingface.co",
            "capability[]=authtype\ncapability[]=state\nwwwauth[]=Basic realm=x\nnew=\nprotocol=https\nhost=huggingface.co\n",
        ),
        ("https://hub.lan/mirror", "protocol=https\nhost=hub.lan\n"),
        (
            "https://hub.lan/mirror",
            "protocol=https\nhost=hub.lan\npath=mirror/alice/model\n",
        ),
        ("https://hub.lan/mirror", "protocol=https\nhost=hub.lan\npath=mirror\n"),
        ("https://huggingface.co", "url=https://huggingface.co\n"),
        (
            "https://huggingface.co",
            "url=https://hf_user:old@huggingface.co:443/alice/model.git\n",
        ),
        ("https://huggingface.co", "url=https://hf%5Fuser@hugging%66ace.co?x#y\n"),
        ("https://huggingface.co", "username=alice\nurl=https://huggingface.co\n"),
        (
            "https://huggingface.co",
            "protocol=https\nhost=huggingface.co\nusername=alice\n",
        ),
        ("https://huggingface.co", "url=https://alice@huggingface.co\n"),
    ];
    for (hub, description) in cases {
        assert!(is_answered(hub, description), "{hub} {description:?}");
    }
}

#[test]
fn any_other_place_is_not() {
    let cases = [
        ("https://huggingface.co", ""),
        ("https://huggingface.co", "\nprotocol=https\nhost=huggingface.co\n"),
        ("https://huggingface.co", "protocol=https\n"),
        ("https://huggingface.co", "host=huggingface.co\n"),
        ("https://huggingface.co", "protocol=http\nhost=huggingface.co\n"),
        ("https://huggingface.co", "protocol=http\nhost=huggingface.co:443\n"),
        ("https://huggingface.co", "protocol=https\nhost=huggingface.co:8443\n"),
        ("https://huggingface.co", "protocol=https\nhost=huggingface.co:+443\n"),
        (
            "https://huggingface.co",
            "protocol=https\nhost=huggingface.co:99999999\n",
        ),
        (
            "https://huggingface.co",
            "protocol=https\nhost=huggingface.co.evil.example\n",
        ),
        ("https://huggingface.co", "protocol=https\nhost=evil.example\n"),
        (
            "https://huggingface.co",
            "protocol=https\nhost=evil.example/huggingface.co\n",
        ),
        (
            "https://huggingface.co",
            "protocol=https\nhost=huggingface.co@evil.example\n",
        ),
        ("https://huggingface.co", "protocol=https\nhost=ｈuggingface.co\n"),
        ("https://bücher.example", "protocol=https\nhost=bucher.example\n"),
        (
            "https://hub.lan/mirror",
            "protocol=https\nhost=hub.lan\npath=alice/model\n",
        ),
        (
            "https://hub.lan/mirror",
            "protocol=https\nhost=hub.lan\npath=mirrored/alice\n",
        ),
        ("https://huggingface.co", "url=https://evil.example/huggingface.co\n"),
        ("https://huggingface.co", "url=https://huggingface.co@evil.example/\n"),
        ("https://huggingface.co", "url=https://evil.example?@huggingface.co/\n"),
        (
            "https://huggingface.co",
            "protocol=https\nhost=huggingface.co\nurl=ssh://huggingface.co\n",
        ),
    ];
    for (hub, description) in cases {
        assert!(!is_answered(hub, description), "{hub} {description:?}");
    }
}

#[test]
fn what_is_no_description_is_refused_by_its_line() {
    let cases = [
        (&b"protocol=https\nrubbish\n"[..], Malformed::NoEqualsSign(2)),
        (b"host=a\0b\n", Malformed::Control(1)),
        (b"protocol=https\nhost=huggingface.co\r\n", Malformed::Control(2)),
        (b"host=huggingface.co\nhost=evil.example\n", Malformed::Twice(2)),
        (b"host=huggingface.co\nhost=huggingface.co\n", Malformed::Twice(2)),
        (b"protocol=https\nhost=a\nprotocol=http\n", Malformed::Twice(3)),
        (b"username=a\nusername=b\n", Malformed::Twice(2)),
        (b"unknown=a\nunknown=b\n", Malformed::Twice(2)),
        (b"path=a/../b\n", Malformed::Path(1)),
        (b"path=..\n", Malformed::Path(1)),
        (b"path=a/%2e%2E/b\n", Malformed::Path(1)),
        (b"path=a\\..\\b\n", Malformed::Path(1)),
        (b"url=https://huggingface.co/a/%2e./b\n", Malformed::Path(1)),
        (b"url=https://huggingface.co%0d\n", Malformed::Url(1)),
        (b"url=huggingface.co\n", Malformed::Url(1)),
        (b"url=://huggingface.co\n", Malformed::Url(1)),
        (
            b"a=b\nurl=https://huggingface.co%0ahost=evil.example\n",
            Malformed::Url(2),
        ),
    ];
    for (bytes, problem) in cases {
        assert_eq!(
            Description::parse(bytes),
            Err(problem),
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
    let long = [b"protocol=https\nhost=huggingface.co\nx=", &[b'a'; 64 * 1024][..]].concat();
    assert_eq!(Description::parse(&long), Err(Malformed::TooLong));
}

#[test]
fn the_answer_has_an_end_only_where_one_is_known() {
    let token = Secret::new("hf_test");
    assert_eq!(answer(&token, None).expose(), "username=hf_user\npassword=hf_test\n");
    assert_eq!(
        answer(&token, Some(1_797_935_782)).expose(),
        "username=hf_user\npassword=hf_test\npassword_expiry_utc=1797935782\n"
    );
}

proptest! {
    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..200), url in "\\PC{0,40}") {
        let hub = endpoint("https://huggingface.co");
        let _ = Description::parse(&bytes).map(|description| description.is_for(&hub));
        let _ = Description::parse(format!("url={url}").as_bytes()).map(|description| description.is_for(&hub));
    }
}
