//! By which keys and names users read what a consumer reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::endpoints::EndpointHandles;
use crate::components::{
    ResourceName, SeenConfiguration, SeenDatabase, SeenNetworkAssociation, SeenResourceEndpoint,
};
use crate::engine::{Fact, Facts};
use crate::protocol::{Field, Map};

/// What users read of one connection, an endpoint or an association with a service network.
pub(super) struct Connection {
    pub(super) id: Fact<String>,
    /// `available`, or AWS's word for what it is instead.
    pub(super) state: Fact<String>,
    names: Fact<BTreeSet<ResourceName>>,
    /// The own names of what it leads to, by the id of their configurations, where something tells them.
    told: BTreeMap<String, String>,
}

impl Connection {
    /// One by an endpoint.
    pub(super) fn by_endpoint(seen: SeenResourceEndpoint) -> Self {
        Self {
            id: seen.id,
            state: seen.state,
            names: seen.names,
            told: BTreeMap::new(),
        }
    }

    /// One through a service network.
    pub(super) fn by_network(seen: SeenNetworkAssociation) -> Self {
        let state = |status: String| match status.as_str() {
            "ACTIVE" | "PARTIAL" => "available".to_owned(),
            other => other.to_lowercase(),
        };
        Self {
            id: seen.id,
            state: seen.status.map(state),
            names: seen.names,
            told: seen.own_names,
        }
    }
}

/// The names of one connection, by the keys that users read them by: the one to use, and AWS's own.
pub(super) struct Named(Fact<BTreeMap<String, (String, String)>>);

impl Named {
    pub(super) fn of(
        key: &str,
        seen: &Connection,
        (to, grouped): (&EndpointHandles, bool),
        facts: &Facts,
    ) -> Self {
        let database = to.database.map(|database| facts.of(database));
        let mut configuration = facts.of(to.configuration);
        for (id, name) in &seen.told {
            let known = configuration.children.entry(id.clone());
            known.or_insert_with(|| name.clone());
        }
        // A connection to a group has the names of all its children, those of a new one some time later.
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
    // Without private DNS a connection does not show which of the database's names it is.
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
pub(super) struct Names {
    known: Map<String>,
    is_open: bool,
}

impl Names {
    pub(super) fn put(&mut self, named: &Named, pick: fn(&(String, String)) -> &String) {
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

    pub(super) fn into_field(self) -> Field<Map<String>> {
        match self.is_open {
            true => Field::Unknown,
            false => Field::Known(self.known),
        }
    }
}
