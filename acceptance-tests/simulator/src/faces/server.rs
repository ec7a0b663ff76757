//! The loopback face: HTTP/1.1 on a socket.

use std::convert::Infallible;
use std::io;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::simulator::{Answer, Simulator};

/// Serves a simulator on a socket until the future is dropped. Connections end with the runtime.
///
/// # Errors
/// If the socket fails.
pub async fn serve(listener: TcpListener, simulator: Simulator) -> io::Result<Infallible> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(connection(stream, simulator.clone()));
    }
}

async fn connection(stream: TcpStream, simulator: Simulator) {
    let service = service_fn(|request| one(request, simulator.clone()));
    // An error here is a client that went away, or the connection that a fault asked to close.
    let _closed = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Answers one request; an error closes the connection.
async fn one(
    request: http::Request<Incoming>,
    simulator: Simulator,
) -> io::Result<http::Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    match simulator
        .handle(http::Request::from_parts(parts, body))
        .await
    {
        Answer::Response(response) => Ok(response.map(Full::new)),
        Answer::Dropped => Err(io::Error::new(
            io::ErrorKind::ConnectionReset,
            "a fault closes the connection",
        )),
    }
}
