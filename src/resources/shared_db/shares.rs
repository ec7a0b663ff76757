//! RAM shares: one for each distinct set of endpoints, so that nobody gets more than he is given.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::endpoints::Endpoints;
use super::model::{SharedConsumer, SharedDb};
use crate::aws::{Aws, Site};
use crate::components::{
    Audience as Given, NetworkAssociation, ResourceEndpoint, ResourceShare, SeenConfiguration,
    SeenGroup, SeenShare, ShareMembership,
};
use crate::engine::{Component, Fact, Graph, Handle};
use crate::resources::facts::{fact, known_strings};
use crate::resources::pipeline::{Frame, Past};

/// Whom a share is given to.
#[derive(Default)]
struct Audience {
    /// The keys of what is in it.
    keys: BTreeSet<String>,
    principals: BTreeSet<String>,
    /// Those who are taken in by this resource itself.
    awaited: BTreeSet<String>,
}

/// The address of the share through which a consumer gets his endpoints; none in the owner's account.
pub(super) fn share_of(model: &SharedDb, consumer: &SharedConsumer) -> Option<String> {
    if consumer.account_id == model.account_id {
        return None;
    }
    if model.has_given_share() {
        return Some(at::MEMBERSHIP.to_owned());
    }
    let all: BTreeSet<&String> = model.known_endpoints().map(|(key, _)| key).collect();
    let chosen = consumer.endpoints.known().map(|it| it.known().cloned());
    let chosen: Option<BTreeSet<String>> = chosen.map(Iterator::collect);
    let some = chosen.filter(|chosen| !chosen.iter().eq(all.iter().copied()));
    Some(at::share(some.as_ref()))
}

/// The shares that these values want, by address.
fn audiences(model: &SharedDb) -> BTreeMap<String, Audience> {
    if model.has_given_share() {
        return BTreeMap::new();
    }
    let mut audiences: BTreeMap<String, Audience> = BTreeMap::new();
    let mut others = known_strings(&model.allowed_accounts);
    others.extend(known_strings(&model.allowed_principals));
    others.retain(|it| model.account_id.known() != Some(it));
    if !others.is_empty() {
        let all = audiences.entry(at::share(None)).or_default();
        all.keys = model
            .known_endpoints()
            .map(|(key, _)| key.clone())
            .collect();
        all.principals = others;
    }
    for (_, consumer) in model.known_consumers() {
        let account = consumer.account_id.known();
        let Some((address, account)) = share_of(model, consumer).zip(account) else {
            continue;
        };
        let audience = audiences.entry(address).or_default();
        let keys = model.endpoints_of(consumer).map(|(key, _)| key.clone());
        audience.keys.extend(keys);
        audience.principals.insert(account.clone());
        audience.awaited.insert(account.clone());
    }
    audiences
}

/// The sets of endpoints that have shares of their own, without that of all of them.
pub(super) fn shared_keys(model: &SharedDb) -> Vec<BTreeSet<String>> {
    let audiences = audiences(model).into_iter();
    let own = audiences.filter(|(address, _)| *address != at::share(None));
    own.map(|(_, it)| it.keys).collect()
}

/// Who is given something, wherever it is.
pub(super) fn principals(model: &SharedDb) -> BTreeSet<String> {
    given(model).into_values().flatten().collect()
}

/// Who is given each endpoint, by its key. Through a user's share the consumers are, and whoever else is in
/// it, which its owner knows.
pub(super) fn given(model: &SharedDb) -> BTreeMap<String, BTreeSet<String>> {
    let audiences: Vec<Audience> = audiences(model).into_values().collect();
    let all = model.known_endpoints().map(|(key, _)| {
        let theirs = audiences.iter().filter(|it| it.keys.contains(key));
        let mut principals: BTreeSet<String> =
            theirs.flat_map(|it| it.principals.clone()).collect();
        if model.has_given_share() {
            let consumers = model.known_consumers().filter(|(_, consumer)| {
                let mut theirs = model.endpoints_of(consumer);
                theirs.any(|(it, _)| it == key)
            });
            let accounts = consumers.filter_map(|(_, it)| it.account_id.known().cloned());
            principals.extend(accounts.filter(|it| model.account_id.known() != Some(it)));
        }
        (key.clone(), principals)
    });
    all.collect()
}

type StandsOn<'a> = (
    Handle<SeenGroup>,
    Option<Handle<SeenConfiguration>>,
    &'a Endpoints,
);

/// Draws the shares.
pub(super) fn draw_shares(
    graph: &mut Graph<Aws>,
    (model, past): (&SharedDb, &Past<'_, SharedDb>),
    frame: &Frame,
    (anchor, group, endpoints): StandsOn<'_>,
) -> BTreeMap<String, Handle<SeenShare>> {
    if model.has_given_share() {
        let membership = draw_membership(graph, model, frame, (group, endpoints));
        return BTreeMap::from([(at::MEMBERSHIP.to_owned(), membership)]);
    }
    let mut handles = BTreeMap::new();
    let external = model.allow_external_principals.known() != Some(&false);
    // Who was let in before an import may be anybody's.
    let formers = past.formers.iter().filter(|_| !past.imported);
    let former: Vec<_> = formers.map(|former| audiences(former)).collect();
    for (address, audience) in audiences(model) {
        let in_it = endpoints
            .iter()
            .filter(|(key, _)| audience.keys.contains(*key));
        let configurations = match group {
            Some(group) => vec![group],
            None => in_it.map(|(_, it)| it.configuration).collect(),
        };
        let (site, frame, at) = (frame.site().clone(), frame.clone(), address.clone());
        let formerly = former.iter().filter_map(|all| all.get(&address));
        let formerly: BTreeSet<String> = formerly.flat_map(|it| it.principals.clone()).collect();
        let name = match address.split_once('.') {
            Some((_, keys)) => format!("{}-{keys}", frame.name()),
            None => frame.name().to_owned(),
        };
        let mut awaited = audience.awaited;
        awaited.retain(|account| !frame.is_beyond(account));
        let principals = audience.principals;
        let handle = graph.add(
            address.clone(),
            (anchor, configurations),
            move |(anchor, all): (SeenGroup, Vec<SeenConfiguration>)| ResourceShare {
                site: site.clone(),
                name: name.clone(),
                external,
                resources: Fact::all(all.into_iter().map(|it| it.arn))
                    .map(|arns| arns.into_iter().collect()),
                principals: principals.clone(),
                awaited: awaited.clone(),
                formerly: formerly.clone(),
                marking: frame.part(&at, &anchor.id),
            },
        );
        handles.insert(address, handle);
    }
    handles
}

/// Draws who is given what, by which whoever loses something is cut off.
pub(super) fn draw_audience(
    graph: &mut Graph<Aws>,
    (model, past): (&SharedDb, &Past<'_, SharedDb>),
    frame: &Frame,
    (group, endpoints, shares): (
        Option<Handle<SeenConfiguration>>,
        &Endpoints,
        &BTreeMap<String, Handle<SeenShare>>,
    ),
) {
    let given = given(model);
    let theirs = model.has_given_share();
    let rows: Vec<_> = match group {
        Some(group) => vec![(group, given.into_values().flatten().collect())],
        None => {
            let rows = given.into_iter();
            let row = |(key, principals)| Some((endpoints.get(&key)?.configuration, principals));
            rows.filter_map(row).collect()
        }
    };
    let (configurations, principals): (Vec<_>, Vec<BTreeSet<String>>) = rows.into_iter().unzip();
    let shares: Vec<_> = shares.values().copied().collect();
    let kinds = [
        <ResourceEndpoint as Component<Aws>>::KIND,
        <NetworkAssociation as Component<Aws>>::KIND,
    ];
    let standing = past.ledger.iter();
    let connections = standing.filter(|(_, it)| kinds.contains(&it.kind.as_str()));
    let (mut own, mut forsaken) = (BTreeSet::new(), BTreeSet::new());
    for (_, entry) in connections {
        let site: Option<Site> = entry.home.parse().ok();
        match site.filter(|site| frame.is_beyond(&site.account_id)) {
            Some(site) => forsaken.insert(site.account_id),
            None => own.insert(entry.id.clone()),
        };
    }
    let (site, owner) = (frame.site().clone(), frame.anchorage.owner.to_string());
    let cuts = model.reject_on_revoke.known() != Some(&false);
    graph.add(
        at::AUDIENCE,
        (configurations, shares),
        move |(configurations, shares): (Vec<SeenConfiguration>, Vec<SeenShare>)| {
            let arns = Fact::all(configurations.into_iter().map(|it| it.arn));
            // Who is in a user's share is let in by its owner.
            let spared = match theirs {
                true => Fact::all(shares.iter().map(members)),
                false => Fact::Known(vec![]),
            };
            let shares = Fact::all(shares.into_iter().map(|it| it.arn));
            Given {
                site: site.clone(),
                owner: owner.clone(),
                given: arns.map(|arns| arns.into_iter().zip(principals.clone()).collect()),
                spared: spared.map(|all| all.into_iter().flatten().collect()),
                shares: shares.map(|arns| arns.into_iter().collect()),
                own: own.clone(),
                cuts,
                forsaken: forsaken.clone(),
            }
        },
    );
}

/// Who is in a share, or invited.
fn members(share: &SeenShare) -> Fact<BTreeSet<String>> {
    share.principals.as_ref().map(|_| share.inside())
}

/// Draws what is shared as a part of the user's share.
fn draw_membership(
    graph: &mut Graph<Aws>,
    model: &SharedDb,
    frame: &Frame,
    (group, endpoints): (Option<Handle<SeenConfiguration>>, &Endpoints),
) -> Handle<SeenShare> {
    let (site, share) = (frame.site().clone(), fact(&model.resource_share_arn));
    let accounts = model.known_consumers();
    let accounts = accounts.filter_map(|(_, it)| it.account_id.known());
    let others = accounts.filter(|it| model.account_id.known() != Some(it));
    let awaited: BTreeSet<String> = others.filter(|it| !frame.is_beyond(it)).cloned().collect();
    let configurations: Vec<_> = match group {
        Some(group) => vec![group],
        None => endpoints.values().map(|it| it.configuration).collect(),
    };
    graph.add(
        at::MEMBERSHIP,
        configurations,
        move |all: Vec<SeenConfiguration>| ShareMembership {
            site: site.clone(),
            share: share.clone(),
            resources: Fact::all(all.into_iter().map(|it| it.arn))
                .map(|arns| arns.into_iter().collect()),
            awaited: awaited.clone(),
        },
    )
}
