//! What AWS would say of subnets in the middle of an apply, when what stood has gone already: asked at
//! plan, and only about subnets that change, or that another load balancer or family would meet.

use std::collections::{BTreeMap, BTreeSet};

use super::balancer::is_dualstack;
use super::consumers::{has_ipv6, site};
use super::identity::is_same;
use super::model::{AlbBridge, BridgeConsumer};
use super::succession::Succession;
use crate::aws::{Aws, Site};
use crate::components::{SeenSubnet, subnets};
use crate::protocol::{Diagnostics, Path};
use crate::resources::facts::strings;
use crate::resources::pipeline::Past;

/// Subnets by id.
type Subnets = BTreeMap<String, SeenSubnet>;

/// Everything about the subnets of both sides.
pub(super) async fn check(
    aws: &Aws,
    (prior, past): (Option<&AlbBridge>, &Past<'_, AlbBridge>),
    planned: &AlbBridge,
) -> Diagnostics {
    let succession = Succession::of(planned, past);
    let lost = !succession.lost_subnets(planned).is_empty();
    let owners = strings(&planned.subnet_ids)
        .into_known()
        .unwrap_or_default();
    let own_change = prior.is_some_and(|it| it.subnet_ids != planned.subnet_ids);
    let asked = lost || own_change || wants_ipv6_anew(prior, planned);
    let consumers = planned.known_consumers();
    let consumers: Vec<_> = consumers
        .filter(|(key, it)| lost || is_asked_about(prior, (key, it)))
        .collect();
    let own_site = own_site(planned);
    let mut wanted: BTreeMap<Site, BTreeSet<String>> = BTreeMap::new();
    if let Some(own) = own_site.clone().filter(|_| asked) {
        wanted.entry(own).or_default().extend(owners.clone());
    }
    for (_, consumer) in &consumers {
        let theirs = strings(&consumer.subnet_ids)
            .into_known()
            .unwrap_or_default();
        wanted.entry(site(consumer)).or_default().extend(theirs);
    }
    let seen = look(aws, wanted).await;
    let mut found = Diagnostics::new();
    let nothing = Subnets::new();
    let here = own_site
        .as_ref()
        .and_then(|it| seen.get(it))
        .unwrap_or(&nothing);
    if asked {
        check_owner(prior, planned, (&owners, here), &mut found);
    }
    let offered = match own_change || lost {
        true => zones(&owners, here),
        false => prior.and_then(|it| strings(&it.availability_zone_ids).into_known()),
    };
    for (key, consumer) in consumers {
        let near = own_site
            .as_ref()
            .is_some_and(|own| own.region == site(consumer).region);
        let offered = offered.as_ref().filter(|_| near);
        let theirs = seen.get(&site(consumer)).unwrap_or(&nothing);
        check_consumer((key, consumer), theirs, offered, &mut found);
    }
    found
}

/// What can't be read is left to AWS.
async fn look(aws: &Aws, wanted: BTreeMap<Site, BTreeSet<String>>) -> BTreeMap<Site, Subnets> {
    let looks = wanted.into_iter().map(|(site, ids)| async move {
        let seen = match aws.site(&site).await {
            Ok(access) => subnets(&access, ids).await.unwrap_or_default(),
            Err(_) => Subnets::new(),
        };
        (site, seen)
    });
    futures::future::join_all(looks).await.into_iter().collect()
}

fn own_site(planned: &AlbBridge) -> Option<Site> {
    let (account, region) = (planned.account_id.known()?, planned.region.known()?);
    Some(Site::new(account, region))
}

fn wants_ipv6_anew(prior: Option<&AlbBridge>, planned: &AlbBridge) -> bool {
    is_dualstack(planned) && !prior.is_some_and(is_dualstack)
}

/// Whether an endpoint that stands would go before AWS judges these subnets. A first endpoint is AWS's
/// to judge, as nothing is lost by it, unless it wants IPv6.
fn is_asked_about(prior: Option<&AlbBridge>, (key, consumer): (&str, &BridgeConsumer)) -> bool {
    let before = prior.into_iter().flat_map(AlbBridge::known_consumers);
    let before: Vec<_> = before.collect();
    let same = before.iter().find(|(_, it)| is_same(it, consumer));
    match same {
        Some((_, it)) => {
            it.subnet_ids != consumer.subnet_ids || it.ip_address_type != consumer.ip_address_type
        }
        None => has_ipv6(consumer) || before.iter().any(|(other, _)| *other == key),
    }
}

/// The zones of these subnets by id; none if one is not known.
fn zones(ids: &BTreeSet<String>, seen: &Subnets) -> Option<BTreeSet<String>> {
    let zones = ids.iter().map(|id| Some(seen.get(id)?.zone_id.clone()));
    zones
        .collect::<Option<BTreeSet<_>>>()
        .filter(|it| !it.is_empty())
}

fn check_owner(
    prior: Option<&AlbBridge>,
    planned: &AlbBridge,
    (ids, seen): (&BTreeSet<String>, &Subnets),
    found: &mut Diagnostics,
) {
    let path = || Path::root().attribute("subnet_ids");
    if let Some(twice) = zone_twice(ids, seen) {
        found.error_at(path(), "Two subnets in one zone", twice);
    }
    let without = without_ipv6(ids, seen);
    if without.is_empty() {
        return;
    }
    if is_dualstack(planned) {
        let detail = format!(
            "ip_address_type is dualstack, and these subnets have no IPv6 block: {without}. Give \
             them one, or choose others."
        );
        found.error_at(path(), "Subnets without IPv6", detail);
    } else if let Some(before) = prior.filter(|it| is_dualstack(it)) {
        let present = strings(&before.subnet_ids).into_known().unwrap_or_default();
        let new: BTreeSet<String> = ids.difference(&present).cloned().collect();
        let without = without_ipv6(&new, seen);
        if !without.is_empty() {
            let detail = format!(
                "The network load balancer is dualstack until this apply ends, and AWS adds no \
                 subnet without an IPv6 block to it: {without}. Apply ip_address_type = \"ipv4\" \
                 first, by itself, then the subnets."
            );
            found.error_at(path(), "Subnets without IPv6", detail);
        }
    }
}

fn check_consumer(
    (key, consumer): (&str, &BridgeConsumer),
    seen: &Subnets,
    offered: Option<&BTreeSet<String>>,
    found: &mut Diagnostics,
) {
    let path = || {
        Path::root()
            .attribute("consumers")
            .key(key)
            .attribute("subnet_ids")
    };
    let ids = strings(&consumer.subnet_ids)
        .into_known()
        .unwrap_or_default();
    let theirs = ids.iter().filter_map(|id| Some((id, seen.get(id)?)));
    let vpc = consumer.vpc_id.as_str().unwrap_or_default();
    let elsewhere = theirs
        .clone()
        .filter(|(_, it)| !vpc.is_empty() && it.vpc_id != vpc);
    let elsewhere: Vec<String> = elsewhere
        .map(|(id, it)| format!("{id} ({})", it.vpc_id))
        .collect();
    if !elsewhere.is_empty() {
        let detail = format!(
            "These subnets are not of {vpc}: {}. Give subnets of vpc_id.",
            elsewhere.join(", ")
        );
        return found.error_at(path(), "Subnets of another VPC", detail);
    }
    if let Some(twice) = zone_twice(&ids, seen) {
        found.error_at(path(), "Two subnets in one zone", twice);
    }
    if let Some(offered) = offered {
        let outside = theirs.filter(|(_, it)| !offered.contains(&it.zone_id));
        let outside: Vec<String> = outside
            .map(|(id, it)| format!("{id} ({})", it.zone_id))
            .collect();
        if !outside.is_empty() {
            let detail = format!(
                "The bridge offers its service in {}, and these subnets are in other zones: {}. Give \
                 subnets in zones that it offers, or add such zones to the bridge's subnet_ids. Zones \
                 are compared by id, as their names differ between accounts.",
                listed(offered),
                outside.join(", ")
            );
            found.error_at(path(), "Zone not offered", detail);
        }
    }
    let without = without_ipv6(&ids, seen);
    if has_ipv6(consumer) && !without.is_empty() {
        let family = consumer.ip_address_type.as_str().unwrap_or_default();
        let detail = format!(
            "ip_address_type is {family}, and these subnets have no IPv6 block: {without}. Give them \
             one, or choose others."
        );
        found.error_at(path(), "Subnets without IPv6", detail);
    }
}

/// Of each zone AWS takes one subnet.
fn zone_twice(ids: &BTreeSet<String>, seen: &Subnets) -> Option<String> {
    let mut taken: BTreeMap<&str, &String> = BTreeMap::new();
    for id in ids {
        let zone = seen.get(id)?.zone_id.as_str();
        if let Some(other) = taken.insert(zone, id) {
            return Some(format!(
                "{other} and {id} are both in {zone}. AWS takes one subnet of each zone: give one of \
                 the two."
            ));
        }
    }
    None
}

/// The subnets that are known to have no IPv6 block.
fn without_ipv6(ids: &BTreeSet<String>, seen: &Subnets) -> String {
    let lacking = ids
        .iter()
        .filter(|id| seen.get(*id).is_some_and(|it| !it.has_ipv6));
    lacking.cloned().collect::<Vec<_>>().join(", ")
}

fn listed(items: &BTreeSet<String>) -> String {
    items.iter().cloned().collect::<Vec<_>>().join(", ")
}
