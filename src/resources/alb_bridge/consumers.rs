//! One consumer: its security group, its endpoint and the owner's acceptance.

use std::collections::BTreeSet;

use super::addresses as at;
use super::blueprint::{Sketch, fact, is_acceptance_required, strings};
use super::model::{AllowFrom, BridgeConsumer};
use crate::aws::{Aws, Site, Tags, names};
use crate::components::{
    ConnectionAcceptance, Peer, Rule, SecurityGroup, SeenEndpoint, SeenGroup, SeenPrincipals,
    SeenService, SeenVpc, VpcEndpoint,
};
use crate::engine::{Fact, Graph, Handle};
use crate::protocol::{Field, Set};
use crate::resources::pipeline::tags;

/// The components of a consumer.
pub(super) struct ConsumerHandles {
    /// The consumer's VPC, where something is derived from it.
    pub(super) vpc: Option<Handle<SeenVpc>>,
    pub(super) group: Handle<SeenGroup>,
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
    let own: Tags = tags(&consumer.tags);
    let group = draw_group(graph, sketch, (key, consumer), (vpc, &own));
    let (site, frame) = (site(consumer), sketch.frame.clone());
    let (vpc_id, subnets) = (fact(&consumer.vpc_id), strings(&consumer.subnet_ids));
    let address = at::consumer_part(key, "endpoint");
    let needs = (sketch.service, sketch.principals, group, sketch.anchor);
    let endpoint = graph.add(
        address.clone(),
        needs,
        move |(service, _, group, anchor): (SeenService, SeenPrincipals, SeenGroup, SeenGroup)| {
            VpcEndpoint {
                site: site.clone(),
                service_name: service.name,
                vpc: vpc_id.clone(),
                subnets: subnets.clone(),
                groups: group.id.map(|id| BTreeSet::from([id])),
                marking: frame.part_with(&address, &anchor.id, &own),
            }
        },
    );
    if is_acceptance_required(sketch.model) {
        let owner = sketch.frame.site().clone();
        let acceptance = graph.add(
            at::consumer_part(key, "acceptance"),
            (endpoint.early(), sketch.service),
            move |(endpoint, service): (SeenEndpoint, SeenService)| ConnectionAcceptance {
                site: owner.clone(),
                service: service.id,
                endpoint: endpoint.id,
                endpoint_state: endpoint.state,
            },
        );
        graph.awaits(endpoint, acceptance);
    }
    ConsumerHandles {
        vpc,
        group,
        endpoint,
    }
}

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
    let needs = (sketch.anchor, vpc);
    graph.add(
        address.clone(),
        needs,
        move |(anchor, vpc): (SeenGroup, Option<SeenVpc>)| {
            let peers = match &allow {
                Field::Known(allow) => peers(allow),
                _ => vpc
                    .map_or(Fact::Later, |vpc| vpc.cidrs)
                    .map(|cidrs| cidrs.iter().map(|cidr| Peer::cidr(cidr)).collect()),
            };
            SecurityGroup {
                site: site.clone(),
                name: name.clone(),
                description: description.clone(),
                vpc: vpc_id.clone(),
                ingress: peers.map(|peers| rules(&ports, &peers)),
                egress: None,
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

/// Who may use the endpoint, by what the user wrote.
fn peers(allow: &AllowFrom) -> Fact<Vec<Peer>> {
    let list = |field: &Field<Set<String>>, peer: fn(&str) -> Peer| match field {
        Field::Null => Fact::Known(Vec::new()),
        field => strings(field).map(|set| set.iter().map(|text| peer(text)).collect()),
    };
    let lists = [
        list(&allow.cidr_blocks, Peer::cidr),
        list(&allow.security_group_ids, |id| Peer::Group(id.to_owned())),
        list(&allow.prefix_list_ids, |id| Peer::PrefixList(id.to_owned())),
    ];
    Fact::all(lists).map(|lists| lists.concat())
}
