//! How the Hub is asked: four at a time, each once, on connections that are kept, and not faster than it wants.

use std::time::Duration;

use super::{allowed, check, logged_in, path, refused};
use crate::support::{Answer, StubHub, TlsHub};

fn many(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("acme/r{number}")).collect()
}

fn hub_with(repos: &[String], answer: &Answer) -> StubHub {
    let hub = StubHub::start();
    repos
        .iter()
        .for_each(|repo| hub.expect("GET", &path(repo), answer.clone()));
    hub
}

#[test]
fn answers_come_in_the_order_given_and_each_repository_is_asked_once() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let slow = [200, 100, 0, 50, 0];
    for (repo, delay) in many(5).iter().zip(slow) {
        hub.expect("GET", &path(repo), allowed().delay(Duration::from_millis(delay)));
    }
    let mut repos = many(5);
    repos.extend(many(2));

    let outcome = check(&sandbox, &hub, &["-q"]).args(&repos).run();

    let lines: String = repos.iter().map(|repo| format!("ok {repo}\n")).collect();
    outcome.succeeds().stdout_is(&lines);
}

#[test]
fn four_are_asked_at_a_time_on_a_connection_each() {
    let repos = many(40);
    let sandbox = logged_in();
    let hub = hub_with(&repos, &allowed().delay(Duration::from_millis(50)));

    let outcome = check(&sandbox, &hub, &["-q"]).args(&repos).run();

    outcome.succeeds();
    assert_eq!(hub.connections(), 4);
    let requests = hub.requests();
    let first = requests[0].received;
    let early = requests
        .iter()
        .filter(|it| it.received - first < Duration::from_millis(25));
    assert!(early.count() <= 4);
    // Ten rounds of 50 ms; one after the other would take two seconds.
    assert!(outcome.elapsed < Duration::from_millis(1500), "{:?}", outcome.elapsed);
}

#[test]
fn there_is_one_tls_handshake_for_each_of_the_four() {
    let repos = many(40);
    let sandbox = logged_in();
    let hub = hub_with(&repos, &allowed());
    let front = TlsHub::before(&hub);
    let bundle = sandbox.work().join("ca.pem");
    std::fs::write(&bundle, front.ca_pem()).unwrap();

    let run = sandbox.hf(&["auth", "check", "-q"]).args(&repos);
    let run = run.env("HF_ENDPOINT", front.url()).env("SSL_CERT_FILE", &bundle);
    run.run().succeeds();

    assert!(hub.connections() <= 4, "{} connections", hub.connections());
}

#[test]
fn a_connection_that_the_hub_closes_meanwhile_is_made_anew() {
    let repos = many(12);
    let sandbox = logged_in();
    let hub = hub_with(&repos, &allowed().header("Connection", "close"));

    let outcome = check(&sandbox, &hub, &["-q"]).args(&repos).run();

    outcome.succeeds();
    assert_eq!(hub.connections(), 12);
}

#[test]
fn a_connection_that_breaks_under_a_question_is_tried_once_more() {
    let sandbox = logged_in();
    let hub = StubHub::start();
    hub.expect("GET", &path("acme/r0"), allowed());
    hub.expect("GET", &path("acme/x"), allowed());
    hub.expect("GET", &path("acme/y"), Answer::close());
    hub.expect("GET", &path("acme/y"), allowed());
    let slow = Duration::from_millis(500);
    for repo in ["acme/a", "acme/b", "acme/c"] {
        hub.expect("GET", &path(repo), allowed().delay(slow));
    }
    let repos = ["acme/a", "acme/b", "acme/c", "acme/r0", "acme/x", "acme/y"];

    check(&sandbox, &hub, &repos).args(["-q"]).run().succeeds();
}

#[test]
fn a_hub_that_wants_a_short_rest_gets_it() {
    let repos = many(6);
    let sandbox = logged_in();
    let hub = hub_with(&repos, &allowed());
    let busy = refused(429, "", "slow down").header("RateLimit", "\"api\";r=0;t=1");
    let hub_is_busy = path("acme/r9");
    hub.expect("GET", &hub_is_busy, busy.clone());
    hub.expect("GET", &hub_is_busy, allowed());

    let outcome = check(&sandbox, &hub, &["acme/r9", "-q"]).args(&repos).run();

    outcome
        .succeeds()
        .stderr_is("The Hub is too busy; going on in 1 seconds.\n");
    assert!(outcome.elapsed >= Duration::from_secs(1), "{:?}", outcome.elapsed);
    assert_eq!(outcome.stdout.lines().count(), 7);
}

#[test]
fn a_hub_that_wants_a_long_rest_leaves_the_rest_unasked() {
    for header in [
        ("Retry-After", "61"),
        ("RateLimit", "\"api\";r=0;t=3000"),
        ("X-Nothing", "1"),
    ] {
        let repos = many(200);
        let (sandbox, hub) = (logged_in(), StubHub::start());
        hub.expect("GET", &path("acme/first"), refused(404, "", "no"));
        // Late, so that the first of them is under way.
        let busy = refused(429, "", "slow down").delay(Duration::from_millis(300));
        let busy = busy.header(header.0, header.1);
        repos
            .iter()
            .for_each(|repo| hub.always("GET", &path(repo), busy.clone()));

        let outcome = check(&sandbox, &hub, &["-q"]).args(&repos).run();
        outcome.fails_with(3);
        assert!(outcome.stdout.lines().all(|line| line.starts_with("rate-limited ")));
        assert_eq!(outcome.stdout.lines().count(), 200);
        assert!(hub.take_requests().len() <= 4);

        let outcome = check(&sandbox, &hub, &["acme/first", "-q"]).args(&repos).run();
        outcome
            .fails_with(1)
            .stdout_has("not-found acme/first\nrate-limited acme/r0\n");
    }
}

#[test]
fn a_hub_that_stays_busy_is_asked_three_times() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.always(
        "GET",
        &path("acme/x"),
        refused(429, "", "slow down").header("Retry-After", "0"),
    );

    let outcome = check(&sandbox, &hub, &["acme/x", "acme/x", "-q"]).run();

    outcome
        .fails_with(3)
        .stdout_is("rate-limited acme/x\nrate-limited acme/x\n");
    assert_eq!(hub.requests().len(), 3);
}

#[test]
fn a_hub_that_never_answers_is_not_waited_for_ten_thousand_times() {
    let repos = many(300);
    let (sandbox, hub) = (logged_in(), StubHub::start());
    repos
        .iter()
        .for_each(|repo| hub.always("GET", &path(repo), Answer::hang()));

    let run = check(&sandbox, &hub, &["-q"])
        .args(&repos)
        .env("HF_HUB_DOWNLOAD_TIMEOUT", "1");
    let outcome = run.run();

    outcome.fails_with(3);
    assert_eq!(outcome.stdout.matches("unreachable acme/r").count(), 300);
    assert!(outcome.elapsed < Duration::from_secs(8), "{:?}", outcome.elapsed);
    assert!(hub.requests().len() <= 16);
}

#[test]
fn ten_thousand_lines_are_checked() {
    let repos = many(10_000);
    let (sandbox, hub) = (logged_in(), StubHub::start());
    repos.iter().for_each(|repo| hub.always("GET", &path(repo), allowed()));

    let outcome = check(&sandbox, &hub, &["--file", "-", "-q"])
        .stdin(repos.join("\n"))
        .run();

    outcome.succeeds();
    let expected: String = repos.iter().map(|repo| format!("ok {repo}\n")).collect();
    assert_eq!(outcome.stdout, expected);
    assert_eq!((hub.requests().len(), hub.connections()), (10_000, 4));
}

#[cfg(unix)]
#[test]
fn nobody_who_reads_the_answers_ends_the_questions() {
    let repos = many(2000);
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let slow = allowed().delay(Duration::from_millis(20));
    repos
        .iter()
        .for_each(|repo| hub.always("GET", &path(repo), slow.clone()));

    let run = check(&sandbox, &hub, &["--file", "-", "-q"]).stdin(repos.join("\n"));
    let outcome = run.through("sh", &["-c", "\"$@\" | head -n 3", "sh"]).run();

    assert_eq!(outcome.stdout, "ok acme/r0\nok acme/r1\nok acme/r2\n");
    assert!(hub.requests().len() < 100, "{}", hub.requests().len());
}
