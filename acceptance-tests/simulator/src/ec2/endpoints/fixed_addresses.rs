//! `SubnetConfiguration`: addresses that the caller chooses for an endpoint's interfaces.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::families;
use super::placement::Wanted;
use crate::engine::Call;
use crate::wire::{Parameters, Refusal};
use crate::world::network::{NetworkInterface, Subnet};

/// Takes `SubnetConfiguration.N`; each subnet stands there once.
pub(super) fn read(parameters: &mut Parameters) -> Result<Vec<Wanted>, Refusal> {
    let all = parameters.structures("SubnetConfiguration", read_one)?;
    for (number, wanted) in all.iter().enumerate() {
        let id = &wanted.subnet_id;
        if all
            .iter()
            .skip(number + 1)
            .any(|other| other.subnet_id == *id)
        {
            return Err(Refusal::invalid_parameter(format!(
                "The subnet {id} is configured more than once"
            )));
        }
    }
    Ok(all)
}

fn read_one(configuration: &mut Parameters) -> Result<Wanted, Refusal> {
    let subnet_id = configuration.required("SubnetId")?;
    let ipv4 = configuration.text("Ipv4");
    let ipv4 = ipv4.map(|text| {
        let parsed: Result<Ipv4Addr, _> = text.parse();
        parsed.map_err(|_| malformed("ipv4", &text, "This is not a valid IPv4 address."))
    });
    let ipv6 = configuration.text("Ipv6");
    let ipv6 = ipv6.map(|text| {
        let parsed: Result<Ipv6Addr, _> = text.parse();
        parsed.map_err(|_| malformed("ipv6", &text, "This is not a valid IPv6 address."))
    });
    Ok(Wanted {
        subnet_id,
        ipv4: ipv4.transpose()?,
        ipv6: ipv6.transpose()?,
    })
}

fn malformed(parameter: &str, text: &str, why: &str) -> Refusal {
    Refusal::bad_value(parameter, text, why)
}

/// Refuses addresses that an endpoint of that type can't take. Each family of the type must be there;
/// what the interface at `own` has does not count as taken.
pub(super) fn check(
    call: &Call<'_>,
    wanted: &Wanted,
    address_type: &str,
    own: Option<&NetworkInterface>,
) -> Result<(), Refusal> {
    if !wanted.is_fixed() {
        return Ok(());
    }
    let families = [
        ("ipv4", "IPv4", wanted.ipv4.map(IpAddr::V4)),
        ("ipv6", "IPv6", wanted.ipv6.map(IpAddr::V6)),
    ];
    for (family, name, address) in families {
        let id = &wanted.subnet_id;
        match (address, families::has(address_type, family)) {
            (Some(address), true) => check_address(call, id, address, own)?,
            (None, false) => {}
            (None, true) => {
                return Err(Refusal::invalid_parameter(format!(
                    "An {name} address must be specified for the subnet {id}"
                )));
            }
            (Some(_), false) => {
                return Err(Refusal::invalid_parameter(format!(
                    "An {name} address can't be specified for the IP address type {address_type}"
                )));
            }
        }
    }
    Ok(())
}

fn check_address(
    call: &Call<'_>,
    subnet_id: &str,
    address: IpAddr,
    own: Option<&NetworkInterface>,
) -> Result<(), Refusal> {
    let inside = call
        .world
        .live::<Subnet>(subnet_id)
        .is_some_and(|subnet| subnet.value().holds(address));
    if !inside {
        let why = format!("Address {address} does not fall within the subnet's address range");
        return Err(refusal(call, "InvalidParameterValue", why));
    }
    if call.world.is_reserved(subnet_id, address) {
        let why = format!("Address {address} is in subnet's reserved address range");
        return Err(refusal(call, "InvalidParameterValue", why));
    }
    let mine = own.is_some_and(|own| own.has(address));
    if !mine && call.world.is_taken(subnet_id, address) {
        let why = format!("Address {address} is in use.");
        return Err(refusal(call, "InvalidIPAddress.InUse", why));
    }
    Ok(())
}

/// Which code an endpoint's caller gets is a doubt; for interfaces the codes are known.
fn refusal(call: &Call<'_>, code: &str, why: String) -> Refusal {
    if call.world.doubts.is("fixed-address-codes", "of-interfaces") {
        return Refusal::new(code, why);
    }
    Refusal::invalid_parameter(why)
}
