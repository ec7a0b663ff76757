//! Listeners: made and listed. A port of a load balancer with its settings is an identity.

use std::collections::BTreeMap;

use super::address_types::{DUALSTACK, udp_refused};
use super::arns::{self, Named};
use super::pages::Page;
use super::refusals::{none_found, not_found, validation};
use super::{actions, certificates, limits, tags, uses, values};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::xml::{Members, member_texts, members, node, text};
use crate::wire::{Parameters, Refusal};
use crate::world::Seen;
use crate::world::load_balancing::{Listener, LoadBalancer};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateListener",
        limits: limits::MUTATING,
        run: create,
    },
    Operation {
        name: "DescribeListeners",
        limits: limits::DESCRIBE,
        run: describe,
    },
];

/// What AWS takes when no policy is named.
const SSL_POLICY: &str = "ELBSecurityPolicy-2016-08";

/// Reads `AlpnPolicy`.
pub(super) fn read_alpn(parameters: &mut Parameters) -> Result<Vec<String>, Refusal> {
    let policies = parameters.list("AlpnPolicy")?;
    let known = [
        "HTTP1Only",
        "HTTP2Only",
        "HTTP2Optional",
        "HTTP2Preferred",
        "None",
    ];
    match policies
        .iter()
        .find(|policy| !known.contains(&policy.as_str()))
    {
        None => Ok(policies),
        Some(policy) => {
            let why = format!("ALPN policy '{policy}' not found");
            Err(Refusal::new("ALPNPolicyNotFound", why))
        }
    }
}

/// Takes `MutualAuthentication`, which must be off.
pub(super) fn read_mutual(parameters: &mut Parameters) -> Result<(), Refusal> {
    let mode = parameters.structure("MutualAuthentication", |mutual| {
        for name in [
            "TrustStoreArn",
            "IgnoreClientCertificateExpiry",
            "AdvertiseTrustStoreCaNames",
        ] {
            if mutual.has(name) {
                return Err(Refusal::not_simulated("mutual authentication"));
            }
        }
        Ok(mutual.text("Mode"))
    })?;
    match mode.flatten().as_deref() {
        None | Some("off") => Ok(()),
        Some(_) => Err(Refusal::not_simulated("mutual authentication")),
    }
}

fn create(call: &mut Call<'_>) -> Outcome {
    let parameters = &mut call.parameters;
    let balancer_arn = parameters.required("LoadBalancerArn")?;
    let protocol = values::word(parameters, "Protocol", super::health_checks::PROTOCOLS)?;
    let port = values::port(parameters, "Port")?;
    let ssl_policy = parameters.text("SslPolicy");
    let certificate_arns = certificates::read(parameters)?;
    let actions = actions::read(parameters)?;
    let alpn_policy = read_alpn(parameters)?;
    read_mutual(parameters)?;
    let tags = tags::read_new(parameters)?;
    call.finish()?;
    let listener = Listener {
        port: port.ok_or_else(|| validation("A listener port must be specified"))?,
        protocol: protocol.ok_or_else(|| validation("A listener protocol must be specified"))?,
        load_balancer_arn: balancer_arn,
        ssl_policy,
        certificate_arns,
        alpn_policy,
        actions,
        attributes: BTreeMap::new(),
    };
    let listener = judged(call, listener)?;
    let arn = match on_port(call, &listener)? {
        Some(arn) => arn,
        None => {
            let arn = arns::listener(&listener.load_balancer_arn, &call.world.random.hex(16));
            call.create(&arn, tags, listener);
            arn
        }
    };
    Ok(answer(call, &arn))
}

/// The answer of a call that made or changed a listener.
pub(super) fn answer(call: &Call<'_>, arn: &str) -> Members {
    let made = call
        .world
        .live::<Listener>(arn)
        .map(|record| row(&record.as_made()));
    vec![members("Listeners", made)]
}

/// The listener with what AWS fills in, if its load balancer can have it.
pub(super) fn judged(call: &Call<'_>, mut listener: Listener) -> Result<Listener, Refusal> {
    let balancer_arn = &listener.load_balancer_arn;
    arns::check(balancer_arn, Named::LoadBalancer)?;
    let balancer = call
        .find::<LoadBalancer>(balancer_arn)
        .ok_or_else(|| not_found(Named::LoadBalancer, balancer_arn))?
        .value();
    let protocol = listener.protocol.as_str();
    let (list, spoken): (&[&str], _) = match balancer.kind.as_str() {
        "network" => (&["TCP", "TLS", "UDP", "TCP_UDP"], "TCP, TLS, UDP, TCP_UDP"),
        _ => (&["HTTPS", "HTTP"], "HTTPS, HTTP"),
    };
    if !list.contains(&protocol) {
        let why = format!("Listener protocol '{protocol}' must be one of '{spoken}'");
        return Err(validation(why));
    }
    certificates::check(&call.scope, protocol, &listener.certificate_arns)?;
    let secure = matches!(protocol, "HTTPS" | "TLS");
    match &listener.ssl_policy {
        None => listener.ssl_policy = secure.then(|| SSL_POLICY.to_owned()),
        Some(policy) if secure && policy.starts_with("ELBSecurityPolicy-") => {}
        Some(policy) if secure => {
            let why = format!("SSL policy '{policy}' not found");
            return Err(Refusal::new("SSLPolicyNotFound", why));
        }
        Some(_) => {
            let why = format!("An SSL policy cannot be specified for {protocol} listeners");
            return Err(validation(why));
        }
    }
    if !listener.alpn_policy.is_empty() && listener.protocol != "TLS" {
        return Err(validation(
            "An ALPN policy can be specified for TLS listeners only",
        ));
    }
    if balancer.address_type == DUALSTACK && listener.protocol.contains("UDP") {
        return Err(udp_refused());
    }
    let target = (listener.load_balancer_arn.as_str(), balancer);
    actions::check(call, target, &listener.protocol, &listener.actions)?;
    Ok(listener)
}

/// The listener on that port, if it is the one asked for.
fn on_port(call: &Call<'_>, wanted: &Listener) -> Result<Option<String>, Refusal> {
    let balancer_arn = &wanted.load_balancer_arn;
    let Some(existing) = uses::listener_on(call.world, balancer_arn, wanted.port) else {
        let account = &call.scope.account;
        let most = call.world.quota(account, "listeners-per-load-balancer");
        if uses::listeners_of(call.world, balancer_arn).count() >= most {
            let why = "The maximum number of listeners has been reached";
            return Err(Refusal::new("TooManyListeners", why));
        }
        return Ok(None);
    };
    let value = existing.value();
    let same = value.protocol == wanted.protocol
        && value.ssl_policy == wanted.ssl_policy
        && value.certificate_arns == wanted.certificate_arns
        && value.alpn_policy == wanted.alpn_policy
        && value.actions == wanted.actions;
    if same {
        return Ok(Some(existing.id.clone()));
    }
    Err(Refusal::new(
        "DuplicateListener",
        format!("A listener already exists on this port for this load balancer '{balancer_arn}'"),
    ))
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let balancer = call.parameters.text("LoadBalancerArn");
    let wanted = values::twenty(&mut call.parameters, "ListenerArns")?;
    let page = Page::read(&mut call.parameters, !wanted.is_empty())?;
    call.finish()?;
    if balancer.is_none() && wanted.is_empty() {
        return Err(validation(
            "You must specify either listener ARNs or a load balancer ARN",
        ));
    }
    if let Some(arn) = &balancer {
        arns::check(arn, Named::LoadBalancer)?;
        call.see::<LoadBalancer>(arn)
            .ok_or_else(|| none_found(Named::LoadBalancer))?;
    }
    wanted
        .iter()
        .try_for_each(|arn| arns::check(arn, Named::Listener))?;
    let all = call.see_all::<Listener>();
    if !wanted
        .iter()
        .all(|arn| all.iter().any(|seen| seen.id == arn))
    {
        return Err(none_found(Named::Listener));
    }
    let rows = all
        .iter()
        .filter(|seen| wanted.is_empty() || wanted.iter().any(|arn| arn == seen.id))
        .filter(|seen| {
            balancer
                .as_ref()
                .is_none_or(|arn| seen.value.load_balancer_arn == *arn)
        })
        .map(|seen| (seen.id.to_owned(), row(seen)))
        .collect();
    Ok(page.cut("Listeners", rows))
}

fn row(listener: &Seen<'_, Listener>) -> Members {
    let value = listener.value;
    let mut row = vec![
        text("ListenerArn", listener.id),
        text("LoadBalancerArn", &value.load_balancer_arn),
        text("Port", value.port),
        text("Protocol", &value.protocol),
    ];
    if !value.certificate_arns.is_empty() {
        let rows = value
            .certificate_arns
            .iter()
            .map(|arn| vec![text("CertificateArn", arn)]);
        row.push(members("Certificates", rows));
    }
    row.extend(
        value
            .ssl_policy
            .as_ref()
            .map(|policy| text("SslPolicy", policy)),
    );
    row.push(members(
        "DefaultActions",
        value.actions.iter().map(actions::row),
    ));
    if !value.alpn_policy.is_empty() {
        row.push(member_texts("AlpnPolicy", &value.alpn_policy));
    }
    if value.protocol == "HTTPS" {
        row.push(node("MutualAuthentication", vec![text("Mode", "off")]));
    }
    row
}
