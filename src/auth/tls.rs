//! Which certificates are trusted: the system's, or those that the environment names instead. Read at the first TLS
//! connection and not before, so that a command that makes none pays nothing, and works where there is no store.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::fs;
use crate::settings::CertificateSource;

/// The configuration of every TLS connection.
///
/// # Errors
/// When the provider supports no protocol version, which a build cannot be shipped with.
pub(crate) fn configuration(source: Option<CertificateSource>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = LazyVerifier {
        source,
        provider: Arc::clone(&provider),
        verifier: OnceLock::new(),
    };
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// Hands every question to a real verifier, which it makes when the first one comes.
#[derive(Debug)]
struct LazyVerifier {
    source: Option<CertificateSource>,
    provider: Arc<CryptoProvider>,
    verifier: OnceLock<Result<Arc<dyn ServerCertVerifier>, Error>>,
}

impl LazyVerifier {
    fn verifier(&self) -> Result<&Arc<dyn ServerCertVerifier>, Error> {
        self.verifier.get_or_init(|| self.load()).as_ref().map_err(Clone::clone)
    }

    fn load(&self) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        let provider = Arc::clone(&self.provider);
        match &self.source {
            None => Ok(Arc::new(rustls_platform_verifier::Verifier::new(provider)?)),
            Some(source) => {
                let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots(source)?), provider);
                Ok(builder.build().map_err(|cause| Error::General(cause.to_string()))?)
            }
        }
    }
}

fn roots(source: &CertificateSource) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    let mut problem = None;
    let (folder, file) = source
        .file
        .iter()
        .map(PathBuf::as_path)
        .partition::<Vec<_>, _>(|path| fs::is_folder(path));
    let folders = source
        .folders
        .iter()
        .map(PathBuf::as_path)
        .chain(folder)
        .map(|folder| (None, Some(folder)));
    for (file, folder) in file.into_iter().map(|file| (Some(file), None)).chain(folders) {
        let mut found = rustls_native_certs::load_certs_from_paths(file, folder);
        roots.add_parsable_certificates(found.certs);
        problem = problem.or(found.errors.pop());
    }
    if roots.is_empty() {
        let problem = problem.map(|problem| format!(": {problem}")).unwrap_or_default();
        return Err(Error::General(format!(
            "no certificate could be read from {}{problem}",
            source.variables
        )));
    }
    Ok(roots)
}

impl ServerCertVerifier for LazyVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verifier()?
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
