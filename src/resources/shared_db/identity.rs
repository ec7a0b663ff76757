//! What makes an endpoint or a consumer the same one, and what makes room for another.
//!
//! AWS changes next to nothing of gateways and configurations, so another one is made beside the old
//! one, and the old one goes when everybody has moved. An endpoint whose names private DNS holds in the
//! consumer's VPC can't have another beside it: there the old one goes first.

use std::collections::BTreeMap;

use super::addresses as at;
use super::endpoints::target;
use super::model::{SharedConsumer, SharedDb, SharedEndpoint};
use crate::engine::Fact;
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};

/// Which planned part each earlier part is, by the first part of their addresses; none for those that
/// make room.
pub(super) fn matched(prior: &SharedDb, planned: &SharedDb) -> BTreeMap<String, Option<String>> {
    let same_gateway = is_same_gateway(prior, planned);
    let endpoints = prior.known_endpoints().flat_map(|(key, former)| {
        let now = endpoint(planned, key);
        let same_database = now.is_some_and(|now| now.arn == former.arn);
        let stays =
            now.is_some_and(|now| same_gateway && is_same_target((prior, former), (planned, now)));
        [
            (at::database(key), same_database.then(|| at::database(key))),
            (
                at::configuration(key),
                stays.then(|| at::configuration(key)),
            ),
        ]
    });
    let consumers = prior.known_consumers().flat_map(|(key, former)| {
        let mut all = planned.known_consumers();
        let now = all.find(|(_, it)| is_same(it, former));
        let place = (at::consumer(key), now.map(|(now, _)| at::consumer(now)));
        std::iter::once(place).chain(beside((prior, key, former), (planned, now)))
    });
    let gateway = same_gateway.then(|| at::GATEWAY.to_owned());
    let anchor = at::ANCHOR.to_owned();
    let group = same_gateway && prior.group_domain() == planned.group_domain();
    let owner = [
        (at::GATEWAY.to_owned(), gateway),
        (at::GROUP.to_owned(), group.then(|| at::GROUP.to_owned())),
        (anchor.clone(), Some(anchor)),
    ];
    endpoints.chain(consumers).chain(owner).collect()
}

/// The endpoints of a consumer that another can stand beside, while what they lead to is made anew.
fn beside(
    (prior, key, former): (&SharedDb, &str, &SharedConsumer),
    (planned, now): (&SharedDb, Option<(&String, &SharedConsumer)>),
) -> Vec<(String, Option<String>)> {
    let Some((now_key, now)) = now else {
        return vec![];
    };
    let same_gateway = is_same_gateway(prior, planned);
    let has_names = |it: &SharedConsumer| it.private_dns_enabled.known() != Some(&false);
    let free = !has_names(former) && !has_names(now);
    let regrouped = prior.group_domain() != planned.group_domain();
    let of_group = prior.is_grouped().then(|| {
        let makes_room = (regrouped || !same_gateway) && free;
        let place = (!makes_room).then(|| at::group_endpoint(now_key));
        (at::group_endpoint(key), place)
    });
    let endpoints = prior.endpoints_of(former).map(|(name, before)| {
        let after = endpoint(planned, name);
        let moves = after.is_some_and(|after| {
            !same_gateway || !is_same_target((prior, before), (planned, after))
        });
        let makes_room = moves && free;
        let place = (!makes_room).then(|| at::consumer_endpoint(now_key, name));
        (at::consumer_endpoint(key, name), place)
    });
    endpoints.chain(of_group).collect()
}

fn endpoint<'a>(model: &'a SharedDb, key: &str) -> Option<&'a SharedEndpoint> {
    let mut all = model.known_endpoints();
    all.find_map(|(name, it)| (name == key).then_some(it))
}

/// Whether one gateway does for both.
fn is_same_gateway(prior: &SharedDb, planned: &SharedDb) -> bool {
    let known = |field: &Field<String>, other: &Field<String>| field.is_known() && field == other;
    let whole = planned
        .subnet_ids
        .known()
        .is_some_and(|it| !it.has_unknown());
    if planned.has_given_gateway() || prior.has_given_gateway() {
        return known(&prior.resource_gateway_id, &planned.resource_gateway_id);
    }
    known(&prior.vpc_id, &planned.vpc_id)
        && whole
        && prior.subnet_ids == planned.subnet_ids
        && prior.ip_address_type == planned.ip_address_type
        && prior.dns_resolution == planned.dns_resolution
        && (planned.ipv4_addresses_per_eni.is_null()
            || prior.ipv4_addresses_per_eni == planned.ipv4_addresses_per_eni)
}

/// Whether AWS turns one configuration into the other in place.
fn is_same_target(
    (prior, former): (&SharedDb, &SharedEndpoint),
    (planned, now): (&SharedDb, &SharedEndpoint),
) -> bool {
    let (before, after) = (target(prior, former), target(planned, now));
    let becomes = match (&before, &after) {
        (Fact::Known(before), Fact::Known(after)) => before.becomes(after),
        _ => false,
    };
    becomes
        && former.custom_domain_name == now.custom_domain_name
        && former.custom_domain_verification_id == now.custom_domain_verification_id
        && prior.group_domain() == planned.group_domain()
}

/// Whether two consumers are one: account and VPC.
pub(super) fn is_same(one: &SharedConsumer, other: &SharedConsumer) -> bool {
    let known = |one: &Field<String>, other: &Field<String>| one.is_known() && one == other;
    known(&one.account_id, &other.account_id) && known(&one.vpc_id, &other.vpc_id)
}

/// Two keys of the provider's accounts may be one account: only now that shows.
pub(super) fn once_each(planned: &SharedDb) -> Diagnostics {
    let mut found = Diagnostics::new();
    let consumers: Vec<_> = planned.known_consumers().collect();
    for (index, (key, consumer)) in consumers.iter().enumerate() {
        let mut before = consumers.iter().take(index);
        let Some((other, _)) = before.find(|(_, it)| is_same(it, consumer)) else {
            continue;
        };
        let detail = format!(
            "{other:?} connects {} of account {} already: both account keys are that account. Give \
             all subnets in one.",
            consumer.vpc_id.as_str().unwrap_or_default(),
            consumer.account_id.as_str().unwrap_or_default(),
        );
        let path = Path::root().attribute("consumers").key(key.as_str());
        let diagnostic = Diagnostic::error("VPC given twice", detail);
        found.push(diagnostic.at(path.attribute("vpc_id")));
    }
    found
}
