//! The host's service for ending us.

use tonic::{Request, Response, Status};

use super::lifecycle::{Ending, Lifecycle};
use super::wire::Empty;
use super::wire::grpc_controller_server::GrpcController;

/// Ends the process on request.
#[derive(Debug)]
pub(super) struct Controller {
    /// What ends.
    pub(super) lifecycle: Lifecycle,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    /// The answer goes out first: ending lets every request in flight have its answer.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.lifecycle.end(Ending::Shutdown);
        Ok(Response::new(Empty {}))
    }
}
