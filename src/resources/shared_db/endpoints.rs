//! What is shared: the databases that are given, their ports, and a resource configuration for each.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::gateway::{made_of, text};
use super::model::{SharedDb, SharedEndpoint};
use crate::aws::{Aws, names};
use crate::components::{
    Behind, Database, ResourceConfiguration, ResourceTarget, SeenAdmission, SeenConfiguration,
    SeenDatabase, SeenGateway, SeenGroup,
};
use crate::engine::{Fact, Graph, Handle};
use crate::protocol::Field;
use crate::resources::facts::fact;
use crate::resources::pipeline::Frame;

/// The components of one endpoint.
#[derive(Clone, Copy)]
pub(super) struct EndpointHandles {
    /// The database, where it is given by its ARN.
    pub(super) database: Option<Handle<SeenDatabase>>,
    pub(super) configuration: Handle<SeenConfiguration>,
}

/// First and last port.
pub(super) type Ports = (u16, u16);

/// `5432`, or `6000-6010`.
pub(super) fn read_ports(text: &str) -> Option<Ports> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first > 0 && first <= last).then_some((first, last))
}

/// The ports that configuration tells.
pub(super) fn static_ports(model: &SharedDb) -> BTreeSet<Ports> {
    let all = model.known_endpoints().flat_map(|(_, it)| it.ports());
    all.filter_map(|text| read_ports(&text)).collect()
}

/// These, and those of the databases.
pub(super) fn ports(known: &BTreeSet<Ports>, databases: &[SeenDatabase]) -> Fact<BTreeSet<Ports>> {
    let theirs = Fact::all(databases.iter().map(|it| it.port.clone()));
    theirs.map(|theirs| {
        let theirs = theirs.into_iter().map(|port| (port, port));
        known.iter().copied().chain(theirs).collect()
    })
}

/// Draws the database of an endpoint that is given by its ARN.
pub(super) fn draw_database(
    graph: &mut Graph<Aws>,
    frame: &Frame,
    (key, endpoint): (&str, &SharedEndpoint),
) -> Option<Handle<SeenDatabase>> {
    if endpoint.arn.is_null() {
        return None;
    }
    let (site, arn) = (frame.site().clone(), fact(&endpoint.arn));
    Some(graph.add(at::database(key), (), move |()| Database {
        site: site.clone(),
        arn: arn.clone(),
    }))
}

/// What configurations stand on.
#[derive(Clone)]
pub(super) struct Ground {
    pub(super) anchor: Handle<SeenGroup>,
    pub(super) gateway: Handle<SeenGateway>,
    /// The rules that let the gateway into the database's groups.
    pub(super) rules: Vec<Handle<SeenAdmission>>,
    /// The group that they are children of.
    pub(super) group: Option<Handle<SeenConfiguration>>,
}

/// Draws the group of all endpoints, if there is to be one.
pub(super) fn draw_group(
    graph: &mut Graph<Aws>,
    model: &SharedDb,
    frame: &Frame,
    ground: &Ground,
) -> Option<Handle<SeenConfiguration>> {
    if !model.is_grouped() {
        return None;
    }
    let (site, frame) = (frame.site().clone(), frame.clone());
    let (domain, written) = (
        fact(&model.group_domain()),
        model.resource_gateway_id.clone(),
    );
    let shareable = model.is_shareable();
    let force_delete = model.force_delete.known() == Some(&true);
    let name = {
        let domain = domain.known().cloned().unwrap_or_default();
        names::resource_configuration(frame.name(), at::GROUP, &[&made_of(model), &domain])
    };
    let needs = (ground.gateway, ground.anchor, ground.rules.clone());
    let handle = graph.add(
        at::GROUP,
        needs,
        move |(gateway, anchor, _): (SeenGateway, SeenGroup, Vec<SeenAdmission>)| {
            ResourceConfiguration {
                site: site.clone(),
                name: name.clone(),
                behind: Behind::Gateway(gateway_id(&written, gateway)),
                target: domain
                    .clone()
                    .map(|domain| ResourceTarget::Group { domain }),
                ports: BTreeSet::new(),
                custom_domain: None,
                verification: None,
                shareable,
                force_delete,
                tells_children: false,
                marking: frame.part(at::GROUP, &anchor.id),
            }
        },
    );
    Some(handle)
}

/// The id of the gateway: a user's is known before anybody has looked at it.
fn gateway_id(written: &Field<String>, seen: SeenGateway) -> Fact<String> {
    match (written, seen.id) {
        (Field::Known(written), Fact::Later) => written.clone().into(),
        (_, id) => id,
    }
}

type ConfigurationFacts = (
    (SeenGateway, Option<SeenConfiguration>),
    Option<SeenDatabase>,
    (SeenGroup, Vec<SeenAdmission>),
);

/// Draws the configuration of an endpoint.
pub(super) fn draw_configuration(
    graph: &mut Graph<Aws>,
    model: &SharedDb,
    frame: &Frame,
    (key, endpoint): (&str, &SharedEndpoint),
    (ground, database): (&Ground, Option<Handle<SeenDatabase>>),
) -> EndpointHandles {
    let (site, frame) = (frame.site().clone(), frame.clone());
    let target = target(model, endpoint);
    let custom_domain = custom_domain(endpoint);
    let verification = endpoint.custom_domain_verification_id.known().cloned();
    let (ports, address) = (endpoint.ports(), at::configuration(key));
    let shareable = model.is_shareable();
    let force_delete = model.force_delete.known() == Some(&true);
    let (given, written) = (model.has_given_gateway(), model.resource_gateway_id.clone());
    let group_domain = model.group_domain().as_str().unwrap_or_default().to_owned();
    let tells_children = database.is_some() && has_unnamed(model, key);
    let name = {
        let target = target.known().map(|it| format!("{it:?}"));
        let (target, domain) = (target.unwrap_or_default(), custom_domain.clone());
        let parts = [made_of(model), target, domain.unwrap_or_default()];
        let mut parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        parts.extend(verification.as_deref());
        parts.extend(ground.group.map(|_| at::GROUP));
        parts.push(&group_domain);
        names::resource_configuration(frame.name(), key, &parts)
    };
    // The database tells whether there is one, the rules that it lets the gateway in.
    let needs = (
        (ground.gateway, ground.group),
        database,
        (ground.anchor, ground.rules.clone()),
    );
    let configuration = graph.add(
        address.clone(),
        needs,
        move |((gateway, group), _, (anchor, _)): ConfigurationFacts| {
            let family = given.then(|| gateway.ip_address_type.clone());
            ResourceConfiguration {
                site: site.clone(),
                name: name.clone(),
                behind: match group {
                    Some(group) => Behind::Group(group.id),
                    None => Behind::Gateway(gateway_id(&written, gateway)),
                },
                target: match family {
                    Some(family) => target.clone().zip(family).map(of_family),
                    None => target.clone(),
                },
                ports: ports.clone(),
                custom_domain: custom_domain.clone(),
                verification: verification.clone(),
                shareable,
                force_delete,
                tells_children,
                marking: frame.part(&address, &anchor.id),
            }
        },
    );
    EndpointHandles {
        database,
        configuration,
    }
}

/// Whether somebody gets this without private DNS, so that nothing else tells the names of a database
/// apart.
fn has_unnamed(model: &SharedDb, key: &str) -> bool {
    let mut consumers = model.known_consumers();
    consumers.any(|(_, consumer)| {
        let unnamed = consumer.private_dns_enabled.known() == Some(&false);
        unnamed && model.endpoints_of(consumer).any(|(it, _)| it == key)
    })
}

/// Names are looked up for the addresses that the gateway has.
fn of_family((target, family): (ResourceTarget, String)) -> ResourceTarget {
    match target {
        ResourceTarget::Dns { name, .. } => ResourceTarget::Dns { name, family },
        other => other,
    }
}

/// What a configuration leads to.
pub(super) fn target(model: &SharedDb, endpoint: &SharedEndpoint) -> Fact<ResourceTarget> {
    let family = text(&model.ip_address_type, "ipv4").to_uppercase();
    let name = |name| ResourceTarget::Dns { name, family };
    match (&endpoint.arn, &endpoint.dns_name) {
        (Field::Null, Field::Null) => fact(&endpoint.ip_address).map(ResourceTarget::Ip),
        (Field::Null, dns_name) => fact(dns_name).map(name),
        (arn, _) => fact(arn).map(ResourceTarget::Arn),
    }
}

/// The name that consumers may use; none for databases, which AWS names by itself.
pub(super) fn custom_domain(endpoint: &SharedEndpoint) -> Option<String> {
    let name = endpoint.custom_domain_name.known().cloned();
    name.filter(|name| !name.is_empty())
}

/// All endpoints, by the keys that the user gave them.
pub(super) type Endpoints = BTreeMap<String, EndpointHandles>;
