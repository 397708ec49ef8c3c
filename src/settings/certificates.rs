//! Which certificates are trusted instead of the system's.

use std::path::PathBuf;

use super::Lookup;

/// Where trusted certificates are read from instead of the system's store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateSource {
    /// A PEM file; the variables of `requests` and `curl` may also name a folder.
    pub file: Option<PathBuf>,
    /// Folders of PEM files under hashed names.
    pub folders: Vec<PathBuf>,
    /// The variables that say so, for messages.
    pub variables: &'static str,
}

impl CertificateSource {
    /// The variables of OpenSSL first; those of `requests` and `curl`, which corporate images set, only where neither of
    /// the first two is.
    pub(super) fn of(lookup: Lookup) -> Option<Self> {
        let path = |name: &str| lookup(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let file = path("SSL_CERT_FILE");
        let folders = path("SSL_CERT_DIR").map(|list| std::env::split_paths(&list).collect());
        let variables = match (&file, &folders) {
            (Some(_), Some(_)) => "SSL_CERT_FILE and SSL_CERT_DIR",
            (Some(_), None) => "SSL_CERT_FILE",
            (None, Some(_)) => "SSL_CERT_DIR",
            (None, None) => {
                let bundles = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];
                return bundles.into_iter().find_map(|variables| {
                    Some(CertificateSource {
                        file: Some(path(variables)?),
                        folders: Vec::new(),
                        variables,
                    })
                });
            }
        };
        Some(CertificateSource {
            file,
            folders: folders.unwrap_or_default(),
            variables,
        })
    }
}
