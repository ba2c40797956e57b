//! Encryption: the host's certificate and no other, from whoever holds its key.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hedgehog::tf::host::{HostEnvironment, Mode, Server};
use hedgehog::tf::proto::tfplugin6 as pb;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, PKCS_ECDSA_P521_SHA512};
use rustls::client::{ClientConfig, ResolvesClientCert};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, SignatureScheme};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::transport::Endpoint;

use crate::support::proto::tfplugin6::provider_client::ProviderClient;
use crate::support::thing::{self, Shared};

/// As a host makes them: a P-521 certificate authority that is its own end.
struct Identity {
    certificate: CertificateDer<'static>,
    pem: String,
    key: PrivateKeyDer<'static>,
}

fn identity() -> Identity {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key");
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = parameters.self_signed(&key).expect("a certificate");
    let der = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    Identity {
        certificate: certificate.der().clone(),
        pem: certificate.pem(),
        key: der,
    }
}

struct Encrypted {
    socket: std::path::PathBuf,
    server_certificate: CertificateDer<'static>,
    shutdown: tokio_util::sync::CancellationToken,
}

impl Drop for Encrypted {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

fn start(client_pem: &str) -> Encrypted {
    let host = HostEnvironment {
        client_certificate: Some(client_pem.to_owned()),
        ..HostEnvironment::default()
    };
    let factory = thing::factory(&Shared::default());
    let server = Server::bind(&host, Mode::Hosted, factory).expect("it binds");
    let line = server.handshake_line(&host);
    let certificate = line.trim_end().split('|').nth(5).expect("the sixth field");
    let der = STANDARD_NO_PAD
        .decode(certificate)
        .expect("base64 without padding");
    let (socket, shutdown) = (server.socket().to_owned(), server.shutdown().clone());
    tokio::spawn(async move { server.run().await.expect("it serves") });
    Encrypted {
        socket,
        server_certificate: der.into(),
        shutdown,
    }
}

fn client(
    server: &Encrypted,
    identity: Option<(&CertificateDer<'static>, &PrivateKeyDer<'static>)>,
) -> ClientConfig {
    let provider: Arc<CryptoProvider> = Arc::new(aws_lc_rs::default_provider());
    // As hosts do: the certificate of the line is the only one that is trusted.
    let mut roots = RootCertStore::empty();
    roots
        .add(server.server_certificate.clone())
        .expect("it is a certificate");
    let resolver = identity.map(|(certificate, key)| {
        let key = provider
            .key_provider
            .load_private_key(key.clone_key())
            .expect("a key");
        SingleCertAndKey::from(CertifiedKey::new(vec![certificate.clone()], key))
    });
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("there are some")
        .with_root_certificates(roots);
    let mut config = match resolver {
        Some(resolver) => {
            assert!(
                resolver
                    .resolve(&[], &[SignatureScheme::ECDSA_NISTP521_SHA512])
                    .is_some()
            );
            builder.with_client_cert_resolver(Arc::new(resolver))
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

/// A call over an encrypted connection; the agreed protocol beside it.
async fn call(server: &Encrypted, config: ClientConfig) -> Result<Option<Vec<u8>>, String> {
    let stream = UnixStream::connect(&server.socket)
        .await
        .map_err(|error| error.to_string())?;
    let name = ServerName::try_from("localhost").expect("a name");
    let connector = TlsConnector::from(Arc::new(config));
    let stream = connector
        .connect(name, stream)
        .await
        .map_err(|error| error.to_string())?;
    let protocol = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    let mut stream = Some(TokioIo::new(stream));
    let connect = tower::service_fn(move |_: tonic::transport::Uri| {
        let stream = stream
            .take()
            .ok_or_else(|| std::io::Error::other("only once"));
        async move { stream }
    });
    let channel = Endpoint::from_static("http://localhost")
        .connect_with_connector(connect)
        .await;
    let mut client = ProviderClient::new(channel.map_err(|error| error.to_string())?);
    let answer = client.get_metadata(pb::get_metadata::Request {}).await;
    answer
        .map(|_| protocol)
        .map_err(|status| status.to_string())
}

#[tokio::test]
async fn the_host_is_served_over_http_2() {
    let host = identity();
    let server = start(&host.pem);
    let config = client(&server, Some((&host.certificate, &host.key)));
    assert_eq!(call(&server, config).await, Ok(Some(b"h2".to_vec())));
}

#[tokio::test]
async fn everybody_else_is_refused() {
    let (host, other) = (identity(), identity());
    let server = start(&host.pem);
    let stranger = client(&server, Some((&other.certificate, &other.key)));
    assert!(
        call(&server, stranger).await.is_err(),
        "another certificate"
    );
    let nobody = client(&server, None);
    assert!(call(&server, nobody).await.is_err(), "no certificate");
    let thief = client(&server, Some((&host.certificate, &other.key)));
    assert!(
        call(&server, thief).await.is_err(),
        "the certificate without its key"
    );
    let plain = UnixStream::connect(&server.socket)
        .await
        .expect("anybody may connect");
    let plain = std::sync::Mutex::new(Some(plain));
    let connect = tower::service_fn(move |_: tonic::transport::Uri| {
        let stream = plain.lock().expect("no panic holds it").take();
        async move {
            stream
                .map(TokioIo::new)
                .ok_or_else(|| std::io::Error::other("only once"))
        }
    });
    let channel = Endpoint::from_static("http://localhost")
        .connect_with_connector(connect)
        .await;
    let answer = match channel {
        Ok(channel) => {
            let mut client = ProviderClient::new(channel);
            client
                .get_metadata(pb::get_metadata::Request {})
                .await
                .is_ok()
        }
        Err(_) => false,
    };
    assert!(!answer, "without encryption");
    let config = client(&server, Some((&host.certificate, &host.key)));
    assert!(
        call(&server, config).await.is_ok(),
        "the host is still served"
    );
}

#[tokio::test]
async fn without_a_certificate_nothing_is_encrypted() {
    let host = HostEnvironment::default();
    let factory = thing::factory(&Shared::default());
    let server = Server::bind(&host, Mode::Hosted, factory).expect("it binds");
    assert!(server.handshake_line(&host).ends_with("|grpc|\n"));
}
