//! The two faces: a loopback socket, and the HTTP client for the AWS SDK for Rust.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub,
    reason = "a test that panics fails, and each test binary uses its own part of the client"
)]

mod support;

use std::time::Duration;

use aws_simulator::{Simulator, serve};
use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector as _, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt as _;
use support::calm;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIA0000111111111111/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, \
    Signature=0";
const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

fn fault(simulator: &Simulator, action: &str) {
    let fault = format!(r#"{{"action": {action}}}"#);
    simulator.add_fault(serde_json::from_str(&fault).unwrap());
}

async fn served(simulator: &Simulator) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, simulator.clone()));
    address
}

/// Sends bytes on a new connection and reads until the other side closes it.
async fn exchange(address: std::net::SocketAddr, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request =
        format!("{head}\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_server_answers_on_a_socket_and_closes_it_when_an_answer_is_lost() {
    let simulator = calm();
    let address = served(&simulator).await;
    let head = format!("POST / HTTP/1.1\r\nauthorization: {AUTHORIZATION}");
    let answer = exchange(address, &head, IDENTITY).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("x-amzn-requestid: ") && answer.contains("<Account>111111111111<"));
    fault(&simulator, "\"drop_after\"");
    assert_eq!(exchange(address, &head, IDENTITY).await, "");
    let calls = exchange(address, "GET /_simulator/calls HTTP/1.1", "").await;
    assert!(calls.contains(r#""lost":true"#) && calls.contains("content-type: application/json"));
    let unknown = exchange(address, "GET /_simulator/nothing HTTP/1.1", "").await;
    assert!(unknown.starts_with("HTTP/1.1 404"), "{unknown}");
}

#[tokio::test]
async fn the_test_interface_keeps_the_traffic_for_those_who_validate_it() {
    let simulator = calm();
    let address = served(&simulator).await;
    let head = format!("POST / HTTP/1.1\r\nauthorization: {AUTHORIZATION}");
    exchange(address, "POST /_simulator/exchanges HTTP/1.1", "").await;
    exchange(address, &head, IDENTITY).await;
    let kept = exchange(address, "GET /_simulator/exchanges HTTP/1.1", "").await;
    assert_eq!(kept.matches(r#""method":"POST""#).count(), 1, "{kept}");
    assert!(kept.contains(IDENTITY) && kept.contains("GetCallerIdentityResponse"));
}

#[tokio::test]
async fn every_operation_is_listed_once_with_its_service() {
    let address = served(&calm()).await;
    let listed = exchange(address, "GET /_simulator/operations HTTP/1.1", "").await;
    let body = listed.split("\r\n\r\n").last().unwrap();
    let operations: serde_json::Value = serde_json::from_str(body).unwrap();
    let rows = operations["operations"].as_array().unwrap();
    let both = |service: &str| {
        let row = serde_json::json!({ "service": service, "operation": "DescribeTags" });
        rows.iter().filter(|found| **found == row).count()
    };
    assert_eq!((both("ec2"), both("elasticloadbalancing")), (1, 1));
    assert_eq!(both("sts"), 0);
}

fn connector(simulator: &Simulator) -> SharedHttpConnector {
    let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
    let settings = HttpConnectorSettings::builder()
        .read_timeout(Duration::from_secs(20))
        .build();
    simulator
        .http_client()
        .http_connector(&settings, &components)
}

fn identity_request() -> HttpRequest {
    let request = http::Request::post("https://sts.us-east-1.amazonaws.com/")
        .header("authorization", AUTHORIZATION)
        .body(SdkBody::from(IDENTITY))
        .unwrap();
    HttpRequest::try_from(request).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_client_in_process_answers_fails_and_times_out_as_a_network_does() {
    let simulator = calm();
    let connector = connector(&simulator);
    let response = connector.call(identity_request()).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("<Account>111111111111</Account>"));
    fault(&simulator, "\"drop_before\"");
    assert!(
        connector
            .call(identity_request())
            .await
            .unwrap_err()
            .is_io()
    );
    fault(&simulator, "\"stall\"");
    let start = tokio::time::Instant::now();
    assert!(
        connector
            .call(identity_request())
            .await
            .unwrap_err()
            .is_timeout()
    );
    assert_eq!(start.elapsed(), Duration::from_secs(20));
}
