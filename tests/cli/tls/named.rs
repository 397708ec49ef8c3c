//! A server's own certificate among those that a variable names: trusted for its names, whoever signed it and whatever it
//! calls itself, as OpenSSL and curl do. Its period counts, and nothing that it signs does unless it is an authority.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

use super::super::support::{Answer, Outcome, Sandbox, StubHub, TlsHub, hub};
use super::{TOKEN, VARIABLES, WHOAMI, hashed_folder};

/// A server with this certificate, which the sandbox has in `hf/own.pem`.
struct Server {
    sandbox: Sandbox,
    hub: StubHub,
    tls: TlsHub,
}

impl Server {
    fn with(sandbox: Sandbox, certificate: &str, key: &str) -> Self {
        let hub = StubHub::start();
        let tls = TlsHub::showing(&hub, certificate, key);
        sandbox.write("own.pem", certificate);
        sandbox.activate(TOKEN);
        hub.always("GET", WHOAMI, Answer::json(200, hub::whoami("carol", "laptop", "read")));
        Self { sandbox, hub, tls }
    }

    /// With a certificate that openssl makes for localhost, and what else is asked for.
    fn by_openssl(more: &[&str]) -> Self {
        let sandbox = Sandbox::new();
        sandbox.write("key.pem", "");
        let paths = ["key.pem", "made.pem"].map(|name| sandbox.path(name).display().to_string());
        let arguments = [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ];
        let names = [
            "-nodes",
            "-subj",
            "/CN=hub",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ];
        let files = ["-keyout", &paths[0], "-out", &paths[1]];
        let run = sandbox.program("openssl", &arguments).args(names).args(files);
        run.args(more).run().succeeds();
        let (certificate, key) = (sandbox.read("made.pem"), sandbox.read("key.pem"));
        Self::with(sandbox, &certificate, &key)
    }

    fn whoami(&self, variable: &str, path: &str) -> Outcome {
        self.whoami_at(&self.tls.url(), variable, path)
    }

    fn whoami_at(&self, endpoint: &str, variable: &str, path: &str) -> Outcome {
        let run = self.sandbox.hf(&["auth", "whoami", "-q"]).env("HF_ENDPOINT", endpoint);
        run.env(variable, self.sandbox.path(path)).run()
    }

    #[track_caller]
    fn is_trusted(&self) {
        let outcome = self.whoami("SSL_CERT_FILE", "own.pem");
        outcome.succeeds().stdout_is("carol\n").stderr_is("");
    }

    #[track_caller]
    fn is_refused(&self, outcome: &Outcome, cause: &str) {
        outcome.fails_with(1).nowhere(TOKEN).stderr_has(cause);
        assert!(self.hub.requests().is_empty(), "the token is not sent");
    }
}

type Change = fn(&mut CertificateParams);

/// The certificate of an authority of that name, made by it for a server on this machine, and that server's key.
fn signed(change: impl FnOnce(&mut CertificateParams)) -> [String; 3] {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "authority of the test");
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap().pem();
    [authority, certificate, key.serialize_pem()]
}

fn past(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2021, 1, 1);
}

fn future(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2090, 1, 1);
    params.not_after = date_time_ymd(2091, 1, 1);
}

/// As `openssl req -x509` makes it.
fn calls_itself_an_authority(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.extended_key_usages.clear();
}

#[test]
fn a_certificate_that_calls_itself_an_authority_is_trusted_for_its_names() {
    let server = Server::by_openssl(&[]);

    server.is_trusted();
    let by_address = server.tls.url().replace("localhost", "127.0.0.1");
    server.whoami_at(&by_address, "SSL_CERT_FILE", "own.pem").succeeds();
}

#[test]
fn a_certificate_that_signed_itself_and_is_no_authority_is_trusted_too() {
    Server::by_openssl(&["-addext", "basicConstraints=critical,CA:FALSE"]).is_trusted();
}

#[test]
fn a_certificate_whose_issuer_is_not_there_is_trusted() {
    let [_, certificate, key] = signed(|_| ());
    Server::with(Sandbox::new(), &certificate, &key).is_trusted();
}

#[test]
fn every_variable_can_name_a_server_s_own_certificate() {
    let server = Server::by_openssl(&[]);
    hashed_folder(&server.sandbox, "certs", "own.pem");
    for variable in VARIABLES {
        let path = if variable == "SSL_CERT_DIR" { "certs" } else { "own.pem" };
        server.whoami(variable, path).succeeds();
    }
}

#[test]
fn a_certificate_among_others_is_trusted() {
    let server = Server::by_openssl(&[]);
    let others = signed(|_| ())[..2].concat();
    let bundle = format!("{others}{}", server.sandbox.read("own.pem"));
    server.sandbox.write("bundle.pem", bundle);

    server.whoami("SSL_CERT_FILE", "bundle.pem").succeeds();
}

#[test]
fn a_certificate_with_the_same_names_and_another_key_is_refused() {
    let server = Server::by_openssl(&[]);
    let other = Server::by_openssl(&[]);
    server.sandbox.write("other.pem", other.tls.ca_pem());

    let outcome = server.whoami("SSL_CERT_FILE", "other.pem");

    server.is_refused(&outcome, "its certificate or TLS connection was not accepted");
}

#[test]
fn a_server_s_own_certificate_is_refused_for_another_name() {
    for server in [
        Server::by_openssl(&[]),
        Server::by_openssl(&["-addext", "basicConstraints=CA:FALSE"]),
    ] {
        let port = server.tls.url().rsplit(':').next().unwrap().to_owned();
        let endpoint = format!("https://[::ffff:127.0.0.1]:{port}");

        let outcome = server.whoami_at(&endpoint, "SSL_CERT_FILE", "own.pem");

        server.is_refused(&outcome, "not valid for name");
    }
    let [_, certificate, key] = signed(|params| {
        params.subject_alt_names.clear();
        params.distinguished_name.push(DnType::CommonName, "localhost");
    });
    let nameless = Server::with(Sandbox::new(), &certificate, &key);
    let outcome = nameless.whoami("SSL_CERT_FILE", "own.pem");
    nameless.is_refused(&outcome, "not valid for name");
}

#[test]
fn a_server_s_own_certificate_is_refused_outside_its_period() {
    let periods: [(Change, &str); 2] = [(past, "expired"), (future, "not valid yet")];
    for (period, cause) in periods {
        let leaf = signed(period);
        let authority = signed(|params| {
            calls_itself_an_authority(params);
            period(params);
        });
        for [_, certificate, key] in [leaf, authority] {
            let server = Server::with(Sandbox::new(), &certificate, &key);

            let outcome = server.whoami("SSL_CERT_FILE", "own.pem");

            server.is_refused(&outcome, cause);
        }
    }
}

#[test]
fn what_an_authority_has_signed_is_judged_as_ever() {
    let [authority, certificate, key] = signed(|_| ());
    let server = Server::with(Sandbox::new(), &certificate, &key);
    server.sandbox.write("authority.pem", &authority);
    server.whoami("SSL_CERT_FILE", "authority.pem").succeeds();

    // A server that shows an authority's certificate has to be named itself.
    let [authority, certificate, key] = signed(calls_itself_an_authority);
    let server = Server::with(Sandbox::new(), &certificate, &key);
    server.sandbox.write("authority.pem", &authority);
    let outcome = server.whoami("SSL_CERT_FILE", "authority.pem");
    server.is_refused(&outcome, "CaUsedAsEndEntity");
    server.is_trusted();
}

#[test]
fn a_certificate_for_another_purpose_is_refused() {
    let [_, certificate, key] = signed(|params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let server = Server::with(Sandbox::new(), &certificate, &key);

    let outcome = server.whoami("SSL_CERT_FILE", "own.pem");

    server.is_refused(&outcome, "its certificate or TLS connection was not accepted");
}
