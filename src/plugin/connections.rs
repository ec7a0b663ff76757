//! Connections as they come in: accepted, let in or turned away, counted.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::Stream;
use futures::stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tonic::transport::server::Connected;
use tracing::debug;

use super::presence::{Presence, Visit};

/// A client takes milliseconds for it.
const TLS_HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// When accepting fails, for want of file descriptors say, asking again at once would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A connection that was let in, encrypted or not.
pub(super) struct Connection {
    stream: Pin<Box<dyn ByteStream>>,
    _visit: Visit,
}

trait ByteStream: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> ByteStream for T {}

/// The connections to serve. Whoever can't prove to be the client, or stalls, is dropped and costs
/// nobody else anything: each TLS handshake has its own task, which ends with the returned stream.
pub(super) fn incoming(
    listener: UnixListener,
    tls: Option<TlsAcceptor>,
    presence: Presence,
) -> impl Stream<Item = io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(1);
    let mut tasks = JoinSet::new();
    tasks.spawn(accept_all(listener, tls, presence, sender));
    stream::unfold((receiver, tasks), |(mut receiver, tasks)| async {
        let connection = receiver.recv().await?;
        Some((Ok(connection), (receiver, tasks)))
    })
}

async fn accept_all(
    listener: UnixListener,
    tls: Option<TlsAcceptor>,
    presence: Presence,
    sender: mpsc::Sender<Connection>,
) {
    let mut handshakes = JoinSet::new();
    loop {
        // Ended tasks are collected here, so that they don't pile up.
        while handshakes.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                handshakes.spawn(let_in(
                    stream,
                    tls.clone(),
                    presence.clone(),
                    sender.clone(),
                ));
            }
            Err(error) => {
                debug!(%error, "can't accept a connection");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn let_in(
    stream: UnixStream,
    tls: Option<TlsAcceptor>,
    presence: Presence,
    sender: mpsc::Sender<Connection>,
) {
    let stream: Pin<Box<dyn ByteStream>> = match tls {
        None => Box::pin(stream),
        Some(tls) => match timeout(TLS_HANDSHAKE_MAX, tls.accept(stream)).await {
            Ok(Ok(stream)) => Box::pin(stream),
            Ok(Err(error)) => return debug!(%error, "turned a connection away"),
            Err(_) => return debug!("gave up on a connection that began no TLS"),
        },
    };
    let connection = Connection {
        stream,
        _visit: presence.enter(),
    };
    // Fails when the server has ended meanwhile, and then nobody is interested.
    let _ = sender.send(connection).await;
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
