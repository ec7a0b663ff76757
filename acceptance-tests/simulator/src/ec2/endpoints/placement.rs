//! Where an endpoint stands: subnets and their zones, security groups, interfaces (rules 1 and 13).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{families, fixed_addresses};
use crate::ec2::refusals::{group_not_found, subnet_not_found};
use crate::engine::Call;
use crate::wire::{Parameters, Refusal};
use crate::world::addresses::{Taking, Wish};
use crate::world::network::{InterfaceOwner, Subnet};
use crate::world::private_link::region_of;
use crate::world::security_group::SecurityGroup;

/// A subnet with the addresses to take in it, if any were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) subnet_id: String,
    pub(super) ipv4: Option<Ipv4Addr>,
    pub(super) ipv6: Option<Ipv6Addr>,
}

/// The account that AWS's PrivateLink works under.
const REQUESTER: &str = "727180483921";

/// Zones from which no service of another region is reached.
const NO_REMOTE_ACCESS: &[&str] = &[
    "use1-az3",
    "usw1-az2",
    "apne1-az3",
    "apne2-az2",
    "apne2-az4",
];

/// The VPC of an endpoint, the service it leads to, the type of its addresses.
pub(super) struct Place<'a> {
    pub(super) vpc_id: &'a str,
    pub(super) service_name: &'a str,
    pub(super) address_type: &'a str,
}

impl Wanted {
    /// A subnet without a wish.
    pub(super) const fn plain(subnet_id: String) -> Self {
        Self {
            subnet_id,
            ipv4: None,
            ipv6: None,
        }
    }

    /// Whether the caller chose an address.
    pub(super) const fn is_fixed(&self) -> bool {
        self.ipv4.is_some() || self.ipv6.is_some()
    }
}

/// Takes `SubnetId.N` and `SubnetConfiguration.N`.
pub(super) fn read(parameters: &mut Parameters) -> Result<Vec<Wanted>, Refusal> {
    let plain = parameters.list("SubnetId")?.into_iter().map(Wanted::plain);
    let mut subnets: Vec<Wanted> = plain.collect();
    for wanted in fixed_addresses::read(parameters)? {
        let mut known = subnets.iter_mut();
        match known.find(|known| known.subnet_id == wanted.subnet_id) {
            Some(entry) => *entry = wanted,
            None => subnets.push(wanted),
        }
    }
    Ok(subnets)
}

/// Refuses subnets that the endpoint may not stand in; one bad subnet fails the whole call (rule 1).
/// `present` are the subnets it stands in already.
pub(super) fn check_subnets(
    call: &Call<'_>,
    place: &Place<'_>,
    zone_ids: &[String],
    present: &[String],
    subnets: &[Wanted],
) -> Result<(), Refusal> {
    let mut taken: Vec<String> = present
        .iter()
        .filter_map(|id| call.world.live::<Subnet>(id))
        .map(|subnet| subnet.value().zone_id.clone())
        .collect();
    for wanted in subnets {
        let id = &wanted.subnet_id;
        let subnet = call
            .find::<Subnet>(id)
            .ok_or_else(|| subnet_not_found(id))?
            .value();
        if subnet.vpc_id != place.vpc_id {
            return Err(Refusal::invalid_parameter(format!(
                "The subnet {id} does not belong to the VPC {}",
                place.vpc_id
            )));
        }
        if region_of(place.service_name) != call.scope.region {
            check_remote(call, &subnet.zone_id)?;
        } else if !zone_ids.contains(&subnet.zone_id) {
            let service = place.service_name;
            return Err(Refusal::invalid_parameter(format!(
                "The VPC endpoint service {service} does not support the availability zone of \
                 the subnet: {id}."
            )));
        }
        if taken.contains(&subnet.zone_id) {
            return Err(Refusal::new(
                "DuplicateSubnetsInSameZone",
                format!("Found another VPC endpoint subnet in the availability zone of {id}"),
            ));
        }
        families::check_subnet(call, (id, subnet), place.address_type)?;
        fixed_addresses::check(call, wanted, place.address_type, None)?;
        taken.push(subnet.zone_id.clone());
    }
    Ok(())
}

/// Across regions zones need not match, but some have no remote access (rule 21).
fn check_remote(call: &Call<'_>, zone_id: &str) -> Result<(), Refusal> {
    if !NO_REMOTE_ACCESS.contains(&zone_id) {
        return Ok(());
    }
    let zones = call.world.zones(&call.scope).into_iter();
    let supported: Vec<&str> = zones
        .map(|zone| zone.id)
        .filter(|id| !NO_REMOTE_ACCESS.contains(id))
        .collect();
    Err(Refusal::invalid_parameter(format!(
        "Only the following availability zones are supported for remote access: {}.",
        supported.join(", ")
    )))
}

/// The groups asked for, or the default group of the VPC.
pub(super) fn groups(
    call: &Call<'_>,
    vpc_id: &str,
    group_ids: &[String],
) -> Result<Vec<String>, Refusal> {
    if group_ids.is_empty() {
        let default = call
            .world
            .within::<SecurityGroup>(&call.scope)
            .find(|group| group.value().vpc_id == vpc_id && group.value().name == "default");
        return Ok(default.map(|group| group.id.clone()).into_iter().collect());
    }
    for id in group_ids {
        let group = call
            .find::<SecurityGroup>(id)
            .ok_or_else(|| group_not_found(id))?;
        if group.value().vpc_id != vpc_id {
            return Err(Refusal::invalid_parameter(format!(
                "The security group {id} does not belong to the VPC {vpc_id}"
            )));
        }
    }
    let most = call
        .world
        .quota(&call.scope.account, "security-groups-per-interface");
    if group_ids.len() > most {
        return Err(Refusal::new(
            "SecurityGroupsPerInterfaceLimitExceeded",
            "The maximum number of security groups per interface has been reached.",
        ));
    }
    Ok(group_ids.to_vec())
}

/// Makes the interfaces of an endpoint of some address type, one per subnet, in the order of the subnets.
pub(super) fn interfaces(
    call: &mut Call<'_>,
    endpoint: (&str, &str),
    subnets: &[Wanted],
    group_ids: &[String],
) -> Result<Vec<String>, Refusal> {
    let (endpoint_id, address_type) = endpoint;
    let owner = InterfaceOwner {
        interface_type: "vpc_endpoint".to_owned(),
        description: format!("VPC Endpoint Interface {endpoint_id}"),
        requester_id: REQUESTER.to_owned(),
        instance_owner_id: "amazon-aws".to_owned(),
    };
    let takings: Vec<(String, Taking)> = subnets
        .iter()
        .map(|wanted| (wanted.subnet_id.clone(), taking(address_type, wanted)))
        .collect();
    let birth = call.birth();
    call.world
        .attach_interfaces(&birth, &owner, &takings, group_ids)
        .map_err(|subnet_id| full(&subnet_id))
}

/// A subnet has no address left.
pub(super) fn full(subnet_id: &str) -> Refusal {
    Refusal::new(
        "InsufficientFreeAddressesInSubnet",
        format!("The subnet {subnet_id} does not have enough free addresses"),
    )
}

fn taking(address_type: &str, wanted: &Wanted) -> Taking {
    let has = |family: &str| families::has(address_type, family);
    Taking {
        ipv4: if has("ipv4") {
            Wish::of(wanted.ipv4)
        } else {
            Wish::None
        },
        ipv6: if has("ipv6") {
            Wish::of(wanted.ipv6)
        } else {
            Wish::None
        },
    }
}
