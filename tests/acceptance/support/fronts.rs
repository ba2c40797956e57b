//! What stands between the provider and `NetBox` at some sites: TLS that asks for a certificate, and a
//! proxy that has to be gone through. Both on loopback; they end with the test.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ServerConfig, WebPkiClientVerifier};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use super::NetBox;
use super::loopback::listen;

/// `NetBox` at `https://localhost`, for who has a certificate of its authority.
pub struct TlsFront {
    pub port: u16,
    /// PEM texts: the authority, a client's certificate and its key.
    pub authority: String,
    pub certificate: String,
    pub key: String,
    _runtime: Runtime,
}

impl TlsFront {
    pub fn before(netbox: &NetBox) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::<String>::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = parameters.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(parameters, authority_key);
        let sign = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
            (parameters.signed_by(&key, &issuer).unwrap(), key)
        };
        let (certificate, key) = sign("localhost");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let behind = netbox.url.trim_start_matches("http://");
        let behind = behind.trim_end_matches('/').to_owned();
        let (runtime, address) = tunnel(move |stream| {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            async move {
                let mut outside = acceptor.accept(stream).await?;
                let mut inside = TcpStream::connect(behind).await?;
                copy_bidirectional(&mut outside, &mut inside).await?;
                Ok(())
            }
        });
        let (certificate, key) = sign("terraform");
        Self {
            port: address.port(),
            authority: authority.pem(),
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            _runtime: runtime,
        }
    }
}

/// A proxy that opens tunnels, and answers anything else with a page for people.
pub struct ForwardProxy {
    /// With a user name and a password.
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
    _runtime: Runtime,
}

impl ForwardProxy {
    pub fn start(password: &str) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        let (runtime, address) = tunnel(move |stream| serve(stream, Arc::clone(&kept)));
        Self {
            url: format!("http://me:{password}@{address}"),
            asked,
            _runtime: runtime,
        }
    }

    /// The heads of all requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, asked: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    asked.lock().unwrap().push(head.clone());
    let Some(address) = head.strip_prefix("CONNECT ") else {
        let page = "<html><title>Please log in</title></html>";
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
            page.len()
        );
        return stream.write_all(answer.as_bytes()).await;
    };
    let address = address.split(' ').next().unwrap();
    let Ok(mut inside) = TcpStream::connect(address).await else {
        let answer = b"HTTP/1.1 502 Bad TlsFrontway\r\ncontent-length: 0\r\n\r\n";
        return stream.write_all(answer).await;
    };
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    copy_bidirectional(&mut stream, &mut inside).await?;
    Ok(())
}

/// Serves each connection by a task; who breaks one off ends that task only.
fn tunnel<Serve, Served>(serve: Serve) -> (Runtime, SocketAddr)
where
    Serve: Fn(TcpStream) -> Served + Send + 'static,
    Served: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let (runtime, listener, address) = listen();
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    (runtime, address)
}
