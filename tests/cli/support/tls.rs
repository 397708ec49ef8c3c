//! TLS in front of a [`StubHub`]: a certificate for `localhost` from a throw-away authority, and bytes passed on unread.
//!
//! It knows nothing of HTTP. Each front has an authority of its own, so a client trusts it only when a test hands it
//! [`TlsHub::ca_pem`].

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, SupportedProtocolVersion};

use super::hub::StubHub;

type Versions = &'static [&'static SupportedProtocolVersion];

const AVERAGE_YEAR: u64 = 31_556_952;

/// The front. Requests and answers stay with the [`StubHub`] behind it.
pub(crate) struct TlsHub {
    address: SocketAddr,
    ca_pem: String,
    closing: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl TlsHub {
    /// Listens on a free port of 127.0.0.1 and passes every connection on to `hub`.
    pub(crate) fn before(hub: &StubHub) -> Self {
        Self::speaking(hub, rustls::DEFAULT_VERSIONS)
    }

    /// The same with these versions of TLS alone.
    pub(crate) fn speaking(hub: &StubHub, versions: Versions) -> Self {
        let (ca_pem, config) = authority_and_server(versions);
        Self::start(hub, ca_pem, config)
    }

    /// The same with a certificate and a key of the test's own; [`TlsHub::ca_pem`] is that certificate.
    #[allow(dead_code, reason = "the benchmark includes this file too")]
    pub(crate) fn showing(hub: &StubHub, certificate: &str, key: &str) -> Self {
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        Self::start(
            hub,
            certificate.to_owned(),
            server(chain, key, rustls::DEFAULT_VERSIONS),
        )
    }

    fn start(hub: &StubHub, ca_pem: String, config: Arc<ServerConfig>) -> Self {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = socket.local_addr().unwrap();
        let closing = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&closing);
        let port = hub.port();
        let listener = thread::spawn(move || {
            for client in socket.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let config = Arc::clone(&config);
                thread::spawn(move || client.and_then(|client| pass_on(&client, port, config)));
            }
        });
        Self {
            address,
            ca_pem,
            closing,
            listener: Some(listener),
        }
    }

    /// `https://localhost:PORT`
    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port())
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The authority's certificate.
    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }
}

impl Drop for TlsHub {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // A blocked `accept` wakes up for a connection only.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn authority_and_server(versions: Versions) -> (String, Arc<ServerConfig>) {
    let mut params = valid_now(Vec::new());
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "hf-auth throw-away authority");
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let ca_pem = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);

    let mut params = valid_now(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]);
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().unwrap();
    let chain = vec![params.signed_by(&key, &issuer).unwrap().der().clone()];
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    (ca_pem, server(chain, key.into(), versions))
}

/// Some platforms' verifiers refuse a certificate that is valid for more than 825 days, and `rcgen` makes one for two thousand
/// years. The year is a rough one; a month on both sides makes up for it.
fn valid_now(names: Vec<String>) -> CertificateParams {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let year = 1970 + i32::try_from(seconds / AVERAGE_YEAR).unwrap();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = date_time_ymd(year - 1, 12, 1);
    params.not_after = date_time_ymd(year + 1, 2, 1);
    params
}

fn server(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>, versions: Versions) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}

/// Both directions of one connection. The lock is held to turn bytes around, never while waiting for any.
fn pass_on(client: &TcpStream, port: u16, config: Arc<ServerConfig>) -> io::Result<()> {
    let session = ServerConnection::new(config).map_err(io::Error::other)?;
    let session = Mutex::new(session);
    let hub = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    client.set_nodelay(true)?;
    hub.set_nodelay(true)?;
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = decrypt(client, &hub, &session);
            let _ = hub.shutdown(Shutdown::Write);
        });
        let _ = encrypt(&hub, client, &session);
        let _ = client.shutdown(Shutdown::Both);
    });
    Ok(())
}

fn decrypt(mut client: &TcpStream, mut hub: &TcpStream, session: &Mutex<ServerConnection>) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        let mut session = session.lock().unwrap();
        let mut unread = &buffer[..count];
        while !unread.is_empty() {
            session.read_tls(&mut unread)?;
            let state = session.process_new_packets();
            // A refused certificate or a wrong version also has an alert to send.
            flush(&mut session, client)?;
            let mut plain = vec![0; state.map_err(io::Error::other)?.plaintext_bytes_to_read()];
            session.reader().read_exact(&mut plain)?;
            hub.write_all(&plain)?;
        }
    }
}

fn encrypt(mut hub: &TcpStream, client: &TcpStream, session: &Mutex<ServerConnection>) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = hub.read(&mut buffer)?;
        let mut session = session.lock().unwrap();
        if count == 0 {
            session.send_close_notify();
            return flush(&mut session, client);
        }
        session.writer().write_all(&buffer[..count])?;
        flush(&mut session, client)?;
    }
}

fn flush(session: &mut ServerConnection, mut client: &TcpStream) -> io::Result<()> {
    while session.wants_write() {
        session.write_tls(&mut client)?;
    }
    Ok(())
}
