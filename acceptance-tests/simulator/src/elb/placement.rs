//! Where a load balancer stands: its subnets, given as `Subnets` or `SubnetMappings`.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::refusals::{configuration, validation};
use crate::engine::Call;
use crate::wire::{Parameters, Refusal};
use crate::world::addresses::{Taking, Wish};
use crate::world::load_balancing::BalancerZone;
use crate::world::network::{InterfaceOwner, InternetGateway, Subnet};

use super::address_types::{self, DUALSTACK, NO_IPV6};
use super::arns;

/// Free addresses that a subnet must have when AWS picks one.
const FREE_MIN: usize = 8;

/// A subnet and the addresses wanted in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) subnet_id: String,
    pub(super) address: Option<Ipv4Addr>,
    pub(super) ipv6: Option<Ipv6Addr>,
}

/// What decides where a load balancer may stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand<'a> {
    pub(super) kind: &'a str,
    pub(super) scheme: &'a str,
    pub(super) address_type: &'a str,
}

/// Reads `Subnets` or `SubnetMappings`, exactly one of which must be there.
pub(super) fn read(parameters: &mut Parameters) -> Result<Vec<Place>, Refusal> {
    let subnets = parameters.list("Subnets")?;
    let mappings = parameters.structures("SubnetMappings", read_mapping)?;
    if subnets.is_empty() == mappings.is_empty() {
        return Err(validation(if subnets.is_empty() {
            "You must specify subnets or subnet mappings"
        } else {
            "You can't specify both subnets and subnet mappings"
        }));
    }
    let plain = subnets.into_iter().map(|subnet_id| Place {
        subnet_id,
        address: None,
        ipv6: None,
    });
    Ok(plain.chain(mappings).collect())
}

fn read_mapping(mapping: &mut Parameters) -> Result<Place, Refusal> {
    for name in ["AllocationId", "SourceNatIpv6Prefix"] {
        if mapping.has(name) {
            return Err(Refusal::not_simulated(format!(
                "SubnetMappings with {name}"
            )));
        }
    }
    let subnet_id = mapping.required("SubnetId")?;
    let address = mapping
        .text("PrivateIPv4Address")
        .map(|text| {
            text.parse()
                .map_err(|_| validation(format!("'{text}' is not a valid IPv4 address")))
        })
        .transpose()?;
    let ipv6 = mapping
        .text("IPv6Address")
        .map(|text| {
            text.parse()
                .map_err(|_| validation(format!("'{text}' is not a valid IPv6 address")))
        })
        .transpose()?;
    Ok(Place {
        subnet_id,
        address,
        ipv6,
    })
}

/// Refuses subnets that such a load balancer cannot stand in; gives their VPC.
pub(super) fn check(
    call: &Call<'_>,
    stand: Stand<'_>,
    places: &[Place],
) -> Result<String, Refusal> {
    let Stand { kind, scheme, .. } = stand;
    let mut vpc_ids = BTreeSet::new();
    let mut zones = BTreeSet::new();
    for place in places {
        let id = &place.subnet_id;
        let subnet = call.find::<Subnet>(id).ok_or_else(|| {
            Refusal::new(
                "SubnetNotFound",
                format!("The subnet ID '{id}' does not exist"),
            )
        })?;
        vpc_ids.insert(subnet.value().vpc_id.clone());
        if !zones.insert(&subnet.value().zone_id) {
            return Err(configuration(
                "A load balancer cannot be attached to multiple subnets in the same Availability \
                 Zone",
            ));
        }
        let fixed_allowed = kind == "network" && scheme == "internal";
        if place.address.is_some() && !fixed_allowed {
            return Err(configuration(
                "Private IPv4 addresses can be specified for internal Network Load Balancers only",
            ));
        }
    }
    let mut vpc_ids = vpc_ids.into_iter();
    let (Some(vpc_id), None) = (vpc_ids.next(), vpc_ids.next()) else {
        let why = "All subnets must belong to the same VPC";
        return Err(Refusal::new("InvalidSubnet", why));
    };
    if kind == "application" && zones.len() < 2 {
        return Err(validation(
            "At least two subnets in two different Availability Zones must be specified",
        ));
    }
    if scheme == "internet-facing" {
        check_gateway(call, &vpc_id)?;
    }
    check_families(call, stand, places)?;
    Ok(vpc_id)
}

/// IPv6 is for dualstack load balancers, and those stand in subnets that have it.
fn check_families(call: &Call<'_>, stand: Stand<'_>, places: &[Place]) -> Result<(), Refusal> {
    if stand.address_type == DUALSTACK {
        let subnets = places.iter().map(|place| place.subnet_id.as_str());
        return match address_types::without_ipv6(call.world, subnets) {
            None => Ok(()),
            Some(_) => Err(validation(NO_IPV6)),
        };
    }
    if places.iter().any(|place| place.ipv6.is_some()) {
        return Err(configuration(
            "IPv6 addresses can be specified for dualstack load balancers only",
        ));
    }
    Ok(())
}

fn check_gateway(call: &Call<'_>, vpc_id: &str) -> Result<(), Refusal> {
    let open = call
        .world
        .all::<InternetGateway>()
        .any(|gateway| gateway.value().vpc_id.as_deref() == Some(vpc_id));
    if open {
        return Ok(());
    }
    Err(Refusal::new(
        "InvalidSubnet",
        format!("VPC {vpc_id} has no internet gateway"),
    ))
}

/// Makes the network interfaces of a load balancer in new subnets and gives its zones there.
pub(super) fn settle(
    call: &mut Call<'_>,
    arn: &str,
    stand: Stand<'_>,
    places: &[Place],
    group_ids: &[String],
) -> Result<Vec<BalancerZone>, Refusal> {
    let full = |subnet_id: &str| {
        Refusal::new(
            "InvalidSubnet",
            format!(
                "Not enough IP space available in {subnet_id}. ELB requires at least {FREE_MIN} \
                 free IP addresses in each subnet."
            ),
        )
    };
    for place in places.iter().filter(|place| place.address.is_none()) {
        if call.world.free_address_count(&place.subnet_id) < FREE_MIN {
            return Err(full(&place.subnet_id));
        }
    }
    let owner = InterfaceOwner {
        interface_type: match stand.kind {
            "network" => "network_load_balancer".to_owned(),
            _ => "interface".to_owned(),
        },
        description: format!("ELB {}", arns::tail_of(arn)),
        requester_id: "amazon-elb".to_owned(),
        instance_owner_id: "amazon-elb".to_owned(),
    };
    let wanted: Vec<_> = places
        .iter()
        .map(|place| (place.subnet_id.clone(), taking(stand, place)))
        .collect();
    let birth = call.birth();
    let interfaces = call
        .world
        .attach_interfaces(&birth, &owner, &wanted, group_ids)
        .map_err(|subnet_id| full(&subnet_id))?;
    let now = call.now();
    let zones = places
        .iter()
        .zip(interfaces)
        .filter_map(|(place, interface_id)| {
            let subnet = call.world.live::<Subnet>(&place.subnet_id)?.value();
            Some(BalancerZone {
                zone_name: subnet.zone_name.clone(),
                zone_id: subnet.zone_id.clone(),
                subnet_id: place.subnet_id.clone(),
                interface_id,
                private_address: place.address,
                ipv6_address: place.ipv6,
                offered_from: now,
            })
        });
    Ok(zones.collect())
}

fn taking(stand: Stand<'_>, place: &Place) -> Taking {
    Taking {
        ipv4: Wish::of(place.address),
        ipv6: match stand.address_type {
            DUALSTACK => Wish::of(place.ipv6),
            _ => Wish::None,
        },
    }
}
