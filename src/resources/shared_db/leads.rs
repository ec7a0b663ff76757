//! What the connections of a consumer lead to: one to each of what it gets, or one to the group of all.

use std::collections::BTreeSet;

use super::addresses as at;
use super::blueprint::Sketch;
use super::endpoints::custom_domain;
use super::model::SharedConsumer;
use crate::components::{SeenConfiguration, SeenDatabase};
use crate::engine::Handle;
use crate::protocol::Field;

/// What one connection of a consumer leads to.
pub(super) struct Lead {
    /// The connection's own address.
    pub(super) address: String,
    pub(super) configuration: Handle<SeenConfiguration>,
    /// The children that it has to reach, where it leads to a group.
    pub(super) children: Vec<Handle<SeenConfiguration>>,
    pub(super) database: Option<Handle<SeenDatabase>>,
    /// The names of what it leads to, beside those of the database.
    pub(super) names: BTreeSet<String>,
    /// Whether some of these are still to come.
    pub(super) open: bool,
}

/// The connections that a consumer has, each with the keys of what it leads to.
pub(super) fn leads(
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &SharedConsumer),
) -> Vec<(Vec<String>, Lead)> {
    let way = consumer.way().unwrap_or(at::Way::Endpoint);
    let known = sketch
        .model
        .endpoints_of(consumer)
        .filter_map(|(it, endpoint)| {
            let handles = *sketch.endpoints.get(it)?;
            let lead = Lead {
                address: at::connection(key, way, Some(it)),
                configuration: handles.configuration,
                children: vec![],
                database: handles.database,
                names: custom_domain(endpoint).into_iter().collect(),
                open: endpoint.custom_domain_name.is_unknown(),
            };
            Some((vec![it.clone()], lead))
        });
    let singles: Vec<_> = known.collect();
    let Some(group) = sketch.group else {
        return singles;
    };
    let domain = sketch.model.group_domain();
    let lead = Lead {
        address: at::connection(key, way, None),
        configuration: group,
        children: singles.iter().map(|(_, lead)| lead.configuration).collect(),
        database: None,
        names: group_names(&domain),
        open: domain.is_unknown(),
    };
    vec![(
        singles.into_iter().flat_map(|(keys, _)| keys).collect(),
        lead,
    )]
}

/// The names that lead to a group's endpoint: all below its domain, so that another child is no other
/// endpoint. Without a domain no name of its children leads anywhere.
pub(super) fn group_names(domain: &Field<String>) -> BTreeSet<String> {
    let domain = domain.as_str().filter(|domain| !domain.is_empty());
    domain
        .map(|domain| format!("*.{domain}"))
        .into_iter()
        .collect()
}
