//! What makes a listener or a consumer the same one under another key.

use std::collections::BTreeMap;

use super::addresses as at;
use super::listeners::has_same_target;
use super::model::{AlbBridge, BridgeConsumer, BridgeListener};
use super::succession::Succession;
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};
use crate::resources::pipeline::Past;

/// Which planned part each earlier consumer and listener is, by the first part of their addresses.
pub(super) fn matched(
    prior: &AlbBridge,
    (planned, past): (&AlbBridge, &Past<'_, AlbBridge>),
    place: &dyn Fn(&str) -> String,
) -> BTreeMap<String, Option<String>> {
    let consumers = prior.known_consumers().map(|(key, former)| {
        let mut all = planned.known_consumers();
        let now = all.find(|(_, it)| is_same(it, former));
        (at::consumer(key), now.map(|(now, _)| at::consumer(now)))
    });
    let anew = !Succession::of(planned, past).goes_on(&place(at::NLB));
    let listeners = prior.known_listeners().flat_map(|(key, former)| {
        let mut all = planned.known_listeners();
        let now = all.find(|(_, it)| is_same_port(it, former) && !anew);
        let place = (at::listener(key), now.map(|(now, _)| at::listener(now)));
        // On another target a listener stays, and its target group makes room for another.
        let stays = now.filter(|(_, it)| has_same_target((prior, former), (planned, it)));
        let group = now.is_some().then(|| {
            let stays = stays.map(|(now, _)| now);
            [
                (
                    at::target_group(key),
                    stays.map(|now| at::target_group(now)),
                ),
                (at::target(key), stays.map(|now| at::target(now))),
            ]
        });
        let group = group.into_iter().flatten();
        std::iter::once(place).chain(group)
    });
    let anchor = at::ANCHOR.to_owned();
    let owner = [
        (at::NLB.to_owned(), (!anew).then(|| at::NLB.to_owned())),
        (anchor.clone(), Some(anchor)),
    ];
    consumers.chain(listeners).chain(owner).collect()
}

/// Whether two consumers are one: account, region and VPC.
pub(super) fn is_same(one: &BridgeConsumer, other: &BridgeConsumer) -> bool {
    let known = |one: &Field<String>, other: &Field<String>| one.is_known() && one == other;
    known(&one.account_id, &other.account_id)
        && known(&one.region, &other.region)
        && known(&one.vpc_id, &other.vpc_id)
}

fn is_same_port(one: &BridgeListener, other: &BridgeListener) -> bool {
    one.port.is_known() && one.port == other.port
}

/// Two keys of the provider's accounts may be one account: only now that shows.
pub(super) fn once_each(planned: &AlbBridge) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::new();
    let consumers: Vec<_> = planned.known_consumers().collect();
    for (index, (key, consumer)) in consumers.iter().enumerate() {
        let before = consumers.iter().take(index);
        let Some((other, _)) = before.into_iter().find(|(_, it)| is_same(it, consumer)) else {
            continue;
        };
        let detail = format!(
            "{other:?} connects {} of account {} already: both account keys are that account. A \
             consumer is recognised by account, region and VPC; give all subnets in one.",
            consumer.vpc_id.as_str().unwrap_or_default(),
            consumer.account_id.as_str().unwrap_or_default(),
        );
        let path = Path::root().attribute("consumers").key(key.as_str());
        let diagnostic = Diagnostic::error("VPC given twice", detail);
        found.push(diagnostic.at(path.attribute("vpc_id")));
    }
    match found.has_errors() {
        true => Err(found),
        false => Ok(()),
    }
}
