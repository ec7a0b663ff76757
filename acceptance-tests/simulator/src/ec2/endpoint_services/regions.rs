//! The regions beside its own from which a service is reached (rule 21).

use std::collections::BTreeMap;

use crate::ec2::events::Event;
use crate::engine::Call;
use crate::wire::Refusal;
use crate::wire::xml::{Members, text};
use crate::world::load_balancing::{Listener, LoadBalancer};
use crate::world::private_link::EndpointService;
use crate::world::{self, World};

/// How long a region takes until endpoints can be made in it, in ms.
const SETTLING_MS: (u64, u64) = (20_000, 90_000);

/// How many zones the load balancers must be in at least.
const ZONES_MIN: usize = 2;

/// The idle time of a TCP listener that was not given one, in seconds.
const IDLE_S: &str = "350";

/// Refuses regions that AWS does not know or that the owner has not enabled; gives those that are not
/// the service's own.
pub(super) fn others(call: &Call<'_>, named: &[String]) -> Result<Vec<String>, Refusal> {
    let mut others = Vec::new();
    for region in named.iter().filter(|region| **region != call.scope.region) {
        check_enabled(call, region)?;
        others.push(region.clone());
    }
    Ok(others)
}

/// Refuses a region that AWS does not know or that the caller's account has not enabled.
pub(in crate::ec2) fn check_enabled(call: &Call<'_>, region: &str) -> Result<(), Refusal> {
    if call.world.is_enabled(&call.scope.account, region) {
        return Ok(());
    }
    Err(Refusal::invalid_parameter(format!(
        "The Region {region} is not valid or not enabled"
    )))
}

/// Refuses load balancers that can't serve other regions.
pub(super) fn check_balancers(
    call: &Call<'_>,
    arns: &[String],
    zone_ids: &[String],
) -> Result<(), Refusal> {
    if zone_ids.len() < ZONES_MIN {
        return Err(Refusal::invalid_parameter(
            "The load balancer must be enabled in at least two Availability Zones to support other \
             Regions",
        ));
    }
    let balancers = arns
        .iter()
        .filter_map(|arn| call.world.live::<LoadBalancer>(arn));
    for balancer in balancers {
        let mut listeners = call.world.all::<Listener>();
        let own_time = |attributes: &BTreeMap<String, String>| {
            let idle = attributes.get("tcp.idle_timeout.seconds");
            idle.is_some_and(|idle| idle != IDLE_S)
        };
        let custom = listeners.any(|listener| {
            let listener = listener.value();
            listener.load_balancer_arn == balancer.id && own_time(&listener.attributes)
        });
        if custom {
            return Err(Refusal::invalid_parameter(format!(
                "The load balancer {} has a listener with a custom TCP idle timeout, which other \
                 Regions do not support",
                balancer.id
            )));
        }
    }
    Ok(())
}

/// From now on the service is about to be reached from these regions.
pub(super) fn support(world: &mut World, id: &str, regions: Vec<String>) {
    for region in regions {
        world.change::<EndpointService>(id, |service| {
            let pending = || "Pending".to_owned();
            service
                .regions
                .entry(region.clone())
                .or_insert_with(pending);
        });
        let event = Event::RegionAvailable {
            service_id: id.to_owned(),
            region,
        };
        world.schedule(SETTLING_MS.0, SETTLING_MS.1, world::Event::Ec2(event));
    }
}

/// A region is ready for endpoints, if it is still supported.
pub(in crate::ec2) fn available(world: &mut World, id: &str, region: &str) {
    world.ripen::<EndpointService>(id, |service| {
        if let Some(state) = service.regions.get_mut(region) {
            "Available".clone_into(state);
        }
    });
}

/// The rows of `supportedRegionSet`.
pub(super) fn rows(service: &EndpointService, own: &str) -> Vec<Members> {
    let row = |region: &str, state: &str| vec![text("region", region), text("serviceState", state)];
    let others = service
        .regions
        .iter()
        .map(|(region, state)| row(region, state));
    std::iter::once(row(own, &service.state))
        .chain(others)
        .collect()
}
