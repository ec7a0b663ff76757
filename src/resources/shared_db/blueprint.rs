//! From a shared database's values to the graph of components that it wants.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::consumers::{ConsumerHandles, draw_consumer};
use super::endpoints::{EndpointHandles, Ground, draw_configuration, draw_database, draw_group};
use super::gateway::{draw_anchor, draw_database_rules, draw_gateway, draw_given};
use super::model::SharedDb;
use super::shares::{draw_audience, draw_shares};
use crate::components::{SeenConfiguration, SeenGateway, SeenGroup, SeenShare, Vpc};
use crate::engine::{Graph, Handle};
use crate::resources::facts::fact;
use crate::resources::pipeline::{Drawing, Frame, Past};

/// The components of a shared database.
pub struct SharedDbHandles {
    pub(super) gateway: Handle<SeenGateway>,
    /// The group of all endpoints, if there is one.
    pub(super) group: Option<Handle<SeenConfiguration>>,
    pub(super) endpoints: BTreeMap<String, EndpointHandles>,
    /// The shares, by address.
    pub(super) shares: BTreeMap<String, Handle<SeenShare>>,
    pub(super) consumers: BTreeMap<String, ConsumerHandles>,
    /// Accounts whose invitations this resource accepts itself.
    pub(super) own_accounts: BTreeSet<String>,
}

/// What the consumers' part of the drawing stands on.
pub(super) struct Sketch<'a> {
    pub(super) model: &'a SharedDb,
    pub(super) frame: &'a Frame,
    pub(super) anchor: Handle<SeenGroup>,
    pub(super) group: Option<Handle<SeenConfiguration>>,
    pub(super) endpoints: &'a BTreeMap<String, EndpointHandles>,
    pub(super) shares: &'a BTreeMap<String, Handle<SeenShare>>,
}

/// Draws the graph.
pub(super) fn draw(
    model: &SharedDb,
    past: &Past<'_, SharedDb>,
    frame: &Frame,
) -> Drawing<SharedDbHandles> {
    let mut graph = Graph::new();
    let (site, id) = (frame.site().clone(), fact(&model.vpc_id));
    let vpc = graph.add(at::VPC, (), move |()| Vpc {
        site: site.clone(),
        id: id.clone(),
    });
    let mut databases = BTreeMap::new();
    for (key, endpoint) in model.known_endpoints() {
        let database = draw_database(&mut graph, frame, (key, endpoint));
        databases.extend(database.map(|database| (key.clone(), database)));
    }
    let anchor = draw_anchor(&mut graph, (model, past), frame, (vpc, &databases));
    let given = draw_given(&mut graph, model, frame);
    let rules = draw_database_rules(&mut graph, model, frame, (anchor, given, &databases));
    let own = || draw_gateway(&mut graph, model, frame, (anchor, rules.clone()));
    let gateway = given.unwrap_or_else(own);
    let mut ground = Ground {
        anchor,
        gateway,
        rules,
        group: None,
    };
    ground.group = draw_group(&mut graph, model, frame, &ground);
    let group = ground.group;
    let mut endpoints = BTreeMap::new();
    for (key, endpoint) in model.known_endpoints() {
        let stands_on = (&ground, databases.get(key).copied());
        let handles = draw_configuration(&mut graph, model, frame, (key, endpoint), stands_on);
        endpoints.insert(key.clone(), handles);
    }
    let shares = draw_shares(
        &mut graph,
        (model, past),
        frame,
        (anchor, group, &endpoints),
    );
    let given = (group, &endpoints, &shares);
    draw_audience(&mut graph, (model, past), frame, given);
    let sketch = Sketch {
        model,
        frame,
        anchor,
        group,
        endpoints: &endpoints,
        shares: &shares,
    };
    let mut consumers = BTreeMap::new();
    let connected = model.known_consumers();
    for (key, consumer) in connected.filter(|(_, it)| it.way().is_some()) {
        let handles = draw_consumer(&mut graph, &sketch, (key, consumer));
        consumers.insert(key.clone(), handles);
    }
    let accounts = model.known_consumers();
    let own_accounts = accounts.filter_map(|(_, it)| it.account_id.known().cloned());
    let handles = SharedDbHandles {
        gateway,
        group,
        own_accounts: own_accounts.collect(),
        endpoints,
        shares,
        consumers,
    };
    Drawing { graph, handles }
}
