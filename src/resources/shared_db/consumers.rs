//! One consumer: its security group, the share taken up, and an endpoint to each of what it gets. `networks`
//! has those who come through a service network.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::blueprint::Sketch;
use super::endpoints::{ports, static_ports};
use super::gateway::{rules, text};
use super::leads::{Lead, leads};
use super::model::SharedConsumer;
use super::networks::{draw_associations, draw_left_associations};
use super::shares::share_of;
use crate::aws::{Aws, Site, Tags, names};
use crate::components::{
    Cut, OutOfReach, Peer, ResourceEndpoint, SecurityGroup, SeenConfiguration, SeenDatabase,
    SeenGroup, SeenNetworkAssociation, SeenResourceEndpoint, SeenShare, SeenShareAcceptance,
    SeenVpc, ShareAcceptance, Vpc, domain_covers,
};
use crate::engine::{Fact, Graph, Handle};
use crate::protocol::Field;
use crate::resources::admission::{cidrs, peers};
use crate::resources::facts::{fact, strings};
use crate::resources::pipeline::tags;

/// The components of a consumer.
#[derive(Default)]
pub(super) struct ConsumerHandles {
    /// The consumer's VPC, where something is derived from it.
    pub(super) vpc: Option<Handle<SeenVpc>>,
    /// The group that was made for the endpoints, if one was.
    pub(super) group: Option<Handle<SeenGroup>>,
    /// The endpoints, by the keys of what they lead to.
    pub(super) endpoints: BTreeMap<String, Handle<SeenResourceEndpoint>>,
    /// In place of these, what is in the consumer's service network.
    pub(super) associations: BTreeMap<String, Handle<SeenNetworkAssociation>>,
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
    if consumer.is_networked() {
        let acceptance = draw_acceptance(graph, sketch, (key, consumer), &site);
        let ways = (&site, acceptance);
        return ConsumerHandles {
            associations: draw_associations(graph, sketch, (key, consumer), ways),
            ..ConsumerHandles::default()
        };
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
    let ways = (&site, group, acceptance);
    let mut endpoints = BTreeMap::new();
    for (keys, lead) in leads(sketch, (key, consumer)) {
        let handle = draw_endpoint(graph, sketch, (lead, consumer), ways);
        endpoints.extend(keys.into_iter().map(|key| (key, handle)));
    }
    ConsumerHandles {
        vpc,
        group,
        endpoints,
        ..ConsumerHandles::default()
    }
}

/// What is left of a consumer in an account that no credentials lead to any more: it is cut off from
/// here.
fn draw_beyond(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &SharedConsumer),
    site: &Site,
) -> ConsumerHandles {
    let makes_group = consumer.security_group_ids.is_null() && !consumer.is_networked();
    let group = makes_group.then(|| {
        let (site, address) = (site.clone(), at::consumer_part(key, "security_group"));
        graph.add(address, sketch.anchor, move |_: SeenGroup| {
            OutOfReach::<SecurityGroup>::new(site.clone(), None)
        })
    });
    let mut left = ConsumerHandles {
        group,
        ..ConsumerHandles::default()
    };
    if consumer.is_networked() {
        left.associations = draw_left_associations(graph, sketch, (key, consumer), site);
        return left;
    }
    for (keys, lead) in leads(sketch, (key, consumer)) {
        let (site, owner) = (site.clone(), sketch.frame.site().clone());
        let handle = graph.add(
            lead.address,
            (lead.configuration, group),
            move |(configuration, _): (SeenConfiguration, Option<SeenGroup>)| {
                let cut = configuration.id.into_known().map(Cut::Endpoint);
                OutOfReach::<ResourceEndpoint>::new(
                    site.clone(),
                    cut.map(|cut| (owner.clone(), cut)),
                )
            },
        );
        let keys = keys.into_iter().map(|key| (key, handle));
        left.endpoints.extend(keys);
    }
    left
}

/// The share taken up in the consumer's account; nothing where that is the owner's.
fn draw_acceptance(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &SharedConsumer),
    site: &Site,
) -> Option<Handle<SeenShareAcceptance>> {
    let share = *sketch.shares.get(&share_of(sketch.model, consumer)?)?;
    let (site, given) = (site.clone(), sketch.model.has_given_share());
    let acceptance = graph.add(
        at::consumer_part(key, "acceptance"),
        share.early(),
        move |share: SeenShare| ShareAcceptance {
            site: site.clone(),
            state: match given {
                true => share.state_within(&site.account_id),
                false => share.state_of(&site.account_id),
            },
            share: share.arn,
            given,
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
                keeps_ingress: false,
                marking: frame.part_with(&address, &anchor.id, &own),
            }
        },
    )
}

/// Which of a consumer's names are those of one endpoint. Another one's names in it would make it another
/// endpoint whenever they change.
fn chosen(named: &BTreeSet<String>, own: BTreeSet<String>) -> BTreeSet<String> {
    if own.is_subset(named) && !own.is_empty() {
        return own;
    }
    let about_it = |it: &&String| own.iter().any(|name| domain_covers(it, name));
    let some: BTreeSet<String> = named.iter().filter(about_it).cloned().collect();
    match some.is_empty() {
        true => named.clone(),
        false => some,
    }
}

type EndpointFacts = (
    (
        SeenConfiguration,
        Vec<SeenConfiguration>,
        Option<SeenDatabase>,
    ),
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
    (lead, consumer): (Lead, &SharedConsumer),
    (site, group, acceptance): Ways<'_>,
) -> Handle<SeenResourceEndpoint> {
    let (site, frame, own): (_, _, Tags) =
        (site.clone(), sketch.frame.clone(), tags(&consumer.tags));
    let (vpc, subnets) = (fact(&consumer.vpc_id), strings(&consumer.subnet_ids));
    let given = strings(&consumer.security_group_ids);
    let preference = text(&consumer.private_dns_preference, "SPECIFIED_DOMAINS_ONLY");
    let named = consumer.private_dns_specified_domains.known();
    let named: Option<BTreeSet<String>> = named.map(|it| it.known().cloned().collect());
    let enabled = consumer.private_dns_enabled.known() != Some(&false);
    // A name that nobody gave can't be looked up.
    let has_names = !preference.contains("SPECIFIED")
        || lead.database.is_some()
        || !lead.names.is_empty()
        || lead.open;
    let (address, names) = (lead.address.clone(), lead.names);
    let what = (lead.configuration, lead.children, lead.database);
    let needs = (what, acceptance, group, sketch.anchor);
    graph.add(
        lead.address,
        needs,
        move |((configuration, children, database), _, group, anchor): EndpointFacts| {
            let own_names = match database {
                Some(database) => database.domains,
                None => Fact::Known(names.clone()),
            };
            let children = Fact::all(children.into_iter().map(|it| it.id));
            ResourceEndpoint {
                site: site.clone(),
                configuration: configuration.arn,
                reaches: children.map(|ids| ids.into_iter().collect()),
                vpc: vpc.clone(),
                subnets: subnets.clone(),
                groups: match group {
                    Some(group) => group.id.map(|id| BTreeSet::from([id])),
                    None => given.clone(),
                },
                ip_address_type: "ipv4".to_owned(),
                private_dns: enabled && has_names,
                preference: preference.clone(),
                domains: match &named {
                    Some(named) => own_names.map(|own| chosen(named, own)),
                    None => own_names,
                },
                marking: frame.part_with(&address, &anchor.id, &own),
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_has_the_names_that_are_its_own() {
        let set = |names: &[&str]| {
            names
                .iter()
                .map(|it| (*it).to_owned())
                .collect::<BTreeSet<_>>()
        };
        let all = set(&["a.example", "b.example", "*.db.example"]);
        assert_eq!(chosen(&all, set(&["a.example"])), set(&["a.example"]));
        let instance = set(&["one.db.example"]);
        assert_eq!(chosen(&all, instance), set(&["*.db.example"]));
        let none = set(&["elsewhere.example"]);
        assert_eq!(chosen(&all, none), all);
    }
}
