//! Consumers in other regions: which regions the service supports, and what AWS demands for them.

use std::collections::BTreeSet;

use super::model::{AlbBridge, BridgeConsumer};
use crate::aws::Aws;
use crate::protocol::{Diagnostics, Field, Path, Set};

/// What AWS gives to every TCP listener; any other value rules other regions out.
const IDLE_TIMEOUT_S: i64 = 350;

/// The region of a consumer: what is written there, else in its entry of `accounts`, else the
/// owner's.
pub(super) fn of_consumer(
    aws: &Aws,
    consumer: &BridgeConsumer,
    written: &Field<String>,
    owner: &Field<String>,
) -> Field<String> {
    match (written, &consumer.account) {
        (Field::Known(_) | Field::Unknown, _) => written.clone(),
        (Field::Null, Field::Unknown) => Field::Unknown,
        (Field::Null, Field::Null) => owner.clone(),
        (Field::Null, Field::Known(account)) => match aws.region_written(Some(account)) {
            Some(region) => Field::Known(region.to_owned()),
            None => owner.clone(),
        },
    }
}

/// Where nothing is written: the service's own region and those of the consumers.
pub(super) fn supported(planned: &AlbBridge) -> Field<Set<String>> {
    let Some(own) = planned.region.known() else {
        return Field::Unknown;
    };
    let mut regions = BTreeSet::from([own.clone()]);
    match &planned.consumers {
        Field::Unknown => return Field::Unknown,
        Field::Null => {}
        Field::Known(consumers) => {
            for consumer in consumers.values() {
                match consumer.known().map(|it| &it.region) {
                    Some(Field::Known(region)) => regions.insert(region.clone()),
                    _ => return Field::Unknown,
                };
            }
        }
    }
    Field::Known(regions.into_iter().collect())
}

/// What is written about regions and can't be.
pub(super) fn check(planned: &AlbBridge) -> Diagnostics {
    let mut found = Diagnostics::new();
    let (Some(own), Some(supported)) = (planned.region.known(), planned.supported_regions.known())
    else {
        return found;
    };
    let regions: BTreeSet<&String> = supported.known().collect();
    if !supported.has_unknown() {
        check_written(planned, own, &regions, &mut found);
    }
    let Some(far) = regions.into_iter().find(|region| *region != own) else {
        return found;
    };
    let subnets = planned.subnet_ids.known();
    if let Some(subnets) = subnets.filter(|it| !it.has_unknown() && it.len() < 2) {
        let detail = format!(
            "The service is to be reached from {far}. AWS demands a network load balancer in two \
             zones at least for other regions; this one is in {}.",
            subnets.len()
        );
        found.error_at(at("subnet_ids"), "Too few zones for other regions", detail);
    }
    let idle = planned.tcp_idle_timeout_seconds.known();
    if let Some(seconds) = idle.filter(|seconds| **seconds != IDLE_TIMEOUT_S) {
        let detail = format!(
            "The service is to be reached from {far}. AWS takes no listener with an idle time-out \
             of its own for other regions. Take {seconds} away."
        );
        let path = at("tcp_idle_timeout_seconds");
        found.error_at(path, "Idle time-out rules other regions out", detail);
    }
    found
}

fn check_written(
    planned: &AlbBridge,
    own: &String,
    regions: &BTreeSet<&String>,
    found: &mut Diagnostics,
) {
    if !regions.contains(own) {
        let detail = format!("A service is always reached from its own region: add {own}.");
        found.error_at(at("supported_regions"), "Own region missing", detail);
    }
    for (key, consumer) in planned.known_consumers() {
        let Some(region) = consumer.region.known() else {
            continue;
        };
        if !regions.contains(region) {
            let detail = format!(
                "{key:?} connects from {region}, which supported_regions lacks. Add it, or leave \
                 supported_regions out: it is then what the consumers need."
            );
            let path = at("consumers").key(key).attribute("region");
            found.error_at(path, "Region not supported", detail);
        }
    }
}

fn at(name: &str) -> Path {
    Path::root().attribute(name)
}
