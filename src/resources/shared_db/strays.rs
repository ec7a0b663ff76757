//! What stands of a shared database and its state knows nothing of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::addresses as at;
use super::census::{consumers, owners};
use crate::aws::{Aws, SiteAccess};
use crate::components::marked::MarkedRule;
use crate::components::{
    Audience, GroupAdmission, NetworkAssociation, ResourceConfiguration, ResourceEndpoint,
    ResourceGateway, ResourceShare, SecurityGroup, SecurityGroupRule, SeenAdmission, SeenAudience,
    SeenShare,
};
use crate::engine::{Component, Entry, Failure, Graph, Ledger};
use crate::resources::accounts::sites;
use crate::resources::pipeline::{Depth, Frame, Id};
use crate::resources::strays::{
    Sketch, address, bare_id, called_part, is_stray, remembered_places,
};

const SHARE: &str = <ResourceShare as Component<Aws>>::KIND;
const AUDIENCE: &str = <Audience as Component<Aws>>::KIND;
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
    let mut found = named(all.parts(frame.site()));
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
            Ok(all) => found.extend(named(all.parts(access.site()))),
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
    found.extend(let_in_since(ledger));
    Ok(found)
}

/// What was found at these parts, each by what it is called.
fn named(parts: Vec<(String, Id)>) -> BTreeMap<String, Id> {
    let named = parts.into_iter();
    let named = named.map(|(part, it)| (address(&called_part(&it.id, &part)), it));
    named.collect()
}

/// Rules of ours in groups of the user's: what is remembered of them, with those that a run made since
/// and told nobody of.
fn made_since(rules: &[MarkedRule], ledger: &Ledger, frame: &Frame) -> BTreeMap<String, Id> {
    let mut found: BTreeMap<String, (String, SeenAdmission)> = BTreeMap::new();
    let ours = rules
        .iter()
        .filter(|it| at::database_rules_of(&it.address) == Some(it.group.as_str()));
    for rule in ours {
        let entry = ledger.get(&rule.address).filter(|it| it.kind == ADMISSION);
        let seen = entry.and_then(|it| serde_json::from_value(it.seen.clone()).ok());
        if let Some(says) = &rule.rule {
            let found = found.entry(rule.address.clone());
            let (_, seen) = found.or_insert_with(|| (rule.group.clone(), seen.unwrap_or_default()));
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

/// Shares with somebody in them of whom nobody remembers that he was asked in: a run that was cut off may
/// have done it. From now on it counts as this resource's doing, and so does what he was given.
fn let_in_since(ledger: &Ledger) -> BTreeMap<String, Id> {
    let mut found = BTreeMap::new();
    let audience = ledger.get(at::AUDIENCE);
    let mut given: SeenAudience = audience.and_then(seen_of).unwrap_or_default();
    for (address, entry) in ledger.iter().filter(|(_, it)| it.kind == SHARE) {
        let Some(mut share) = seen_of::<SeenShare>(entry).filter(|_| !is_stray(address)) else {
            continue;
        };
        let unknown = share.uninvited();
        if unknown.is_empty() {
            continue;
        }
        for arn in share
            .resources
            .known()
            .into_iter()
            .flatten()
            .map(|(arn, _)| arn)
        {
            given.give(arn, &unknown);
        }
        share.asked.extend(unknown);
        found.extend(with_seen((address, entry), &share));
    }
    if !found.is_empty() {
        found.extend(audience.and_then(|entry| with_seen((at::AUDIENCE, entry), &given)));
    }
    found
}

fn seen_of<S: serde::de::DeserializeOwned>(entry: &Entry) -> Option<S> {
    serde_json::from_value(entry.seen.clone()).ok()
}

/// What is remembered at an address, seen otherwise.
fn with_seen<S: serde::Serialize>(
    (address, entry): (&str, &Entry),
    seen: &S,
) -> Option<(String, Id)> {
    let kinds = [SHARE, AUDIENCE];
    let id = Id {
        kind: kinds.into_iter().find(|kind| *kind == entry.kind)?,
        id: entry.id.clone(),
        site: entry.home.parse().ok()?,
        seen: serde_json::to_value(seen).ok()?,
    };
    Some((address.to_owned(), id))
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
    // Where nothing else is drawn for them any more.
    let rules = ledger.iter().filter(|(_, it)| it.kind == ADMISSION);
    for (address, entry) in rules {
        drawn.one::<GroupAdmission>(&mut graph, (address, entry), &[]);
    }
    graph
}
