//! What stands between the provider and `NetBox` in tests: servers on loopback that end with their owner,
//! and the way on.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use reqwest::StatusCode;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use super::NetBox;

/// A port of its own, and what serves it until it is dropped.
pub fn listen() -> (Runtime, TcpListener, SocketAddr) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    (runtime, listener, address)
}

/// An application on loopback, and where.
pub fn serve(app: axum::Router) -> (Runtime, String) {
    let (runtime, listener, address) = listen();
    runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
    (runtime, format!("http://{address}/"))
}

/// The way to the `NetBox` behind.
pub struct Behind {
    url: String,
    http: reqwest::Client,
}

impl Behind {
    pub fn new(netbox: &NetBox) -> Self {
        Self {
            url: netbox.url.trim_end_matches('/').to_owned(),
            http: reqwest::Client::builder()
                .pool_max_idle_per_host(0)
                .no_proxy()
                .build()
                .unwrap(),
        }
    }

    /// Passes a request on, and gives the whole answer.
    pub async fn ask(
        &self,
        parts: Parts,
        body: Bytes,
    ) -> reqwest::Result<(StatusCode, HeaderMap, Bytes)> {
        let mut headers = parts.headers;
        headers.remove("host");
        headers.remove("content-length");
        let to = format!("{}{}", self.url, parts.uri);
        let request = self.http.request(parts.method, to);
        let answer = request.headers(headers).body(body).send().await?;
        let (status, mut headers) = (answer.status(), answer.headers().clone());
        // The whole body is at hand, whatever it came in.
        headers.remove("transfer-encoding");
        Ok((status, headers, answer.bytes().await?))
    }
}
