//! The owner's side of the connection: the endpoint service, who may connect, whom it accepts.

use std::collections::BTreeSet;

use super::addresses as at;
use super::balancer::is_dualstack;
use super::model::AlbBridge;
use super::succession::Succession;
use crate::aws::{Arn, Aws, Site};
use crate::components::{
    AcceptedConnections, AllowedPrincipals, BalancerFamily, ConnectionNotification,
    EndpointService, SecurityGroup, SeenConnections, SeenEndpoint, SeenGroup, SeenListener,
    SeenLoadBalancer, SeenPrincipals, SeenService, SeenZones, ServiceZones, VpcEndpoint,
};
use crate::engine::{Component, Entry, Graph, Handle, Ledger};
use crate::protocol::Field;
use crate::resources::facts::{fact, known_strings, strings};
use crate::resources::pipeline::{Frame, Past};
use crate::resources::strays::is_stray;

const ENDPOINT: &str = <VpcEndpoint as Component<Aws>>::KIND;
const GROUP: &str = <SecurityGroup as Component<Aws>>::KIND;

/// The components of the service.
#[derive(Clone, Copy)]
pub(super) struct ServiceHandles {
    pub(super) service: Handle<SeenService>,
    pub(super) principals: Handle<SeenPrincipals>,
    pub(super) zones: Handle<SeenZones>,
}

/// Draws the service and what belongs to it.
pub(super) fn draw_service(
    graph: &mut Graph<Aws>,
    (model, past): (&AlbBridge, &Past<'_, AlbBridge>),
    frame: &Frame,
    (anchor, nlb, listeners): (
        Handle<SeenGroup>,
        Handle<SeenLoadBalancer>,
        Vec<Handle<SeenListener>>,
    ),
) -> ServiceHandles {
    // AWS takes no other regions while a listener has an idle time-out of its own.
    let formerly_idle = past
        .formers
        .iter()
        .any(|it| it.tcp_idle_timeout_seconds.is_known());
    let resets = formerly_idle && model.tcp_idle_timeout_seconds.is_null();
    let listeners = if resets { listeners } else { vec![] };
    let stands_on = ((anchor, nlb, listeners), None);
    let service = draw_configuration(graph, (model, past), frame, stands_on);
    let site = frame.site().clone();
    let zones = graph.add(
        at::ZONES,
        (service, nlb),
        move |(service, nlb): (SeenService, SeenLoadBalancer)| ServiceZones {
            site: site.clone(),
            zones: nlb.zones,
            service,
        },
    );
    draw_family(graph, (model, past), frame, (service, nlb));
    draw_notifications(graph, model, frame, service);
    let principals = draw_principals(graph, (model, past), frame, service);
    draw_accepted(graph, model, frame, service);
    ServiceHandles {
        service,
        principals,
        zones,
    }
}

/// Back to IPv4 alone: only once the service has stopped to offer more.
fn draw_family(
    graph: &mut Graph<Aws>,
    (model, past): (&AlbBridge, &Past<'_, AlbBridge>),
    frame: &Frame,
    stands_on: (Handle<SeenService>, Handle<SeenLoadBalancer>),
) {
    let site = frame.site().clone();
    let dualstack = offers_ipv6(model, past);
    graph.add(
        at::FAMILY,
        stands_on,
        move |(_, balancer): (SeenService, SeenLoadBalancer)| BalancerFamily {
            site: site.clone(),
            dualstack,
            balancer,
        },
    );
}

/// What was offered is offered until the endpoints have changed: a second run takes it away. So is
/// what somebody offered and took up behind our back.
pub(super) fn offers_ipv6(model: &AlbBridge, past: &Past<'_, AlbBridge>) -> bool {
    let wanted = past.formers.iter().any(|former| is_dualstack(former));
    is_dualstack(model) || wanted || past.ledger.iter().any(|(_, entry)| uses_ipv6(entry))
}

/// Whether it is an endpoint with IPv6 addresses.
fn uses_ipv6(entry: &Entry) -> bool {
    let seen = || serde_json::from_value::<SeenEndpoint>(entry.seen.clone()).ok();
    let family = (entry.kind == ENDPOINT).then(seen).flatten();
    let family = family.and_then(|it| it.ip_address_type.into_known());
    family.is_some_and(|family| family != "ipv4")
}

/// The service as it is remembered.
pub(super) fn remembered(ledger: &Ledger) -> Option<SeenService> {
    let service = ledger.get(at::SERVICE)?;
    serde_json::from_value(service.seen.clone()).ok()
}

fn draw_notifications(
    graph: &mut Graph<Aws>,
    model: &AlbBridge,
    frame: &Frame,
    service: Handle<SeenService>,
) {
    let Some(wanted) = model.notifications.known() else {
        return;
    };
    let site = frame.site().clone();
    let (topic, events) = (fact(&wanted.sns_topic_arn), strings(&wanted.events));
    graph.add(at::NOTIFICATION, service, move |service: SeenService| {
        ConnectionNotification {
            site: site.clone(),
            service: service.id,
            topic: topic.clone(),
            events: events.clone(),
        }
    });
}

type StandsOn = (
    (
        Handle<SeenGroup>,
        Handle<SeenLoadBalancer>,
        Vec<Handle<SeenListener>>,
    ),
    Option<SeenService>,
);

type ServiceFacts = (SeenLoadBalancer, SeenGroup, Vec<SeenListener>);

/// Draws the service itself, on our load balancer or, for now, on those that it has.
pub(super) fn draw_configuration(
    graph: &mut Graph<Aws>,
    (model, past): (&AlbBridge, &Past<'_, AlbBridge>),
    frame: &Frame,
    ((anchor, nlb, listeners), held): StandsOn,
) -> Handle<SeenService> {
    let (site, marks) = (frame.site().clone(), frame.clone());
    let own = site.region.clone();
    let acceptance_required = is_acceptance_required(model);
    let others = strings(&model.supported_regions).map(|all| {
        let others = all.into_iter().filter(|region| *region != own);
        others.collect::<BTreeSet<_>>()
    });
    let outgoing = Succession::of(model, past).outgoing();
    let (ipv4, ipv6) = ("ipv4".to_owned(), "ipv6".to_owned());
    let mut types = match is_dualstack(model) {
        true => BTreeSet::from([ipv4, ipv6.clone()]),
        false => BTreeSet::from([ipv4]),
    };
    let outgoing_types = match offers_ipv6(model, past) {
        true => BTreeSet::from([ipv6]),
        false => BTreeSet::new(),
    };
    let mut others = others;
    // For now it stays as it is seen, whatever else is to change.
    if let Some(held) = &held {
        types = held.ip_address_types.known().cloned().unwrap_or(types);
        others = held.regions.clone().map(|all| {
            let all = all
                .into_keys()
                .filter(|region| *region != frame.site().region);
            all.collect()
        });
    }
    let reject_on_revoke = is_on(&model.reject_on_revoke);
    let force_delete = model.force_delete.known() == Some(&true);
    graph.add(
        at::SERVICE,
        (nlb, anchor, listeners),
        move |(nlb, anchor, _): ServiceFacts| EndpointService {
            site: site.clone(),
            balancers: match &held {
                Some(held) => held.balancers.clone(),
                None => nlb.arn.map(|arn| BTreeSet::from([arn])),
            },
            outgoing: outgoing.clone(),
            acceptance_required,
            ip_address_types: types.clone(),
            outgoing_types: outgoing_types.clone(),
            regions: others.clone(),
            reject_on_revoke,
            force_delete,
            marking: marks.part(at::SERVICE, &anchor.id),
        },
    )
}

fn draw_principals(
    graph: &mut Graph<Aws>,
    (model, past): (&AlbBridge, &Past<'_, AlbBridge>),
    frame: &Frame,
    service: Handle<SeenService>,
) -> Handle<SeenPrincipals> {
    let site = frame.site().clone();
    let wanted = principals(model);
    // Who was on the list before an import may be anybody's.
    let formers = past.formers.iter().filter(|_| !past.imported);
    let learns = !past.imported && !past.formers.is_empty();
    let formerly = formers.flat_map(|it| principals(it));
    let formerly: BTreeSet<String> = formerly.chain(of_strays(model, past)).collect();
    let exclusive = is_exclusive(model);
    let reject_on_revoke = is_on(&model.reject_on_revoke);
    graph.add(at::PRINCIPALS, service, move |service: SeenService| {
        AllowedPrincipals {
            site: site.clone(),
            service: service.id,
            principals: wanted.clone(),
            formerly: formerly.clone(),
            learns,
            exclusive,
            reject_on_revoke,
        }
    })
}

fn draw_accepted(
    graph: &mut Graph<Aws>,
    model: &AlbBridge,
    frame: &Frame,
    service: Handle<SeenService>,
) -> Option<Handle<SeenConnections>> {
    let accounts = known_strings(&model.accepted_accounts);
    let endpoints = known_strings(&model.accepted_endpoint_ids);
    if accounts.is_empty() && endpoints.is_empty() {
        return None;
    }
    let site = frame.site().clone();
    Some(
        graph.add(at::ACCEPTED, service, move |service: SeenService| {
            AcceptedConnections {
                site: site.clone(),
                service: service.id,
                accounts: accounts.clone(),
                endpoints: endpoints.clone(),
            }
        }),
    )
}

/// Who may connect: the owner's account, the consumers', and those allowed by name.
pub(super) fn principals(model: &AlbBridge) -> BTreeSet<String> {
    let consumers = model
        .known_consumers()
        .filter_map(|(_, it)| it.account_id.known().cloned());
    let accounts = model
        .account_id
        .known()
        .cloned()
        .into_iter()
        .chain(consumers)
        .chain(known_strings(&model.allowed_accounts));
    let partition = partition(model);
    accounts
        .map(|account| format!("arn:{partition}:iam::{account}:root"))
        .chain(known_strings(&model.allowed_principals))
        .collect()
}

/// The accounts of endpoints, and of their groups, that a run which was cut off has left: it let them in
/// before.
fn of_strays(model: &AlbBridge, past: &Past<'_, AlbBridge>) -> BTreeSet<String> {
    let entries = past.ledger.iter();
    let theirs = |it: &Entry| it.kind == ENDPOINT || it.kind == GROUP;
    let strays = entries.filter(|(address, it)| is_stray(address) && theirs(it));
    let sites = strays.filter_map(|(_, entry)| entry.home.parse::<Site>().ok());
    let partition = partition(model);
    sites
        .map(|site| format!("arn:{partition}:iam::{}:root", site.account_id))
        .collect()
}

/// The partition that all of it is in.
pub(super) fn partition(model: &AlbBridge) -> String {
    let arn = model.alb_arn.as_str();
    let arn: Option<Arn> = arn.and_then(|arn| arn.parse().ok());
    arn.map_or_else(|| "aws".to_owned(), |arn| arn.partition)
}

pub(super) fn is_acceptance_required(model: &AlbBridge) -> bool {
    is_on(&model.acceptance_required)
}

/// Whether nobody may be on the list whom the bridge does not ask for.
pub(super) fn is_exclusive(model: &AlbBridge) -> bool {
    model.exclusive_principals.known() == Some(&true)
}

/// A switch that is on unless it was turned off.
pub(super) fn is_on(switch: &Field<bool>) -> bool {
    switch.known().copied().unwrap_or(true)
}
