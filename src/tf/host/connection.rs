//! Connections: accepted, encrypted where the host asks for it, and each tied to its session.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::server::Connected;

use crate::tf::Session;

/// A peer that does not finish the handshake in this time is dropped.
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);

trait Link: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Link for T {}

/// One host. Its session reaches each request as an extension.
pub(super) struct Connection {
    link: Box<dyn Link>,
    session: Arc<Session>,
}

impl Connected for Connection {
    type ConnectInfo = Arc<Session>;

    fn connect_info(&self) -> Arc<Session> {
        self.session.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.link).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.link).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.link).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.link).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.link.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.link).poll_write_vectored(context, slices)
    }
}

/// Accepts until `shutdown` fires. Handshakes run side by side: a slow peer delays nobody.
pub(super) fn accept(
    listener: UnixListener,
    tls: Option<TlsAcceptor>,
    session: impl Fn() -> Arc<Session> + Send + 'static,
    shutdown: CancellationToken,
) -> ReceiverStream<io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = shutdown.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                // Out of file descriptors, say: this passes, but not at once.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let (tls, session, sender) = (tls.clone(), session(), sender.clone());
            tokio::spawn(async move {
                if let Some(link) = link(stream, tls).await {
                    // The receiver is gone when the server is: then so is the connection.
                    sender.send(Ok(Connection { link, session })).await.ok();
                }
            });
        }
    });
    ReceiverStream::new(receiver)
}

async fn link(stream: UnixStream, tls: Option<TlsAcceptor>) -> Option<Box<dyn Link>> {
    let Some(tls) = tls else {
        return Some(Box::new(stream));
    };
    match tokio::time::timeout(HANDSHAKE_TIME_MAX, tls.accept(stream)).await {
        Ok(Ok(stream)) => Some(Box::new(stream)),
        Ok(Err(error)) => {
            tracing::warn!("a connection was refused: {error}");
            None
        }
        Err(_) => None,
    }
}
