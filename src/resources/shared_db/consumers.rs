//! One consumer: its security group, the share taken up, and an endpoint to each of what it gets.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::blueprint::Sketch;
use super::endpoints::{custom_domain, ports, static_ports};
use super::gateway::{rules, text};
use super::model::{SharedConsumer, SharedEndpoint};
use super::shares::share_of;
use crate::aws::{Aws, Site, Tags, names};
use crate::components::{
    OutOfReach, Peer, ResourceEndpoint, SecurityGroup, SeenConfiguration, SeenDatabase, SeenGroup,
    SeenResourceEndpoint, SeenShare, SeenShareAcceptance, SeenVpc, ShareAcceptance, Vpc,
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
    /// The group that was made for the endpoints, if one was.
    pub(super) group: Option<Handle<SeenGroup>>,
    /// The endpoints, by the keys of what they lead to.
    pub(super) endpoints: BTreeMap<String, Handle<SeenResourceEndpoint>>,
}

/// Draws one consumer.
pub(super) fn draw_consumer(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &SharedConsumer),
) -> ConsumerHandles {
    let account = consumer.account_id.as_str().unwrap_or_default();
    let site = Site::new(account, &sketch.frame.site().region);
    if sketch.frame.is_beyond(account) {
        return draw_beyond(graph, sketch, (key, consumer), &site);
    }
    let derives = consumer.allow_from.is_unknown();
    let vpc = derives.then(|| {
        let (site, id) = (site.clone(), fact(&consumer.vpc_id));
        graph.add(at::consumer_part(key, "vpc"), (), move |()| Vpc {
            site: site.clone(),
            id: id.clone(),
        })
    });
    let needs_group = consumer.security_group_ids.is_null();
    let group = needs_group.then(|| draw_group(graph, sketch, (key, consumer), (&site, vpc)));
    let acceptance = draw_acceptance(graph, sketch, (key, consumer), &site);
    let mut endpoints = BTreeMap::new();
    for (endpoint_key, endpoint) in sketch.model.endpoints_of(consumer) {
        let names = (key, endpoint_key.as_str());
        let to = (consumer, endpoint);
        let handle = draw_endpoint(graph, sketch, (names, to), (&site, group, acceptance));
        endpoints.extend(handle.map(|handle| (endpoint_key.clone(), handle)));
    }
    ConsumerHandles {
        vpc,
        group,
        endpoints,
    }
}

/// What is left of a consumer in an account that no credentials lead to any more: it is cut off when
/// the account is put out of the share.
fn draw_beyond(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &SharedConsumer),
    site: &Site,
) -> ConsumerHandles {
    let group = consumer.security_group_ids.is_null().then(|| {
        let (site, address) = (site.clone(), at::consumer_part(key, "security_group"));
        graph.add(address, sketch.anchor, move |_: SeenGroup| {
            OutOfReach::<SecurityGroup>::new(site.clone(), None)
        })
    });
    let mut endpoints = BTreeMap::new();
    for (endpoint_key, _) in sketch.model.endpoints_of(consumer) {
        let Some(handles) = sketch.endpoints.get(endpoint_key) else {
            continue;
        };
        let site = site.clone();
        let handle = graph.add(
            at::consumer_endpoint(key, endpoint_key),
            (handles.configuration, group),
            move |_: (SeenConfiguration, Option<SeenGroup>)| {
                OutOfReach::<ResourceEndpoint>::new(site.clone(), None)
            },
        );
        endpoints.insert(endpoint_key.clone(), handle);
    }
    ConsumerHandles {
        vpc: None,
        group,
        endpoints,
    }
}

/// The share taken up in the consumer's account; nothing where that is the owner's.
fn draw_acceptance(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &SharedConsumer),
    site: &Site,
) -> Option<Handle<SeenShareAcceptance>> {
    let share = *sketch.shares.get(&share_of(sketch.model, consumer)?)?;
    let site = site.clone();
    let acceptance = graph.add(
        at::consumer_part(key, "acceptance"),
        share.early(),
        move |share: SeenShare| ShareAcceptance {
            site: site.clone(),
            state: share.state_of(&site.account_id),
            share: share.arn,
        },
    );
    graph.awaits(share, acceptance);
    Some(acceptance)
}

type GroupFacts = (SeenGroup, Option<SeenVpc>, Vec<SeenDatabase>);

fn draw_group(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &SharedConsumer),
    (site, vpc): (&Site, Option<Handle<SeenVpc>>),
) -> Handle<SeenGroup> {
    let (site, frame, own) = (site.clone(), sketch.frame.clone(), tags(&consumer.tags));
    let address = at::consumer_part(key, "security_group");
    let owner = frame.anchorage.owner.to_string();
    let name = names::security_group(frame.name(), &owner, &format!("consumer-{key}"));
    let description = format!(
        "Endpoints of the shared database {} for {key}",
        frame.name()
    );
    let known = static_ports(sketch.model);
    let databases = sketch.endpoints.values().filter_map(|it| it.database);
    let databases: Vec<_> = databases.collect();
    let (vpc_id, allow) = (fact(&consumer.vpc_id), consumer.allow_from.clone());
    graph.add(
        address.clone(),
        (sketch.anchor, vpc, databases),
        move |(anchor, vpc, databases): GroupFacts| {
            let peers = match &allow {
                Field::Known(allow) => peers(allow),
                _ => vpc
                    .map_or(Fact::Later, |vpc| cidrs(&vpc, false))
                    .map(|cidrs| cidrs.iter().map(|cidr| Peer::cidr(cidr)).collect()),
            };
            let ingress = ports(&known, &databases).zip(peers);
            SecurityGroup {
                site: site.clone(),
                name: name.clone(),
                description: description.clone(),
                vpc: vpc_id.clone(),
                ingress: ingress.map(|(ports, peers)| rules(&ports, &peers.into_iter().collect())),
                egress: None,
                in_ipv6_vpc: false,
                outgoing: BTreeSet::new(),
                marking: frame.part_with(&address, &anchor.id, &own),
            }
        },
    )
}

type EndpointFacts = (
    (SeenConfiguration, Option<SeenDatabase>),
    Option<SeenShareAcceptance>,
    Option<SeenGroup>,
    SeenGroup,
);

type Ways<'a> = (
    &'a Site,
    Option<Handle<SeenGroup>>,
    Option<Handle<SeenShareAcceptance>>,
);

fn draw_endpoint(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    ((key, endpoint_key), (consumer, endpoint)): ((&str, &str), (&SharedConsumer, &SharedEndpoint)),
    (site, group, acceptance): Ways<'_>,
) -> Option<Handle<SeenResourceEndpoint>> {
    let handles = *sketch.endpoints.get(endpoint_key)?;
    let (site, frame, own): (_, _, Tags) =
        (site.clone(), sketch.frame.clone(), tags(&consumer.tags));
    let address = at::consumer_endpoint(key, endpoint_key);
    let (vpc, subnets) = (fact(&consumer.vpc_id), strings(&consumer.subnet_ids));
    let given = strings(&consumer.security_group_ids);
    let preference = text(&consumer.private_dns_preference, "SPECIFIED_DOMAINS_ONLY");
    let named = consumer.private_dns_specified_domains.known();
    let named: Option<BTreeSet<String>> = named.map(|it| it.known().cloned().collect());
    let custom = custom_domain(endpoint);
    let enabled = consumer.private_dns_enabled.known() != Some(&false);
    // A name that nobody gave can't be looked up.
    let has_names = !preference.contains("SPECIFIED")
        || handles.database.is_some()
        || custom.is_some()
        || !endpoint.custom_domain_name.is_known()
        || named.as_ref().is_some_and(|named| !named.is_empty());
    let what = (handles.configuration, handles.database);
    let needs = (what, acceptance, group, sketch.anchor);
    let handle = graph.add(
        address.clone(),
        needs,
        move |((configuration, database), _, group, anchor): EndpointFacts| {
            let own_names = match database {
                Some(database) => database.domains,
                None => Fact::Known(custom.clone().into_iter().collect()),
            };
            ResourceEndpoint {
                site: site.clone(),
                configuration: configuration.arn,
                vpc: vpc.clone(),
                subnets: subnets.clone(),
                groups: match group {
                    Some(group) => group.id.map(|id| BTreeSet::from([id])),
                    None => given.clone(),
                },
                ip_address_type: "ipv4".to_owned(),
                private_dns: enabled && has_names,
                preference: preference.clone(),
                domains: named.clone().map_or(own_names, Fact::Known),
                marking: frame.part_with(&address, &anchor.id, &own),
            }
        },
    );
    Some(handle)
}
