//! A server behind TLS that asks who we are: authority, client certificate, headers, `User-Agent`.

use std::sync::Arc;

use hedgehog::netbox::settings::ClientIdentity;
use hedgehog::netbox::{Client, NetboxError, Settings};
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ServerConfig, WebPkiClientVerifier};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// An authority that signs the server and us.
struct Authority {
    pem: String,
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

fn authority() -> Authority {
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(Vec::<String>::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = parameters.self_signed(&key).unwrap();
    Authority {
        pem: certificate.pem(),
        certificate,
        issuer: Issuer::new(parameters, key),
    }
}

impl Authority {
    fn sign(&self, name: &str) -> (Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (parameters.signed_by(&key, &self.issuer).unwrap(), key)
    }

    fn identity(&self) -> ClientIdentity {
        let (certificate, key) = self.sign("terraform");
        ClientIdentity {
            certificate: certificate.pem(),
            key: SecretString::from(key.serialize_pem()),
        }
    }

    /// A server that answers every request with its version; its port, and the requests it saw.
    async fn serve(&self) -> (u16, mpsc::UnboundedReceiver<String>) {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let (certificate, key) = self.sign("localhost");
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let mut request = vec![0; 4_096];
                let length = stream.read(&mut request).await.unwrap();
                seen.send(String::from_utf8_lossy(&request[..length]).to_lowercase())
                    .unwrap();
                let body = "{\"netbox-version\": \"4.7.3\"}";
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                     connection: close\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        (port, requests)
    }
}

fn settings(port: u16) -> Settings {
    let token = SecretString::from("nbt_key.canary-4711");
    let mut settings = Settings::new(format!("https://localhost:{port}"), token);
    settings.retry_deadline = std::time::Duration::ZERO;
    settings
}

#[tokio::test]
async fn authority_certificate_headers_and_agent_reach_the_server() {
    let authority = authority();
    let (port, mut requests) = authority.serve().await;
    let mut settings = settings(port);
    settings.ca_certificates = Some(authority.pem.clone().into_bytes());
    settings.identity = Some(authority.identity());
    settings.headers = vec![("X-Gate".to_owned(), SecretString::from("canary-0815"))];
    let shown = format!("{settings:?}");
    Client::new(settings).unwrap().status().await.unwrap();
    let request = requests.recv().await.unwrap();
    let agent = concat!(
        "user-agent: terraform-provider-hedgehog/",
        env!("CARGO_PKG_VERSION")
    );
    for expected in [
        "x-gate: canary-0815",
        agent,
        "authorization: bearer nbt_key.canary-4711",
    ] {
        assert!(
            request.contains(expected),
            "{expected} is not in: {request}"
        );
    }
    for secret in ["canary-0815", "canary-4711", "PRIVATE KEY"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn without_the_authority_or_our_certificate_there_is_no_connection() {
    let authority = authority();
    let (port, _requests) = authority.serve().await;
    let mut unknown = settings(port);
    unknown.identity = Some(authority.identity());
    let mut anonymous = settings(port);
    anonymous.ca_certificates = Some(authority.pem.clone().into_bytes());
    for (settings, word) in [(unknown, "certificate"), (anonymous, "ertificate")] {
        let error = Client::new(settings).unwrap().status().await.unwrap_err();
        let unreachable = matches!(
            error,
            NetboxError::Unreachable { .. } | NetboxError::AnswerLost { .. }
        );
        assert!(unreachable && error.to_string().contains(word), "{error}");
    }
}
