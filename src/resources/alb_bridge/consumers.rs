//! One consumer: its security group, its endpoint and the owner's acceptance.

use std::collections::BTreeSet;

use super::addresses as at;
use super::blueprint::Sketch;
use super::model::BridgeConsumer;
use crate::aws::{Aws, Site, Tags, names};
use crate::components::{
    ConnectionAcceptance, Cut, OutOfReach, Peer, Rule, SecurityGroup, SeenEndpoint, SeenGroup,
    SeenPrincipals, SeenService, SeenVpc, SeenZones, VpcEndpoint,
};
use crate::engine::{Fact, Graph, Handle};
use crate::protocol::Field;
use crate::resources::admission::{cidrs, peers};
use crate::resources::facts::{fact, strings};
use crate::resources::pipeline::tags;

/// The components of a consumer.
pub(super) struct ConsumerHandles {
    /// The consumer's VPC, where something is derived from it.
    pub(super) vpc: Option<Handle<SeenVpc>>,
    /// The group that was made for the endpoint, if one was.
    pub(super) group: Option<Handle<SeenGroup>>,
    pub(super) endpoint: Handle<SeenEndpoint>,
}

/// Where a consumer is.
pub(super) fn site(consumer: &BridgeConsumer) -> Site {
    let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
    Site::new(text(&consumer.account_id), text(&consumer.region))
}

/// Draws one consumer.
pub(super) fn draw_consumer(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &BridgeConsumer),
    vpc: Option<Handle<SeenVpc>>,
) -> ConsumerHandles {
    let account = consumer.account_id.as_str().unwrap_or_default();
    if sketch.frame.is_beyond(account) {
        return draw_beyond(graph, sketch, (key, consumer), vpc);
    }
    let own: Tags = tags(&consumer.tags);
    let needs_group = consumer.security_group_ids.is_null();
    let group = needs_group.then(|| draw_group(graph, sketch, (key, consumer), (vpc, &own)));
    let endpoint = draw_endpoint(graph, sketch, (key, consumer), (group, own));
    // Also where nobody has to be accepted: one that came before that may still wait.
    let owner = sketch.frame.site().clone();
    let acceptance = graph.add(
        at::consumer_part(key, "acceptance"),
        (endpoint.early(), sketch.service.service),
        move |(endpoint, service): (SeenEndpoint, SeenService)| ConnectionAcceptance {
            site: owner.clone(),
            service: service.id,
            endpoint: endpoint.id,
            endpoint_state: endpoint.state,
        },
    );
    graph.awaits(endpoint, acceptance);
    ConsumerHandles {
        vpc,
        group,
        endpoint,
    }
}

/// What is left of a consumer in an account that no credentials lead to any more.
fn draw_beyond(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &BridgeConsumer),
    vpc: Option<Handle<SeenVpc>>,
) -> ConsumerHandles {
    let (there, service) = (site(consumer), sketch.model.service_id.known().cloned());
    let connection = service.map(|id| (sketch.frame.site().clone(), Cut::Connection(id)));
    let of = there.clone();
    let group = consumer.security_group_ids.is_null().then(|| {
        let address = at::consumer_part(key, "security_group");
        graph.add(address, sketch.anchor, move |_: SeenGroup| {
            OutOfReach::<SecurityGroup>::new(of.clone(), None)
        })
    });
    let endpoint = graph.add(
        at::consumer_part(key, "endpoint"),
        (sketch.service.service, group),
        move |_: (SeenService, Option<SeenGroup>)| {
            OutOfReach::<VpcEndpoint>::new(there.clone(), connection.clone())
        },
    );
    ConsumerHandles {
        vpc,
        group,
        endpoint,
    }
}

type EndpointFacts = (
    SeenService,
    (SeenPrincipals, SeenZones),
    Option<SeenGroup>,
    SeenGroup,
);

fn draw_endpoint(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &BridgeConsumer),
    (group, own): (Option<Handle<SeenGroup>>, Tags),
) -> Handle<SeenEndpoint> {
    let (site, frame) = (site(consumer), sketch.frame.clone());
    let (vpc_id, subnets) = (fact(&consumer.vpc_id), strings(&consumer.subnet_ids));
    let given = strings(&consumer.security_group_ids);
    let family = consumer
        .ip_address_type
        .as_str()
        .unwrap_or("ipv4")
        .to_owned();
    let record = consumer
        .dns_record_ip_type
        .as_str()
        .unwrap_or(&family)
        .to_owned();
    let addresses = tags(&consumer.ipv4_addresses);
    let far = is_far(sketch, consumer);
    let service_region = far.then(|| frame.site().region.clone());
    let address = at::consumer_part(key, "endpoint");
    let ready = (sketch.service.principals, sketch.service.zones);
    let needs = (sketch.service.service, ready, group, sketch.anchor);
    graph.add(
        address.clone(),
        needs,
        move |(service, (_, zones), group, anchor): EndpointFacts| VpcEndpoint {
            site: site.clone(),
            service_name: service.name,
            service_region: service_region.clone(),
            vpc: vpc_id.clone(),
            subnets: subnets.clone(),
            offered: zones.zone_ids,
            ip_address_type: family.clone(),
            dns_record_ip_type: record.clone(),
            addresses: addresses.clone(),
            groups: match group {
                Some(group) => group.id.map(|id| BTreeSet::from([id])),
                None => given.clone(),
            },
            marking: frame.part_with(&address, &anchor.id, &own),
        },
    )
}

/// Whether clients may come by IPv6.
pub(super) fn has_ipv6(consumer: &BridgeConsumer) -> bool {
    matches!(
        consumer.ip_address_type.as_str(),
        Some("dualstack" | "ipv6")
    )
}

/// Whether a consumer is in another region than the service.
fn is_far(sketch: &Sketch<'_>, consumer: &BridgeConsumer) -> bool {
    let own = &sketch.frame.site().region;
    consumer.region.known().is_some_and(|region| region != own)
}

type GroupFacts = (SeenGroup, Option<SeenVpc>, Option<SeenService>);

fn draw_group(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &BridgeConsumer),
    (vpc, own): (Option<Handle<SeenVpc>>, &Tags),
) -> Handle<SeenGroup> {
    let (site, frame, own) = (site(consumer), sketch.frame.clone(), own.clone());
    let address = at::consumer_part(key, "security_group");
    let owner = frame.anchorage.owner.to_string();
    let name = names::security_group(frame.name(), &owner, &format!("consumer-{key}"));
    let description = format!("Endpoint of the ALB bridge {} for {key}", frame.name());
    let listeners = sketch.model.known_listeners();
    let ports: BTreeSet<u16> = listeners.filter_map(|(_, it)| it.known_port()).collect();
    let vpc_id = fact(&consumer.vpc_id);
    let allow = consumer.allow_from.clone();
    let with_ipv6 = has_ipv6(consumer);
    // Whoever has nothing but the service looks for its parts in the regions that the service names.
    let service = is_far(sketch, consumer).then(|| sketch.service.service.early());
    let needs = (sketch.anchor, vpc, service);
    graph.add(
        address.clone(),
        needs,
        move |(anchor, vpc, _): GroupFacts| {
            let peers = match &allow {
                Field::Known(allow) => peers(allow),
                _ => vpc
                    .map_or(Fact::Later, |vpc| cidrs(&vpc, with_ipv6))
                    .map(|cidrs| cidrs.iter().map(|cidr| Peer::cidr(cidr)).collect()),
            };
            SecurityGroup {
                site: site.clone(),
                name: name.clone(),
                description: description.clone(),
                vpc: vpc_id.clone(),
                ingress: peers.map(|peers| rules(&ports, &peers)),
                egress: None,
                in_ipv6_vpc: false,
                outgoing: BTreeSet::new(),
                keeps_ingress: false,
                marking: frame.part_with(&address, &anchor.id, &own),
            }
        },
    )
}

fn rules(ports: &BTreeSet<u16>, peers: &[Peer]) -> BTreeSet<Rule> {
    let pairs = ports
        .iter()
        .flat_map(|port| peers.iter().map(move |peer| (*port, peer)));
    pairs
        .map(|(port, peer)| Rule::tcp(port, peer.clone()))
        .collect()
}
