//! Certificates and keys as PEM text. No error here holds any of it.

use reqwest::{Certificate, Identity};
use secrecy::ExposeSecret;

use super::NetboxError;
use super::settings::ClientIdentity;

/// What is wrong with certificates, if something is.
pub fn check_certificates(pem: &[u8]) -> Result<(), NetboxError> {
    certificates(pem).map(drop)
}

/// What is wrong with a private key, if something is.
pub fn check_key(pem: &str) -> Result<(), NetboxError> {
    use rustls::pki_types::PrivateKeyDer;
    use rustls::pki_types::pem::PemObject as _;
    match PrivateKeyDer::from_pem_slice(pem.as_bytes()) {
        Ok(_) => Ok(()),
        Err(_) => Err(NetboxError::InvalidPem {
            expected: "a private key (-----BEGIN PRIVATE KEY-----), without a passphrase",
        }),
    }
}

pub(super) fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, NetboxError> {
    match Certificate::from_pem_bundle(pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        Ok(_) | Err(_) => Err(NetboxError::InvalidPem {
            expected: "a certificate (-----BEGIN CERTIFICATE-----)",
        }),
    }
}

pub(super) fn identity(identity: &ClientIdentity) -> Result<Identity, NetboxError> {
    let pem = format!(
        "{}\n{}\n",
        identity.certificate,
        identity.key.expose_secret()
    );
    Identity::from_pem(pem.as_bytes()).map_err(|_| NetboxError::InvalidPem {
        expected: "a certificate and its private key",
    })
}
