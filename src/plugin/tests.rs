//! The wire as a client sees it: a real gRPC client on a real socket.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use futures::StreamExt;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tonic::client::Grpc;
use tonic::codegen::Service;
use tonic::server::NamedService;
use tonic::service::Routes;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_prost::ProstCodec;
use tower::service_fn;

use super::host::Host;
use super::lifecycle::{Ending, Lifecycle};
use super::socket::{Place, Socket};
use super::tls::MutualTls;
use super::wire::{Empty, StdioData};

const CLIENT: Identity = Identity {
    certificate: include_str!("testdata/client.crt"),
    key: include_str!("testdata/client.key"),
};
const STRANGER: Identity = Identity {
    certificate: include_str!("testdata/stranger.crt"),
    key: include_str!("testdata/stranger.key"),
};
/// Knows the client's certificate, as everybody may, but not its key.
const IMPOSTOR: Identity = Identity {
    certificate: CLIENT.certificate,
    key: STRANGER.key,
};

/// More than any test needs; with a paused clock it costs nothing.
const LONG: Duration = Duration::from_secs(3600);

struct Identity {
    certificate: &'static str,
    key: &'static str,
}

/// A plugin that runs.
struct Running {
    place: Place,
    lifecycle: Lifecycle,
    slow: Slow,
    server: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Running {
    fn plugin(tls: Option<TlsAcceptor>) -> Self {
        Self::start(tls, true)
    }

    fn start(tls: Option<TlsAcceptor>, ends_without_client: bool) -> Self {
        let Socket { listener, place } = Socket::listen(&[std::env::temp_dir()]).unwrap();
        let lifecycle = Lifecycle::default();
        let host = Host {
            listener,
            tls,
            lifecycle: lifecycle.clone(),
            ends_without_client,
        };
        let slow = Slow::default();
        let server = tokio::spawn(host.serve(Routes::new(slow.clone())));
        Self {
            place,
            lifecycle,
            slow,
            server,
        }
    }

    fn path(&self) -> &Path {
        self.place.path()
    }

    async fn client(&self) -> Client {
        Client::connect(self.path(), None).await.unwrap()
    }

    /// Waits for the server to end, and says why it did.
    async fn ended(self) -> Ending {
        let Self {
            place: _place,
            lifecycle,
            server,
            ..
        } = self;
        timeout(LONG, server)
            .await
            .expect("does not end")
            .unwrap()
            .unwrap();
        lifecycle
            .ending()
            .expect("the server ended without a reason")
    }
}

/// A connection of a client.
#[derive(Clone, Debug)]
struct Client(Channel);

impl Client {
    async fn connect(
        path: &Path,
        tls: Option<Arc<ClientConfig>>,
    ) -> Result<Self, tonic::transport::Error> {
        let path = path.to_owned();
        let dial = service_fn(move |_| dial(path.clone(), tls.clone()));
        let endpoint = Endpoint::from_static("http://localhost");
        endpoint.connect_with_connector(dial).await.map(Self)
    }

    async fn call<Q, A>(&self, method: &'static str, request: Q) -> Result<A, Status>
    where
        Q: prost::Message + Send + Sync + 'static,
        A: prost::Message + Default + Send + Sync + 'static,
    {
        let mut grpc = Grpc::new(self.0.clone());
        grpc.ready()
            .await
            .map_err(|error| Status::unavailable(error.to_string()))?;
        let path = http::uri::PathAndQuery::from_static(method);
        let codec = ProstCodec::<Q, A>::default();
        grpc.unary(Request::new(request), path, codec)
            .await
            .map(Response::into_inner)
    }

    async fn shutdown(&self) -> Result<Empty, Status> {
        self.call("/plugin.GRPCController/Shutdown", Empty {}).await
    }

    async fn health(&self, service: &str) -> Result<HealthCheckResponse, Status> {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        self.call("/grpc.health.v1.Health/Check", request).await
    }

    async fn stdio(&self) -> tonic::Streaming<StdioData> {
        let mut grpc = Grpc::new(self.0.clone());
        grpc.ready().await.unwrap();
        let path = http::uri::PathAndQuery::from_static("/plugin.GRPCStdio/StreamStdio");
        let codec = ProstCodec::<(), StdioData>::default();
        grpc.server_streaming(Request::new(()), path, codec)
            .await
            .unwrap()
            .into_inner()
    }

    /// A call that is answered when `Slow::finish` says so.
    fn slow(&self) -> JoinHandle<Result<Empty, Status>> {
        let client = self.clone();
        tokio::spawn(async move { client.call("/test.Slow/Call", Empty {}).await })
    }
}

trait Bytes: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}
impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Bytes for T {}

async fn dial(
    path: PathBuf,
    tls: Option<Arc<ClientConfig>>,
) -> io::Result<TokioIo<Box<dyn Bytes>>> {
    let stream = UnixStream::connect(path).await?;
    let stream: Box<dyn Bytes> = match tls {
        None => Box::new(stream),
        Some(config) => {
            let name = ServerName::try_from("localhost").unwrap();
            Box::new(TlsConnector::from(config).connect(name, stream).await?)
        }
    };
    Ok(TokioIo::new(stream))
}

/// A client's TLS as Terraform does it: trusts only `server` (as in the handshake line).
fn client_tls(server: &str, identity: Option<&Identity>) -> Arc<ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from(
            STANDARD_NO_PAD.decode(server).unwrap(),
        ))
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(Identity { certificate, key }) => {
            let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            let key = provider.key_provider.load_private_key(key).unwrap();
            // Unchecked: one test presents a certificate with somebody else's key.
            let pair = CertifiedKey::new(vec![certificate], key);
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(pair)))
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// The given service of these tests: answers late.
#[derive(Clone, Default)]
struct Slow {
    begun: Arc<Notify>,
    finish: Arc<Notify>,
}

impl NamedService for Slow {
    const NAME: &'static str = "test.Slow";
}

impl Service<http::Request<tonic::body::Body>> for Slow {
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        let Self { begun, finish } = self.clone();
        Box::pin(async move {
            let answer = service_fn(move |_: Request<Empty>| {
                let (begun, finish) = (Arc::clone(&begun), Arc::clone(&finish));
                async move {
                    begun.notify_one();
                    finish.notified().await;
                    Ok::<_, Status>(Response::new(Empty {}))
                }
            });
            let codec = ProstCodec::<Empty, Empty>::default();
            Ok(tonic::server::Grpc::new(codec).unary(answer, request).await)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn shutdown_is_answered_and_then_the_plugin_ends() {
    let plugin = Running::plugin(None);
    let client = plugin.client().await;
    let mut stdio = client.stdio().await;
    assert_eq!(client.shutdown().await.unwrap(), Empty {});
    let end = timeout(LONG, stdio.next())
        .await
        .expect("the stream should end");
    assert!(end.is_none(), "the stream should end silently: {end:?}");
    assert_eq!(plugin.ended().await, Ending::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn shutdown_with_a_call_in_flight_ends_before_the_host_kills() {
    let plugin = Running::plugin(None);
    let client = plugin.client().await;
    let _call = client.slow();
    plugin.slow.begun.notified().await;
    let begin = Instant::now();
    client.shutdown().await.unwrap();
    assert_eq!(plugin.ended().await, Ending::Shutdown);
    assert!(
        begin.elapsed() < Duration::from_secs(2),
        "{:?}",
        begin.elapsed()
    );
}

#[tokio::test]
async fn the_host_finds_us_healthy() {
    let plugin = Running::plugin(None);
    let client = plugin.client().await;
    let health = client.health("plugin").await.unwrap();
    assert_eq!(health.status(), ServingStatus::Serving);
    assert_eq!(
        client.health("other").await.unwrap_err().code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn what_we_do_not_serve_is_called_unimplemented() {
    let plugin = Running::plugin(None);
    let client = plugin.client().await;
    let answer: Result<Empty, Status> = client
        .call("/plugin.GRPCBroker/StartStream", Empty {})
        .await;
    assert_eq!(answer.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test(start_paused = true)]
async fn output_streams_are_many_and_stay_open_and_silent() {
    let plugin = Running::plugin(None);
    let client = plugin.client().await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(client.stdio().await);
    }
    let any = futures::future::select_all(streams.iter_mut().map(StreamExt::next));
    assert!(timeout(LONG, any).await.is_err(), "a stream spoke or ended");
    assert_eq!(plugin.lifecycle.ending(), None);
}

#[tokio::test(start_paused = true)]
async fn the_client_with_the_p521_certificate_is_served_over_tls() {
    let MutualTls {
        acceptor,
        certificate,
    } = MutualTls::new(CLIENT.certificate).unwrap();
    let plugin = Running::plugin(Some(acceptor));
    let tls = client_tls(&certificate, Some(&CLIENT));
    let client = Client::connect(plugin.path(), Some(tls)).await.unwrap();
    assert!(client.health("plugin").await.is_ok());
    client.shutdown().await.unwrap();
    assert_eq!(plugin.ended().await, Ending::Shutdown);
}

#[tokio::test]
async fn http2_is_agreed_upon_by_name() {
    let MutualTls {
        acceptor,
        certificate,
    } = MutualTls::new(CLIENT.certificate).unwrap();
    let plugin = Running::plugin(Some(acceptor));
    let stream = UnixStream::connect(plugin.path()).await.unwrap();
    let connector = TlsConnector::from(client_tls(&certificate, Some(&CLIENT)));
    let name = ServerName::try_from("localhost").unwrap();
    let stream = connector.connect(name, stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
}

#[tokio::test]
async fn strangers_are_turned_away_and_the_client_still_gets_in() {
    let MutualTls {
        acceptor,
        certificate,
    } = MutualTls::new(CLIENT.certificate).unwrap();
    let plugin = Running::plugin(Some(acceptor));
    // One that connects and says nothing must not hold up the others.
    let _mute = UnixStream::connect(plugin.path()).await.unwrap();
    let strangers = [
        None,
        Some(client_tls(&certificate, None)),
        Some(client_tls(&certificate, Some(&STRANGER))),
        // The right certificate without its key.
        Some(client_tls(&certificate, Some(&IMPOSTOR))),
    ];
    for (number, stranger) in strangers.into_iter().enumerate() {
        let client = Client::connect(plugin.path(), stranger).await;
        let served = match &client {
            Ok(client) => client.health("plugin").await.is_ok(),
            Err(_) => false,
        };
        assert!(!served, "stranger {number} was served");
    }
    let tls = client_tls(&certificate, Some(&CLIENT));
    let client = Client::connect(plugin.path(), Some(tls)).await.unwrap();
    assert!(client.health("plugin").await.is_ok());
}

#[tokio::test]
async fn a_connection_that_breaks_during_the_handshake_harms_nobody() {
    let MutualTls {
        acceptor,
        certificate,
    } = MutualTls::new(CLIENT.certificate).unwrap();
    let plugin = Running::plugin(Some(acceptor));
    let mut broken = UnixStream::connect(plugin.path()).await.unwrap();
    broken.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    // A TLS alert or nothing, but the connection is closed.
    let _ = broken.read_to_end(&mut answer).await;
    drop(broken);
    let tls = client_tls(&certificate, Some(&CLIENT));
    let client = Client::connect(plugin.path(), Some(tls)).await.unwrap();
    assert!(client.health("plugin").await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_mute_connection_is_neither_kept_nor_counted() {
    let MutualTls { acceptor, .. } = MutualTls::new(CLIENT.certificate).unwrap();
    let plugin = Running::plugin(Some(acceptor));
    let mut mute = UnixStream::connect(plugin.path()).await.unwrap();
    let begin = Instant::now();
    assert_eq!(mute.read(&mut [0; 1]).await.unwrap(), 0, "closed");
    assert_eq!(begin.elapsed().as_secs(), 10);
    assert_eq!(plugin.ended().await, Ending::NeverConnected);
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_nobody_calls_ends_by_itself() {
    let begin = Instant::now();
    assert_eq!(Running::plugin(None).ended().await, Ending::NeverConnected);
    assert_eq!(begin.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn when_the_client_is_gone_everybody_learns_it_and_work_in_hand_is_finished() {
    let plugin = Running::plugin(None);
    let client = plugin.client().await;
    let work = plugin.lifecycle.work();
    let call = client.slow();
    plugin.slow.begun.notified().await;
    // The client is killed in the middle of a call.
    call.abort();
    let begin = Instant::now();
    drop((client, call));
    assert_eq!(
        timeout(LONG, plugin.lifecycle.ended()).await,
        Ok(Ending::ClientGone)
    );
    assert_eq!(begin.elapsed().as_secs(), 10);

    let ended = plugin.ended();
    tokio::pin!(ended);
    let while_at_work = timeout(Duration::from_secs(29), &mut ended).await;
    assert!(while_at_work.is_err(), "ended with work in hand");
    drop(work);
    let done = Instant::now();
    assert_eq!(ended.await, Ending::ClientGone);
    assert_eq!(done.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn work_that_never_ends_does_not_keep_an_orphan_alive() {
    let plugin = Running::plugin(None);
    drop(plugin.client().await);
    let _work = plugin.lifecycle.work();
    let begin = Instant::now();
    assert_eq!(plugin.ended().await, Ending::ClientGone);
    assert_eq!(begin.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_comes_back_in_time_finds_us() {
    let plugin = Running::plugin(None);
    drop(plugin.client().await);
    tokio::time::advance(Duration::from_secs(9)).await;
    let client = plugin.client().await;
    assert!(timeout(LONG, plugin.lifecycle.ended()).await.is_err());
    client.shutdown().await.unwrap();
    assert_eq!(plugin.ended().await, Ending::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn in_debug_mode_clients_come_and_go() {
    let plugin = Running::start(None, false);
    assert!(
        timeout(LONG, plugin.lifecycle.ended()).await.is_err(),
        "ended before anyone came"
    );
    for _ in 0..3 {
        let client = plugin.client().await;
        assert!(client.health("plugin").await.is_ok());
        drop(client);
        assert!(
            timeout(LONG, plugin.lifecycle.ended()).await.is_err(),
            "ended with a client"
        );
    }
    plugin.lifecycle.end(Ending::Interrupted);
    assert_eq!(plugin.ended().await, Ending::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn an_orderly_end_lets_calls_in_flight_have_their_answer() {
    let plugin = Running::plugin(None);
    let client = plugin.client().await;
    let stdio = client.stdio().await;
    let call = client.slow();
    plugin.slow.begun.notified().await;
    plugin.lifecycle.end(Ending::Terminated);
    plugin.slow.finish.notify_one();
    assert_eq!(call.await.unwrap().unwrap(), Empty {});
    // A client that still holds on to us is no reason to stay.
    let begin = Instant::now();
    assert_eq!(plugin.ended().await, Ending::Terminated);
    assert_eq!(begin.elapsed(), Duration::ZERO);
    drop((client, stdio));
}
