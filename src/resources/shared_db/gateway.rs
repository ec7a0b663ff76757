//! The owner's side: the gateway, its security group, which is the anchor, and the rules that let it
//! into the database's groups.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::endpoints::{Ports, ports, static_ports};
use super::model::SharedDb;
use crate::aws::{Aws, names};
use crate::components::{
    GivenGateway, GroupAdmission, Peer, ResourceGateway, Rule, SecurityGroup, SeenAdmission,
    SeenDatabase, SeenGateway, SeenGroup, SeenVpc,
};
use crate::engine::{Graph, Handle};
use crate::protocol::Field;
use crate::resources::facts::{fact, known_strings, strings};
use crate::resources::pipeline::{Frame, Past};

type Databases = BTreeMap<String, Handle<SeenDatabase>>;

/// Draws the anchor. Where the user gives groups it is on nothing and lets nothing through, and is
/// still what all the rest is found by. It has no inbound rule: a gateway's groups say what goes out.
pub(super) fn draw_anchor(
    graph: &mut Graph<Aws>,
    (model, past): (&SharedDb, &Past<'_, SharedDb>),
    frame: &Frame,
    (vpc, databases): (Handle<SeenVpc>, &Databases),
) -> Handle<SeenGroup> {
    let (site, marking) = (frame.site().clone(), frame.anchor(at::ANCHOR));
    let owner = frame.anchorage.owner.to_string();
    let name = names::security_group(frame.name(), &owner, "gateway");
    let description = format!("Resource gateway of the shared database {}", frame.name());
    let vpc_id = fact(&model.vpc_id);
    let used = model.security_group_ids.is_null() && !model.has_given_gateway();
    let (known, former) = (static_ports(model), formerly(past));
    let groups = strings(&model.database_security_group_ids);
    let given = !model.database_security_group_ids.is_null();
    let addresses = addresses(model);
    let needs = (vpc, databases.values().copied().collect::<Vec<_>>());
    graph.add(
        at::ANCHOR,
        needs,
        move |(vpc, databases): (SeenVpc, Vec<SeenDatabase>)| {
            let peers = match given {
                true => groups
                    .clone()
                    .map(|it| it.into_iter().map(Peer::Group).collect()),
                false => vpc.cidrs.clone().map(|cidrs| peers_by(cidrs, &addresses)),
            };
            let egress = ports(&known, &databases).zip(peers.clone());
            let peers = peers.into_known().unwrap_or_default();
            SecurityGroup {
                site: site.clone(),
                name: name.clone(),
                description: description.clone(),
                vpc: vpc_id.clone(),
                ingress: BTreeSet::new().into(),
                egress: Some(match used {
                    true => egress.map(|(ports, peers)| rules(&ports, &peers)),
                    false => BTreeSet::new().into(),
                }),
                in_ipv6_vpc: vpc.ipv6_cidrs.known().is_some_and(|it| !it.is_empty()),
                // What was reached before is reached until everybody has moved on.
                outgoing: rules(&former, &peers),
                keeps_ingress: false,
                marking: marking.clone(),
            }
        },
    )
}

/// The ports that were to be reached before, as far as configuration told them.
fn formerly(past: &Past<'_, SharedDb>) -> BTreeSet<Ports> {
    let formers = past.formers.iter();
    formers.flat_map(|former| static_ports(former)).collect()
}

/// Addresses that are shared: those outside of the VPC's CIDRs are reached one by one.
fn addresses(model: &SharedDb) -> Vec<String> {
    let all = model.known_endpoints();
    all.filter_map(|(_, it)| it.ip_address.known().cloned())
        .collect()
}

fn peers_by(cidrs: BTreeSet<String>, addresses: &[String]) -> BTreeSet<Peer> {
    let nets: Vec<ipnet::IpNet> = cidrs.iter().filter_map(|it| it.parse().ok()).collect();
    let outside = addresses.iter().filter_map(|text| {
        let address: std::net::IpAddr = text.parse().ok()?;
        let inside = nets.iter().any(|net| net.contains(&address));
        (!inside).then(|| ipnet::IpNet::from(address).to_string())
    });
    let outside: Vec<String> = outside.collect();
    let all = cidrs.iter().chain(&outside);
    all.map(|cidr| Peer::cidr(cidr)).collect()
}

pub(super) fn rules(ports: &BTreeSet<Ports>, peers: &BTreeSet<Peer>) -> BTreeSet<Rule> {
    let pairs = ports
        .iter()
        .flat_map(|ports| peers.iter().map(move |peer| (*ports, peer)));
    let rule = |((from, to), peer): (Ports, &Peer)| Rule {
        from_port: i32::from(from),
        to_port: i32::from(to),
        ..Rule::tcp(from, peer.clone())
    };
    pairs.map(rule).collect()
}

/// Draws our rules in the database's groups: for the gateway's own group, for those that were given, or
/// for those of the gateway that was given.
pub(super) fn draw_database_rules(
    graph: &mut Graph<Aws>,
    model: &SharedDb,
    frame: &Frame,
    (anchor, given, databases): (Handle<SeenGroup>, Option<Handle<SeenGateway>>, &Databases),
) -> Vec<Handle<SeenAdmission>> {
    let written = (!model.security_group_ids.is_null()).then(|| strings(&model.security_group_ids));
    let known = static_ports(model);
    let mut handles = Vec::new();
    for group in known_strings(&model.database_security_group_ids) {
        let address = at::database_rules(&group);
        let (site, frame, written) = (frame.site().clone(), frame.clone(), written.clone());
        let (known, marked) = (known.clone(), address.clone());
        let databases: Vec<_> = databases.values().copied().collect();
        let handle = graph.add(
            address,
            (anchor, given, databases),
            move |(anchor, given, databases): (
                SeenGroup,
                Option<SeenGateway>,
                Vec<SeenDatabase>,
            )| {
                let own = || anchor.id.clone().map(|id| BTreeSet::from([id]));
                let groups = match (given, &written) {
                    (Some(gateway), _) => gateway.groups,
                    (None, Some(written)) => written.clone(),
                    (None, None) => own(),
                };
                let wanted = ports(&known, &databases).zip(groups);
                let wanted = wanted.map(|(ports, groups)| {
                    rules(&ports, &groups.into_iter().map(Peer::Group).collect())
                });
                GroupAdmission {
                    site: site.clone(),
                    group: group.clone(),
                    rules: wanted,
                    marking: frame.part(&marked, &anchor.id),
                }
            },
        );
        handles.push(handle);
    }
    handles
}

/// Draws the user's gateway, if one was given.
pub(super) fn draw_given(
    graph: &mut Graph<Aws>,
    model: &SharedDb,
    frame: &Frame,
) -> Option<Handle<SeenGateway>> {
    if !model.has_given_gateway() {
        return None;
    }
    let (site, id, vpc) = (
        frame.site().clone(),
        fact(&model.resource_gateway_id),
        fact(&model.vpc_id),
    );
    let needs_groups = !known_strings(&model.database_security_group_ids).is_empty();
    let by_arn = model.known_endpoints().any(|(_, it)| !it.arn.is_null());
    Some(graph.add(at::GIVEN_GATEWAY, (), move |()| GivenGateway {
        site: site.clone(),
        id: id.clone(),
        vpc: vpc.clone(),
        needs_groups,
        by_arn,
    }))
}

/// Draws the gateway.
pub(super) fn draw_gateway(
    graph: &mut Graph<Aws>,
    model: &SharedDb,
    frame: &Frame,
    (anchor, rules): (Handle<SeenGroup>, Vec<Handle<SeenAdmission>>),
) -> Handle<SeenGateway> {
    let (site, frame) = (frame.site().clone(), frame.clone());
    let name = names::resource_gateway(frame.name(), &[&made_of(model)]);
    let (vpc, subnets) = (fact(&model.vpc_id), strings(&model.subnet_ids));
    let groups = (!model.security_group_ids.is_null()).then(|| strings(&model.security_group_ids));
    let ip_address_type = text(&model.ip_address_type, "ipv4").to_uppercase();
    let addresses = model.ipv4_addresses_per_eni.known();
    let ipv4_addresses_per_eni = addresses.and_then(|number| i32::try_from(*number).ok());
    let dns_resolution = text(&model.dns_resolution, "PUBLIC");
    graph.add(
        at::GATEWAY,
        // The database lets it in before anybody can come through.
        (anchor, rules),
        move |(anchor, _): (SeenGroup, Vec<SeenAdmission>)| ResourceGateway {
            site: site.clone(),
            name: name.clone(),
            vpc: vpc.clone(),
            subnets: subnets.clone(),
            groups: groups
                .clone()
                .unwrap_or_else(|| anchor.id.clone().map(|id| BTreeSet::from([id]))),
            ip_address_type: ip_address_type.clone(),
            ipv4_addresses_per_eni,
            dns_resolution: dns_resolution.clone(),
            marking: frame.part(at::GATEWAY, &anchor.id),
        },
    )
}

pub(super) fn text(field: &Field<String>, default: &str) -> String {
    field.as_str().unwrap_or(default).to_owned()
}

/// What AWS can't change about a gateway, in a word: another one has another name.
pub(super) fn made_of(model: &SharedDb) -> String {
    if let Field::Known(given) = &model.resource_gateway_id {
        return given.clone();
    }
    let subnets = strings(&model.subnet_ids).into_known().unwrap_or_default();
    let subnets: Vec<String> = subnets.into_iter().collect();
    let addresses = model.ipv4_addresses_per_eni.known().copied();
    format!(
        "{} {} {} {} {}",
        text(&model.vpc_id, ""),
        subnets.join(","),
        text(&model.ip_address_type, "ipv4"),
        addresses.unwrap_or_default(),
        text(&model.dns_resolution, "PUBLIC"),
    )
}
