//! Stands between the provider and `NetBox`, and keeps what is written.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use reqwest::Method;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::support::NetBox;
use crate::support::loopback::{Behind, serve};

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
    _runtime: Runtime,
}

struct Inner {
    behind: Behind,
    written: Mutex<Vec<Written>>,
}

impl Recorder {
    pub fn before(netbox: &NetBox) -> Self {
        let inner = Arc::new(Inner {
            behind: Behind::new(netbox),
            written: Mutex::default(),
        });
        let app = Router::new().fallback(pass);
        let (runtime, url) = serve(app.with_state(Arc::clone(&inner)));
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
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let (status, headers, body) = inner.behind.ask(parts, sent.clone()).await.unwrap();
    if method != Method::GET {
        inner.written.lock().unwrap().push(Written {
            method,
            path,
            body: serde_json::from_slice(&sent).unwrap_or_default(),
            answer: serde_json::from_slice(&body).unwrap_or_default(),
        });
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
