//! Which certificates are trusted: the system's, or those that the environment names instead: what they have signed, and
//! they themselves. Read at the first TLS connection and not before, so that a command that makes none pays nothing, and
//! works where there is no store.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::fs;
use crate::settings::CertificateSource;

/// The configuration of every TLS connection.
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
    let (mut certificates, mut problem) = (Vec::new(), None);
    let (folder, file): (Vec<_>, Vec<_>) = source.file.iter().partition(|path| fs::is_folder(path));
    let in_folders = folder
        .into_iter()
        .chain(&source.folders)
        .map(|folder| hashed_files(folder));
    let files = [Ok(file.into_iter().cloned().collect())].into_iter().chain(in_folders);
    for files in files {
        match files {
            Ok(files) => files.iter().for_each(|file| match in_file(file) {
                Ok(mut found) => certificates.append(&mut found),
                Err(error) => problem = problem.take().or(Some(error)),
            }),
            Err(error) => problem = problem.or(Some(error)),
        }
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates.iter().cloned());
    if roots.is_empty() {
        let problem = problem.map(|problem| format!(": {}", problem.to_string().trim_end_matches('.')));
        return Err(Error::General(format!(
            "no certificate could be read from {}{}",
            source.variables,
            problem.unwrap_or_default()
        )));
    }
    Ok((roots, certificates))
}

/// Every certificate in a PEM file. It may be a device that never ends: the disk's door knows when it is too much.
fn in_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, crate::error::Error> {
    let missing = || {
        crate::error::Error::new(
            crate::error::ErrorKind::Files,
            format!("Cannot read {}: No such file or directory.", path.display()),
        )
    };
    let text = fs::read(path)?.ok_or_else(missing)?;
    let certificates = CertificateDer::pem_slice_iter(&text);
    // What is between the certificates is not ours to judge.
    Ok(certificates.flatten().collect())
}

/// The files of a folder that OpenSSL would look into: named by a hash, such as `5ad8a5d6.0`.
fn hashed_files(folder: &Path) -> Result<Vec<PathBuf>, crate::error::Error> {
    let is_hashed = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.and_then(|name| name.split_once('.'))
            .is_some_and(|(hash, number)| {
                hash.len() == 8
                    && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
                    && !number.is_empty()
                    && number.bytes().all(|digit| digit.is_ascii_digit())
            })
    };
    let mut files = fs::files_in(folder)?;
    files.retain(is_hashed);
    Ok(files)
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
