//! Stands between the provider and `NetBox`, and keeps what is written.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use reqwest::Method;
use serde_json::Value;

use crate::support::NetBox;

/// A write, and what `NetBox` answered.
#[derive(Debug, Clone)]
pub struct Written {
    pub method: Method,
    pub path: String,
    pub body: Value,
    pub answer: Value,
}

/// A way to `NetBox` on loopback; ends with its owner.
pub struct Recorder {
    pub url: String,
    inner: Arc<Inner>,
    _runtime: tokio::runtime::Runtime,
}

struct Inner {
    behind: String,
    http: reqwest::Client,
    written: Mutex<Vec<Written>>,
}

impl Recorder {
    pub fn before(netbox: &NetBox) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let inner = Arc::new(Inner {
            behind: netbox.url.trim_end_matches('/').to_owned(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            written: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0");
        let listener = runtime.block_on(listener).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let app = axum::Router::new()
            .fallback(pass)
            .with_state(Arc::clone(&inner));
        runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            url,
            inner,
            _runtime: runtime,
        }
    }

    /// The writes so far.
    pub fn written(&self) -> Vec<Written> {
        self.inner.written.lock().unwrap().clone()
    }
}

async fn pass(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let sent = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut headers = parts.headers;
    headers.remove("host");
    headers.remove("content-length");
    let to = format!("{}{}", inner.behind, parts.uri);
    let request = inner.http.request(parts.method.clone(), to);
    let answer = request.headers(headers).body(sent.clone()).send().await;
    let answer = answer.unwrap();
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    if parts.method != Method::GET {
        inner.written.lock().unwrap().push(Written {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            body: serde_json::from_slice(&sent).unwrap_or_default(),
            answer: serde_json::from_slice(&body).unwrap_or_default(),
        });
    }
    // The whole body is at hand, whatever it came in.
    headers.remove("transfer-encoding");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
