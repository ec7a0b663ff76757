//! From what is known of the components to the values that users read.

use std::collections::BTreeSet;

use super::blueprint::SharedDbHandles;
use super::consumers::ConsumerHandles;
use super::endpoints::{Ports, custom_domain, ports, static_ports};
use super::leads::group_names;
use super::model::{ClientRule, SharedConsumer, SharedDb};
use super::names::{Connection, Named, Names};
use crate::components::{Door, SeenDatabase};
use crate::engine::{Fact, Facts};
use crate::protocol::{Field, Map, Set};
use crate::resources::admission::{AllowFrom, cidrs};
use crate::resources::pipeline::field;

/// How many ports are told one by one.
const PORTS_MAX: usize = 1000;

/// Fills in the computed values.
pub(super) fn show(model: &mut SharedDb, handles: &SharedDbHandles, facts: &Facts) {
    let gateway = facts.of(handles.gateway);
    model.id = field(gateway.id);
    model.resource_gateway_arn = field(gateway.arn);
    if let (Some(handle), Field::Known(group)) = (handles.group, &mut model.group) {
        let configuration = facts.of(handle);
        group.resource_configuration_id = field(configuration.id);
        group.resource_configuration_arn = field(configuration.arn);
    }
    if model.ip_address_type.is_unknown() {
        let lower = gateway.ip_address_type.clone();
        model.ip_address_type = field(lower.map(|it| it.to_lowercase()));
    }
    if model.dns_resolution.is_unknown() {
        model.dns_resolution = field(gateway.dns_resolution.clone());
    }
    for (key, endpoint) in model.endpoints.known_mut().into_iter().flatten() {
        if let (Some(handles), Field::Known(endpoint)) = (handles.endpoints.get(key), endpoint) {
            let configuration = facts.of(handles.configuration);
            endpoint.resource_configuration_id = field(configuration.id);
            endpoint.resource_configuration_arn = field(configuration.arn);
        }
    }
    let before = model.clone();
    for (key, consumer) in model.consumers.known_mut().into_iter().flatten() {
        if let (Some(theirs), Field::Known(consumer)) = (handles.consumers.get(key), consumer) {
            show_consumer(consumer, &before, (handles, theirs), facts);
        }
    }
}

fn show_consumer(
    consumer: &mut SharedConsumer,
    model: &SharedDb,
    (handles, theirs): (&SharedDbHandles, &ConsumerHandles),
    facts: &Facts,
) {
    if consumer.allow_from.is_unknown() {
        let seen = |vpc| cidrs(&facts.of(vpc), false);
        let allow = |cidrs: BTreeSet<String>| AllowFrom {
            cidr_blocks: Field::Known(cidrs.into_iter().collect()),
            ..AllowFrom::default()
        };
        consumer.allow_from = field(theirs.vpc.map_or(Fact::Later, seen).map(allow));
    }
    // Nobody knows yet what it gets, or by which names.
    if model.has_open_endpoints() || consumer.is_undecided() {
        show_ids(consumer, Field::Unknown);
        consumer.dns_names = Field::Unknown;
        consumer.association_dns_names = Field::Unknown;
        return show_entrance(consumer, model, (handles, theirs), facts);
    }
    if consumer.private_dns_specified_domains.is_unknown() {
        let each = model.endpoints_of(consumer).map(|(key, endpoint)| {
            let database = handles.endpoints.get(key).and_then(|it| it.database);
            match database {
                Some(database) => facts.of(database).domains,
                None if endpoint.custom_domain_name.is_unknown() => Fact::Later,
                None => Fact::Known(custom_domain(endpoint).into_iter().collect()),
            }
        });
        let each: Vec<_> = each.collect();
        let all = match model.group_domain() {
            Field::Null => {
                let all = Fact::all(each);
                all.map(|all| all.into_iter().flatten().collect())
            }
            Field::Unknown => Fact::Later,
            domain => Fact::Known(group_names(&domain)),
        };
        consumer.private_dns_specified_domains =
            field(all.map(|all: BTreeSet<String>| all.into_iter().collect::<Set<String>>()));
    }
    let (mut names, mut associations) = (Names::default(), Names::default());
    let (mut ids, mut states) = (Map::new(), Vec::new());
    for (key, seen) in connections(theirs, facts) {
        if let Some(to) = handles.endpoints.get(&key) {
            let named = Named::of(&key, &seen, (to, handles.group.is_some()), facts);
            names.put(&named, |name| &name.0);
            associations.put(&named, |name| &name.1);
        }
        ids.insert(key, field(seen.id));
        states.push(seen.state);
    }
    show_ids(consumer, Field::Known(ids));
    consumer.dns_names = names.into_field();
    consumer.association_dns_names = associations.into_field();
    consumer.state = field(Fact::all(states).map(|states| state(&states)));
    show_entrance(consumer, model, (handles, theirs), facts);
}

/// The ids of its connections, by the way that they go; there are none of the other.
fn show_ids(consumer: &mut SharedConsumer, ids: Field<Map<String>>) {
    let none = Field::Known(Map::new());
    (consumer.endpoint_ids, consumer.association_ids) = match consumer.is_networked() {
        true => (none, ids),
        false => (ids, none),
    };
}

/// Who may come in, and by which ports.
fn show_entrance(
    consumer: &mut SharedConsumer,
    model: &SharedDb,
    (handles, theirs): (&SharedDbHandles, &ConsumerHandles),
    facts: &Facts,
) {
    consumer.security_group_id = match (theirs.group, &consumer.security_group_ids) {
        (Some(group), _) => field(facts.of(group).id),
        (None, Field::Unknown) => Field::Unknown,
        (None, _) => Field::Null,
    };
    let (security_group_id, prefix_list_name) = match consumer.is_networked() {
        true => entrance(theirs, facts, &model.region),
        false => (consumer.security_group_id.clone(), Field::Null),
    };
    consumer.client_rule = Field::Known(ClientRule {
        protocol: "tcp".into(),
        ports: client_ports(model, handles, facts),
        security_group_id,
        prefix_list_name,
    });
}

/// Where clients enter their service network: a group of the endpoint that leads there, or the addresses of
/// VPC Lattice itself.
fn entrance(
    theirs: &ConsumerHandles,
    facts: &Facts,
    region: &Field<String>,
) -> (Field<String>, Field<String>) {
    let mut associations = theirs.associations.values();
    let entry = associations.next().map(|it| facts.of(*it).entry);
    match entry.unwrap_or_default() {
        Fact::Later => (Field::Unknown, Field::Unknown),
        Fact::Known(None) => (Field::Null, Field::Null),
        Fact::Known(Some(entry)) => match entry.door {
            Door::Endpoint(groups) => (groups.into_iter().next().into(), Field::Null),
            Door::Association(_) => {
                let name = |region: &String| format!("com.amazonaws.{region}.vpc-lattice");
                (Field::Null, region.as_ref().map(name))
            }
        },
    }
}

/// The connections of a consumer, by the keys of what they lead to.
fn connections(theirs: &ConsumerHandles, facts: &Facts) -> Vec<(String, Connection)> {
    let endpoints = theirs.endpoints.iter();
    let endpoints = endpoints.map(|(key, it)| (key, Connection::by_endpoint(facts.of(*it))));
    let associations = theirs.associations.iter();
    let associations = associations.map(|(key, it)| (key, Connection::by_network(facts.of(*it))));
    let all = endpoints.chain(associations);
    all.map(|(key, it)| (key.clone(), it)).collect()
}

/// The state of all endpoints in a word: the first that is not as it should be.
fn state(states: &[String]) -> String {
    let odd = states.iter().find(|state| *state != "available");
    odd.cloned().unwrap_or_else(|| "available".to_owned())
}

fn client_ports(model: &SharedDb, handles: &SharedDbHandles, facts: &Facts) -> Field<Set<i64>> {
    if model.has_open_ports() {
        return Field::Unknown;
    }
    let databases = handles.endpoints.values().filter_map(|it| it.database);
    let databases: Vec<SeenDatabase> = databases.map(|it| facts.of(it)).collect();
    let ports = ports(&static_ports(model), &databases);
    let many = |ports: &BTreeSet<Ports>| {
        let counts = ports.iter().map(|(first, last)| usize::from(last - first));
        counts.sum::<usize>() > PORTS_MAX
    };
    if ports.known().is_some_and(many) {
        return Field::Null;
    }
    field(ports.map(|ports| {
        let all = ports.into_iter().flat_map(|(first, last)| first..=last);
        all.map(i64::from).collect::<Set<i64>>()
    }))
}

/// Every consumer ends connected, or the apply fails.
pub(super) fn promise(model: &mut SharedDb) {
    for consumer in model
        .consumers
        .known_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        if let Field::Known(consumer) = consumer {
            consumer.state = "available".into();
        }
    }
}
