//! Real TLS: whose certificates are trusted.

use crate::support::hub::whoami;
use crate::support::{Answer, Run, Sandbox, StubHub, TlsHub};

const TOKEN: &str = "hf_test_canary_000000000";

/// A Hub behind TLS whose authority nobody knows, and a folder with the authority's certificate.
struct World {
    sandbox: Sandbox,
    tls: TlsHub,
    hub: StubHub,
}

impl World {
    fn new() -> Self {
        let hub = StubHub::start();
        let tls = TlsHub::before(&hub);
        let sandbox = Sandbox::new();
        std::fs::write(sandbox.work().join("ca.pem"), tls.ca_pem()).unwrap();
        World { sandbox, tls, hub }
    }

    fn login(&self) -> Run {
        self.sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .env("HF_ENDPOINT", self.tls.url())
    }

    fn ca(&self) -> std::path::PathBuf {
        self.sandbox.work().join("ca.pem")
    }

    fn answers(&self) {
        self.hub.expect(
            "GET",
            "/api/whoami-v2",
            Answer::json(200, whoami("alice", "laptop", "read")),
        );
    }
}

#[test]
fn an_unknown_authority_is_refused_before_the_token_is_sent() {
    let world = World::new();

    let outcome = world.login().run();

    outcome.fails_with(1).nowhere(TOKEN);
    outcome
        .stderr_has("Error: Cannot reach https://localhost:")
        .stderr_has("its certificate or TLS connection was not accepted");
    outcome.stderr_has("Hint: behind a company's proxy, set SSL_CERT_FILE");
    assert!(world.hub.requests().is_empty());
}

#[test]
fn each_variable_adds_the_authority() {
    for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
        let world = World::new();
        world.answers();
        world
            .login()
            .env(variable, world.ca())
            .run()
            .succeeds()
            .stderr_has("Login successful.");
    }
}

#[test]
fn a_folder_of_hashed_certificates_is_read() {
    let world = World::new();
    let folder = world.sandbox.work().join("certs");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(world.ca(), folder.join("1a2b3c4d.0")).unwrap();
    for variable in ["SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"] {
        world.answers();
        world.login().env(variable, &folder).run().succeeds();
    }
}

#[test]
fn openssl_s_variables_come_before_those_of_requests_and_curl() {
    let world = World::new();
    let other = TlsHub::before(&world.hub);
    let stranger = world.sandbox.work().join("stranger.pem");
    std::fs::write(&stranger, other.ca_pem()).unwrap();

    let outcome = world
        .login()
        .env("SSL_CERT_FILE", &stranger)
        .env("REQUESTS_CA_BUNDLE", world.ca())
        .run();

    outcome.fails_with(1).stderr_has("not accepted");
}

#[test]
fn a_variable_that_names_nothing_is_told_in_words() {
    let world = World::new();
    for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"] {
        let outcome = world.login().env(variable, "/nonexistent/ca.pem").run();
        outcome
            .fails_with(1)
            .stderr_has(&format!("no certificate could be read from {variable}"));
    }
}

#[test]
fn a_broken_store_does_not_matter_without_tls() {
    let world = World::new();
    world.answers();
    let outcome = world
        .login()
        .hub(&world.hub)
        .env("SSL_CERT_FILE", "/nonexistent/ca.pem")
        .run();
    outcome.succeeds();
}
