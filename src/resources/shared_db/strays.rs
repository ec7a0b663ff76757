//! What stands of a shared database and its state knows nothing of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::census::{consumers, owners};
use crate::aws::{Aws, SiteAccess};
use crate::components::marked::MarkedRule;
use crate::components::{
    GroupAdmission, NetworkAssociation, ResourceConfiguration, ResourceEndpoint, ResourceGateway,
    ResourceShare, SecurityGroup, SecurityGroupRule, SeenAdmission,
};
use crate::engine::{Component, Failure, Graph, Ledger};
use crate::resources::accounts::sites;
use crate::resources::pipeline::{Depth, Frame, Id};
use crate::resources::strays::{
    Sketch, address, bare_id, called_part, is_stray, remembered_places,
};

const ADMISSION: &str = <GroupAdmission as Component<Aws>>::KIND;

/// Finds it, by address. Nothing of it is seen in passing: Lattice's lists tell no tags.
pub(super) async fn find(
    aws: &Aws,
    (frame, ledger): (&Frame, &Ledger),
    depth: Depth,
) -> Result<BTreeMap<String, Id>, Failure> {
    if depth == Depth::Passing {
        return Ok(BTreeMap::new());
    }
    let owner = &frame.anchorage.owner;
    let access = aws.site(frame.site()).await?;
    let all = owners(&access, owner).await?;
    let mut found = named(all.ids(frame.site()));
    let made_since = made_since(&all.rules, ledger, frame);
    let rules = all
        .rules
        .iter()
        .filter(|it| !made_since.contains_key(&it.address));
    let rules = rules.map(|it| bare_id::<SecurityGroupRule>(frame.site(), it.id.clone()));
    found.extend(rules.map(|it| (address(&it.id), it)));
    let in_networks = match all.in_networks(&access).await {
        Err(failure) if depth == Depth::Everywhere => return Err(failure),
        found => found.unwrap_or_default(),
    };
    for access in places(aws, (frame, ledger), depth).await? {
        match consumers(&access, owner, &in_networks).await {
            Ok(all) => found.extend(named(all.ids(access.site()))),
            Err(failure) if depth == Depth::Everywhere => return Err(failure),
            // What is remembered there tells what can't be reached.
            Err(_) => {}
        }
    }
    let known = |id: &Id| {
        let mut entries = ledger.iter();
        entries.any(|(address, entry)| !is_stray(address) && entry.id == id.id)
    };
    found.retain(|_, it| !known(it));
    found.extend(made_since);
    Ok(found)
}

/// What was found at these parts, each by what it is called.
fn named(ids: BTreeMap<String, Id>) -> BTreeMap<String, Id> {
    let named = ids.into_iter();
    let named = named.map(|(part, it)| (address(&called_part(&it.id, &part)), it));
    named.collect()
}

/// Rules of ours in groups where we are remembered to have some: what is remembered, with those that a
/// run made since and told nobody of.
fn made_since(rules: &[MarkedRule], ledger: &Ledger, frame: &Frame) -> BTreeMap<String, Id> {
    let mut found: BTreeMap<String, (String, SeenAdmission)> = BTreeMap::new();
    for rule in rules {
        let entry = ledger.get(&rule.address);
        let entry = entry.filter(|it| it.kind == ADMISSION && it.id == rule.group);
        let seen = entry.and_then(|it| serde_json::from_value(it.seen.clone()).ok());
        if let (Some(seen), Some(says)) = (seen, &rule.rule) {
            let (_, seen) = found
                .entry(rule.address.clone())
                .or_insert((rule.group.clone(), seen));
            seen.add(rule.id.clone(), says.clone());
        }
    }
    let found = found.into_iter().map(|(address, (group, seen))| {
        let id = Id {
            kind: ADMISSION,
            id: group,
            site: frame.site().clone(),
            seen: serde_json::to_value(seen).unwrap_or_default(),
        };
        (address, id)
    });
    found.collect()
}

/// Where parts of it may be.
async fn places(
    aws: &Aws,
    (frame, ledger): (&Frame, &Ledger),
    depth: Depth,
) -> Result<Vec<Arc<SiteAccess>>, Failure> {
    if depth == Depth::Everywhere {
        let all = sites(aws, &frame.anchorage.owner, &BTreeSet::new()).await?;
        return Ok(all.into_iter().map(|(_, access)| access).collect());
    }
    Ok(remembered_places(aws, (frame, ledger)).await)
}

/// Draws those that are remembered: users go before what they use.
pub(super) fn draw(ledger: &Ledger, frame: &Frame) -> Graph<Aws> {
    let (mut graph, drawn) = (Graph::new(), Sketch { ledger, frame });
    let groups = drawn.all::<SecurityGroup>(&mut graph, &[]);
    drawn.all::<SecurityGroupRule>(&mut graph, &[]);
    let gateways = drawn.all::<ResourceGateway>(&mut graph, &groups);
    let configurations = drawn.all::<ResourceConfiguration>(&mut graph, &gateways);
    drawn.all::<ResourceShare>(&mut graph, &configurations);
    drawn.all::<NetworkAssociation>(&mut graph, &configurations);
    drawn.all::<ResourceEndpoint>(&mut graph, &[configurations, groups].concat());
    graph
}
