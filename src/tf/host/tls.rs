//! Both sides prove who they are with certificates made for this one process: the host's comes in the
//! environment, ours goes out in the handshake line.

use std::sync::Arc;

use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature,
    verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ParsedCertificate, ServerConfig};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, SignatureScheme};
use time::{Duration, OffsetDateTime};

use super::ServeError;

/// The name that hosts expect.
const NAME: &str = "localhost";

/// Our side of the encryption, and the certificate for the handshake line.
pub(super) fn configure(
    client_pem: &str,
) -> Result<(Arc<ServerConfig>, CertificateDer<'static>), ServeError> {
    let client = client_certificate(client_pem)?;
    let (certificate, key) = own_certificate().map_err(ServeError::tls)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = ExactPeer {
        certificate: client,
        algorithms: algorithms(&provider),
    };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(ServeError::tls)?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(vec![certificate.clone()], key)
        .map_err(ServeError::tls)?;
    // Newer hosts refuse a peer that does not choose HTTP/2.
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok((Arc::new(config), certificate))
}

fn algorithms(provider: &CryptoProvider) -> WebPkiSupportedAlgorithms {
    provider.signature_verification_algorithms
}

/// Anything that is no certificate ends the start: going on without would let others connect.
fn client_certificate(pem: &str) -> Result<CertificateDer<'static>, ServeError> {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes())
        .map_err(|error| ServeError::ClientCertificate(error.to_string()))?;
    ParsedCertificate::try_from(&certificate)
        .map_err(|error| ServeError::ClientCertificate(error.to_string()))?;
    Ok(certificate)
}

/// P-256 is the cheapest to make, and the host takes any.
fn own_certificate() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut parameters = CertificateParams::new(vec![NAME.to_owned()])?;
    let now = OffsetDateTime::now_utc();
    parameters.not_before = now - Duration::seconds(30);
    parameters.not_after = now + Duration::days(365);
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    let certificate = parameters.self_signed(&key)?;
    let key = PrivateKeyDer::try_from(key.serialize_der())
        .map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
    Ok((certificate.der().clone(), key))
}

/// Accepts one certificate and no other, from whoever holds its key.
///
/// The ordinary verifier refuses it: the host presents a certificate authority as its own end.
#[derive(Debug)]
struct ExactPeer {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for ExactPeer {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        // With hints the host may find that it has no certificate to offer.
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
