//! The host's service for output that a plugin would have printed. We print none, so it is silent.
//!
//! It is served all the same: a client without any open call may close its connection when idle
//! for long, and then would find us gone.

use futures::StreamExt;
use futures::stream;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use super::lifecycle::Lifecycle;
use super::wire::StdioData;
use super::wire::grpc_stdio_server::GrpcStdio;

/// Streams that stay open and empty.
#[derive(Debug)]
pub(super) struct Silence {
    /// The streams end with it.
    pub(super) lifecycle: Lifecycle,
}

#[tonic::async_trait]
impl GrpcStdio for Silence {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        let lifecycle = self.lifecycle.clone();
        let end = async move { lifecycle.ended().await };
        Ok(Response::new(Box::pin(stream::pending().take_until(end))))
    }
}
