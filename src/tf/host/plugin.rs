//! What the host's plugin library asks of any plugin.

use std::pin::Pin;

use futures_util::StreamExt as _;
use tokio_stream::Stream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::tf::proto::plugin::grpc_controller_server::GrpcController;
use crate::tf::proto::plugin::grpc_stdio_server::GrpcStdio;
use crate::tf::proto::plugin::{Empty, StdioData};

/// Ends the process by firing the token.
#[derive(Debug, Clone)]
pub(super) struct Controller(pub(super) CancellationToken);

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.cancel();
        Ok(Response::new(Empty {}))
    }
}

/// A stream that stays open and says nothing: we print nothing, but an open stream keeps old hosts
/// from closing an idle connection.
#[derive(Debug, Clone)]
pub(super) struct Stdio(pub(super) CancellationToken);

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = Pin<Box<dyn Stream<Item = Result<StdioData, Status>> + Send>>;

    async fn stream_stdio(
        &self,
        _: Request<()>,
    ) -> Result<Response<Self::StreamStdioStream>, Status> {
        let end = self.0.clone().cancelled_owned();
        Ok(Response::new(
            futures_util::stream::pending().take_until(end).boxed(),
        ))
    }
}
