//! Interfaces of an endpoint that stays: one is exchanged where its subnet gets a fixed address, and all
//! are refitted when the endpoint's address type changes.

use super::placement::{self, Wanted};
use super::{families, fixed_addresses};
use crate::engine::Call;
use crate::wire::Refusal;
use crate::world::World;
use crate::world::network::{NetworkInterface, Subnet};
use crate::world::private_link::Endpoint;

/// An interface that goes, and where and with which addresses its successor comes.
pub(super) struct Exchange {
    pub(super) old: String,
    wanted: Wanted,
}

/// Which interfaces are to be exchanged for these addresses. One that has them already stays.
pub(super) fn plan(
    call: &Call<'_>,
    endpoint: &Endpoint,
    configured: &[Wanted],
    address_type: &str,
) -> Result<Vec<Exchange>, Refusal> {
    let mut exchanges = Vec::new();
    for wanted in configured {
        let id = &wanted.subnet_id;
        let stranger = || {
            Refusal::invalid_parameter(format!(
                "The subnet {id} is not associated with the VPC endpoint"
            ))
        };
        let (old, interface) = interface_in(call.world, endpoint, id).ok_or_else(stranger)?;
        fixed_addresses::check(call, wanted, address_type, Some(interface))?;
        let same = interface.address == wanted.ipv4 && interface.ipv6_address == wanted.ipv6;
        if wanted.is_fixed() && !same {
            exchanges.push(Exchange {
                old: old.clone(),
                wanted: wanted.clone(),
            });
        }
    }
    Ok(exchanges)
}

/// Exchanges the interfaces of an endpoint (id and address type); their ids, old and new.
pub(super) fn carry_out(
    call: &mut Call<'_>,
    endpoint: (&str, &str),
    group_ids: &[String],
    exchanges: &[Exchange],
) -> Result<Vec<(String, String)>, Refusal> {
    // The addresses must be free before the successors take them.
    for exchange in exchanges {
        call.world.remove::<NetworkInterface>(&exchange.old);
    }
    let wanted: Vec<Wanted> = exchanges.iter().map(|one| one.wanted.clone()).collect();
    let made = placement::interfaces(call, endpoint, &wanted, group_ids)?;
    let old = exchanges.iter().map(|exchange| exchange.old.clone());
    Ok(old.zip(made).collect())
}

/// Refuses an address type that the subnets which stay do not have, or have no IPv4 address left for.
pub(super) fn check_refit(
    call: &Call<'_>,
    endpoint: &Endpoint,
    staying: &[String],
    address_type: &str,
) -> Result<(), Refusal> {
    for id in staying {
        let Some(subnet) = call.world.live::<Subnet>(id) else {
            continue;
        };
        families::check_subnet(call, (id, subnet.value()), address_type)?;
        let has = interface_in(call.world, endpoint, id)
            .is_some_and(|(_, interface)| interface.address.is_some());
        let needs = families::has(address_type, "ipv4") && !has;
        if needs && call.world.free_address_count(id) == 0 {
            return Err(placement::full(id));
        }
    }
    Ok(())
}

/// Gives interfaces the families of an address type and takes the others away.
pub(super) fn refit(world: &mut World, interface_ids: &[String], address_type: &str) {
    let has = |family: &str| families::has(address_type, family);
    for id in interface_ids {
        world.refit_interface(id, has("ipv4"), has("ipv6"));
    }
}

fn interface_in<'w>(
    world: &'w World,
    endpoint: &'w Endpoint,
    subnet_id: &str,
) -> Option<(&'w String, &'w NetworkInterface)> {
    endpoint.interface_ids.iter().find_map(|id| {
        let interface = world.live::<NetworkInterface>(id)?.value();
        (interface.subnet_id == subnet_id).then_some((id, interface))
    })
}
