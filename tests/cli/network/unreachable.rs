//! Nobody answers.

use std::time::Duration;

use super::{TOKEN, refused};
use crate::support::Sandbox;

#[test]
fn a_hub_that_is_not_there_is_named_with_the_cause() {
    for (endpoint, part) in [
        (
            "http://127.0.0.1:1",
            "Cannot reach http://127.0.0.1:1: connection refused.",
        ),
        (
            "https://127.0.0.1:1",
            "Cannot reach https://127.0.0.1:1: connection refused.",
        ),
        (
            "https://hub.invalid",
            "Cannot reach https://hub.invalid: its name cannot be resolved",
        ),
    ] {
        let sandbox = Sandbox::new();
        let outcome = sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .env("HF_ENDPOINT", endpoint)
            .run();
        refused(&sandbox, &outcome, &[part]);
    }
}

#[test]
fn a_port_that_swallows_connections_times_out() {
    // Bound, but the queue of connections is never served.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let sandbox = Sandbox::new();

    let run = sandbox
        .hf(&["auth", "login", "--token", TOKEN])
        .env("HF_ENDPOINT", endpoint);
    let outcome = run.env("HF_HUB_DOWNLOAD_TIMEOUT", "1").run();

    refused(&sandbox, &outcome, &["no answer within 1 seconds"]);
    assert!(outcome.elapsed < Duration::from_secs(5));
}

#[test]
fn a_timeout_that_is_no_number_is_told_in_words() {
    let sandbox = Sandbox::new();
    for value in ["soon", "-1", "1.5"] {
        let run = sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .env("HF_ENDPOINT", "http://127.0.0.1:1");
        let outcome = run.env("HF_HUB_DOWNLOAD_TIMEOUT", value).run();
        refused(
            &sandbox,
            &outcome,
            &["HF_HUB_DOWNLOAD_TIMEOUT is not a whole number of seconds"],
        );
    }
}
