//! The test interface under `/_simulator/`: JSON in, JSON out.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::SERVICES;
use crate::engine::Fault;
use crate::simulator::{Exchange, Simulator};
use crate::world::{AccountSettings, HttpAnswer};

/// Where its paths begin.
pub(crate) const PREFIX: &str = "/_simulator/";

type Said = Result<Value, (StatusCode, String)>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attach {
    account: String,
    #[serde(default)]
    access_key: Option<String>,
    document: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TxtRecords {
    name: String,
    values: Vec<String>,
}

/// Answers a request whose path begins with [`PREFIX`]; `path` is what follows it.
pub(crate) fn answer(
    simulator: &Simulator,
    path: &str,
    request: &http::Request<Bytes>,
) -> http::Response<Bytes> {
    let body = request.body();
    let said = match *request.method() {
        Method::GET if path == "reach" => reach(simulator, request.uri().query()),
        Method::GET => get(simulator, path),
        Method::POST => post(simulator, path, body),
        Method::DELETE => delete(simulator, path),
        _ => Err((
            StatusCode::METHOD_NOT_ALLOWED,
            "use GET, POST or DELETE".to_owned(),
        )),
    };
    let (status, value) = match said {
        Ok(value) => (StatusCode::OK, value),
        Err((status, message)) => (status, json!({ "error": message })),
    };
    let mut response = http::Response::new(Bytes::from(value.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert("content-type", json);
    response
}

fn get(simulator: &Simulator, path: &str) -> Said {
    match path {
        "calls" => Ok(json!({ "calls": simulator.calls() })),
        "objects" => Ok(json!({ "objects": simulator.objects() })),
        "faults" => Ok(json!({ "faults": simulator.faults() })),
        "clock" => Ok(json!({ "now": simulator.now().iso() })),
        "operations" => Ok(operations()),
        "exchanges" => {
            let exchanges = simulator.take_exchanges();
            let rows: Vec<Value> = exchanges.iter().map(Exchange::json).collect();
            Ok(json!({ "exchanges": rows }))
        }
        "doubts" => {
            let doubts: Vec<Value> = simulator
                .doubts()
                .into_iter()
                .map(|(doubt, reading)| {
                    json!({
                        "name": doubt.name, "reading": reading, "readings": doubt.readings,
                        "claim": doubt.claim, "source": doubt.source,
                    })
                })
                .collect();
            Ok(json!({ "doubts": doubts }))
        }
        _ => unknown(path),
    }
}

/// What the simulator knows, by SigV4 name of the service.
fn operations() -> Value {
    let rows: Vec<Value> = SERVICES
        .iter()
        .flat_map(|service| service.names().map(move |name| (service.name, name)))
        .map(|(service, operation)| json!({ "service": service, "operation": operation }))
        .collect();
    json!({ "operations": rows })
}

/// `from=SUBNET,GROUP…&to=NAME&port=N`.
fn reach(simulator: &Simulator, query: Option<&str>) -> Said {
    let bad = |message: String| (StatusCode::BAD_REQUEST, message);
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let pairs: BTreeMap<_, _> = pairs.collect();
    let value = |name: &str| {
        pairs
            .get(name)
            .ok_or_else(|| bad(format!("`{name}` is missing")))
    };
    let port = value("port")?;
    let port = port
        .parse()
        .map_err(|_| bad(format!("`{port}` is not a port")))?;
    let said = simulator.reach(value("from")?, value("to")?, port);
    Ok(json!(said.map_err(|error| bad(error.to_string()))?))
}

fn post(simulator: &Simulator, path: &str, body: &[u8]) -> Said {
    match path {
        "exchanges" => simulator.record_exchanges(),
        "faults" => simulator.add_fault(parse::<Fault>(body)?),
        "accounts" => simulator
            .set_account(parse::<AccountSettings>(body)?)
            .map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?,
        "http" => simulator.set_http_answer(parse::<HttpAnswer>(body)?),
        "dns" => {
            let records: TxtRecords = parse(body)?;
            simulator.set_txt_records(&records.name, records.values);
        }
        "clock" => {
            let advance: Advance = parse(body)?;
            let by = Duration::try_from_secs_f64(advance.advance_seconds)
                .map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
            simulator.advance(by);
            return Ok(json!({ "now": simulator.now().iso() }));
        }
        "policies" => {
            let attach: Attach = parse(body)?;
            simulator
                .attach_policy(&attach.account, attach.access_key, &attach.document)
                .map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
        }
        _ => return unknown(path),
    }
    Ok(json!({}))
}

fn delete(simulator: &Simulator, path: &str) -> Said {
    match path {
        "calls" => simulator.clear_calls(),
        "faults" => simulator.clear_faults(),
        "policies" => simulator.clear_policies(),
        _ => return unknown(path),
    }
    Ok(json!({}))
}

fn unknown(path: &str) -> Said {
    Err((StatusCode::NOT_FOUND, format!("there is no {PREFIX}{path}")))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, (StatusCode, String)> {
    serde_json::from_slice(body).map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))
}
