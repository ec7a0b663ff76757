//! A request on arrival: which service and operation it names, who signed it, with which parameters.

use http::HeaderMap;

use super::operation::{Routed, Service};
use crate::SERVICES;
use crate::wire::{Dialect, Refusal, Signature, rest};

/// A request as both faces hand it over.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
}

/// A call before it is carried out, as [`crate::Simulator::on_call`] shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallView {
    /// SigV4 name of the service.
    pub service: String,
    /// Name of the operation.
    pub operation: String,
    /// Account of the credentials.
    pub account: String,
    /// Access key of the call.
    pub access_key: String,
    /// Region of the call.
    pub region: String,
    /// Parameters by wire name, in the order in which they were sent.
    pub parameters: Vec<(String, String)>,
}

/// A call with everything known about it but its outcome.
pub(super) struct Arrival {
    pub(super) view: CallView,
    pub(super) signature: Signature,
    pub(super) service: &'static Service,
    pub(super) security_token: Option<String>,
    pub(super) version: Option<String>,
    /// The operation, where the service speaks REST.
    pub(super) rest: Option<Routed>,
}

/// Reads who calls which operation. An error comes with the dialect it is to be written in.
pub(super) fn arrive(received: &Received<'_>) -> Result<Arrival, (&'static Dialect, Refusal)> {
    let authorization = received.headers.get("authorization");
    let authorization = authorization.and_then(|value| value.to_str().ok());
    let signature = Signature::parse(authorization).ok();
    let rest = signature.and_then(|signature| {
        let mut rest = SERVICES.iter().filter(|service| service.speaks_rest());
        let service = rest.find(|service| service.name == signature.service)?;
        Some((service, signature))
    });
    match rest {
        Some((service, signature)) => {
            arrive_at_rest(received, service, signature).map_err(|it| (&service.dialect, it))
        }
        None => arrive_as_form(received),
    }
}

/// A call of a service that speaks REST.
fn arrive_at_rest(
    received: &Received<'_>,
    service: &'static Service,
    signature: Signature,
) -> Result<Arrival, Refusal> {
    let routed = service.routed(received.method, received.path);
    let (operation, labels) = routed
        .ok_or_else(|| Refusal::not_simulated(format!("{} {}", received.method, received.path)))?;
    let mut parameters = labels;
    parameters.extend(rest::query(received.query));
    parameters.extend(match operation {
        Routed::Json(_) => rest::body(received.body)?,
        Routed::Xml(_) if received.body.is_empty() => Vec::new(),
        Routed::Xml(_) => return Err(Refusal::not_simulated("requests with bodies of XML")),
    });
    let token = received.headers.get("x-amz-security-token");
    Ok(Arrival {
        view: CallView {
            service: signature.service.clone(),
            operation: operation.name().to_owned(),
            account: signature.account.clone(),
            access_key: signature.access_key.clone(),
            region: signature.region.clone(),
            parameters,
        },
        service,
        security_token: token.and_then(|it| it.to_str().ok()).map(str::to_owned),
        version: None,
        signature,
        rest: Some(operation),
    })
}

/// A call of a service that takes forms.
fn arrive_as_form(received: &Received<'_>) -> Result<Arrival, (&'static Dialect, Refusal)> {
    let mut parameters: Vec<(String, String)> = form_urlencoded::parse(received.query.as_bytes())
        .chain(form_urlencoded::parse(received.body))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut take = |wanted: &str| {
        let index = parameters.iter().position(|(name, _)| name == wanted)?;
        Some(parameters.remove(index).1)
    };
    let (action, version) = (take("Action"), take("Version"));
    let spoken = dialect_of(version.as_deref());
    let header = |name: &str| {
        received
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let authorization = header("authorization");
    let nobody = || crate::sts::unsigned(action.as_deref(), &parameters, header("host"));
    let unsigned = match authorization {
        None if spoken.version == crate::sts::SERVICE.dialect.version => nobody(),
        _ => None,
    };
    let signature = unsigned.map_or_else(|| Signature::parse(authorization), Ok);
    let signature = signature.map_err(|refusal| {
        let ec2 = spoken.version == "2016-11-15";
        if ec2 && refusal.code == "InvalidClientTokenId" {
            let hint = refusal.message;
            let refusal = auth_failure();
            let message = format!("{}. {hint}", refusal.message);
            return (spoken, Refusal { message, ..refusal });
        }
        (spoken, refusal)
    })?;
    let service = SERVICES
        .iter()
        .find(|service| service.name == signature.service)
        .ok_or_else(|| {
            let what = format!("service {}", signature.service);
            (spoken, Refusal::not_simulated(what))
        })?;
    let operation = action.ok_or_else(|| {
        let message = "The request is missing the Action parameter";
        (&service.dialect, Refusal::new("MissingAction", message))
    })?;
    Ok(Arrival {
        view: CallView {
            service: signature.service.clone(),
            operation,
            account: signature.account.clone(),
            access_key: signature.access_key.clone(),
            region: signature.region.clone(),
            parameters,
        },
        service,
        security_token: header("x-amz-security-token").map(str::to_owned),
        version,
        signature,
        rest: None,
    })
}

/// Refuses another API version than the service's.
pub(super) fn check_version(arrival: &Arrival) -> Result<(), Refusal> {
    if arrival.rest.is_some() || arrival.version.as_deref() == Some(arrival.service.dialect.version)
    {
        return Ok(());
    }
    let version = arrival.version.as_deref().unwrap_or_default();
    Err(Refusal::new(
        "InvalidAction",
        format!(
            "Could not find operation {} for version {version}",
            arrival.view.operation
        ),
    ))
}

/// The dialect that a request without a usable signature is answered in: that of its API version.
fn dialect_of(version: Option<&str>) -> &'static Dialect {
    SERVICES
        .iter()
        .map(|service| &service.dialect)
        .find(|dialect| Some(dialect.version) == version)
        .unwrap_or(&crate::ec2::SERVICE.dialect)
}

/// What EC2 says to a key that nobody made.
pub(super) fn auth_failure() -> Refusal {
    Refusal::new(
        "AuthFailure",
        "AWS was not able to validate the provided access credentials",
    )
}
