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
        (
            "https://huggingface.co",
            "protocol=https\r\nhost=huggingface.co\r\n\r\n",
        ),
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
        (
            "https://huggingface.co",
            "protocol=ftp\nprotocol=https\nhost=huggingface.co\n",
        ),
        (
            "https://huggingface.co",
            "capability[]=authtype\nwwwauth[]=Basic realm=x\nnew=\nprotocol=https\nhost=huggingface.co\n",
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
        (
            "https://huggingface.co",
            "protocol=https\nhost=huggingface.co\nhost=evil.example\n",
        ),
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
        (b"host=a\0b\n", Malformed::Nul(1)),
        (b"url=huggingface.co\n", Malformed::Url(1)),
        (b"url=://huggingface.co\n", Malformed::Url(1)),
        (
            b"a=b\nurl=https://huggingface.co%0ahost=evil.example\n",
            Malformed::Url(2),
        ),
    ];
    for (bytes, problem) in cases {
        assert_eq!(Description::parse(bytes), Err(problem));
    }
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
