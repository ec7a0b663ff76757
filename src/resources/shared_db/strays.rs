//! What stands of a shared database and its state knows nothing of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::census::{consumers, owners};
use crate::aws::{Aws, SiteAccess};
use crate::components::{
    GroupAdmission, NetworkAssociation, ResourceConfiguration, ResourceEndpoint, ResourceGateway,
    ResourceShare, SecurityGroup, SecurityGroupRule, SeenAdmission,
};
use crate::engine::{Component, Entry, Failure, Graph, Ledger};
use crate::resources::accounts::sites;
use crate::resources::pipeline::{Depth, Frame, Id};
use crate::resources::strays::{Sketch, address, bare_id, is_stray, remembered_places};

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
    let mut found: Vec<Id> = all.ids(frame.site()).into_values().collect();
    let rules = all.rules.iter().map(|it| it.id.clone());
    found.extend(rules.map(|id| bare_id::<SecurityGroupRule>(frame.site(), id)));
    let in_networks = match all.in_networks(&access).await {
        Err(failure) if depth == Depth::Everywhere => return Err(failure),
        found => found.unwrap_or_default(),
    };
    for access in places(aws, (frame, ledger), depth).await? {
        match consumers(&access, owner, &in_networks).await {
            Ok(all) => found.extend(all.ids(access.site()).into_values()),
            Err(failure) if depth == Depth::Everywhere => return Err(failure),
            // What is remembered there tells what can't be reached.
            Err(_) => {}
        }
    }
    let known = |it: &Id| {
        let mut entries = ledger.iter();
        entries.any(|(address, entry)| {
            !is_stray(address) && (entry.id == it.id || has_rule(entry, &it.id))
        })
    };
    let strays = found.into_iter().filter(|it| !known(it));
    Ok(strays.map(|it| (address(&it.id), it)).collect())
}

/// Whether these are rules of ours, with this one among them.
fn has_rule(entry: &Entry, id: &str) -> bool {
    let seen = || serde_json::from_value::<SeenAdmission>(entry.seen.clone());
    entry.kind == <GroupAdmission as Component<Aws>>::KIND
        && seen().is_ok_and(|seen| seen.ours.contains_key(id))
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
