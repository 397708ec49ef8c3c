//! Certificates: who is trusted, which variable says so, and what a person reads when nobody is.

#[cfg(unix)]
mod named;

use std::fs;

use super::support::{Answer, Run, Sandbox, StubHub, TlsHub, WHOAMI, hub};

const TOKEN: &str = "hf_test_tls_canary_0123456789";
const PROXY_HINT: &str = "Hint: behind a company's proxy, set SSL_CERT_FILE to the file with its CA certificate.\n";
/// Every variable that names certificates; the first two count before the others.
const VARIABLES: [&str; 4] = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/// A Hub behind TLS, its authority's certificate in `hf/good.pem`, another authority's in `hf/other.pem`, and `hf/empty/`.
struct World {
    sandbox: Sandbox,
    hub: StubHub,
    tls: TlsHub,
}

impl World {
    fn new() -> Self {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let tls = TlsHub::before(&hub);
        sandbox.write("good.pem", tls.ca_pem());
        sandbox.write("other.pem", TlsHub::before(&hub).ca_pem());
        fs::create_dir(sandbox.path("empty")).unwrap();
        sandbox.activate(TOKEN);
        hub.always("GET", WHOAMI, Answer::json(200, hub::whoami("carol", "laptop", "read")));
        Self { sandbox, hub, tls }
    }

    fn whoami(&self) -> Run {
        self.sandbox
            .hf(&["auth", "whoami", "-q"])
            .env("HF_ENDPOINT", self.tls.url())
    }

    /// With these variables set to paths under `HF_HOME`.
    fn whoami_with(&self, variables: &[(&str, &str)]) -> Run {
        let set = |run: Run, (name, path): &(&str, &str)| run.env(name, self.sandbox.path(path));
        variables.iter().fold(self.whoami(), set)
    }

    #[track_caller]
    fn is_trusted_with(&self, variables: &[(&str, &str)]) {
        self.whoami_with(variables)
            .run()
            .succeeds()
            .stdout_is("carol\n")
            .stderr_is("");
    }

    /// Gives the cause: what stands between the endpoint and the end of the line.
    #[track_caller]
    fn is_refused_with(&self, variables: &[(&str, &str)]) -> String {
        let outcome = self.whoami_with(variables).run();
        outcome.fails_with(1).stdout_is("").nowhere(TOKEN);
        assert!(self.hub.requests().is_empty(), "the token is not sent");
        let start = format!("Error: Cannot reach {}: ", self.tls.url());
        let lines: Vec<&str> = outcome.stderr.lines().collect();
        assert_eq!(lines.len(), 1, "quiet mode gives no hints: {}", outcome.stderr);
        lines[0]
            .strip_prefix(&start)
            .unwrap_or_else(|| panic!("{}", lines[0]))
            .to_owned()
    }
}

#[test]
fn an_authority_nobody_knows_is_refused_in_one_line() {
    let world = World::new();

    let outcome = world
        .sandbox
        .hf(&["auth", "whoami"])
        .env("HF_ENDPOINT", world.tls.url())
        .env("SSL_CERT_FILE", world.sandbox.path("other.pem"))
        .run();

    let endpoint = world.tls.url();
    outcome.fails_with(1).stdout_is("").nowhere(TOKEN);
    // Why exactly depends on whether the authorities happen to have one name.
    let start = format!(
        "Error: Cannot reach {endpoint}: its certificate or TLS connection was not accepted (invalid peer certificate: "
    );
    let stderr = &outcome.stderr;
    assert!(
        stderr.starts_with(&start) && stderr.ends_with(&format!(").\n{PROXY_HINT}")),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
    assert!(world.hub.requests().is_empty());
}

#[test]
fn the_systems_authorities_do_not_know_a_throw_away_one() {
    World::new().is_refused_with(&[]);
}

#[test]
fn any_of_the_variables_can_name_the_file() {
    for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
        World::new().is_trusted_with(&[(variable, "good.pem")]);
    }
}

#[test]
fn the_variables_of_openssl_come_first_then_requests_then_curl() {
    let world = World::new();
    world.is_trusted_with(&[
        ("SSL_CERT_FILE", "good.pem"),
        ("REQUESTS_CA_BUNDLE", "other.pem"),
        ("CURL_CA_BUNDLE", "other.pem"),
    ]);
    world.is_trusted_with(&[("REQUESTS_CA_BUNDLE", "good.pem"), ("CURL_CA_BUNDLE", "other.pem")]);

    let world = World::new();
    world.is_refused_with(&[("SSL_CERT_FILE", "other.pem"), ("REQUESTS_CA_BUNDLE", "good.pem")]);
    world.is_refused_with(&[("SSL_CERT_DIR", "empty"), ("REQUESTS_CA_BUNDLE", "good.pem")]);
    world.is_refused_with(&[("REQUESTS_CA_BUNDLE", "other.pem"), ("CURL_CA_BUNDLE", "good.pem")]);
}

#[test]
fn a_variable_that_is_empty_counts_as_unset() {
    let world = World::new();

    let outcome = world
        .whoami_with(&[("CURL_CA_BUNDLE", "good.pem")])
        .env("SSL_CERT_FILE", "")
        .env("SSL_CERT_DIR", "")
        .env("REQUESTS_CA_BUNDLE", "")
        .run();

    outcome.succeeds();
}

#[test]
fn a_file_with_several_certificates_and_text_is_read_whole() {
    let world = World::new();
    let (other, good) = (world.sandbox.read("other.pem"), world.sandbox.read("good.pem"));
    world
        .sandbox
        .write("bundle.pem", format!("# My company\n{other}\n# Another\r\n{good}"));

    world.is_trusted_with(&[("SSL_CERT_FILE", "bundle.pem")]);
}

#[test]
fn a_file_or_folder_without_a_certificate_is_named_in_the_cause() {
    let world = World::new();
    world
        .sandbox
        .write("nonsense.pem", "-----BEGIN CERTIFICATE-----\nnonsense\n");
    world.sandbox.write("nothing.pem", "");
    for variable in VARIABLES {
        for path in ["missing", "nonsense.pem", "nothing.pem", "empty"] {
            let cause = world.is_refused_with(&[(variable, path)]);

            assert!(cause.contains(variable), "{variable}={path}: {cause}");
        }
    }
}

#[test]
fn an_unreadable_certificate_does_not_matter_where_no_tls_is_spoken() {
    let world = World::new();
    for variable in VARIABLES {
        let run = world.whoami_with(&[(variable, "missing")]);

        run.env("HF_ENDPOINT", world.hub.url()).run().succeeds().stderr_is("");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_of_hashed_certificates_is_used() {
    let world = World::new();
    hashed_folder(&world.sandbox, "certs", "good.pem");
    for variable in ["SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
        world.is_trusted_with(&[(variable, "certs")]);
    }
    world.is_trusted_with(&[("SSL_CERT_FILE", "other.pem"), ("SSL_CERT_DIR", "certs")]);
    world.is_trusted_with(&[("SSL_CERT_FILE", "missing"), ("SSL_CERT_DIR", "certs")]);
}

#[cfg(unix)]
#[test]
fn a_list_of_folders_is_used_as_openssl_uses_it() {
    let world = World::new();
    hashed_folder(&world.sandbox, "certs", "good.pem");
    let list = format!(
        "{}:{}",
        world.sandbox.path("empty").display(),
        world.sandbox.path("certs").display()
    );

    let outcome = world.whoami().env("SSL_CERT_DIR", list).run();

    outcome.succeeds().stdout_is("carol\n");
}

#[cfg(unix)]
/// A folder as `openssl rehash` leaves it, with one certificate.
fn hashed_folder(sandbox: &Sandbox, folder: &str, certificate: &str) {
    let pem = sandbox.path(certificate);
    let arguments = ["x509", "-noout", "-subject_hash", "-in", pem.to_str().unwrap()];
    let hash = sandbox.program("openssl", &arguments).run().succeeds().stdout.clone();
    let target = sandbox.path(folder).join(format!("{}.0", hash.trim()));
    fs::create_dir(sandbox.path(folder)).unwrap();
    fs::copy(&pem, &target).unwrap();
}

// Another spelling of the address that the stub listens at, which Windows does not lead there.
#[test]
#[cfg(unix)]
fn a_certificate_for_another_name_is_refused() {
    let world = World::new();
    let port = world.tls.url().rsplit(':').next().unwrap().to_owned();
    let endpoint = format!("https://[::ffff:127.0.0.1]:{port}");

    let outcome = world
        .whoami_with(&[("SSL_CERT_FILE", "good.pem")])
        .env("HF_ENDPOINT", &endpoint)
        .run();

    outcome
        .fails_with(1)
        .stderr_has("Error: Cannot reach https://")
        .stderr_has("not valid for name");
    assert!(world.hub.requests().is_empty());
}

#[test]
fn a_plain_server_behind_an_https_address_is_one_line() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.activate(TOKEN);
    // Not the stub: it would take the hello for a request that nobody foresaw.
    let plain = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("https://{}", plain.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut client = plain.accept().unwrap().0;
        std::io::Write::write_all(&mut client, b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        let _ = std::io::copy(&mut client, &mut std::io::sink());
    });

    let outcome = sandbox.hf(&["auth", "whoami"]).env("HF_ENDPOINT", &endpoint).run();

    server.join().unwrap();
    drop(hub);
    outcome.fails_with(1).stdout_is("").nowhere(TOKEN);
    assert!(
        outcome.stderr.starts_with(&format!("Error: Cannot reach {endpoint}: ")),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
}

#[test]
fn a_server_that_never_shakes_hands_is_given_up() {
    let sandbox = Sandbox::new();
    sandbox.activate(TOKEN);
    let deaf = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("https://{}", deaf.local_addr().unwrap());

    let outcome = sandbox
        .hf(&["auth", "whoami"])
        .env("HF_ENDPOINT", &endpoint)
        .env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
        .run();

    outcome
        .fails_with(1)
        .stderr_has(&format!("Error: Cannot reach {endpoint}: no answer within 1 second"));
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs a mount namespace"]
fn a_machine_without_any_certificates_still_speaks_http_and_says_what_is_missing_for_https() {
    let world = World::new();
    let hide = "mount -t tmpfs none /etc/ssl && for d in /usr/share/ca-certificates /usr/local/share/ca-certificates /etc/pki; do [ ! -d $d ] || mount -t tmpfs none $d; done";
    let unshared = |script: &str| {
        let script = format!("{hide} && {script}");
        world.sandbox.program("unshare", &["-rm", "sh", "-c", &script])
    };
    let tried = unshared("true").command().output();
    assert!(
        tried.is_ok_and(|output| output.status.success()),
        "this test needs a mount namespace of its own (`unshare -rm`)"
    );
    let hf = env!("CARGO_BIN_EXE_hf");
    let command = format!("exec {hf} auth whoami -q");

    let plain = unshared(&command).env("HF_ENDPOINT", world.hub.url()).run();
    let tls = unshared(&command).env("HF_ENDPOINT", world.tls.url()).run();

    plain.succeeds().stdout_is("carol\n").stderr_is("");
    tls.fails_with(1).stdout_is("");
    assert!(
        tls.stderr
            .starts_with(&format!("Error: Cannot reach {}: ", world.tls.url())),
        "{}",
        tls.stderr
    );
    assert_eq!(tls.stderr.lines().count(), 1, "{}", tls.stderr);
}

#[test]
#[cfg(unix)]
fn certificates_that_never_end_are_one_line() {
    let world = World::new();
    for (variable, path) in [
        ("SSL_CERT_FILE", "/dev/zero"),
        ("REQUESTS_CA_BUNDLE", "/dev/zero"),
        ("SSL_CERT_FILE", "/dev/null"),
    ] {
        let outcome = world.whoami().env(variable, path).run();

        let said = format!("no certificate could be read from {variable}");
        outcome.fails_with(1).stdout_is("").stderr_has(&said);
        assert!(outcome.elapsed < std::time::Duration::from_secs(10), "{outcome:?}");
    }
}
