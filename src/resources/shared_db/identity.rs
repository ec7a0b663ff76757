//! What makes an endpoint or a consumer the same one, and what makes room for another.
//!
//! AWS changes next to nothing of gateways and configurations, so another one is made beside the old
//! one, and the old one goes when everybody has moved. An endpoint whose names private DNS holds in the
//! consumer's VPC can't have another beside it: there the old one goes first.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::endpoints::target;
use super::model::{SharedConsumer, SharedDb, SharedEndpoint};
use super::shares::shared_keys;
use crate::engine::Fact;
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};

/// Which planned part each earlier part is, by the first part of their addresses; none for those that
/// make room.
pub(super) fn matched(prior: &SharedDb, planned: &SharedDb) -> BTreeMap<String, Option<String>> {
    let same_gateway = is_same_gateway(prior, planned);
    let endpoints = prior.known_endpoints().flat_map(|(key, former)| {
        let now = successor((prior, key, former), planned);
        let same_database = now.filter(|(_, now)| now.arn == former.arn);
        let stays =
            now.filter(|(_, now)| same_gateway && is_same_target((prior, former), (planned, now)));
        [
            (
                at::database(key),
                same_database.map(|(now, _)| at::database(now)),
            ),
            (
                at::configuration(key),
                stays.map(|(now, _)| at::configuration(now)),
            ),
        ]
    });
    let consumers = prior.known_consumers().flat_map(|(key, former)| {
        let now = counterpart((prior, former), planned);
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
    let shares = renamed_shares(prior, planned);
    let all = endpoints.chain(consumers).chain(shares).chain(owner);
    all.collect()
}

/// The shares of some endpoints alone, which are called by their keys.
fn renamed_shares(
    prior: &SharedDb,
    planned: &SharedDb,
) -> impl Iterator<Item = (String, Option<String>)> {
    let shares = shared_keys(prior).into_iter().filter_map(|keys| {
        let names = keys.iter().map(|key| {
            let former = endpoint(prior, key)?;
            let (now, _) = successor((prior, key, former), planned)?;
            Some(now.clone())
        });
        let names: Option<BTreeSet<String>> = names.collect();
        let names = names.filter(|names| *names != keys)?;
        Some((at::share(Some(&keys)), Some(at::share(Some(&names)))))
    });
    shares.collect::<Vec<_>>().into_iter()
}

/// The connections of a consumer that another can stand beside, while what they lead to is made anew.
fn beside(
    (prior, key, former): (&SharedDb, &str, &SharedConsumer),
    (planned, now): (&SharedDb, Option<(&String, &SharedConsumer)>),
) -> Vec<(String, Option<String>)> {
    let Some((now_key, now)) = now else {
        return vec![];
    };
    // Those of another way go first (`detour`).
    let Some(way) = now.way().filter(|way| former.way() == Some(*way)) else {
        return vec![];
    };
    let same_gateway = is_same_gateway(prior, planned);
    let has_names = |it: &SharedConsumer| it.private_dns_enabled.known() != Some(&false);
    let free = !has_names(former) && !has_names(now);
    let regrouped = prior.group_domain() != planned.group_domain();
    let of_group = prior.is_grouped().then(|| {
        let makes_room = (regrouped || !same_gateway) && free;
        let place = (!makes_room).then(|| at::connection(now_key, way, None));
        (at::connection(key, way, None), place)
    });
    let singles = prior.endpoints_of(former).map(|(name, before)| {
        let after = successor((prior, name, before), planned);
        let moves = after.is_some_and(|(_, after)| {
            !same_gateway || !is_same_target((prior, before), (planned, after))
        });
        let makes_room = moves && free;
        let to = after.map_or(name, |(to, _)| to);
        let place = (!makes_room).then(|| at::connection(now_key, way, Some(to)));
        (at::connection(key, way, Some(name)), place)
    });
    singles.chain(of_group).collect()
}

fn endpoint<'a>(model: &'a SharedDb, key: &str) -> Option<&'a SharedEndpoint> {
    let mut all = model.known_endpoints();
    all.find_map(|(name, it)| (name == key).then_some(it))
}

/// What an earlier endpoint is now: that of its key, else one of a new key that leads to the same.
pub(super) fn successor<'a>(
    (prior, key, former): (&SharedDb, &str, &SharedEndpoint),
    planned: &'a SharedDb,
) -> Option<(&'a String, &'a SharedEndpoint)> {
    let same = planned.known_endpoints().find(|(name, _)| *name == key);
    let mut others = planned.known_endpoints();
    same.or_else(|| {
        others.find(|(name, now)| {
            endpoint(prior, name).is_none() && leads_to_the_same((prior, former), (planned, now))
        })
    })
}

fn leads_to_the_same(
    (prior, former): (&SharedDb, &SharedEndpoint),
    (planned, now): (&SharedDb, &SharedEndpoint),
) -> bool {
    let (before, after) = (target(prior, former), target(planned, now));
    before.known().is_some() && before == after && former.ports() == now.ports()
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

/// What an earlier consumer is now: the same one, else one of the same VPC that is none of the others, which
/// comes by another way or through another network.
fn counterpart<'a>(
    (prior, former): (&SharedDb, &SharedConsumer),
    planned: &'a SharedDb,
) -> Option<(&'a String, &'a SharedConsumer)> {
    let same = planned
        .known_consumers()
        .find(|(_, it)| is_same(it, former));
    let is_new = |now: &SharedConsumer| !prior.known_consumers().any(|(_, it)| is_same(it, now));
    let mut others = planned.known_consumers();
    same.or_else(|| others.find(|(_, it)| is_of_one_vpc(it, former) && is_new(it)))
}

/// Whether two consumers are one: account and VPC, or account and service network, of which VPCs may come
/// and go.
pub(super) fn is_same(one: &SharedConsumer, other: &SharedConsumer) -> bool {
    match (one.is_networked(), other.is_networked()) {
        (true, true) => {
            let network = one.network_id();
            is_of_one_account(one, other) && network.is_some() && network == other.network_id()
        }
        (false, false) => is_of_one_vpc(one, other),
        _ => false,
    }
}

/// Whether two consumers are of one account, by its id.
pub(super) fn is_of_one_account(one: &SharedConsumer, other: &SharedConsumer) -> bool {
    one.account_id.is_known() && one.account_id == other.account_id
}

fn is_of_one_vpc(one: &SharedConsumer, other: &SharedConsumer) -> bool {
    is_of_one_account(one, other) && one.vpc_id.is_known() && one.vpc_id == other.vpc_id
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
        let account = consumer.account_id.as_str().unwrap_or_default();
        let path = Path::root().attribute("consumers").key(key.as_str());
        if let Some(network) = consumer.network_id() {
            let detail = format!(
                "{other:?} puts what is shared into {network} of account {account} already, and AWS takes \
                 it once: whoever is in that network reaches it. Leave this consumer out."
            );
            let path = path.attribute("service_network_id");
            found.error_at(path, "Service network given twice", detail);
            continue;
        }
        let detail = format!(
            "{other:?} connects {} of account {account} already: both account keys are that account. \
             Give all subnets in one.",
            consumer.vpc_id.as_str().unwrap_or_default(),
        );
        let diagnostic = Diagnostic::error("VPC given twice", detail);
        found.push(diagnostic.at(path.attribute("vpc_id")));
    }
    found
}

/// Names that a VPC would have by two ways, by endpoints and through a service network: AWS refuses that. Who
/// is of one account shows by keys, or later by ids.
pub(super) fn names_once(
    model: &SharedDb,
    of_one_account: fn(&SharedConsumer, &SharedConsumer) -> bool,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    let named = |it: &SharedConsumer| it.private_dns_enabled.known() != Some(&false);
    let all = || model.known_consumers().filter(|(_, it)| named(it));
    for (key, consumer) in all().filter(|(_, it)| it.is_networked()) {
        let gets = |it: &SharedConsumer, endpoint: &str| {
            let mut theirs = model.endpoints_of(it);
            theirs.any(|(key, _)| key == endpoint)
        };
        let rival = all().find_map(|(other, it)| {
            let by_endpoint = it.way() == Some(at::Way::Endpoint);
            let of_one_vpc = it.vpc_id.is_known() && it.vpc_id == consumer.vpc_id;
            let mut both = model.endpoints_of(it);
            let both = both.find(|(key, _)| gets(consumer, key));
            let (endpoint, _) = both.filter(|_| by_endpoint && of_one_vpc)?;
            of_one_account(it, consumer).then_some((other, endpoint))
        });
        if let Some((other, endpoint)) = rival {
            let detail = format!(
                "{other:?} gives {} the names of {endpoint:?} by endpoints, and AWS gives a VPC no name by \
                 two ways. Leave one of the two consumers out, let them get other endpoints, or say \
                 private_dns_enabled = false for one of them.",
                consumer.vpc_id.as_str().unwrap_or_default()
            );
            let path = Path::root().attribute("consumers").key(key.as_str());
            let path = path.attribute("private_dns_enabled");
            found.error_at(path, "One name by two ways", detail);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Map;

    fn consumer(vpc: &str, network: Option<&str>) -> SharedConsumer {
        let via = network.map_or("endpoint", |_| "service_network");
        SharedConsumer {
            account_id: "2".into(),
            vpc_id: vpc.into(),
            via: via.into(),
            service_network_id: network.map(str::to_owned).into(),
            ..SharedConsumer::default()
        }
    }

    fn shared(consumers: &[(&str, SharedConsumer)]) -> SharedDb {
        let all = consumers.iter().cloned();
        let all = all.map(|(key, it)| (key.to_owned(), Field::Known(it)));
        SharedDb {
            consumers: Field::Known(all.collect::<Map<_>>()),
            ..SharedDb::default()
        }
    }

    fn place(prior: &SharedDb, planned: &SharedDb, key: &str) -> Option<String> {
        let mut places = matched(prior, planned);
        places.remove(&at::consumer(key)).flatten()
    }

    #[test]
    fn a_network_is_one_consumer_whichever_vpc_and_spelling() {
        let arn = "arn:aws:vpc-lattice:r:2:servicenetwork/sn-1";
        let prior = shared(&[("a", consumer("vpc-1", Some("sn-1")))]);
        let planned = shared(&[("b", consumer("vpc-2", Some(arn)))]);
        assert_eq!(place(&prior, &planned, "a").as_deref(), Some("consumer.b"));
    }

    #[test]
    fn another_way_for_a_vpc_is_the_same_consumer_unless_that_is_another_one() {
        let own = || consumer("vpc-1", None);
        let through = || consumer("vpc-1", Some("sn-1"));
        let prior = shared(&[("a", own())]);
        let planned = shared(&[("a", through())]);
        assert_eq!(place(&prior, &planned, "a").as_deref(), Some("consumer.a"));
        // The network was there before, as a consumer of its own.
        let prior = shared(&[("a", own()), ("b", through())]);
        let planned = shared(&[("b", through())]);
        assert_eq!(place(&prior, &planned, "a"), None);
        assert_eq!(place(&prior, &planned, "b").as_deref(), Some("consumer.b"));
    }

    #[test]
    fn one_network_is_for_one_consumer() {
        let all = shared(&[
            ("a", consumer("vpc-1", Some("sn-1"))),
            ("b", consumer("vpc-2", Some("sn-1"))),
            ("c", consumer("vpc-2", None)),
        ]);
        assert_eq!(once_each(&all).len(), 1);
    }
}
