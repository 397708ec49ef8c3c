//! Which certificates are trusted: the system's, or those that the environment names instead: what they have signed, and
//! they themselves. Read at the first TLS connection and not before, so that a command that makes none pays nothing, and
//! works where there is no store.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

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
                let (roots, certificates) = read(source)?;
                let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
                let signatures = builder.build().map_err(|cause| Error::General(cause.to_string()))?;
                Ok(Arc::new(NamedVerifier {
                    signatures,
                    certificates,
                }))
            }
        }
    }
}

/// What the environment names, as authorities and as they are.
fn read(source: &CertificateSource) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), Error> {
    let mut roots = RootCertStore::empty();
    let mut certificates = Vec::new();
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
        certificates.append(&mut found.certs);
        problem = problem.or(found.errors.pop());
    }
    roots.add_parsable_certificates(certificates.iter().cloned());
    if roots.is_empty() {
        let problem = problem.map(|problem| format!(": {problem}")).unwrap_or_default();
        return Err(Error::General(format!(
            "no certificate could be read from {}{problem}",
            source.variables
        )));
    }
    Ok((roots, certificates))
}

/// Accepts what the certificates of the environment have signed, and these certificates themselves, as OpenSSL does
/// (`X509_V_FLAG_PARTIAL_CHAIN`): a server's own that calls itself an authority, which is what `openssl req -x509` makes,
/// or one whose issuer nobody has named.
#[derive(Debug)]
struct NamedVerifier {
    signatures: Arc<WebPkiServerVerifier>,
    certificates: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for NamedVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let signed = self
            .signatures
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match signed {
            Err(Error::InvalidCertificate(problem))
                if is_about_its_issuer(&problem) && self.certificates.contains(end_entity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            signed => signed,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signatures.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signatures.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.signatures.supported_verify_schemes()
    }
}

/// Nobody known has signed it, or it calls itself an authority; webpki names the latter only in an error of its own. It
/// looks at the time first, so that a certificate with one of these problems is within its period.
fn is_about_its_issuer(problem: &CertificateError) -> bool {
    matches!(problem, CertificateError::UnknownIssuer | CertificateError::Other(_))
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
