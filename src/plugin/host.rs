//! The server: the given services and the host's own, until the lifecycle ends.

use tokio::net::UnixListener;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tonic::service::Routes;
use tonic::transport::{Error, Server};
use tonic_health::ServingStatus;
use tonic_health::server::health_reporter;
use tracing::debug;

use super::connections::incoming;
use super::controller::Controller;
use super::lifecycle::Lifecycle;
use super::presence::Presence;
use super::stdio::Silence;
use super::wire::grpc_controller_server::GrpcControllerServer;
use super::wire::grpc_stdio_server::GrpcStdioServer;

/// The name by which hosts ask for our health.
const HEALTH_NAME: &str = "plugin";

/// How a server is reached and what ends it.
pub(super) struct Host {
    /// Where clients come in.
    pub(super) listener: UnixListener,
    /// Who may; without it, whoever can open the socket.
    pub(super) tls: Option<TlsAcceptor>,
    /// What ends it.
    pub(super) lifecycle: Lifecycle,
    /// End when the client is gone for good.
    pub(super) ends_without_client: bool,
}

impl Host {
    /// Serves `routes` until the lifecycle ends, then lets requests in flight have their answer and
    /// work in hand come to its end, no longer than that ending allows.
    pub(super) async fn serve(self, routes: Routes) -> Result<(), Error> {
        let Self {
            listener,
            tls,
            lifecycle,
            ends_without_client,
        } = self;
        let presence = Presence::new();
        let routes = with_own_services(routes, &lifecycle).await;
        let server = Server::builder()
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming(listener, tls, presence.clone()), async {
                lifecycle.ended().await;
            });
        let finish = async {
            let served = server.await;
            lifecycle.idle().await;
            served
        };
        let limit = async {
            if ends_without_client {
                tokio::select! {
                    ending = presence.abandoned() => lifecycle.end(ending),
                    _ = lifecycle.ended() => {}
                }
            }
            let ending = lifecycle.ended().await;
            debug!(?ending, "the plugin ends");
            sleep(ending.grace()).await;
        };
        tokio::select! {
            served = finish => served,
            () = limit => Ok(()),
        }
    }
}

async fn with_own_services(routes: Routes, lifecycle: &Lifecycle) -> Routes {
    let (health, health_service) = health_reporter();
    health
        .set_service_status(HEALTH_NAME, ServingStatus::Serving)
        .await;
    let controller = Controller {
        lifecycle: lifecycle.clone(),
    };
    let silence = Silence {
        lifecycle: lifecycle.clone(),
    };
    routes
        .add_service(GrpcControllerServer::new(controller))
        .add_service(GrpcStdioServer::new(silence))
        .add_service(health_service)
}
