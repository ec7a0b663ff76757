//! From what is known of the components to the values that users read.

use std::collections::{BTreeMap, BTreeSet};

use super::blueprint::SharedDbHandles;
use super::consumers::{ConsumerHandles, group_names};
use super::endpoints::{EndpointHandles, custom_domain, ports, static_ports};
use super::model::{SharedConsumer, SharedDb, is_open};
use crate::components::{SeenConfiguration, SeenDatabase, SeenResourceEndpoint};
use crate::engine::{Fact, Facts};
use crate::protocol::{Field, Map, Set};
use crate::resources::admission::{AllowFrom, ClientRule, cidrs};
use crate::resources::pipeline::field;

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
    // Nobody knows yet what it gets.
    if is_open(&consumer.endpoints) {
        consumer.endpoint_ids = Field::Unknown;
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
    let mut ids = Map::new();
    for (key, endpoint) in &theirs.endpoints {
        let seen = facts.of(*endpoint);
        ids.insert(key.clone(), field(seen.id.clone()));
        if let Some(to) = handles.endpoints.get(key) {
            let named = Named::of(key, &seen, (to, handles.group.is_some()), facts);
            names.put(&named, |name| &name.0);
            associations.put(&named, |name| &name.1);
        }
    }
    consumer.endpoint_ids = Field::Known(ids);
    consumer.dns_names = names.into_field();
    consumer.association_dns_names = associations.into_field();
    let states = theirs.endpoints.values().map(|it| facts.of(*it).state);
    consumer.state = field(Fact::all(states).map(|states| state(&states)));
    show_entrance(consumer, model, (handles, theirs), facts);
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
    consumer.client_rule = Field::Known(ClientRule {
        protocol: "tcp".into(),
        ports: client_ports(model, handles, facts),
        security_group_id: consumer.security_group_id.clone(),
    });
}

/// The names of one endpoint, by the keys that users read them by: the one to use, and AWS's own.
struct Named(Fact<BTreeMap<String, (String, String)>>);

impl Named {
    fn of(
        key: &str,
        seen: &SeenResourceEndpoint,
        (to, grouped): (&EndpointHandles, bool),
        facts: &Facts,
    ) -> Self {
        let database = to.database.map(|database| facts.of(database));
        let configuration = facts.of(to.configuration);
        // An endpoint to a group has the names of all its children, those of a new one some time later.
        let is_about = |id: &str| !grouped || configuration.id.known().is_some_and(|it| it == id);
        let mut rows = seen.names.known().into_iter().flatten();
        if grouped && !rows.any(|row| is_about(&row.configuration)) {
            return Self(Fact::Later);
        }
        Self(seen.names.clone().map(|rows| {
            let rows = rows.into_iter().filter(|row| is_about(&row.configuration));
            let rows = rows.map(|row| {
                let name = match row.private_name.is_empty() {
                    true => row.name.clone(),
                    false => row.private_name.clone(),
                };
                let key = key_of(
                    key,
                    (&row.configuration, &row.private_name),
                    (&configuration, &database),
                );
                (key, (name, row.name))
            });
            rows.collect()
        }))
    }
}

/// `orders` for what was asked for itself and a database's writer, `orders.reader`, `orders.INSTANCE`.
fn key_of(
    key: &str,
    (id, name): (&str, &str),
    (configuration, database): (&SeenConfiguration, &Option<SeenDatabase>),
) -> String {
    let own = configuration.id.known().is_some_and(|own| own == id);
    let Some(database) = database.as_ref().filter(|_| !own) else {
        return key.to_owned();
    };
    // Without private DNS the endpoint does not show which of the database's names it is.
    let name = match configuration.children.get(id) {
        Some(told) if name.is_empty() => told,
        _ => name,
    };
    let is = |fact: &Fact<String>| fact.known().is_some_and(|it| it == name);
    match name.split('.').next().filter(|label| !label.is_empty()) {
        _ if is(&database.writer) => key.to_owned(),
        _ if is(&database.reader) => format!("{key}.reader"),
        Some(instance) => format!("{key}.{instance}"),
        // Nothing has told which of the database's names it is.
        None => format!("{key}.{id}"),
    }
}

/// Names that are gathered; unknown as a whole while some of them are.
#[derive(Default)]
struct Names {
    known: Map<String>,
    is_open: bool,
}

impl Names {
    fn put(&mut self, named: &Named, pick: fn(&(String, String)) -> &String) {
        match &named.0 {
            Fact::Known(names) => {
                let names = names
                    .iter()
                    .map(|(key, it)| (key.clone(), pick(it).clone()));
                self.known
                    .extend(names.map(|(key, name)| (key, Field::Known(name))));
            }
            Fact::Later => self.is_open = true,
        }
    }

    fn into_field(self) -> Field<Map<String>> {
        match self.is_open {
            true => Field::Unknown,
            false => Field::Known(self.known),
        }
    }
}

/// The state of all endpoints in a word: the first that is not as it should be.
fn state(states: &[String]) -> String {
    let odd = states.iter().find(|state| *state != "available");
    odd.cloned().unwrap_or_else(|| "available".to_owned())
}

fn client_ports(model: &SharedDb, handles: &SharedDbHandles, facts: &Facts) -> Field<Set<i64>> {
    let databases = handles.endpoints.values().filter_map(|it| it.database);
    let databases: Vec<SeenDatabase> = databases.map(|it| facts.of(it)).collect();
    let ports = ports(&static_ports(model), &databases).map(|ports| {
        let all = ports.into_iter().flat_map(|(first, last)| first..=last);
        all.map(i64::from).collect::<Set<i64>>()
    });
    field(ports)
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

/// What apply can't mend: accounts that have not taken the share up yet, and names that lead nowhere.
pub(super) fn concerns(handles: &SharedDbHandles, facts: &Facts) -> Vec<String> {
    let mut concerns = Vec::new();
    for share in handles.shares.values() {
        let Fact::Known(principals) = facts.of(*share).principals else {
            continue;
        };
        let waiting = principals.iter().filter(|(principal, state)| {
            *state == "ASSOCIATING" && !handles.own_accounts.contains(*principal)
        });
        for (principal, _) in waiting {
            concerns.push(format!(
                "{principal} has not accepted its invitation yet. Invitations to resource \
                 configurations live 12 hours; the apply after that invites again."
            ));
        }
    }
    for (consumer, theirs) in &handles.consumers {
        for (key, endpoint) in &theirs.endpoints {
            let seen = facts.of(*endpoint);
            let mut names = seen.names.known().into_iter().flatten().peekable();
            let wanted = seen.private_dns.known() == Some(&true) && names.peek().is_some();
            if wanted && names.all(|it| it.private_name.is_empty()) {
                let preference = seen.preference.known().cloned().unwrap_or_default();
                concerns.push(format!(
                    "No name of {key:?} leads anywhere in the VPC of consumer {consumer:?}: with \
                     private_dns_preference {preference} AWS has made none, as for names of domains \
                     that are not verified. What is left are AWS's own names, which no certificate \
                     of a database covers. SPECIFIED_DOMAINS_ONLY makes those that are listed."
                ));
            }
        }
    }
    concerns
}
